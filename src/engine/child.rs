//! An engine in a process of its own, replaced when it dies.

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::domain::{CancelToken, Explain as _};
use crate::jobs::{Engine, EngineConfig, Job, Outcome, Update};

use super::failures;
use super::process::EngineProcess;
use super::quarantine::Quarantine;
use super::watch::{End, Watch};
use super::wire::{Order, WireError};

/// Runs jobs in a child process, so that no model, driver or shortage of memory takes us along.
pub struct Child {
    program: PathBuf,
    config: EngineConfig,
    process: Option<EngineProcess>,
    quarantine: Quarantine,
}

impl Child {
    /// Starts `program`, a Maquette, as the engine: mostly our own executable.
    pub fn new(program: PathBuf, config: EngineConfig) -> Self {
        let mut child = Self {
            program,
            config,
            process: None,
            quarantine: Quarantine::default(),
        };
        child.start_ahead();
        child
    }

    /// The living process, started if need be.
    fn process(&mut self) -> Result<&mut EngineProcess, WireError> {
        self.process.take_if(|process| !process.is_alive());
        match &mut self.process {
            Some(process) => Ok(process),
            none => {
                let mut process = EngineProcess::start(&self.program)?;
                process.order(&Order::Configure(self.config.clone()))?;
                Ok(none.insert(process))
            }
        }
    }

    /// Has a process ready for the next job.
    fn start_ahead(&mut self) {
        if let Err(error) = self.process() {
            // The next job tries again, and tells.
            log::warn!("the engine does not start: {error}");
        }
    }

    /// Has the job run, in another process if the first one was dying when it was given the job.
    fn attempt(
        &mut self,
        watch: &mut Watch<'_>,
        tell: &mut dyn FnMut(Update),
    ) -> Result<End, WireError> {
        let end = watch.follow(self.process()?, tell);
        if matches!(end, End::Died) && !watch.has_begun() {
            self.process = None;
            return Ok(watch.follow(self.process()?, tell));
        }
        Ok(end)
    }

    /// Ends the process, if it has not ended, and has another one ready.
    fn replace(&mut self) {
        self.process = None;
        self.start_ahead();
    }
}

impl Engine for Child {
    fn run(&mut self, job: &Job, cancel: &CancelToken, tell: &mut dyn FnMut(Update)) -> Outcome {
        if self.quarantine.holds(&job.model) {
            return Outcome::Failed(failures::shut_out(job));
        }
        let mut watch = Watch::new(job, cancel);
        let end = match self.attempt(&mut watch, tell) {
            Ok(end) => end,
            Err(error) => return Outcome::Failed(failures::not_started(&error)),
        };
        let outcome = match end {
            End::Finished(outcome) => return outcome,
            // It was asked to stop, and so it has, one way or the other.
            End::Died | End::Garbled(_) if cancel.is_cancelled() => Outcome::Cancelled,
            End::Deaf => Outcome::Cancelled,
            End::Garbled(error) => Outcome::Failed(failures::running(error.explain())),
            End::Died => {
                self.quarantine.note_death(&job.model, Instant::now());
                let ending = self.process.take().map(EngineProcess::end);
                Outcome::Failed(failures::died(job, watch.has_loaded(), ending))
            }
        };
        self.replace();
        outcome
    }

    fn configure(&mut self, config: EngineConfig) {
        let is_other_runtime = config.runtime != self.config.runtime;
        let is_other = config != self.config;
        self.config = config;
        if is_other_runtime {
            // A process loads one ONNX Runtime in its life.
            self.process = None;
        }
        if is_other && let Some(process) = &mut self.process {
            let order = Order::Configure(self.config.clone());
            if process.order(&order).is_err() {
                self.process = None;
            }
        }
        self.start_ahead();
    }

    fn unload(&mut self) {
        if let Some(process) = &mut self.process
            && process.order(&Order::Unload).is_err()
        {
            self.process = None;
        }
    }

    fn readmit(&mut self, model: &Path) {
        self.quarantine.readmit(model);
    }
}
