//! The family that a person chose for a model, where the files tell none or a wrong one.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::files::{move_aside, write_atomically};

use super::error::ModelError;

/// What a person said of a model, in a file of ours inside its folder.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct FamilyChoice {
    /// The id of the family; nobody has asked yet whether there is one of that name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub family: Option<String>,
    /// What a newer version wrote; kept for it.
    #[serde(flatten)]
    unknown: serde_json::Map<String, serde_json::Value>,
}

impl FamilyChoice {
    /// The file's name in a model folder.
    pub const FILE_NAME: &str = "maquette.json";

    /// The choice for the model in a folder; none where there is no file.
    pub fn read(folder: &Path) -> Result<Self, ModelError> {
        let path = folder.join(Self::FILE_NAME);
        let text = match fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Self::default()),
            Err(source) => return Err(ModelError::reading(source, path)),
        };
        serde_json::from_str(&text).map_err(|error| ModelError::ChoiceMalformed {
            reason: error.to_string(),
            path,
        })
    }

    /// Keeps the choice of a family, or forgets it; a file that says nothing else then goes.
    ///
    /// A file that cannot be read is moved aside.
    pub fn keep(folder: &Path, family: Option<&str>) -> Result<(), ModelError> {
        let path = folder.join(Self::FILE_NAME);
        let read = Self::read(folder);
        let write = || {
            let mut choice = if let Ok(choice) = read {
                choice
            } else {
                move_aside(&path)?;
                Self::default()
            };
            choice.family = family.map(str::to_owned);
            if choice == Self::default() {
                return remove(&path);
            }
            let json = serde_json::to_vec_pretty(&choice)?;
            write_atomically(&path, |file| file.write_all(&json))
        };
        write().map_err(|source| ModelError::ChoiceNotKept {
            source,
            path: path.clone(),
        })
    }
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        ended => ended,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Explain as _;

    fn put(folder: &Path, text: &str) {
        let path = folder.join(FamilyChoice::FILE_NAME);
        write_atomically(&path, |file| file.write_all(text.as_bytes())).unwrap();
    }

    fn kept(folder: &Path) -> Option<String> {
        FamilyChoice::read(folder).unwrap().family
    }

    #[test]
    fn a_choice_is_kept_changed_and_forgotten_without_a_trace() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        assert_eq!(kept(folder), None);
        for family in ["flux", "stable_diffusion"] {
            FamilyChoice::keep(folder, Some(family)).unwrap();
            assert_eq!(kept(folder).as_deref(), Some(family));
        }
        for _ in 0..2 {
            FamilyChoice::keep(folder, None).unwrap();
            assert_eq!(fs::read_dir(folder).unwrap().count(), 0);
        }
    }

    #[test]
    fn a_choice_that_cannot_be_written_names_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("gone");
        let error = FamilyChoice::keep(&gone, Some("flux")).unwrap_err();
        assert_eq!(error.explain().headline.key, "error-model-choice-not-kept");
        assert!(
            error.to_string().contains(FamilyChoice::FILE_NAME),
            "{error}"
        );
    }

    #[test]
    fn what_a_newer_version_wrote_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        put(folder, r#"{ "precision": "float16" }"#);
        FamilyChoice::keep(folder, Some("flux")).unwrap();
        FamilyChoice::keep(folder, None).unwrap();
        let left = fs::read_to_string(folder.join(FamilyChoice::FILE_NAME)).unwrap();
        assert!(
            left.contains("float16") && !left.contains("family"),
            "{left}"
        );
    }

    #[test]
    fn a_file_that_cannot_be_understood_is_named_and_moved_aside_by_a_choice() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        for text in ["flux", r#"{ "family": 3 }"#, "[]"] {
            put(folder, text);
            let error = FamilyChoice::read(folder).unwrap_err();
            assert!(
                error.to_string().contains(FamilyChoice::FILE_NAME),
                "{error}"
            );
            FamilyChoice::keep(folder, Some("flux")).unwrap();
            assert_eq!(kept(folder).as_deref(), Some("flux"), "{text}");
        }
        // The choice, and the three that were moved.
        assert_eq!(fs::read_dir(folder).unwrap().count(), 4);
    }
}
