//! The progress bar on a terminal.

use indicatif::{ProgressBar, ProgressStyle};

use crate::domain::{Message, Progress};
use crate::strings::Strings;

/// How finely the loading of a model is shown.
const LOADING_PARTS: f32 = 100.0;

/// A bar on standard error; invisible where that is not a terminal.
pub(super) struct Bar {
    shown: ProgressBar,
    loading: String,
    drawing: String,
    pictures: u32,
}

impl Bar {
    /// A bar for a job of so many pictures.
    pub(super) fn new(strings: &Strings, model: &str, pictures: u32) -> Self {
        let style = ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len} {eta}");
        let shown = ProgressBar::new(0);
        if let Ok(style) = style {
            shown.set_style(style);
        }
        let loading = strings.message(&Message::new("cli-loading").with("model", model));
        Self {
            shown,
            loading,
            drawing: strings.text("cli-drawing").into_owned(),
            pictures,
        }
    }

    /// Shows how far the job is.
    pub(super) fn absorb(&self, progress: &Progress) {
        match progress {
            Progress::Loading { fraction } => {
                self.shown.set_message(self.loading.clone());
                self.shown.set_length(LOADING_PARTS as u64);
                self.shown.set_position((fraction * LOADING_PARTS) as u64);
            }
            Progress::Ready(_) => self.shown.reset(),
            Progress::Step {
                picture,
                done,
                total,
            } => {
                self.shown.set_message(self.drawing.clone());
                self.shown.set_length(u64::from(self.pictures * total));
                self.shown.set_position(u64::from(picture * total + done));
            }
            Progress::Preview { .. } => {}
        }
    }

    /// Says something without tearing the bar.
    pub(super) fn suspend(&self, say: impl FnOnce()) {
        self.shown.suspend(say);
    }

    /// Takes the bar away.
    pub(super) fn clear(&self) {
        self.shown.finish_and_clear();
    }
}
