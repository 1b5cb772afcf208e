//! A model on its way: how much of it is here, how fast it comes, and what it waits for.

use std::collections::VecDeque;
use std::time::Duration;

use crate::domain::Notice;
use crate::hub::{FetchProgress, Plan};

/// Over how long the speed is measured.
const PACE_SPAN: Duration = Duration::from_secs(8);

/// A model on its way.
#[derive(Debug)]
pub struct Incoming {
    plan: Plan,
    state: IncomingState,
    done_bytes: u64,
    /// Bytes that were here before this run; they are checked first, and say nothing of the speed.
    kept_bytes: u64,
    is_checking: bool,
    /// When how many bytes were here, oldest first.
    seen: VecDeque<(Duration, u64)>,
}

/// What happens to a model on its way.
#[derive(Clone, Debug, PartialEq)]
pub enum IncomingState {
    /// It comes.
    Running,
    /// It was told to pause.
    Pausing,
    /// It stands still, and what came is kept.
    Paused,
    /// It failed, and what came is kept.
    Failed(Notice),
    /// What came is being removed.
    Cancelling,
}

impl Incoming {
    pub(super) fn new(plan: Plan, kept_bytes: u64) -> Self {
        Self {
            plan,
            state: IncomingState::Running,
            done_bytes: kept_bytes,
            kept_bytes,
            is_checking: kept_bytes > 0,
            seen: VecDeque::new(),
        }
    }

    /// What is fetched.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What happens to it.
    pub fn state(&self) -> &IncomingState {
        &self.state
    }

    /// Bytes that are here.
    pub fn done_bytes(&self) -> u64 {
        self.done_bytes
    }

    /// Whether what came earlier is being checked.
    pub fn is_checking(&self) -> bool {
        self.is_checking && self.state == IncomingState::Running
    }

    /// How much of it is here, from 0 to 1.
    pub fn fraction(&self) -> f32 {
        self.done_bytes as f32 / self.plan.bytes().max(1) as f32
    }

    /// Bytes a second, by the last seconds; `None` until that can be told.
    pub fn bytes_per_sec(&self) -> Option<f64> {
        let (first, first_bytes) = self.seen.front()?;
        let (last, last_bytes) = self.seen.back()?;
        let secs = last.saturating_sub(*first).as_secs_f64();
        let bytes = last_bytes.saturating_sub(*first_bytes) as f64;
        (secs >= 1.0 && bytes > 0.0).then(|| bytes / secs)
    }

    /// Seconds until it is here, at the speed of the last seconds.
    pub fn secs_left(&self) -> Option<f64> {
        let left = self.plan.bytes().saturating_sub(self.done_bytes) as f64;
        Some(left / self.bytes_per_sec()?)
    }

    pub(super) fn set_state(&mut self, state: IncomingState) {
        self.state = state;
        self.seen.clear();
    }

    /// A further run begins, and checks what the last one kept.
    pub(super) fn run_again(&mut self) {
        self.set_state(IncomingState::Running);
        self.kept_bytes = self.done_bytes;
        self.is_checking = self.kept_bytes > 0;
    }

    pub(super) fn progress(&mut self, progress: FetchProgress, now: Duration) {
        if self.is_checking {
            if progress.done_bytes < self.kept_bytes {
                return;
            }
            self.is_checking = false;
        }
        if progress.done_bytes < self.done_bytes {
            // Some of it was given up: what was measured does not go on from there.
            self.seen.clear();
        }
        self.done_bytes = progress.done_bytes;
        self.seen.push_back((now, progress.done_bytes));
        while self
            .seen
            .front()
            .is_some_and(|(at, _)| now.saturating_sub(*at) > PACE_SPAN)
        {
            self.seen.pop_front();
        }
    }
}
