//! How a command ended.

use std::io;
use std::process::ExitCode;

use crate::domain::{Explain, Message, Notice, Severity};
use crate::jobs::Failure;
use crate::pipeline::{FailureKind, PipelineError};

/// How the program ended, as its exit code says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Exit {
    /// Everything is done.
    Done = 0,
    /// The arguments are not possible.
    BadArguments = 2,
    /// A model or a file was refused.
    Refused = 3,
    /// ONNX Runtime is missing or broken.
    RuntimeMissing = 4,
    /// It failed while it ran.
    Failed = 5,
    /// It was cancelled, as by Ctrl-C (128 and the number of the signal).
    Cancelled = 130,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<FailureKind> for Exit {
    fn from(kind: FailureKind) -> Self {
        match kind {
            FailureKind::Refused => Self::Refused,
            FailureKind::RuntimeMissing => Self::RuntimeMissing,
            FailureKind::Running => Self::Failed,
        }
    }
}

/// Why a command stopped before its end, and what is told about it.
#[derive(Debug)]
pub(super) struct Stop {
    pub(super) exit: Exit,
    pub(super) notice: Notice,
}

impl Stop {
    /// Stops with an error's own explanation.
    pub(super) fn explaining(exit: Exit, error: &impl Explain) -> Self {
        Self {
            exit,
            notice: error.explain(),
        }
    }

    /// Stops with a headline alone.
    pub(super) fn saying(exit: Exit, headline: Message) -> Self {
        Self {
            exit,
            notice: Notice::new(Severity::Error, headline),
        }
    }

    /// Stops because somebody asked to.
    pub(super) fn cancelled() -> Self {
        let headline = Message::new("cli-cancelled");
        Self {
            exit: Exit::Cancelled,
            notice: Notice::new(Severity::Info, headline),
        }
    }
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self {
            exit: failure.kind.into(),
            notice: failure.notice,
        }
    }
}

impl From<PipelineError> for Stop {
    fn from(error: PipelineError) -> Self {
        Self::explaining(error.kind().into(), &error)
    }
}

/// The terminal, or whoever reads from the pipe, takes no more.
impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        let headline = Message::new("error-cli-output");
        Self {
            exit: Exit::Failed,
            notice: Notice::new(Severity::Error, headline).caused_by(&error),
        }
    }
}
