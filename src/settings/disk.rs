//! Settings, session and notes about models as files in the folder for configuration.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;
use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};
use crate::files::{Folders, move_aside, write_atomically};
use crate::strings::Language;

use super::model_notes::ModelNotes;
use super::notes_schema::StoredNotes;
use super::preferences::Settings;
use super::schema::{StoredSession, StoredSettings};
use super::session::Session;

const SETTINGS: &str = "settings.json";
const SESSION: &str = "session.json";
const NOTES: &str = "models.json";

/// The preferences; defaults, in the user's language, where there are none.
///
/// A file that cannot be read is moved aside, and the notice says where to.
pub fn load_settings(folders: &Folders) -> (Settings, Option<Notice>) {
    let first = Settings {
        language: system_language(),
        ..Settings::default()
    };
    match load(&folders.config.join(SETTINGS)) {
        Ok(Some(StoredSettings::V1(stored))) => (stored.into(), None),
        Ok(None) => (first, None),
        Err(error) => (first, Some(error.explain())),
    }
}

/// Where the last run ended; empty where there was none.
///
/// A file that cannot be read is moved aside, and the notice says where to.
pub fn load_session(folders: &Folders) -> (Session, Option<Notice>) {
    match load(&folders.config.join(SESSION)) {
        Ok(Some(StoredSession::V1(stored))) => ((*stored).into(), None),
        Ok(None) => (Session::default(), None),
        Err(error) => (Session::default(), Some(error.explain())),
    }
}

/// What is kept about models; nothing where there is nothing.
///
/// A file that cannot be read is moved aside, and the notice says where to.
pub fn load_model_notes(folders: &Folders) -> (ModelNotes, Option<Notice>) {
    match load(&folders.config.join(NOTES)) {
        Ok(Some(StoredNotes::V1(stored))) => (stored.into(), None),
        Ok(None) => (ModelNotes::default(), None),
        Err(error) => (ModelNotes::default(), Some(error.explain())),
    }
}

/// Writes the preferences whole or not at all.
pub fn save_settings(folders: &Folders, settings: &Settings) -> Result<(), SettingsError> {
    let stored = StoredSettings::V1(settings.into());
    save(&folders.config.join(SETTINGS), &stored)
}

/// Writes the session whole or not at all.
pub fn save_session(folders: &Folders, session: &Session) -> Result<(), SettingsError> {
    let stored = StoredSession::V1(Box::new(session.into()));
    save(&folders.config.join(SESSION), &stored)
}

/// Writes what is kept about models whole or not at all.
pub fn save_model_notes(folders: &Folders, notes: &ModelNotes) -> Result<(), SettingsError> {
    let stored = StoredNotes::V1(notes.into());
    save(&folders.config.join(NOTES), &stored)
}

/// Why settings, session or notes cannot be read or written.
#[derive(Debug, Error)]
pub enum SettingsError {
    /// The file cannot be read or is not what we write, and stands now under another name.
    #[error("cannot understand {path}, moved to {aside}")]
    MovedAside {
        /// Where it fails.
        source: io::Error,
        /// Where the file was.
        path: PathBuf,
        /// Where it is now.
        aside: PathBuf,
    },
    /// The file cannot be understood, and cannot be moved aside either.
    #[error("cannot move aside what cannot be understood: {path}")]
    InTheWay {
        /// Why not.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The disk does not take the file.
    #[error("cannot write {path}")]
    Write {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
}

impl Explain for SettingsError {
    fn explain(&self) -> Notice {
        let (severity, headline) = match self {
            Self::MovedAside { path, aside, .. } => (
                Severity::Warning,
                Message::new("error-settings-moved-aside")
                    .with("file", path.display())
                    .with("aside", aside.display()),
            ),
            Self::InTheWay { path, .. } => (
                Severity::Error,
                Message::new("error-settings-in-the-way").with("file", path.display()),
            ),
            Self::Write { path, .. } => (
                Severity::Error,
                Message::new("error-settings-write").with("file", path.display()),
            ),
        };
        Notice::new(severity, headline).caused_by(self)
    }
}

fn load<Stored: DeserializeOwned>(path: &Path) -> Result<Option<Stored>, SettingsError> {
    let read = fs::read(path).and_then(|json| Ok(serde_json::from_slice(&json)?));
    let source = match read {
        Ok(stored) => return Ok(Some(stored)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => error,
    };
    match move_aside(path) {
        Ok(aside) => Err(SettingsError::MovedAside {
            source,
            path: path.to_owned(),
            aside,
        }),
        Err(source) => Err(SettingsError::InTheWay {
            source,
            path: path.to_owned(),
        }),
    }
}

fn save(path: &Path, stored: &impl Serialize) -> Result<(), SettingsError> {
    let write = || {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        fs::create_dir_all(folder)?;
        let json = serde_json::to_vec_pretty(stored)?;
        write_atomically(path, |file| file.write_all(&json))
    };
    write().map_err(|source| SettingsError::Write {
        source,
        path: path.to_owned(),
    })
}

/// The language that the desktop speaks to the user.
fn system_language() -> Language {
    let variables = ["LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"];
    let locales = variables
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    let mut locales = locales.filter(|value| !value.is_empty());
    let detected = locales.next().and_then(|value| Language::detect(&value));
    detected.unwrap_or_default()
}
