//! What the worker tells.

use serde::{Deserialize, Serialize};

use crate::domain::{Explain as _, JobId, Notice, Picture, Progress};
use crate::pipeline::{FailureKind, PipelineError};

/// Something that happened to a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// Which job.
    pub job: JobId,
    /// What happened.
    pub update: Update,
}

/// What can happen to a running job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Update {
    /// It got further; **dropped when the window is busy**.
    Progress(Progress),
    /// One of its pictures is done.
    Picture(Box<Picture>),
    /// Something is not as asked for.
    Notice(Notice),
    /// It ended; nothing follows.
    Finished(Outcome),
}

/// How a job ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Outcome {
    /// All pictures were delivered.
    Done,
    /// Somebody asked to stop; the pictures delivered until then are whole.
    Cancelled,
    /// It failed; the pictures delivered until then are whole.
    Failed(Failure),
}

/// Why a job failed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What the artist is told.
    pub notice: Notice,
}

impl From<Result<(), PipelineError>> for Outcome {
    fn from(result: Result<(), PipelineError>) -> Self {
        match result {
            Ok(()) => Self::Done,
            Err(PipelineError::Cancelled) => Self::Cancelled,
            Err(error) => Self::Failed(Failure {
                kind: error.kind(),
                notice: error.explain(),
            }),
        }
    }
}
