//! What can go wrong between a request and its pictures.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::adapters::AdapterError;
use crate::diffusion::{PlanError, SchedulerConfigError};
use crate::domain::{Explain, Message, Notice, ParamsError, PixelSize, Prompt, Remedy, Severity};
use crate::imaging::PictureFileError;
use crate::models::ModelError;
use crate::prompt::DynamicError;
use crate::runtime::RuntimeError;

use super::family::FAMILIES;

/// Why there is no picture.
#[derive(Debug, Error)]
pub enum PipelineError {
    /// The model's files are not in order.
    #[error(transparent)]
    Model(ModelError),
    /// The runtime refused or failed.
    #[error(transparent)]
    Runtime(RuntimeError),
    /// No family knows this kind of model.
    #[error("a model of no known family: {path}")]
    UnknownFamily {
        /// The model's folder.
        path: PathBuf,
    },
    /// The family that a person chose for the model is none.
    #[error("there is no family `{given}`: {path}")]
    UnknownChoice {
        /// What was chosen.
        given: String,
        /// The file that keeps the choice.
        path: PathBuf,
    },
    /// The model cannot be of the family that a person chose for it.
    #[error("a model of the family {family} needs {missing}")]
    NotOfFamily {
        /// The chosen family.
        family: &'static str,
        /// A graph that is not there.
        missing: PathBuf,
    },
    /// A parameter is not possible.
    #[error(transparent)]
    Params(#[from] ParamsError),
    /// The model cannot draw this size.
    #[error(
        "{given} is not possible: sides are multiples of {multiple} from {min_side} to {max_side}"
    )]
    Size {
        /// What was asked for.
        given: PixelSize,
        /// Both sides must be multiples of it.
        multiple: u32,
        /// The smallest side in pixels.
        min_side: u32,
        /// The largest side in pixels.
        max_side: u32,
    },
    /// A prompt is too long to be kept with its picture.
    #[error(
        "a prompt of {bytes} bytes; at most {} are kept with a picture",
        Prompt::MAX_BYTES
    )]
    PromptTooLong {
        /// How long it is.
        bytes: usize,
    },
    /// An adapter that the prompt names cannot be used.
    #[error(transparent)]
    Adapter(#[from] AdapterError),
    /// The choices in a prompt cannot be made.
    #[error(transparent)]
    Prompt(#[from] DynamicError),
    /// The denoiser's output holds NaN or infinity; the picture would be black.
    #[error("the model gave NaN or infinity in step {step} of {total}")]
    NotFinite {
        /// The step in which it happened, from 1.
        step: u32,
        /// The steps in all.
        total: u32,
    },
    /// The decoder's output holds NaN or infinity.
    #[error("the decoder gave NaN or infinity")]
    PictureNotFinite,
    /// The run cannot be laid out as asked for.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// The model's scheduler configuration cannot be used.
    #[error(transparent)]
    SchedulerConfig(#[from] SchedulerConfigError),
    /// Parts of the model do not fit together.
    #[error("{problem}: {path}")]
    Misfit {
        /// What does not fit.
        problem: String,
        /// The model's folder.
        path: PathBuf,
    },
    /// The picture to start from cannot be read.
    #[error(transparent)]
    Source(#[from] PictureFileError),
    /// The picture to start from is not the one that the recipe was made from.
    #[error("{path} has changed since the recipe was written")]
    SourceChanged {
        /// The file.
        path: PathBuf,
    },
    /// The model cannot start from a picture.
    #[error("the model has no encoder for pictures: {path}")]
    NoEncoder {
        /// The model's folder.
        path: PathBuf,
    },
    /// The model cannot keep a part of a picture and repaint the rest.
    #[error("the model cannot be given a mask: {path}")]
    NoRepainting {
        /// The model's folder.
        path: PathBuf,
    },
    /// Memory ran out, and nothing is left to do about it.
    #[error(
        "out of memory: the weights take {} and {} are free",
        gib(*weight_bytes), gib(*free_bytes)
    )]
    OutOfMemory {
        /// What the model's weights took.
        weight_bytes: u64,
        /// What was free afterwards.
        free_bytes: u64,
        /// What the runtime said.
        source: RuntimeError,
    },
    /// Somebody asked to stop; an outcome more than an error.
    #[error("cancelled")]
    Cancelled,
}

/// What kind of failure it is: decides the exit code and what the window offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum FailureKind {
    /// The model, a file or a value was refused before anything ran.
    Refused,
    /// ONNX Runtime is not there or cannot be loaded.
    RuntimeMissing,
    /// It failed while it ran.
    Running,
}

