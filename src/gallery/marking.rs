//! What the artist thought of pictures, and how it is taken back.

use crate::domain::{Marks, PictureId};

/// Marks that were set in one go, and are taken back in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marking {
    /// Grows from one to the next, also from one run of the program to the next.
    pub number: u64,
    /// What was changed; of every picture once.
    pub changes: Vec<MarkChange>,
}

impl Marking {
    /// The way back.
    #[must_use]
    pub fn reversed(self) -> Self {
        let turned = |change: MarkChange| MarkChange {
            before: change.after,
            after: change.before,
            ..change
        };
        Self {
            changes: self.changes.into_iter().map(turned).collect(),
            ..self
        }
    }
}

/// What became of one picture's marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MarkChange {
    /// The picture.
    pub picture: PictureId,
    /// Its marks before.
    pub before: Marks,
    /// Its marks after.
    pub after: Marks,
}

/// What can be taken back, and what was taken back and can be done again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Journal {
    /// Oldest first.
    pub done: Vec<Marking>,
    /// The one that is done again next comes last.
    pub taken_back: Vec<Marking>,
}
