//! The pictures as the gallery shows them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::domain::{Flag, JobId, Marks, ModelId, Picture, PictureId};
use crate::gallery::{Command, Entry, Record};

use super::filter::{Filter, Sort};
use super::search::Search;
use super::selection::Selection;

/// Records that are remembered; the inspector needs one, neighbours come for free.
const RECORD_LIMIT: usize = 256;

/// The library's pictures, those of them that are shown, and the chosen ones.
#[derive(Debug, Default)]
pub struct Wall {
    library: Option<PathBuf>,
    /// All pictures, oldest first.
    kept: Vec<Entry>,
    /// Where a picture is in `kept`.
    indices: HashMap<PictureId, usize>,
    /// Indices of the pictures that are shown, in the order of the grid.
    shown: Vec<usize>,
    /// For every index its place in `shown`.
    places: Vec<Option<usize>>,
    filter: Filter,
    search: Search,
    sort: Sort,
    rejected: usize,
    pub(super) selection: Selection,
    records: BTreeMap<PictureId, Record>,
    newest: BTreeMap<ModelId, PictureId>,
    unkept: Vec<(JobId, Box<Picture>)>,
}

impl Wall {
    /// The folder the pictures are in; `None` until it is open.
    pub fn library(&self) -> Option<&Path> {
        self.library.as_deref()
    }

    /// How many pictures there are, shown or not.
    pub fn kept(&self) -> usize {
        self.kept.len()
    }

    /// How many pictures are shown.
    pub fn shown(&self) -> usize {
        self.shown.len()
    }

    /// How many pictures are rejected.
    pub fn rejected(&self) -> usize {
        self.rejected
    }

    /// The picture at a place of the grid.
    pub fn at(&self, place: usize) -> Option<&Entry> {
        self.shown.get(place).map(|index| &self.kept[*index])
    }

    /// A picture's place in the grid; `None` where it is not shown.
    pub fn place(&self, id: PictureId) -> Option<usize> {
        self.places[*self.indices.get(&id)?]
    }

    /// What the grid shows of a picture, also of one that the filter leaves out.
    pub fn entry(&self, id: PictureId) -> Option<&Entry> {
        self.indices.get(&id).map(|index| &self.kept[*index])
    }

    /// Which pictures are shown.
    pub fn filter(&self) -> &Filter {
        &self.filter
    }

    /// What is searched for among them.
    pub fn search(&self) -> &Search {
        &self.search
    }

    /// Whether more than the rejected pictures are left out, by the filter or by a search.
    pub fn is_narrow(&self) -> bool {
        self.filter.is_narrow() || self.search.is_on()
    }

    /// In what order they are shown.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// The current picture.
    pub fn current(&self) -> Option<PictureId> {
        self.selection.current()
    }

    /// The current picture's place in the grid.
    pub fn current_place(&self) -> Option<usize> {
        self.place(self.current()?)
    }

    /// Whether a picture is among the chosen ones.
    pub fn is_selected(&self, id: PictureId) -> bool {
        self.selection.has(id)
    }

    /// How many pictures are chosen.
    pub fn selected_count(&self) -> usize {
        self.selection.len()
    }

    /// The chosen pictures, in the order of the grid.
    pub fn selected(&self) -> Vec<PictureId> {
        let mut chosen: Vec<_> = self.selection.chosen().collect();
        chosen.sort_by_key(|id| self.place(*id));
        chosen
    }