impl PipelineError {
    /// What kind of failure it is.
    pub fn kind(&self) -> FailureKind {
        match self {
            Self::Model(_)
            | Self::UnknownFamily { .. }
            | Self::UnknownChoice { .. }
            | Self::NotOfFamily { .. }
            | Self::Params(_)
            | Self::Size { .. }
            | Self::PromptTooLong { .. }
            | Self::Prompt(_)
            | Self::Adapter(_)
            | Self::Plan(_)
            | Self::SchedulerConfig(_)
            | Self::Source(_)
            | Self::SourceChanged { .. }
            | Self::NoEncoder { .. }
            | Self::NoRepainting { .. }
            | Self::Misfit { .. } => FailureKind::Refused,
            Self::Runtime(error) if error.is_missing_runtime() => FailureKind::RuntimeMissing,
            Self::Runtime(error) if error.is_refused() => FailureKind::Refused,
            Self::Runtime(_)
            | Self::OutOfMemory { .. }
            | Self::NotFinite { .. }
            | Self::PictureNotFinite
            | Self::Cancelled => FailureKind::Running,
        }
    }
}

impl From<ModelError> for PipelineError {
    fn from(error: ModelError) -> Self {
        if matches!(error, ModelError::Cancelled) {
            return Self::Cancelled;
        }
        Self::Model(error)
    }
}

impl From<RuntimeError> for PipelineError {
    fn from(error: RuntimeError) -> Self {
        if matches!(error, RuntimeError::Cancelled) {
            return Self::Cancelled;
        }
        Self::Runtime(error)
    }
}

impl Explain for PipelineError {
    fn explain(&self) -> Notice {
        let notice = |headline| Notice::new(Severity::Error, headline).caused_by(self);
        match self {
            Self::Model(error) => error.explain(),
            Self::Runtime(error) => error.explain(),
            Self::UnknownFamily { path } => {
                notice(Message::new("error-pipeline-family").with("folder", path.display()))
            }
            Self::UnknownChoice { given, path } => notice(
                Message::new("error-pipeline-unknown-choice")
                    .with("file", path.display())
                    .with("given", given)
                    .with("known", known_families()),
            ),
            Self::NotOfFamily { family, missing } => notice(
                Message::new("error-pipeline-not-of-family")
                    .with("family", family)
                    .with("file", missing.display()),
            ),
            Self::Params(ParamsError::Refused { id, given, allowed }) => notice(
                Message::new("error-pipeline-parameter")
                    .with("id", id)
                    .with("given", given)
                    .with("allowed", allowed),
            ),
            Self::Size {
                given,
                multiple,
                min_side,
                max_side,
            } => notice(
                Message::new("error-pipeline-size")
                    .with("given", given)
                    .with("multiple", multiple)
                    .with("min", min_side)
                    .with("max", max_side),
            ),
            Self::PromptTooLong { bytes } => notice(
                Message::new("error-pipeline-prompt-too-long")
                    .with_number("kilobytes", bytes.div_ceil(1 << 10) as f64)
                    .with_number("max", (Prompt::MAX_BYTES >> 10) as f64),
            ),
            Self::NotFinite { step, total } => notice(
                Message::new("error-pipeline-not-finite")
                    .with_number("step", f64::from(*step))
                    .with_number("total", f64::from(*total)),
            ),
            Self::PictureNotFinite => notice(Message::new("error-pipeline-picture-not-finite")),
            Self::Prompt(error) => error.explain(),
            Self::Adapter(error) => error.explain(),
            Self::Plan(error) => error.explain(),
            Self::SchedulerConfig(error) => error.explain(),
            Self::Misfit { problem, path } => notice(
                Message::new("error-pipeline-misfit")
                    .with("folder", path.display())
                    .with("problem", problem),
            ),
            Self::Source(error) => error.explain(),
            Self::SourceChanged { path } => {
                notice(Message::new("error-pipeline-source-changed").with("file", path.display()))
            }
            Self::NoEncoder { path } => {
                notice(Message::new("error-pipeline-no-encoder").with("folder", path.display()))
            }
            Self::NoRepainting { path } => {
                notice(Message::new("error-pipeline-no-repainting").with("folder", path.display()))
            }
            Self::OutOfMemory {
                weight_bytes,
                free_bytes,
                ..
            } => notice(
                Message::new("error-pipeline-memory")
                    .with("weights", gib(*weight_bytes))
                    .with("free", gib(*free_bytes)),
            )
            .with_remedy(Remedy::Retry),
            Self::Cancelled => notice(Message::new("error-cancelled")),
        }
    }
}

fn known_families() -> String {
    let ids = FAMILIES.iter().map(|family| family.id());
    ids.collect::<Vec<_>>().join(", ")
}

/// Bytes in the unit in which memory is sold.
fn gib(bytes: u64) -> String {
    format!("{:.1} GiB", bytes as f64 / f64::from(1 << 30))
}
