//! Cells ahead of the kept pictures: those of the running job, until each is in the library.

use std::time::Duration;

use crate::app::Studio;
use crate::domain::JobId;

/// How long a finished picture's cell waits for the librarian.
const LANDING: Duration = Duration::from_secs(2);

/// Follows finished pictures until the library has them, so that no cell jumps meanwhile.
#[derive(Debug, Default)]
pub(super) struct Arrivals {
    job: Option<JobId>,
    /// How many pictures the library had when the job began.
    kept_before: usize,
    finished: usize,
    finished_at: Duration,
}

/// A cell that has no kept picture yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ahead {
    /// Its turn comes.
    Waiting,
    /// Being made now.
    Running,
    /// Made, and on its way to the library.
    Landing,
}

impl Arrivals {
    /// Takes note of the job and returns the cells ahead of the kept pictures, newest first.
    pub(super) fn follow(&mut self, studio: &Studio, now: Duration) -> Vec<Ahead> {
        let kept = studio.wall().kept();
        let running = studio.press().running();
        if let Some((job, view)) = running {
            if self.job != Some(job.id) {
                self.job = Some(job.id);
                self.kept_before = kept;
                self.finished = 0;
            }
            if self.finished != view.pictures_done as usize {
                self.finished = view.pictures_done as usize;
                self.finished_at = now;
            }
        }
        let mut ahead = Vec::new();
        if let Some((job, view)) = running {
            let left = job.request.count.get().saturating_sub(view.pictures_done);
            ahead.extend((1..left).map(|_| Ahead::Waiting));
            ahead.extend((left > 0).then_some(Ahead::Running));
        }
        if now.saturating_sub(self.finished_at) < LANDING {
            let landed = kept.saturating_sub(self.kept_before);
            let landing = self.finished.saturating_sub(landed);
            ahead.extend((0..landing).map(|_| Ahead::Landing));
        }
        ahead
    }
}
