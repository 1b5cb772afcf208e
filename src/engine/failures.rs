//! What is told when the engine's process fails, not the pipeline inside it.

use std::process::ExitStatus;

use crate::domain::{Explain as _, Message, Notice, Remedy, Severity};
use crate::jobs::{Failure, Job};
use crate::pipeline::FailureKind;

use super::process::Ending;
use super::quarantine::DEATHS;
use super::wire::WireError;

/// A job that failed while it ran.
pub(super) fn running(notice: Notice) -> Failure {
    Failure {
        kind: FailureKind::Running,
        notice,
    }
}

/// The process cannot be started.
pub(super) fn not_started(error: &WireError) -> Failure {
    let notice = match error {
        WireError::Pipe(_) => {
            let headline = Message::new("error-engine-not-started");
            Notice::new(Severity::Error, headline).caused_by(error)
        }
        WireError::Stranger
        | WireError::OtherVersion { .. }
        | WireError::TooLong { .. }
        | WireError::Malformed { .. } => error.explain(),
    };
    running(notice.with_remedy(Remedy::Retry))
}

/// The model ended the process too often.
pub(super) fn shut_out(job: &Job) -> Failure {
    let headline = Message::new("error-engine-quarantine")
        .with("model", job.model.display())
        .with_number("times", DEATHS as f64);
    Failure {
        kind: FailureKind::Refused,
        notice: Notice::new(Severity::Error, headline).with_remedy(Remedy::Retry),
    }
}

/// The process ended in the middle of a job; `ending` says how, as far as it is known.
///
/// Before its model `has_loaded`, the model's files are the likely cause.
pub(super) fn died(job: &Job, has_loaded: bool, ending: Option<Ending>) -> Failure {
    let status = ending.as_ref().and_then(|ending| ending.status);
    let (kind, key) = match (status.is_some_and(was_killed), has_loaded) {
        (true, _) => (FailureKind::Running, "error-engine-killed"),
        (false, true) => (FailureKind::Running, "error-engine-stopped-running"),
        (false, false) => (FailureKind::Refused, "error-engine-stopped-loading"),
    };
    let reason = status.map_or_else(|| "no exit status".to_owned(), |status| status.to_string());
    let headline = Message::new(key)
        .with("model", job.model.display())
        .with("reason", reason);
    let mut notice = Notice::new(Severity::Error, headline).with_remedy(Remedy::Retry);
    let last_words = ending.map(|ending| ending.last_words).unwrap_or_default();
    notice.details.extend(last_words.lines().map(str::to_owned));
    Failure { kind, notice }
}

/// Whether somebody ended it by force: mostly the system, when memory ran out.
#[cfg(unix)]
fn was_killed(status: ExitStatus) -> bool {
    use std::os::unix::process::ExitStatusExt as _;

    const SIGKILL: i32 = 9;
    status.signal() == Some(SIGKILL)
}

/// Windows does not tell who ended a process.
#[cfg(not(unix))]
fn was_killed(_status: ExitStatus) -> bool {
    false
}
