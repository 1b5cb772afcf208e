//! Measures the time that the processor spends on this thread.

use std::time::Duration;
#[cfg(not(unix))]
use std::time::Instant;

#[cfg(unix)]
use rustix::time::{ClockId, clock_gettime};

/// A running stopwatch; what other threads do does not count, where the system can tell.
pub(super) struct Stopwatch {
    #[cfg(unix)]
    started: Duration,
    #[cfg(not(unix))]
    started: Instant,
}

#[cfg(unix)]
impl Stopwatch {
    pub(super) fn start() -> Self {
        Self {
            started: thread_time(),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        thread_time().saturating_sub(self.started)
    }
}

#[cfg(not(unix))]
impl Stopwatch {
    pub(super) fn start() -> Self {
        Self {
            started: Instant::now(),
        }
    }

    pub(super) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

#[cfg(unix)]
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}
