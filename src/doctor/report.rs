//! What the doctor says of a folder.

use std::path::PathBuf;

use crate::domain::{Message, Severity};

use super::finding::Finding;
use super::graph_sheet::{GraphSheet, Role};
use super::layout::Layout;
use super::memory::MemoryEstimate;
use super::scheduler_sheet::SchedulerSheet;

/// Everything that was found in a folder.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Report {
    /// The folder.
    pub folder: PathBuf,
    /// Whose way of laying out models it follows; `None` where nothing tells.
    pub layout: Option<Layout>,
    /// What tells the layout.
    pub evidence: Vec<Message>,
    /// The id of its family; `None` where Maquette knows none.
    pub family: Option<&'static str>,
    /// Whether a person chose that family.
    pub is_family_chosen: bool,
    /// The pipeline that the model's index names.
    pub class_name: Option<String>,
    /// The graphs that could be read, in the order in which a picture needs them.
    pub graphs: Vec<GraphSheet>,
    /// How it was trained, and the scheduler that it expects.
    pub scheduler: Option<SchedulerSheet>,
    /// What a picture will take, where that can be told.
    pub memory: Option<MemoryEstimate>,
    /// Bytes of all files.
    pub file_bytes: u64,
    /// What its owner should know, the first cause first.
    pub findings: Vec<Finding>,
    /// Whether a step was drawn and came out well; `None` where none was tried.
    pub probe: Option<bool>,
}

/// What it all comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It runs.
    Runs,
    /// It runs, and something is not as it could be.
    RunsWithRemarks,
    /// It does not run.
    DoesNotRun,
}

impl Verdict {
    /// Its name for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Runs => "runs",
            Self::RunsWithRemarks => "runs-with-remarks",
            Self::DoesNotRun => "does-not-run",
        }
    }

    /// Its name for people.
    pub fn label(self) -> Message {
        Message::new(match self {
            Self::Runs => "doctor-verdict-runs",
            Self::RunsWithRemarks => "doctor-verdict-remarks",
            Self::DoesNotRun => "doctor-verdict-not",
        })
    }
}

impl Report {
    /// What the findings come to.
    pub fn verdict(&self) -> Verdict {
        match self.findings.iter().map(|finding| finding.severity).max() {
            Some(Severity::Error) => Verdict::DoesNotRun,
            Some(Severity::Warning) => Verdict::RunsWithRemarks,
            Some(Severity::Info) | None => Verdict::Runs,
        }
    }

    /// Why it does not run.
    pub fn first_cause(&self) -> Option<&Finding> {
        let is_error = |finding: &&Finding| finding.severity == Severity::Error;
        self.findings.iter().find(is_error)
    }

    /// The kind of numbers that most of the denoiser's weights are kept in, such as `float16`.
    pub fn precision(&self) -> Option<&'static str> {
        let denoiser = self.graphs.iter().find(|it| it.role == Role::Denoiser)?;
        denoiser.precision()
    }

    /// Whether it is for inpainting: drawing anew what a mask leaves open.
    pub fn is_for_inpainting(&self) -> bool {
        self.graphs.iter().any(|graph| graph.is_for_inpainting)
    }

    /// Adds what was found; causes stand before remarks.
    pub(super) fn find(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
        self.findings
            .sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
}
