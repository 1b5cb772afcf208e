//! What can go wrong between an adapter's file and a model's weights.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};
use crate::models::ModelError;
use crate::runtime::RuntimeError;

/// Why an adapter cannot be used.
#[derive(Debug, Error)]
pub enum AdapterError {
    /// Its file cannot be read.
    #[error("{path} cannot be read")]
    Unreadable {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// Its file is not what it claims to be.
    #[error("{reason}: {path}")]
    Malformed {
        /// What is wrong.
        reason: String,
        /// The file.
        path: PathBuf,
    },
    /// Its file may hold a program: a pickle runs whatever code is in it.
    #[error("pickle files can run any program, so they are not opened: {path}")]
    Pickle {
        /// The file.
        path: PathBuf,
    },
    /// Its numbers hold NaN or infinity.
    #[error("`{tensor}` holds NaN or infinity: {path}")]
    NotFinite {
        /// The tensor.
        tensor: String,
        /// The file.
        path: PathBuf,
    },
    /// It changes a weight of another shape than the model's.
    #[error("`{module}` is for weights of another shape than {shape:?}: {path}")]
    Shape {
        /// The part of the model that it would change.
        module: String,
        /// The shape of the model's weight, as PyTorch has it.
        shape: Vec<usize>,
        /// The file.
        path: PathBuf,
    },
    /// None of it belongs to a part of the model.
    #[error("none of its {modules} parts fits the model, such as `{example}`: {path}")]
    NothingFits {
        /// How many parts of a model it changes.
        modules: usize,
        /// One of them.
        example: String,
        /// The file.
        path: PathBuf,
    },
    /// The model's own files are not in order.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl AdapterError {
    pub(super) fn reading(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Unreadable {
            source,
            path: path.to_owned(),
        }
    }

    fn headline(&self) -> Message {
        let about = |key, path: &PathBuf| Message::new(key).with("file", path.display());
        match self {
            Self::Unreadable { path, source } => {
                about("error-adapter-unreadable", path).with("reason", source)
            }
            Self::Malformed { path, reason } => {
                about("error-adapter-malformed", path).with("reason", reason)
            }
            Self::Pickle { path } => about("error-adapter-pickle", path),
            Self::NotFinite { path, .. } => about("error-adapter-not-finite", path),
            Self::Shape { path, .. } => about("error-adapter-shape", path),
            Self::NothingFits { path, .. } => about("error-adapter-nothing-fits", path),
            Self::Model(error) => error.explain().headline,
        }
    }
}

impl Explain for AdapterError {
    fn explain(&self) -> Notice {
        Notice::new(Severity::Error, self.headline()).caused_by(self)
    }
}

impl From<AdapterError> for RuntimeError {
    fn from(error: AdapterError) -> Self {
        Self::Retouch {
            headline: error.headline(),
            detail: error.to_string(),
        }
    }
}
