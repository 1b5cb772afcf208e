//! The pictures as the gallery shows them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::domain::{JobId, ModelId, Picture, PictureId};
use crate::gallery::{Entry, Record};

/// Records that are remembered; the inspector needs one, neighbours come for free.
const RECORD_LIMIT: usize = 256;

/// The library's pictures, newest first, and the current one.
#[derive(Debug, Default)]
pub struct Wall {
    library: Option<PathBuf>,
    entries: Vec<Entry>,
    places: BTreeMap<PictureId, usize>,
    current: Option<PictureId>,
    records: BTreeMap<PictureId, Record>,
    newest: BTreeMap<ModelId, PictureId>,
    unkept: Vec<(JobId, Box<Picture>)>,
}

impl Wall {
    /// The folder the pictures are in; `None` until it is open.
    pub fn library(&self) -> Option<&Path> {
        self.library.as_deref()
    }

    /// All pictures, newest first.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The current picture.
    pub fn current(&self) -> Option<PictureId> {
        self.current
    }

    /// The current picture's place in [`Wall::entries`].
    pub fn current_place(&self) -> Option<usize> {
        self.place(self.current?)
    }

    /// A picture's place in [`Wall::entries`].
    pub fn place(&self, id: PictureId) -> Option<usize> {
        // Places are counted from the oldest, so that a new picture moves none of them.
        let from_oldest = self.places.get(&id)?;
        Some(self.entries.len() - 1 - from_oldest)
    }

    /// What is known of a picture, once the librarian has told it.
    pub fn record(&self, id: PictureId) -> Option<&Record> {
        self.records.get(&id)
    }

    /// The newest picture that a model made, once it is known.
    pub fn newest_of(&self, model: &ModelId) -> Option<PictureId> {
        self.newest.get(model).copied()
    }

    /// What is known of pictures, as far as the librarian has told it.
    pub(super) fn records(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    /// Pictures that are finished and could not be written; they live in memory only.
    pub fn unkept(&self) -> usize {
        self.unkept.len()
    }

    pub(super) fn open(&mut self, library: PathBuf, entries: Vec<Entry>) {
        let oldest_first = entries.iter().rev().enumerate();
        self.places = oldest_first
            .map(|(place, entry)| (entry.id, place))
            .collect();
        self.current = self.current.filter(|id| self.places.contains_key(id));
        self.library = Some(library);
        self.entries = entries;
        self.records.clear();
        self.newest.clear();
    }

    pub(super) fn close(&mut self) {
        let unkept = std::mem::take(&mut self.unkept);
        *self = Self {
            unkept,
            ..Self::default()
        };
    }

    pub(super) fn add(&mut self, entry: Entry) {
        self.places.insert(entry.id, self.entries.len());
        self.entries.insert(0, entry);
    }

    pub(super) fn mark_seen(&mut self, id: PictureId) -> bool {
        let Some(place) = self.place(id) else {
            return false;
        };
        let fresh = !self.entries[place].seen;
        self.entries[place].seen = true;
        fresh
    }

    pub(super) fn set_current(&mut self, id: PictureId) -> bool {
        let known = self.places.contains_key(&id);
        if known {
            self.current = Some(id);
        }
        known
    }

    /// The picture `steps` places after the current one, within the bounds.
    pub(super) fn stepped(&self, steps: isize) -> Option<PictureId> {
        let last = self.entries.len().checked_sub(1)?;
        let place = match self.current_place() {
            Some(place) => place.saturating_add_signed(steps).min(last),
            None => 0,
        };
        Some(self.entries[place].id)
    }

    pub(super) fn learn(&mut self, record: Record) {
        if self.records.len() >= RECORD_LIMIT {
            let current = self.current;
            self.records.retain(|id, _| Some(*id) == current);
        }
        self.records.insert(record.entry.id, record);
    }

    pub(super) fn learn_newest(&mut self, newest: impl IntoIterator<Item = (ModelId, PictureId)>) {
        self.newest.extend(newest);
    }

    pub(super) fn hold(&mut self, job: JobId, picture: Box<Picture>) {
        self.unkept.push((job, picture));
    }

    pub(super) fn take_unkept(&mut self) -> Vec<(JobId, Box<Picture>)> {
        std::mem::take(&mut self.unkept)
    }
}
