//! What can be wrong with a `scheduler_config.json`.

use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};

/// Why a `scheduler_config.json` cannot be used.
#[derive(Debug, Error)]
pub enum SchedulerConfigError {
    /// It is no JSON object.
    #[error("{}: not a JSON object", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// Where the reader gave up.
        source: serde_json::Error,
    },
    /// A key holds something of another kind than it should.
    #[error("{}: `{key}` holds something else than it should", file.display())]
    WrongKind {
        /// The file.
        file: PathBuf,
        /// The key.
        key: &'static str,
        /// What was expected.
        source: serde_json::Error,
    },
    /// A key holds a value that we cannot use.
    #[error("{}: `{key}` is {given}; possible: {allowed}", file.display())]
    NotPossible {
        /// The file.
        file: PathBuf,
        /// The key.
        key: &'static str,
        /// What it holds, cut to 80 characters.
        given: String,
        /// What is possible.
        allowed: String,
    },
    /// The betas are so small or so large that noise levels coincide or vanish.
    #[error("{}: the betas give no rising, finite noise", file.display())]
    NoRisingNoise {
        /// The file.
        file: PathBuf,
    },
}

impl Explain for SchedulerConfigError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::Unreadable { file, .. } => {
                Message::new("error-diffusion-config-unreadable").with("file", file.display())
            }
            Self::WrongKind { file, key, .. } | Self::NotPossible { file, key, .. } => {
                Message::new("error-diffusion-config-key")
                    .with("file", file.display())
                    .with("key", key)
            }
            Self::NoRisingNoise { file } => {
                Message::new("error-diffusion-config-noise").with("file", file.display())
            }
        };
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}
