//! What can be wrong with a model on disk.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Remedy, Severity};

use super::graph_fault::GraphFault;

/// Why a model folder or one of its files was refused.
#[derive(Debug, Error)]
pub enum ModelError {
    /// The folder holds no manifest, no index of a diffusers model and no denoiser.
    #[error("no model.toml, no model_index.json and no exported graph in {path}")]
    NotAModel {
        /// The folder.
        path: PathBuf,
    },
    /// A file that belongs to the model is not there.
    #[error("missing: {path}")]
    Missing {
        /// Where it should be.
        path: PathBuf,
    },
    /// A file has another length than the manifest says.
    #[error("{found} bytes instead of {expected}: {path}")]
    Length {
        /// Bytes by the manifest.
        expected: u64,
        /// Bytes on disk.
        found: u64,
        /// The file.
        path: PathBuf,
    },
    /// A file has the right length and other contents than the manifest says.
    #[error("its SHA-256 is {found} instead of {expected}: {path}")]
    Altered {
        /// The hash by the manifest, in hexadecimal.
        expected: String,
        /// The hash of what is on disk.
        found: String,
        /// The file.
        path: PathBuf,
    },
    /// The system refuses to read a file.
    #[error("cannot be read: {path}")]
    Unreadable {
        /// Why.
        source: io::Error,
        /// The file or folder.
        path: PathBuf,
    },
    /// A configuration, a manifest or a graph is not what it should be.
    #[error("{reason}: {path}")]
    Malformed {
        /// What is wrong, and where in the file.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// What a person said of the model cannot be understood.
    #[error("{reason}: {path}")]
    ChoiceMalformed {
        /// What is wrong, and where in the file.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// What a person said of the model cannot be written down.
    #[error("cannot be written: {path}")]
    ChoiceNotKept {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A file names another one outside its folder: it could read anything on the machine.
    #[error("names a file outside its folder, `{named}`: {path}")]
    Escapes {
        /// What it names.
        named: String,
        /// The file that names it.
        path: PathBuf,
    },
    /// A graph's file is not fit for the runtime.
    #[error("{fault}: {path}")]
    Graph {
        /// What is wrong.
        fault: GraphFault,
        /// The file.
        path: PathBuf,
    },
    /// Somebody asked to stop; an outcome more than an error.
    #[error("cancelled")]
    Cancelled,
}

impl ModelError {
    /// Files that are not there are told apart from those that cannot be read.
    pub(crate) fn reading(source: io::Error, path: PathBuf) -> Self {
        if source.kind() == io::ErrorKind::NotFound {
            Self::Missing { path }
        } else {
            Self::Unreadable { source, path }
        }
    }

    fn headline(&self) -> Message {
        match self {
            Self::NotAModel { path } => {
                Message::new("error-model-not-a-model").with("folder", path.display())
            }
            Self::Missing { path } => {
                Message::new("error-model-missing").with("file", path.display())
            }
            Self::Length {
                expected,
                found,
                path,
            } => Message::new("error-model-length")
                .with("file", path.display())
                .with_number("expected", *expected as f64)
                .with_number("found", *found as f64),
            Self::Altered { path, .. } => {
                Message::new("error-model-altered").with("file", path.display())
            }
            Self::Unreadable { source, path } => Message::new("error-model-unreadable")
                .with("file", path.display())
                .with("reason", source),
            Self::Malformed { reason, path } => Message::new("error-model-malformed")
                .with("file", path.display())
                .with("reason", reason),
            Self::ChoiceMalformed { reason, path } => Message::new("error-model-choice-malformed")
                .with("file", path.display())
                .with("reason", reason),
            Self::ChoiceNotKept { source, path } => Message::new("error-model-choice-not-kept")
                .with("file", path.display())
                .with("reason", source),
            Self::Escapes { named, path } => Message::new("error-model-escapes")
                .with("file", path.display())
                .with("named", named),
            Self::Graph { fault, path } => fault.headline(path),
            Self::Cancelled => Message::new("error-cancelled"),
        }
    }
}

impl Explain for ModelError {
    fn explain(&self) -> Notice {
        let notice = Notice::new(Severity::Error, self.headline()).caused_by(self);
        if matches!(self, Self::ChoiceNotKept { .. }) {
            return notice;
        }
        notice.with_remedy(Remedy::RescanModels)
    }
}
