//! The models at hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::adapters::AdapterInfo;
use crate::doctor::Report;
use crate::domain::{ModelId, Notice};
use crate::pipeline::ModelInfo;
use crate::settings::{ModelNote, ModelNotes};

/// The models that were found, those that were refused, and what the artist keeps about them.
#[derive(Debug, Default)]
pub struct Shelf {
    /// As their folders say.
    own: Vec<ModelInfo>,
    /// As the artist has them: with the kept defaults, without those off the list.
    models: Vec<ModelInfo>,
    all_refused: Vec<(PathBuf, Notice)>,
    refused: Vec<(PathBuf, Notice)>,
    removed: Vec<PathBuf>,
    notes: ModelNotes,
    adapters: Vec<AdapterInfo>,
    /// By their models' folders.
    chosen_families: BTreeMap<PathBuf, String>,
    /// What the doctor said of folders.
    reports: BTreeMap<PathBuf, Report>,
    /// What the doctor is doing with folders.
    checkups: BTreeMap<PathBuf, Checkup>,
    scanned: bool,
    /// The folder that the artist added, until it was looked through.
    pub(super) awaited: Option<PathBuf>,
    /// What was found first in the folder that was added last.
    pub(super) newcomer: Option<PathBuf>,
}

/// What the doctor is doing with a folder.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checkup {
    /// Looking through its files.
    Looking,
    /// Drawing a step with it.
    Testing,
}

impl Shelf {
    /// The models that can be used, in the order of the folders.
    pub fn models(&self) -> &[ModelInfo] {
        &self.models
    }

    /// Folders that look like models and cannot be used, and why.
    pub fn refused(&self) -> &[(PathBuf, Notice)] {
        &self.refused
    }

    /// Folders that were found and are off the list.
    pub fn removed(&self) -> &[PathBuf] {
        &self.removed
    }

    /// The adapters at hand that change weights, by name.
    pub fn adapters(&self) -> &[AdapterInfo] {
        &self.adapters
    }

    /// The id of the family that was chosen by hand for what is in a folder.
    pub fn chosen_family(&self, folder: &Path) -> Option<&str> {
        self.chosen_families.get(folder).map(String::as_str)
    }

    /// What the doctor said of a folder when it was last asked.
    pub fn report(&self, folder: &Path) -> Option<&Report> {
        self.reports.get(folder)
    }

    /// What the doctor is doing with a folder; `None` where nothing.
    pub fn checkup(&self, folder: &Path) -> Option<Checkup> {
        self.checkups.get(folder).copied()
    }

    /// Whether the folders have been read; until then an empty shelf says nothing.
    pub fn is_scanned(&self) -> bool {
        self.scanned
    }

    /// Whether a folder that was added is being looked through.
    pub fn is_adding(&self) -> bool {
        self.awaited.is_some()
    }

    /// The first of the folders that came with the one that was added last.
    pub fn newcomer(&self) -> Option<&Path> {
        self.newcomer.as_deref()
    }

    /// The model of that name.
    pub fn find(&self, id: &ModelId) -> Option<&ModelInfo> {
        self.models.iter().find(|model| &model.id == id)
    }

    /// The model of that name as its folder says, without the kept defaults.
    pub fn own(&self, id: &ModelId) -> Option<&ModelInfo> {
        self.own.iter().find(|model| &model.id == id)
    }

    /// What the artist keeps about a model.
    pub fn note(&self, model: &ModelInfo) -> Option<&ModelNote> {
        self.notes.of(model)
    }

    /// The model of that name, else the first one.
    pub fn chosen(&self, id: Option<&ModelId>) -> Option<&ModelInfo> {
        id.and_then(|id| self.find(id))
            .or_else(|| self.models.first())
    }

    /// Whether the artist keeps a size for a model.
    pub(super) fn has_kept_size(&self, model: &ModelInfo) -> bool {
        self.note(model).is_some_and(|note| note.size.is_some())
    }

    /// The fingerprint of the files that last drew with the model in a folder.
    pub(super) fn fingerprint(&self, folder: &Path) -> Option<&str> {
        let model = self.own.iter().find(|model| model.path == folder)?;
        self.notes.fingerprint(model)
    }

    /// Keeps that fingerprint, or forgets it; tells whether another one was kept.
    pub(super) fn set_fingerprint(&mut self, folder: &Path, fingerprint: Option<&str>) -> bool {
        let mut own = self.own.iter();
        let model = own.find(|model| model.path == folder);
        let Some(model) = model.filter(|it| self.notes.fingerprint(it) != fingerprint) else {
            return false;
        };
        let fingerprint = fingerprint.map(str::to_owned);
        self.notes.set_fingerprint(model, fingerprint);
        true
    }

    pub(super) fn await_report(&mut self, folder: PathBuf, checkup: Checkup) {
        self.checkups.insert(folder, checkup);
    }

    pub(super) fn file_report(&mut self, report: Report) {
        self.checkups.remove(&report.folder);
        self.reports.insert(report.folder.clone(), report);
    }

    pub(super) fn with_notes(notes: ModelNotes) -> Self {
        Self {
            notes,
            ..Self::default()
        }
    }

    pub(super) fn notes(&self) -> &ModelNotes {
        &self.notes
    }

    pub(super) fn fill(&mut self, found: Vec<ModelInfo>, refused: Vec<(PathBuf, Notice)>) {
        self.scanned = true;
        self.own = found;
        self.all_refused = refused;
        self.arrange();
    }

    pub(super) fn hang_adapters(&mut self, adapters: Vec<AdapterInfo>) {
        self.adapters = adapters;
    }

    pub(super) fn learn_families(&mut self, chosen: BTreeMap<PathBuf, String>) {
        self.chosen_families = chosen;
    }

    pub(super) fn set_note(&mut self, id: &ModelId, note: ModelNote) {
        if let Some(model) = self.own.iter().find(|model| &model.id == id) {
            self.notes.set(model, note);
            self.arrange();
        }
    }

    pub(super) fn remove(&mut self, folder: PathBuf) {
        self.notes.remove(folder);
        self.arrange();
    }

    pub(super) fn bring_back(&mut self, folder: &Path) {
        self.notes.bring_back(folder);
        self.arrange();
    }

    /// Works out what is on the list, and with which defaults.
    fn arrange(&mut self) {
        let notes = &self.notes;
        let is_listed = |path: &Path| !notes.is_removed(path);
        let listed = self.own.iter().filter(|model| is_listed(&model.path));
        self.models = listed.cloned().collect();
        for model in &mut self.models {
            notes.overlay(model);
        }
        let refused = self.all_refused.iter();
        let refused = refused.filter(|(path, _)| is_listed(path));
        self.refused = refused.cloned().collect();
        let found = self.own.iter().map(|model| &model.path);
        let found = found.chain(self.all_refused.iter().map(|(path, _)| path));
        self.removed = found.filter(|path| !is_listed(path)).cloned().collect();
    }
}
