//! What can go wrong between us and ONNX Runtime.

use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Remedy, Severity};
use crate::models::ModelError;

/// What is in the runtime's sentence, in lower case, when memory ran out.
const SHORTAGES: [&str; 12] = [
    "bad_alloc",
    "bad allocation",
    "out of memory",
    "out_of_memory",
    "outofmemory",
    "0x8007000e",
    "8007000e",
    "cannot allocate memory",
    "failed to allocate memory",
    "smaller than requested bytes",
    "status_alloc_failed",
    "out_of_device_memory",
];

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
    /// Weights of a graph cannot be changed as asked for.
    #[error("{detail}")]
    Retouch {
        /// Why, in the artist's words.
        headline: Message,
        /// Why, with the file.
        detail: String,
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

    /// Whether memory ran out, on the processor or on a card.
    ///
    /// The runtime has no code for it, so its sentences are searched.
    pub fn is_out_of_memory(&self) -> bool {
        let (Self::Load { detail, .. } | Self::Run { detail, .. }) = self else {
            return false;
        };
        let detail = detail.to_ascii_lowercase();
        SHORTAGES.iter().any(|words| detail.contains(words))
    }

    /// Whether the model or the provider was refused before anything ran.
    pub fn is_refused(&self) -> bool {
        !self.is_out_of_memory()
            && matches!(
                self,
                Self::Load { .. }
                    | Self::Model(_)
                    | Self::Retouch { .. }
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
            Self::Retouch { headline, .. } => notice(headline.clone()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shortage_of_memory_is_told_from_other_failures() {
        let fails = |detail: &str| RuntimeError::Run {
            detail: detail.to_owned(),
            path: PathBuf::from("unet.onnx"),
        };
        for detail in [
            "Non-zero status code returned while running MatMul node: std::bad_alloc",
            "bfc_arena.cc:376 Available memory of 1024 is smaller than requested bytes of 4096",
            "CUDA failure 2: out of memory ; GPU=0 ; cudaMalloc",
            "CUDA error cudaErrorMemoryAllocation:2:out of memory",
            "CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED",
            "MLOperatorAuthorImpl.cpp(2851): 8007000E Not enough memory resources",
            "Failed to allocate memory for requested buffer of size 2147483648",
            "vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY",
        ] {
            assert!(fails(detail).is_out_of_memory(), "{detail}");
            assert!(!fails(detail).is_refused(), "{detail}");
        }
        for detail in [
            "Got invalid dimensions for input: sample",
            "CUDA failure 700: an illegal memory access was encountered",
            "887A0005 The GPU device instance has been suspended",
        ] {
            assert!(!fails(detail).is_out_of_memory(), "{detail}");
        }
        assert!(!RuntimeError::Cancelled.is_out_of_memory());
    }
}
