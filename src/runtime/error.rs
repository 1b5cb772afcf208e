//! What can go wrong between us and ONNX Runtime.

use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Remedy, Severity};
use crate::models::ModelError;

/// Why the runtime, a provider or a graph does not do its work.
///
/// `detail` is always the runtime's own sentence.
#[derive(Debug, Error)]
pub enum RuntimeError {
    /// The library cannot be loaded or is of the wrong version.
    #[error("{detail}: {library}")]
    Broken {
        /// Why.
        detail: String,
        /// The library's file.
        library: PathBuf,
    },
    /// This program was built without ONNX Runtime.
    #[error("built without ONNX Runtime")]
    NotBuilt,
    /// There is no provider of that name.
    #[error("no execution provider `{id}`; there are: {known}")]
    UnknownProvider {
        /// What was asked for.
        id: String,
        /// All ids.
        known: String,
    },
    /// The provider cannot be used on this machine.
    #[error("{provider} cannot be used here ({})", why_not.key)]
    ProviderMissing {
        /// The provider's name.
        provider: &'static str,
        /// What it lacks.
        why_not: Message,
    },
    /// A graph was refused.
    #[error("{detail}: {path}")]
    Load {
        /// Why.
        detail: String,
        /// The graph's file.
        path: PathBuf,
    },
    /// A graph's file is not given to the runtime.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A graph lacks an input or output, or has it of another kind.
    #[error("{problem}: {path}")]
    Ports {
        /// What does not fit.
        problem: String,
        /// The graph's file.
        path: PathBuf,
    },
    /// A graph failed while it ran.
    #[error("{detail}: {path}")]
    Run {
        /// Why.
        detail: String,
        /// The graph's file.
        path: PathBuf,
    },
    /// Somebody asked to stop; an outcome more than an error.
    #[error("cancelled")]
    Cancelled,
}

impl RuntimeError {
    /// Whether the runtime itself is what is missing.
    pub fn is_missing_runtime(&self) -> bool {
        matches!(self, Self::Broken { .. } | Self::NotBuilt)
    }

    /// Whether the model or the provider was refused before anything ran.
    pub fn is_refused(&self) -> bool {
        matches!(
            self,
            Self::Load { .. }
                | Self::Model(_)
                | Self::Ports { .. }
                | Self::UnknownProvider { .. }
                | Self::ProviderMissing { .. }
        )
    }
}

impl Explain for RuntimeError {
    fn explain(&self) -> Notice {
        let notice = |headline| Notice::new(Severity::Error, headline).caused_by(self);
        match self {
            Self::Broken { library, .. } => {
                let headline = Message::new("error-runtime-broken").with("file", library.display());
                notice(headline).with_remedy(Remedy::InstallRuntime)
            }
            Self::NotBuilt => notice(Message::new("error-runtime-not-built")),
            Self::UnknownProvider { id, known } => notice(
                Message::new("error-runtime-unknown-provider")
                    .with("provider", id)
                    .with("known", known),
            )
            .with_remedy(Remedy::UseCpu),
            // The reason names what is lacking, which is all there is to do about it.
            Self::ProviderMissing { why_not, .. } => {
                notice(why_not.clone()).with_remedy(Remedy::UseCpu)
            }
            Self::Model(error) => error.explain(),
            Self::Load { path, .. } | Self::Ports { path, .. } => {
                notice(Message::new("error-runtime-load").with("file", path.display()))
            }
            Self::Run { path, .. } => {
                let headline = Message::new("error-runtime-run").with("file", path.display());
                notice(headline).with_remedy(Remedy::Retry)
            }
            Self::Cancelled => notice(Message::new("error-cancelled")),
        }
    }
}
