//! The `model.toml` of a fetched model: where it comes from, on which terms, and all hashes.
//!
//! With it the scan finds the model, and every file is checked before it is first loaded.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::{sha256_of, write_atomically};
use crate::models::Manifest;

use super::checksum::Checksum;
use super::error::HubError;
use super::plan::Plan;

/// Where a model comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Source {
    page: String,
    repository: String,
    revision: String,
    commit: String,
    folder: String,
}

impl Source {
    pub(super) fn of(plan: &Plan) -> Self {
        Self {
            page: plan.page.clone(),
            repository: plan.repository.id().to_owned(),
            revision: plan.repository.revision().to_owned(),
            commit: plan.commit.clone(),
            folder: plan.folder.clone(),
        }
    }

    /// What a model's folder says; `None` for models that were not fetched.
    pub(super) fn read(folder: &Path) -> Option<Self> {
        #[derive(Deserialize)]
        struct WithSource {
            source: Source,
        }
        let text = fs::read_to_string(folder.join(Manifest::FILE_NAME)).ok()?;
        let manifest: WithSource = toml::from_str(&text).ok()?;
        Some(manifest.source)
    }
}

/// Writes the manifest beside the files of a plan, which are all there.
pub(super) fn write(plan: &Plan, folder: &Path) -> Result<(), HubError> {
    let files: Result<_, HubError> = plan
        .files
        .iter()
        .map(|file| {
            let path = folder.join(&file.path);
            let sha256 = match &file.checksum {
                Checksum::Sha256(digits) => digits.clone(),
                Checksum::GitBlob(_) => sha256_of(&path).map_err(HubError::disk(&path))?,
            };
            Ok(FileText {
                path: file.path.clone(),
                bytes: file.bytes,
                sha256,
            })
        })
        .collect();
    let text = ManifestText {
        schema: 1,
        id: plan.model_id(),
        name: name(plan),
        version: plan.commit.clone(),
        licence: LicenceText {
            id: plan.licence.id.clone(),
            holder: plan.licence.holder.clone(),
            text: plan.licence.text.clone(),
        },
        source: Source::of(plan),
        files: files?,
    };
    let text = toml::to_string(&text).expect("texts and lengths below 2^63 are written as TOML");
    let path = folder.join(Manifest::FILE_NAME);
    write_atomically(&path, |file| file.write_all(text.as_bytes())).map_err(HubError::disk(&path))
}

/// The shape that `models` reads; see its schema.
#[derive(Serialize)]
struct ManifestText {
    schema: u32,
    id: String,
    name: String,
    version: String,
    licence: LicenceText,
    source: Source,
    files: Vec<FileText>,
}

#[derive(Serialize)]
struct LicenceText {
    id: String,
    holder: String,
    text: String,
}

#[derive(Serialize)]
struct FileText {
    path: String,
    bytes: u64,
    sha256: String,
}

fn name(plan: &Plan) -> String {
    let name = plan.repository.name();
    if plan.folder.is_empty() {
        name.to_owned()
    } else {
        format!("{name} · {}", plan.folder)
    }
}
