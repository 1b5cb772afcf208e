//! What runs a job.

use std::path::Path;

use crate::domain::CancelToken;

use super::command::EngineConfig;
use super::event::{Outcome, Update};
use super::job::Job;

/// Runs jobs, one at a time, wherever that may be; the worker owns one.
///
/// Implementers keep models in memory between jobs, and never let a model take the program along.
pub trait Engine: Send {
    /// Runs a job to its end, telling of it on the way; [`Update::Finished`] is left to the caller.
    ///
    /// A cancel of `cancel` ends it soon, whatever it is doing.
    fn run(&mut self, job: &Job, cancel: &CancelToken, tell: &mut dyn FnMut(Update)) -> Outcome;

    /// Uses another installation of ONNX Runtime, or another budget of memory, from now on.
    fn configure(&mut self, config: EngineConfig);

    /// Lets go of every model in memory.
    fn unload(&mut self);

    /// Tries a model again that was shut out; nothing to do for engines that shut out none.
    fn readmit(&mut self, model: &Path);
}
