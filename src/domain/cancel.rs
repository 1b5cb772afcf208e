//! Stopping work that is under way.

use std::fmt;
use std::sync::Arc;
#[expect(
    clippy::disallowed_types,
    reason = "the only lock: whoever cancels calls into a running inference on another thread"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

type Interrupt = Box<dyn Fn() + Send>;

/// Tells a running job to stop; clones share one flag.
///
/// Work checks [`CancelToken::is_cancelled`] between its steps.
/// A call that cannot check, such as an inference, is [armed](CancelToken::arm) with an interrupt.
#[derive(Clone, Default)]
pub struct CancelToken {
    flag: Arc<AtomicBool>,
    #[expect(clippy::disallowed_types, reason = "see the import")]
    interrupt: Arc<Mutex<Option<Interrupt>>>,
}

impl CancelToken {
    /// Asks the work to stop and interrupts what is armed; returns at once.
    pub fn cancel(&self) {
        self.flag.store(true, Ordering::SeqCst);
        if let Some(interrupt) = self.slot().as_ref() {
            interrupt();
        }
    }

    /// Whether somebody asked to stop.
    pub fn is_cancelled(&self) -> bool {
        self.flag.load(Ordering::SeqCst)
    }

    /// Has `interrupt` called on a cancel, at once if there was one already, until the guard drops.
    ///
    /// **One interrupt at a time**: a second replaces the first.
    #[must_use = "the interrupt is disarmed when the guard drops"]
    pub fn arm(&self, interrupt: impl Fn() + Send + 'static) -> Armed {
        let mut slot = self.slot();
        if self.is_cancelled() {
            interrupt();
        }
        *slot = Some(Box::new(interrupt));
        Armed {
            token: self.clone(),
        }
    }

    fn slot(&self) -> impl std::ops::DerefMut<Target = Option<Interrupt>> + '_ {
        // A panic inside an interrupt leaves nothing half-done in an Option.
        self.interrupt
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl fmt::Debug for CancelToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("CancelToken")
            .field(&self.is_cancelled())
            .finish()
    }
}

/// Keeps an interrupt armed; dropping it disarms.
pub struct Armed {
    token: CancelToken,
}

impl Drop for Armed {
    fn drop(&mut self) {
        *self.token.slot() = None;
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;

    use super::*;

    #[test]
    fn an_interrupt_fires_while_armed_and_not_after() {
        let token = CancelToken::default();
        let calls = Arc::new(AtomicU32::new(0));
        let counted = Arc::clone(&calls);
        let armed = token.arm(move || {
            counted.fetch_add(1, Ordering::SeqCst);
        });
        token.clone().cancel();
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        drop(armed);
        token.cancel();
        assert_eq!(calls.load(Ordering::SeqCst), 1);
        assert!(token.is_cancelled());
    }

    #[test]
    fn arming_after_a_cancel_interrupts_at_once() {
        let token = CancelToken::default();
        token.cancel();
        let fired = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&fired);
        let _armed = token.arm(move || seen.store(true, Ordering::SeqCst));
        assert!(fired.load(Ordering::SeqCst));
    }
}
