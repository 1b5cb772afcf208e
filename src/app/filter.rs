//! Which pictures the grid shows, and in what order.

use std::cmp::Ordering;

use crate::domain::{Flag, Label, Stars};
use crate::gallery::Entry;

/// Which pictures are shown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Flags to show; none = all but the rejected.
    pub flags: Vec<Flag>,
    /// The fewest stars to show.
    pub least_stars: Stars,
    /// Labels to show; none = with any label or without.
    pub labels: Vec<Label>,
}

impl Filter {
    /// The rejected pictures alone.
    pub fn bin() -> Self {
        Self {
            flags: vec![Flag::Rejected],
            ..Self::default()
        }
    }

    /// Whether it is the bin that is shown.
    pub fn is_bin(&self) -> bool {
        self.flags == [Flag::Rejected]
    }

    /// Whether it leaves out more than the rejected pictures.
    pub fn is_narrow(&self) -> bool {
        *self != Self::default()
    }

    /// Whether a picture is shown; the rejected ones are where a search wants them.
    pub fn passes(&self, entry: &Entry, wants_rejected: bool) -> bool {
        let marks = entry.marks;
        let has_flag = if self.flags.is_empty() {
            marks.flag != Flag::Rejected || wants_rejected
        } else {
            self.flags.contains(&marks.flag)
        };
        let is_listed = |label| self.labels.contains(&label);
        has_flag
            && marks.stars >= self.least_stars
            && (self.labels.is_empty() || marks.label.is_some_and(is_listed))
    }
}

/// In what order pictures are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// As they were kept, the newest first.
    #[default]
    Newest,
    /// As they were kept, the oldest first.
    Oldest,
    /// The best first: by flag, then by stars, then the newest.
    Best,
}

impl Sort {
    /// Every order, as the menu has them.
    pub const ALL: [Self; 3] = [Self::Newest, Self::Oldest, Self::Best];

    /// Which of two pictures comes first; each with its place in the order of keeping.
    pub(super) fn compare(self, a: (usize, &Entry), b: (usize, &Entry)) -> Ordering {
        let newest = b.0.cmp(&a.0);
        match self {
            Self::Newest => newest,
            Self::Oldest => newest.reverse(),
            Self::Best => {
                let merit = |entry: &Entry| (entry.marks.flag, entry.marks.stars);
                merit(b.1).cmp(&merit(a.1)).then(newest)
            }
        }
    }
}
