//! What an artist thinks of a picture.

use serde::{Deserialize, Serialize};

/// Everything that is marked on a picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Marks {
    /// Kept or thrown out.
    pub flag: Flag,
    /// How good it is.
    pub stars: Stars,
    /// Whatever the artist means by a colour.
    pub label: Option<Label>,
}

impl Marks {
    /// Whether a mark is there.
    pub fn has(self, mark: Mark) -> bool {
        match mark {
            Mark::Flag(flag) => self.flag == flag,
            Mark::Stars(stars) => self.stars == stars,
            Mark::Label(label) => self.label == Some(label),
        }
    }

    /// With another mark in the place of the one of its kind.
    #[must_use]
    pub fn with(self, mark: Mark) -> Self {
        match mark {
            Mark::Flag(flag) => Self { flag, ..self },
            Mark::Stars(stars) => Self { stars, ..self },
            Mark::Label(label) => Self {
                label: Some(label),
                ..self
            },
        }
    }

    /// Without a mark; a flag stays as it is, because another key takes it off.
    #[must_use]
    pub fn without(self, mark: Mark) -> Self {
        match mark {
            Mark::Flag(_) => self,
            Mark::Stars(_) => Self {
                stars: Stars::default(),
                ..self
            },
            Mark::Label(_) => Self {
                label: None,
                ..self
            },
        }
    }
}

/// One mark, as one key sets it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A flag, or none.
    Flag(Flag),
    /// So many stars.
    Stars(Stars),
    /// A colour.
    Label(Label),
}

/// Kept or thrown out; in the order in which they are sorted.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub enum Flag {
    /// Out of sight, until it is taken back or deleted.
    Rejected,
    /// Not yet decided.
    #[default]
    Unflagged,
    /// One of the chosen.
    Picked,
}

impl Flag {
    /// Every flag.
    pub const ALL: [Self; 3] = [Self::Picked, Self::Unflagged, Self::Rejected];

    /// The word under which it is kept and searched; never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Rejected => "reject",
            Self::Unflagged => "none",
            Self::Picked => "pick",
        }
    }

    /// The flag of that word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|flag| flag.id() == id)
    }
}

/// From none to five stars.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub struct Stars(u8);

impl Stars {
    /// The most there are.
    pub const MOST: u8 = 5;

    /// So many stars, at most five.
    pub fn new(count: u8) -> Self {
        Self(count.min(Self::MOST))
    }

    /// How many, 0 to 5.
    pub fn count(self) -> u8 {
        self.0
    }
}

/// A colour to tell pictures apart by, as Lightroom and XMP know them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Label {
    /// Key 6.
    Red,
    /// Key 7.
    Yellow,
    /// Key 8.
    Green,
    /// Key 9.
    Blue,
    /// Has no key.
    Purple,
}

impl Label {
    /// Every label, in the order of the keys.
    pub const ALL: [Self; 5] = [
        Self::Red,
        Self::Yellow,
        Self::Green,
        Self::Blue,
        Self::Purple,
    ];

    /// The word under which it is kept and searched; never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Red => "red",
            Self::Yellow => "yellow",
            Self::Green => "green",
            Self::Blue => "blue",
            Self::Purple => "purple",
        }
    }

    /// The label of that word.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|label| label.id() == id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_takes_the_place_of_its_kind_alone() {
        let marks = Marks::default()
            .with(Mark::Flag(Flag::Picked))
            .with(Mark::Stars(Stars::new(3)))
            .with(Mark::Label(Label::Green));
        let other = marks.with(Mark::Stars(Stars::new(9)));
        assert!(other.has(Mark::Stars(Stars::new(5))) && other.has(Mark::Flag(Flag::Picked)));
        let bare = other
            .without(Mark::Stars(Stars::default()))
            .without(Mark::Label(Label::Red))
            .without(Mark::Flag(Flag::Picked));
        assert_eq!(bare, Marks::default().with(Mark::Flag(Flag::Picked)));
    }

    #[test]
    fn words_lead_back_to_their_marks() {
        for flag in Flag::ALL {
            assert_eq!(Flag::from_id(flag.id()), Some(flag));
        }
        for label in Label::ALL {
            assert_eq!(Label::from_id(label.id()), Some(label));
        }
    }
}