    /// The first of the chosen pictures, at most `limit`, in the order of the grid; for every
    /// frame, also where everything is chosen.
    pub fn first_selected(&self, limit: usize) -> Vec<PictureId> {
        if self.selection.len() <= limit {
            return self.selected();
        }
        let chosen = self.all_shown().filter(|id| self.selection.has(*id));
        chosen.take(limit).collect()
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

    /// Takes the pictures of a library, newest first.
    pub(super) fn open(&mut self, library: PathBuf, mut entries: Vec<Entry>) {
        entries.reverse();
        self.library = Some(library);
        self.kept = entries;
        self.index();
        self.records.clear();
        self.newest.clear();
        self.search.set_found(None);
        self.show();
        self.stay_near(None);
    }

    pub(super) fn close(&mut self) {
        let unkept = std::mem::take(&mut self.unkept);
        let search = std::mem::take(&mut self.search);
        *self = Self {
            search,
            unkept,
            ..Self::default()
        };
    }

    pub(super) fn add(&mut self, entry: Entry) {
        let index = self.kept.len();
        self.indices.insert(entry.id, index);
        self.kept.push(entry);
        self.places.push(None);
        if self.passes(index) {
            self.insert(index);
            self.number_places();
        }
    }

    /// Drops pictures that are gone.
    pub(super) fn remove(&mut self, gone: &[PictureId]) {
        let rank = self.current_place();
        let gone: BTreeSet<PictureId> = gone.iter().copied().collect();
        let stays = |entry: &Entry| !gone.contains(&entry.id);
        let staying: Vec<bool> = self.kept.iter().map(stays).collect();
        self.search.retain(&staying);
        self.kept.retain(stays);
        self.index();
        self.records.retain(|id, _| !gone.contains(id));
        self.show();
        self.stay_near(rank);
    }

    pub(super) fn set_filter(&mut self, filter: Filter) {
        self.filter = filter;
        self.show_again();
    }

    /// Searches for something else; the library may have to be asked.
    pub(super) fn write_search(&mut self, text: String) -> Option<Command> {
        let command = self.search.write(text);
        self.show_again();
        command
    }

    /// Asks the library once more for what is searched.
    pub(super) fn ask_search(&mut self) -> Option<Command> {
        self.search.ask()
    }

    /// Shows what the library found, if that is still what is searched.
    pub(super) fn show_found(&mut self, serial: u64, ids: &[PictureId]) {
        if self.search.give_up(serial) {
            let found = self.found(ids);
            self.search.set_found(Some(found));
            self.show_again();
        }
    }

    /// The search, to be told what it should know.
    pub(super) fn search_mut(&mut self) -> &mut Search {
        &mut self.search
    }

    pub(super) fn set_sort(&mut self, sort: Sort) {
        self.sort = sort;
        self.show();
    }

    /// Marks pictures; one that is not shown any more gives way to its neighbour.
    pub(super) fn mark(&mut self, marks: impl IntoIterator<Item = (PictureId, Marks)>) {
        let rank = self.current_place();
        let mut moved = Vec::new();
        for (id, marks) in marks {
            let Some(index) = self.indices.get(&id).copied() else {
                continue;
            };
            let entry = &mut self.kept[index];
            self.rejected -= usize::from(entry.marks.flag == Flag::Rejected);
            entry.marks = marks;
            self.rejected += usize::from(marks.flag == Flag::Rejected);
            if let Some(record) = self.records.get_mut(&id) {
                record.entry.marks = marks;
            }
            let is_shown = self.places[index].is_some();
            if is_shown != self.passes(index) || self.sort == Sort::Best {
                moved.push(index);
            }
        }
        match *moved {
            [] => return,
            [index] => {
                if let Some(place) = self.places[index] {
                    self.shown.remove(place);
                }
                if self.passes(index) {
                    self.insert(index);
                }
                self.number_places();
            }
            _ => self.show(),
        }
        self.stay_near(rank);
    }

    pub(super) fn mark_seen(&mut self, id: PictureId) -> bool {
        let Some(index) = self.indices.get(&id) else {
            return false;
        };
        let entry = &mut self.kept[*index];
        !std::mem::replace(&mut entry.seen, true)
    }

    /// The picture `steps` places after the current one, within the bounds.
    pub(super) fn stepped(&self, steps: isize) -> Option<PictureId> {
        let last = self.shown.len().checked_sub(1)?;
        let place = match self.current_place() {
            Some(place) => place.saturating_add_signed(steps).min(last),
            None => 0,
        };
        Some(self.at(place)?.id)
    }

    /// The pictures from one to another, both included, as the grid has them.
    pub(super) fn span(&self, from: PictureId, to: PictureId) -> Vec<PictureId> {
        let (Some(from), Some(to)) = (self.place(from), self.place(to)) else {
            return Vec::new();
        };
        let places = from.min(to)..=from.max(to);
        places
            .filter_map(|place| Some(self.at(place)?.id))
            .collect()
    }

    /// Every picture that is shown.
    pub(super) fn all_shown(&self) -> impl Iterator<Item = PictureId> {
        self.shown.iter().map(|index| self.kept[*index].id)
    }

    /// Every picture that is rejected, shown or not.
    pub fn all_rejected(&self) -> Vec<PictureId> {
        let rejected = |entry: &&Entry| entry.marks.flag == Flag::Rejected;
        let rejected = self.kept.iter().filter(rejected);
        rejected.map(|entry| entry.id).collect()
    }

    pub(super) fn learn(&mut self, record: Record) {
        if self.records.len() >= RECORD_LIMIT {
            let current = self.current();
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

    fn index(&mut self) {
        let entries = self.kept.iter().enumerate();
        self.indices = entries.map(|(index, entry)| (entry.id, index)).collect();
        let rejected = |entry: &&Entry| entry.marks.flag == Flag::Rejected;
        self.rejected = self.kept.iter().filter(rejected).count();
    }

    fn passes(&self, index: usize) -> bool {
        let entry = &self.kept[index];
        self.filter.passes(entry, self.search.wants_rejected()) && self.search.passes(index, entry)
    }

    /// Whether pictures are among those that were found, by their places in the order of keeping.
    fn found(&self, ids: &[PictureId]) -> Vec<bool> {
        let mut found = vec![false; self.kept.len()];
        let mut next = 0;
        for id in ids {
            // Both are in the order of keeping, so that where much is found nothing is looked up.
            let is_next = self.kept.get(next).is_some_and(|entry| entry.id == *id);
            let index = if is_next {
                Some(next)
            } else {
                self.indices.get(id).copied()
            };
            if let Some(index) = index {
                found[index] = true;
                next = index + 1;
            }
        }
        found
    }

    /// Shows other pictures, and keeps the eye where it is.
    fn show_again(&mut self) {
        let place = self.current_place();
        self.show();
        self.stay_near(place);
    }

    fn show(&mut self) {
        let passing = (0..self.kept.len()).filter(|index| self.passes(*index));
        self.shown = passing.collect();
        let (sort, kept) = (self.sort, &self.kept);
        self.shown
            .sort_by(|a, b| sort.compare((*a, &kept[*a]), (*b, &kept[*b])));
        self.number_places();
    }

    fn insert(&mut self, index: usize) {
        let (sort, kept) = (self.sort, &self.kept);
        let before = |other: &usize| {
            let other = (*other, &kept[*other]);
            sort.compare(other, (index, &kept[index])).is_lt()
        };
        let place = self.shown.partition_point(before);
        self.shown.insert(place, index);
    }

    fn number_places(&mut self) {
        self.places.clear();
        self.places.resize(self.kept.len(), None);
        for (place, index) in self.shown.iter().enumerate() {
            self.places[*index] = Some(place);
        }
    }

    /// Chooses what now stands where the current picture stood, if that is shown no more: one of
    /// the chosen pictures while there are any.
    fn stay_near(&mut self, place: Option<usize>) {
        let is_shown = self.current_place().is_some();
        let (places, indices) = (&self.places, &self.indices);
        let stays = |id| {
            indices
                .get(&id)
                .is_some_and(|index| places[*index].is_some())
        };
        self.selection.retain(stays);
        let (false, Some(place)) = (is_shown, place) else {
            return;
        };
        let chosen = self.selected();
        let next = chosen.iter().find(|id| self.place(**id) >= Some(place));
        if let Some(id) = next.or_else(|| chosen.last()) {
            self.selection.turn_to(*id);
        } else if let Some(entry) = self.at(place.min(self.shown.len().saturating_sub(1))) {
            self.selection.choose(entry.id);
        }
    }
}
