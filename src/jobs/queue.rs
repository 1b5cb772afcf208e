//! The order of the jobs.

use std::collections::VecDeque;
use std::path::PathBuf;

use crate::domain::{CancelToken, JobId, Request};
use crate::runtime::ProviderId;

use super::command::Command;
use super::job::Job;

/// The jobs that wait and the one that runs; plain data, so the list that is shown is the truth.
///
/// At most one job runs, and every job leaves exactly once: by [`Queue::cancel`] or
/// [`Queue::cancel_all`] while it waits, else by [`Queue::finish`].
#[derive(Debug, Default)]
pub struct Queue {
    running: Option<RunningJob>,
    /// The next one first.
    waiting: VecDeque<Job>,
    last_id: u64,
}

/// The job that the worker is busy with.
#[derive(Debug)]
pub struct RunningJob {
    /// The job.
    pub job: Job,
    /// Stops it; it goes on running until the worker says that it ended.
    pub cancel: CancelToken,
}

impl Queue {
    /// Puts a job at the end of the line.
    pub fn push(&mut self, request: Request, model: PathBuf, provider: ProviderId) -> JobId {
        self.last_id += 1;
        let id = JobId(self.last_id);
        self.waiting.push_back(Job {
            id,
            request,
            model,
            provider,
            fingerprint: None,
        });
        id
    }

    /// Makes the first waiting job the running one and gives the command for the worker; `None`
    /// while a job runs, or when none waits.
    #[must_use = "the job counts as running from here on"]
    pub fn start_next(&mut self) -> Option<Command> {
        if self.running.is_some() {
            return None;
        }
        let job = self.waiting.pop_front()?;
        let cancel = CancelToken::default();
        let command = Command::Run(Box::new(job.clone()), cancel.clone());
        self.running = Some(RunningJob { job, cancel });
        Some(command)
    }

    /// Takes a waiting job out and gives it back, or asks the running one to stop.
    pub fn cancel(&mut self, id: JobId) -> Option<Job> {
        if let Some(running) = self.running.as_ref().filter(|running| running.job.id == id) {
            running.cancel.cancel();
            return None;
        }
        let place = self.place(id)?;
        self.waiting.remove(place)
    }

    /// Takes all waiting jobs out and asks the running one to stop.
    pub fn cancel_all(&mut self) {
        self.waiting.clear();
        if let Some(running) = &self.running {
            running.cancel.cancel();
        }
    }

    /// Puts a waiting job at another place among the waiting, counted from 0; beyond the end is
    /// the end.
    pub fn move_to(&mut self, id: JobId, place: usize) {
        let Some(from) = self.place(id) else { return };
        if let Some(job) = self.waiting.remove(from) {
            self.waiting.insert(place.min(self.waiting.len()), job);
        }
    }

    /// Takes the running job out, because the worker said that it ended.
    pub fn finish(&mut self, id: JobId) -> Option<Job> {
        let running = self.running.take_if(|running| running.job.id == id)?;
        Some(running.job)
    }

    /// The waiting jobs, next one first.
    pub fn waiting(&self) -> impl Iterator<Item = &Job> {
        self.waiting.iter()
    }

    /// The job that runs.
    pub fn running(&self) -> Option<&RunningJob> {
        self.running.as_ref()
    }

    fn place(&self, id: JobId) -> Option<usize> {
        self.waiting.iter().position(|job| job.id == id)
    }
}
