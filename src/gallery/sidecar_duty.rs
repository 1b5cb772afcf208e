//! Whether sidecars are to be written, and when.

use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

/// How long nothing else must be asked before sidecars are written.
const BREATH: Duration = Duration::from_millis(20);

/// The librarian's duty to keep sidecars: done when there is nothing better to do.
#[derive(Debug, Default)]
pub(super) struct SidecarDuty {
    is_wanted: bool,
    rest: Rest,
}

/// What is left to write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Rest {
    /// Nothing, as far as is known.
    #[default]
    None,
    /// Perhaps something.
    Some,
    /// Something that cannot be written at present.
    Stuck,
}

impl SidecarDuty {
    /// Takes up the duty, or lays it down.
    pub(super) fn want(&mut self, is_wanted: bool) {
        self.is_wanted = is_wanted;
        self.begin();
    }

    /// There is another library, or a new wish: what was stuck may go now.
    pub(super) fn begin(&mut self) {
        self.rest = Rest::Some;
    }

    /// Something was done that may have changed what sidecars should say.
    pub(super) fn expect_more(&mut self) {
        if self.rest == Rest::None {
            self.rest = Rest::Some;
        }
    }

    /// Some were written, and there are more or not.
    pub(super) fn wrote(&mut self, has_more: bool) {
        self.rest = if has_more { Rest::Some } else { Rest::None };
    }

    /// Writing failed, and would fail again.
    pub(super) fn give_up(&mut self) {
        self.rest = Rest::Stuck;
    }

    /// Whether there is perhaps something to write.
    pub(super) fn is_due(&self) -> bool {
        self.is_wanted && self.rest == Rest::Some
    }

    /// Ready after a moment in which nothing else was asked; never, when there is nothing to do.
    pub(super) fn moment(&self) -> Receiver<Instant> {
        if self.is_due() {
            crossbeam_channel::after(BREATH)
        } else {
            crossbeam_channel::never()
        }
    }
}
