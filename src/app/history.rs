//! Marks that can be taken back, and done again.

use crate::gallery::{Journal, MarkChange, Marking};

/// The way of marks, of this run of the program and of the last ones.
#[derive(Debug, Default)]
pub(super) struct History {
    journal: Journal,
    last_number: u64,
}

impl History {
    pub(super) fn open(&mut self, journal: Journal) {
        let all = journal.done.iter().chain(&journal.taken_back);
        self.last_number = all.map(|it| it.number).max().unwrap_or_default();
        self.journal = journal;
    }

    /// Writes down what was changed; what was taken back before is forgotten.
    pub(super) fn record(&mut self, changes: Vec<MarkChange>) -> Marking {
        self.last_number += 1;
        let marking = Marking {
            number: self.last_number,
            changes,
        };
        self.journal.taken_back.clear();
        self.journal.done.push(marking.clone());
        marking
    }

    pub(super) fn take_back(&mut self) -> Option<Marking> {
        let marking = self.journal.done.pop()?;
        self.journal.taken_back.push(marking.clone());
        Some(marking)
    }

    pub(super) fn do_again(&mut self) -> Option<Marking> {
        let marking = self.journal.taken_back.pop()?;
        self.journal.done.push(marking.clone());
        Some(marking)
    }

    /// Forgets a marking that could not be written.
    pub(super) fn forget(&mut self, number: u64) {
        let is_other = |marking: &Marking| marking.number != number;
        self.journal.done.retain(is_other);
        self.journal.taken_back.retain(is_other);
    }
}
