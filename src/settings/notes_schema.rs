//! What notes about models look like on the disk; every version is read for ever.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::ModelId;
use crate::provenance::schema::v1 as recipe;

use super::model_notes::{ModelNote, ModelNotes, NotedModel};
use super::unknown::Unknown;

/// Notes of any version.
#[derive(Serialize, Deserialize)]
#[serde(tag = "version")]
pub(super) enum StoredNotes {
    /// Since Maquette 0.1.
    #[serde(rename = "1")]
    V1(NotesV1),
}

/// A field that is missing has its default; one that is not known is kept.
#[derive(Serialize, Deserialize)]
pub(super) struct NotesV1 {
    #[serde(default)]
    models: Vec<NoteV1>,
    #[serde(default)]
    removed: Vec<PathBuf>,
    #[serde(flatten)]
    unknown: Unknown,
}

#[derive(Serialize, Deserialize)]
struct NoteV1 {
    id: String,
    path: PathBuf,
    #[serde(default)]
    file_bytes: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    fingerprint: Option<String>,
    #[serde(default)]
    defaults: recipe::Values,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    size: Option<recipe::Size>,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    trigger_words: Vec<String>,
    #[serde(flatten)]
    unknown: Unknown,
}

impl From<&ModelNotes> for NotesV1 {
    fn from(live: &ModelNotes) -> Self {
        let notes = live.noted.iter().map(|(model, note)| NoteV1 {
            id: model.id.to_string(),
            path: model.path.clone(),
            file_bytes: model.file_bytes,
            fingerprint: model.fingerprint.clone(),
            defaults: (&note.defaults).into(),
            size: note.size.map(Into::into),
            tags: note.tags.clone(),
            trigger_words: note.trigger_words.clone(),
            unknown: note.unknown.clone(),
        });
        Self {
            models: notes.collect(),
            removed: live.removed.clone(),
            unknown: live.unknown.clone(),
        }
    }
}

impl From<NotesV1> for ModelNotes {
    fn from(stored: NotesV1) -> Self {
        let notes = stored.models.into_iter().map(|stored| {
            let model = NotedModel {
                id: ModelId::new(stored.id),
                path: stored.path,
                file_bytes: stored.file_bytes,
                fingerprint: stored.fingerprint,
            };
            let note = ModelNote {
                defaults: stored.defaults.into(),
                // An impossible size is no reason to lose the rest.
                size: stored.size.and_then(|size| size.try_into().ok()),
                tags: stored.tags,
                trigger_words: stored.trigger_words,
                unknown: stored.unknown,
            };
            (model, note)
        });
        Self {
            noted: notes.collect(),
            removed: stored.removed,
            unknown: stored.unknown,
        }
    }
}
