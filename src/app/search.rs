//! What is searched for, and what was found.

use crate::gallery::{Command, Entry, KnownValues, Query, QueryError, SavedSearch};

/// The search above the grid: as it was written, and as far as it was answered.
#[derive(Debug, Default)]
pub struct Search {
    text: String,
    /// The last text that could be read.
    query: Query,
    errors: Vec<QueryError>,
    /// The number of the last question; answers to earlier ones are stale.
    serial: u64,
    /// Whether the library found a picture, by its place in the order of keeping; what came later
    /// is not found. `None` where it need not be asked, or has not yet answered.
    found: Option<Vec<bool>>,
    is_waiting: bool,
    known: KnownValues,
    saved: Vec<SavedSearch>,
}

impl Search {
    /// The search, as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What is wrong with it, from left to right; what was shown before is shown still.
    pub fn errors(&self) -> &[QueryError] {
        &self.errors
    }

    /// Whether something is searched for.
    pub fn is_on(&self) -> bool {
        !self.query.is_empty()
    }

    /// Whether the library has yet to answer.
    pub fn is_waiting(&self) -> bool {
        self.is_waiting
    }

    /// The values that can be searched for.
    pub fn known(&self) -> &KnownValues {
        &self.known
    }

    /// The searches that are kept under a name.
    pub fn saved(&self) -> &[SavedSearch] {
        &self.saved
    }

    /// Whether a picture passes, by its place in the order of keeping; one of which the library
    /// has not told does not.
    pub(super) fn passes(&self, index: usize, entry: &Entry) -> bool {
        let is_found = |found: &Vec<bool>| found.get(index).copied().unwrap_or_default();
        self.query.passes(entry.marks) && self.found.as_ref().is_none_or(is_found)
    }

    /// Whether rejected pictures are asked for.
    pub(super) fn wants_rejected(&self) -> bool {
        self.query.wants_rejected()
    }

    /// Searches for something else, unless it cannot be read; the library may have to be asked.
    pub(super) fn write(&mut self, text: String) -> Option<Command> {
        let query = Query::parse(&text);
        self.text = text;
        match query {
            Ok(query) => {
                self.errors.clear();
                let is_same = query.library_terms().eq(self.query.library_terms());
                self.query = query;
                if is_same { None } else { self.ask() }
            }
            Err(errors) => {
                self.errors = errors;
                None
            }
        }
    }

    /// Asks the library, if it has something to say.
    pub(super) fn ask(&mut self) -> Option<Command> {
        self.serial += 1;
        self.is_waiting = self.query.library_terms().next().is_some();
        if !self.is_waiting {
            self.found = None;
            return None;
        }
        Some(Command::Search {
            serial: self.serial,
            query: self.query.clone(),
        })
    }

    /// Waits no longer for an answer; whether it would have been to the last question.
    pub(super) fn give_up(&mut self, serial: u64) -> bool {
        let is_last = serial == self.serial;
        self.is_waiting &= !is_last;
        is_last
    }

    /// Takes what was found; `None` after another library was opened.
    pub(super) fn set_found(&mut self, found: Option<Vec<bool>>) {
        self.found = found;
    }

    /// Drops what was found of pictures that are gone.
    pub(super) fn retain(&mut self, stays: &[bool]) {
        if let Some(found) = &mut self.found {
            let mut stays = stays.iter();
            found.retain(|_| stays.next().is_some_and(|stays| *stays));
        }
    }

    pub(super) fn learn_known(&mut self, known: KnownValues) {
        self.known = known;
    }

    pub(super) fn learn_saved(&mut self, saved: Vec<SavedSearch>) {
        self.saved = saved;
    }
}
