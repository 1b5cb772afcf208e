//! What the artist keeps about models: defaults, tags, trigger words, and what is off the list.

use std::path::{Path, PathBuf};

use crate::domain::{ModelId, Params, PixelSize};
use crate::pipeline::ModelInfo;

use super::unknown::Unknown;

/// What is kept about all models.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelNotes {
    /// What is noted, and of which model.
    pub(super) noted: Vec<(NotedModel, ModelNote)>,
    /// Folders that are off the list.
    pub(super) removed: Vec<PathBuf>,
    /// What a newer version wrote.
    pub(super) unknown: Unknown,
}

/// What is kept about one model.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModelNote {
    /// Values of parameters that take the place of the model's own.
    pub defaults: Params,
    /// The size in pixels that takes the place of the model's own.
    pub size: Option<PixelSize>,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Words of a prompt that it was trained to answer to.
    pub trigger_words: Vec<String>,
    /// What a newer version wrote.
    pub unknown: Unknown,
}

/// By what a model is known again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NotedModel {
    pub id: ModelId,
    /// Its folder; where it moved, id and length still tell it.
    pub path: PathBuf,
    pub file_bytes: u64,
    /// The fingerprint of the files that last drew with it; `None` where none did.
    pub fingerprint: Option<String>,
}

impl ModelNotes {
    /// What is kept about a model.
    pub fn of(&self, model: &ModelInfo) -> Option<&ModelNote> {
        let place = self.place_of(model)?;
        Some(&self.noted[place].1)
    }

    /// The fingerprint of the files that last drew with a model; `None` where none did.
    pub fn fingerprint(&self, model: &ModelInfo) -> Option<&str> {
        let place = self.place_of(model)?;
        self.noted[place].0.fingerprint.as_deref()
    }

    /// Keeps something else about a model.
    pub fn set(&mut self, model: &ModelInfo, note: ModelNote) {
        let fingerprint = self.fingerprint(model).map(str::to_owned);
        self.put(model, fingerprint, note);
    }

    /// Keeps the fingerprint of the files that drew with a model; `None` forgets it.
    pub fn set_fingerprint(&mut self, model: &ModelInfo, fingerprint: Option<String>) {
        let note = self.of(model).cloned().unwrap_or_default();
        self.put(model, fingerprint, note);
    }

    /// Puts what is kept in the place of a model's own defaults, as far as it is possible there.
    pub fn overlay(&self, model: &mut ModelInfo) {
        let Some(note) = self.of(model) else { return };
        for spec in model.specs {
            let kept = note.defaults.get(spec.id);
            if let Some(value) = kept.and_then(|value| spec.accept(value).ok()) {
                model.defaults.set(spec.id, value);
            }
        }
        if let Some(size) = note.size.filter(|size| model.sizes.check(*size).is_ok()) {
            model.sizes.default = size;
        }
    }

    /// Whether a folder is off the list.
    pub fn is_removed(&self, path: &Path) -> bool {
        self.removed.iter().any(|removed| removed == path)
    }

    /// Takes a folder off the list; nothing of it is deleted.
    pub fn remove(&mut self, path: PathBuf) {
        if !self.is_removed(&path) {
            self.removed.push(path);
        }
    }

    /// Brings the folder back, and those inside it.
    pub fn bring_back(&mut self, path: &Path) {
        self.removed.retain(|removed| !removed.starts_with(path));
    }

    fn put(&mut self, model: &ModelInfo, fingerprint: Option<String>, note: ModelNote) {
        let place = self.place_of(model);
        if let Some(place) = place {
            self.noted.remove(place);
        }
        if fingerprint.is_none() && note == ModelNote::default() {
            return;
        }
        let noted = NotedModel {
            id: model.id.clone(),
            path: model.path.clone(),
            file_bytes: model.file_bytes,
            fingerprint,
        };
        let place = place.unwrap_or(self.noted.len());
        self.noted.insert(place, (noted, note));
    }

    fn place_of(&self, model: &ModelInfo) -> Option<usize> {
        let place = |is_it: &dyn Fn(&NotedModel) -> bool| {
            let mut noted = self.noted.iter();
            noted.position(|(noted, _)| noted.id == model.id && is_it(noted))
        };
        place(&|noted| noted.path == model.path)
            .or_else(|| place(&|noted| noted.file_bytes == model.file_bytes))
    }
}
