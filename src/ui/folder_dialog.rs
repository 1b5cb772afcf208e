//! Asks the artist for a folder or a file, in the system's own dialog, without stopping the window.

use std::path::PathBuf;
use std::thread;

use crossbeam_channel::{Receiver, bounded};

/// Opens the dialog on a thread of its own and hands over what was picked, `None` = nothing.
pub(super) fn ask(title: String, picked: impl FnOnce(Option<PathBuf>) + Send + 'static) {
    open(
        move || rfd::FileDialog::new().set_title(title).pick_folder(),
        picked,
    );
}

/// A dialog whose answer is fetched frame by frame.
#[derive(Default)]
pub(super) struct FolderDialog {
    answer: Option<Receiver<Option<PathBuf>>>,
}

impl FolderDialog {
    /// Asks for a folder, unless a dialog is open already.
    pub(super) fn ask_folder(&mut self, ctx: &egui::Context, title: String) {
        self.start(ctx, move || {
            rfd::FileDialog::new().set_title(title).pick_folder()
        });
    }

    /// Asks for a file, unless a dialog is open already.
    pub(super) fn ask_file(&mut self, ctx: &egui::Context, title: String) {
        self.start(ctx, move || {
            rfd::FileDialog::new().set_title(title).pick_file()
        });
    }

    /// What was picked since the last call.
    pub(super) fn picked(&mut self) -> Option<PathBuf> {
        let answer = self.answer.as_ref()?.try_recv().ok()?;
        self.answer = None;
        answer
    }

    fn start(
        &mut self,
        ctx: &egui::Context,
        pick: impl FnOnce() -> Option<PathBuf> + Send + 'static,
    ) {
        if self.answer.is_some() {
            return;
        }
        let (sender, receiver) = bounded(1);
        let ctx = ctx.clone();
        self.answer = Some(receiver);
        open(pick, move |folder| {
            if sender.send(folder).is_ok() {
                ctx.request_repaint();
            }
        });
    }
}

fn open(
    pick: impl FnOnce() -> Option<PathBuf> + Send + 'static,
    picked: impl FnOnce(Option<PathBuf>) + Send + 'static,
) {
    let started = thread::Builder::new()
        .name("file-dialog".to_owned())
        .spawn(move || picked(pick()));
    if let Err(error) = started {
        log::error!("cannot open a dialog: {error}");
    }
}
