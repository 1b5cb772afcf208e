//! What a model says of itself: licence, origin, defaults, and the hash of every file.

use std::fs;
use std::path::Path;

use crate::domain::{ModelId, Params, PixelSize};

use super::error::ModelError;
use super::schema;

/// The contents of a `model.toml`.
#[derive(Clone, Debug, PartialEq)]
pub struct Manifest {
    /// The model's name in recipes; never changes.
    pub id: ModelId,
    /// The name shown to the artist.
    pub name: String,
    /// The version of the weights.
    pub version: String,
    /// What it is good for, in a sentence.
    pub description: String,
    /// The terms of its use.
    pub licence: Licence,
    /// The size in pixels that it draws best.
    pub default_size: Option<PixelSize>,
    /// The values of parameters that suit it.
    pub defaults: Params,
    /// What sizes it can draw.
    pub limits: Limits,
    /// Prompts that show it at its best.
    pub examples: Vec<String>,
    /// Every file of the model but the manifest.
    pub files: Vec<ManifestFile>,
}

/// The terms under which a model may be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Licence {
    /// Its SPDX identifier or common name.
    pub id: String,
    /// Who grants it.
    pub holder: String,
    /// The terms in a sentence.
    pub text: String,
}

/// What a model can draw; where it says nothing its family decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Limits {
    /// Both sides in pixels must be multiples of it; never zero.
    pub size_multiple: Option<u32>,
    /// The smallest side in pixels.
    pub min_side: Option<u32>,
    /// The largest side in pixels.
    pub max_side: Option<u32>,
}

/// A file as it was when the model was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManifestFile {
    /// Below the model's folder, with `/` between names; never leads out of it.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// Its SHA-256 in lower-case hexadecimal.
    pub sha256: String,
}

impl Manifest {
    /// The file's name in a model folder.
    pub const FILE_NAME: &str = "model.toml";

    /// Reads a manifest, of this version's schema or an older one.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ModelError::reading(source, path.to_owned()))?;
        schema::parse(&text).map_err(|problem| problem.at(path))
    }
}
