//! Something that the doctor found.

use std::path::{Path, PathBuf};

use crate::domain::{Explain, Message, Severity};

/// Something about a model that its owner should know.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Whether the model cannot run (an error), runs with less (a warning), or is none the worse.
    pub severity: Severity,
    /// What was found.
    pub what: Message,
    /// What to do about it, where `what` does not say it.
    pub advice: Option<Message>,
    /// The technical chain; not translated.
    pub details: Vec<String>,
    /// The file or folder that it is about.
    pub file: Option<PathBuf>,
}

impl Finding {
    pub(super) fn new(severity: Severity, what: Message) -> Self {
        Self {
            severity,
            what,
            advice: None,
            details: Vec::new(),
            file: None,
        }
    }

    /// The finding that an error tells of.
    pub(super) fn of(severity: Severity, error: &impl Explain) -> Self {
        let notice = error.explain();
        Self {
            details: notice.details,
            ..Self::new(severity, notice.headline)
        }
    }

    pub(super) fn advising(mut self, advice: Message) -> Self {
        self.advice = Some(advice);
        self
    }

    pub(super) fn about(mut self, file: &Path) -> Self {
        self.file = Some(file.to_owned());
        self
    }
}
