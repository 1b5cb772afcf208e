//! What is known of the engine: runtime, provider, memory, speed.

use std::collections::VecDeque;

use crate::domain::{EngineStatus, Notice, Picture, Recipe, Timings};
use crate::pipeline::Estimate;

use super::effect::RuntimeFacts;

/// The engine as the status line shows it.
#[derive(Debug, Default)]
pub struct EngineRoom {
    runtime: RuntimeState,
    status: Option<EngineStatus>,
    last_job: Option<LastJob>,
    /// The latest pictures since the program was started, by what they took.
    measured: VecDeque<(Recipe, Timings)>,
}

/// What a finished job took, and what was expected of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LastJob {
    /// Seconds for all its pictures, the loading of its model aside.
    pub secs: f64,
    /// The most that the engine had in memory; `None` where the system does not tell.
    pub peak_bytes: Option<u64>,
    /// What it was expected to need when it began.
    pub expected: Option<Estimate>,
}

/// Pictures whose pace is remembered.
const MEASURED: usize = 32;

/// Whether ONNX Runtime is there.
#[derive(Clone, Debug, Default)]
pub enum RuntimeState {
    /// Not looked for yet.
    #[default]
    Unknown,
    /// Found and answering.
    Ready(RuntimeFacts),
    /// Not found, or it does not answer; the notice says why.
    Missing(Notice),
    /// On its way.
    Installing {
        /// Bytes so far.
        done_bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
}

impl EngineRoom {
    /// Whether ONNX Runtime is there.
    pub fn runtime(&self) -> &RuntimeState {
        &self.runtime
    }

    /// Whether jobs can run.
    pub fn is_ready(&self) -> bool {
        matches!(self.runtime, RuntimeState::Ready(_))
    }

    /// What the engine runs on; `None` before the first model is loaded.
    pub fn status(&self) -> Option<&EngineStatus> {
        self.status.as_ref()
    }

    /// What the last finished job took.
    pub fn last_job(&self) -> Option<&LastJob> {
        self.last_job.as_ref()
    }

    /// What the latest pictures took, the oldest first.
    pub(super) fn measured(&self) -> impl Iterator<Item = (&Recipe, &Timings)> {
        self.measured
            .iter()
            .map(|(recipe, timings)| (recipe, timings))
    }

    pub(super) fn measure(&mut self, picture: &Picture) {
        if self.measured.len() == MEASURED {
            self.measured.pop_front();
        }
        let measured = (picture.recipe.clone(), picture.timings.clone());
        self.measured.push_back(measured);
    }

    pub(super) fn set_runtime(&mut self, state: RuntimeState) {
        self.runtime = state;
    }

    pub(super) fn set_status(&mut self, status: Option<EngineStatus>) {
        self.status = status;
    }

    pub(super) fn set_last_job(&mut self, job: LastJob) {
        self.last_job = Some(job);
    }
}
