//! The jobs as the queue strip shows them: the line, the running one's progress, the failed ones.

use std::time::Duration;

use crate::domain::{JobId, Notice, Pixels, Progress, Timings};
use crate::jobs::{Job, Queue};
use crate::pipeline::Estimate;

use super::engine_room::LastJob;

/// Failed jobs that stay in the strip until they are put away or tried again.
const FAILED_LIMIT: usize = 8;

/// The queue and what is known of its jobs.
#[derive(Debug, Default)]
pub struct Press {
    pub(super) queue: Queue,
    running: Option<RunningView>,
    failed: Vec<(Job, Notice)>,
}

/// How the running job is doing.
#[derive(Clone, Debug)]
pub struct RunningView {
    /// Which job.
    pub job: JobId,
    /// Pictures that are finished.
    pub pictures_done: u32,
    /// Which picture is being made, from 0.
    pub picture: u32,
    /// Steps done for it.
    pub step: u32,
    /// Steps in all; 0 until the first one is told.
    pub steps: u32,
    /// How much of the model is loaded, from 0 to 1; `None` once it is.
    pub loading: Option<f32>,
    /// How the picture looks now.
    pub preview: Option<Pixels>,
    /// Changes with every preview.
    pub preview_serial: u64,
    /// When the job was started.
    pub started: Duration,
    first_step: Option<Duration>,
    steps_seen: u32,
    latest: Duration,
    took: LastJob,
}

impl RunningView {
    fn new(job: JobId, expected: Option<Estimate>, now: Duration) -> Self {
        Self {
            job,
            pictures_done: 0,
            picture: 0,
            step: 0,
            steps: 0,
            loading: None,
            preview: None,
            preview_serial: 0,
            started: now,
            first_step: None,
            steps_seen: 0,
            latest: now,
            took: LastJob {
                secs: 0.0,
                peak_bytes: None,
                expected,
            },
        }
    }

    fn absorb(&mut self, progress: Progress, now: Duration) {
        match progress {
            Progress::Loading { fraction } => self.loading = Some(fraction),
            Progress::Ready(_) => self.loading = None,
            Progress::Step {
                picture,
                done,
                total,
            } => {
                self.loading = None;
                if picture != self.picture {
                    self.preview = None;
                }
                (self.picture, self.step, self.steps) = (picture, done, total);
                let seen = picture * total + done;
                if self.first_step.is_none() {
                    // The first step warms the engine up and says nothing about the others.
                    self.first_step = Some(now);
                    self.steps_seen = seen;
                }
                self.latest = now;
            }
            Progress::Preview { pixels, .. } => {
                self.preview = Some(pixels);
                self.preview_serial += 1;
            }
        }
    }

    /// Steps that are done, over all pictures.
    pub fn steps_done(&self) -> u32 {
        self.picture * self.steps + self.step
    }

    /// How much of the job is done, from 0 to 1.
    pub fn fraction(&self, pictures: u32) -> f32 {
        let all = pictures * self.steps;
        if all == 0 {
            return 0.0;
        }
        self.steps_done() as f32 / all as f32
    }

    /// Seconds until `pictures` pictures are done, judged by the steps so far.
    pub fn secs_left(&self, pictures: u32) -> Option<f64> {
        let measured = self.steps_done().checked_sub(self.steps_seen)?;
        let secs = self.latest.checked_sub(self.first_step?)?.as_secs_f64();
        let left = (pictures * self.steps).checked_sub(self.steps_done())?;
        (measured > 0).then(|| secs / f64::from(measured) * f64::from(left))
    }
}

impl Press {
    /// The running job and how it is doing.
    pub fn running(&self) -> Option<(&Job, &RunningView)> {
        let running = self.queue.running()?;
        let view = self.running.as_ref()?;
        Some((&running.job, view))
    }

    /// Whether the running job was told to stop and has not ended yet.
    pub fn is_cancelling(&self) -> bool {
        self.queue
            .running()
            .is_some_and(|running| running.cancel.is_cancelled())
    }

    /// The waiting jobs, next one first.
    pub fn waiting(&self) -> impl Iterator<Item = &Job> {
        self.queue.waiting()
    }

    /// Jobs that failed, and why; oldest first.
    pub fn failed(&self) -> &[(Job, Notice)] {
        &self.failed
    }

    /// Whether nothing runs, waits, or has failed.
    pub fn is_empty(&self) -> bool {
        self.queue.running().is_none() && self.waiting().next().is_none() && self.failed.is_empty()
    }

    pub(super) fn started(&mut self, job: JobId, expected: Option<Estimate>, now: Duration) {
        self.running = Some(RunningView::new(job, expected, now));
    }

    pub(super) fn progress(&mut self, job: JobId, progress: Progress, now: Duration) {
        if let Some(view) = self.running.as_mut().filter(|view| view.job == job) {
            view.absorb(progress, now);
        }
    }

    pub(super) fn picture_done(&mut self, job: JobId, timings: &Timings) {
        if let Some(view) = self.running.as_mut().filter(|view| view.job == job) {
            view.pictures_done += 1;
            view.took.secs += timings.drawing_secs();
            view.took.peak_bytes = view.took.peak_bytes.max(timings.peak_bytes);
        }
    }

    /// The job has ended; returns what it took.
    pub(super) fn ended(&mut self) -> Option<LastJob> {
        self.running.take().map(|view| view.took)
    }

    pub(super) fn fail(&mut self, job: Job, notice: Notice) {
        self.failed.push((job, notice));
        if self.failed.len() > FAILED_LIMIT {
            self.failed.remove(0);
        }
    }

    /// Takes a failed job out of the strip.
    pub(super) fn take_failed(&mut self, id: JobId) -> Option<Job> {
        let place = self.failed.iter().position(|(job, _)| job.id == id)?;
        Some(self.failed.remove(place).0)
    }

    pub(super) fn take_latest_failed(&mut self) -> Option<Job> {
        self.failed.pop().map(|(job, _)| job)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_left_follows_the_measured_steps_over_all_pictures() {
        let mut view = RunningView::new(JobId(1), None, Duration::ZERO);
        let step = |picture, done| Progress::Step {
            picture,
            done,
            total: 10,
        };
        view.absorb(step(0, 1), Duration::from_secs(5));
        assert_eq!(view.secs_left(2), None);
        view.absorb(step(0, 5), Duration::from_secs(9));
        assert_eq!(view.secs_left(2), Some(15.0));
        view.absorb(step(1, 10), Duration::from_secs(24));
        assert_eq!(view.secs_left(2), Some(0.0));
        assert!((view.fraction(2) - 1.0).abs() < f32::EPSILON);
    }
}
