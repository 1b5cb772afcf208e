//! Following one job through the engine's process to its end, whatever that is.

use std::time::Duration;

use crossbeam_channel::{after, bounded, never, select};

use crate::domain::{CancelToken, Progress};
use crate::jobs::{Event, Job, Outcome, Update};

use super::process::EngineProcess;
use super::wire::{Order, WireError};

/// How long a job may take to end after a cancel before its process is killed.
const GRACE: Duration = Duration::from_secs(5);

/// A job that the process is given, and what was seen of it so far.
pub(super) struct Watch<'a> {
    job: &'a Job,
    cancel: &'a CancelToken,
    has_begun: bool,
    has_loaded: bool,
}

/// How a watch ended.
pub(super) enum End {
    /// The engine says that the job ended.
    Finished(Outcome),
    /// The engine's process ended.
    Died,
    /// The engine says what cannot be understood.
    Garbled(WireError),
    /// The engine did not stop when it was asked to.
    Deaf,
}

impl<'a> Watch<'a> {
    pub(super) fn new(job: &'a Job, cancel: &'a CancelToken) -> Self {
        Self {
            job,
            cancel,
            has_begun: false,
            has_loaded: false,
        }
    }

    /// Whether anything was told of the job.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Whether the model was in memory when the watch ended.
    pub(super) fn has_loaded(&self) -> bool {
        self.has_loaded
    }

    /// Gives the job to the process and passes on what it tells.
    pub(super) fn follow(
        &mut self,
        process: &mut EngineProcess,
        tell: &mut dyn FnMut(Update),
    ) -> End {
        let (interrupt, interrupted) = bounded(1);
        let _armed = self.cancel.arm(move || {
            // A second cancel says nothing new.
            interrupt.try_send(()).ok();
        });
        if let Err(error) = process.order(&Order::Run(Box::new(self.job.clone()))) {
            return broken(error);
        }
        let mut patience = never();
        loop {
            select! {
                recv(process.events()) -> heard => match heard {
                    Ok(Ok(event)) => if let Some(outcome) = self.pass_on(event, tell) {
                        return End::Finished(outcome);
                    },
                    Ok(Err(error)) => return broken(error),
                    Err(_) => return End::Died,
                },
                recv(interrupted) -> _ => {
                    if let Err(error) = process.order(&Order::Cancel(self.job.id)) {
                        return broken(error);
                    }
                    patience = after(GRACE);
                }
                recv(patience) -> _ => {
                    log::warn!("the engine did not stop within {GRACE:?}");
                    return End::Deaf;
                }
            }
        }
    }

    fn pass_on(&mut self, event: Event, tell: &mut dyn FnMut(Update)) -> Option<Outcome> {
        if event.job != self.job.id {
            return None;
        }
        self.has_begun = true;
        match event.update {
            Update::Finished(outcome) => return Some(outcome),
            Update::Progress(Progress::Ready(_)) => self.has_loaded = true,
            Update::Progress(_) | Update::Picture(_) | Update::Notice(_) => {}
        }
        tell(event.update);
        None
    }
}

/// A pipe breaks when the process at its other end is gone.
fn broken(error: WireError) -> End {
    if matches!(error, WireError::Pipe(_)) {
        End::Died
    } else {
        End::Garbled(error)
    }
}
