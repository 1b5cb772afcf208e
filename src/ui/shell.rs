//! The frame loop: hears the threads, applies what the artist asked for, then draws.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::{Action, Effect, Effects, Heard, Runner, RunnerConfig, Studio};
use crate::gallery;
use crate::strings::Strings;

use super::gpu::PicturePainter;
use super::window::Window;
use super::{Start, ThreadsError, folder_dialog};

/// The program as eframe runs it.
pub(super) struct Shell {
    studio: Studio,
    /// The threads; `None` once the window is closed.
    runner: Option<Runner>,
    window: Window,
    /// What the artist asked for during the last frame.
    asked: Vec<Action>,
    started: Instant,
}

impl Shell {
    pub(super) fn start(
        ctx: &egui::Context,
        painter: Option<PicturePainter>,
        start: Start,
    ) -> Result<Self, ThreadsError> {
        let waking = ctx.clone();
        let runner = Runner::start(RunnerConfig {
            program: start.program,
            folders: start.folders,
            engine: start.engine,
            clock: start.clock,
            waker: Arc::new(move || waking.request_repaint()),
        })
        .map_err(|source| ThreadsError { source })?;
        let (studio, effects) = Studio::open(start.opening);
        let mut window = Window::new(ctx, &studio);
        if let Some(painter) = painter {
            window.textures.paint_with(painter);
        }
        let mut shell = Self {
            studio,
            runner: Some(runner),
            window,
            asked: Vec::new(),
            started: Instant::now(),
        };
        shell.carry_out(effects);
        Ok(shell)
    }

    /// The time since the start, on the studio's clock.
    pub(super) fn now(&self) -> Duration {
        self.started.elapsed()
    }

    /// What is known.
    pub(super) fn studio(&self) -> &Studio {
        &self.studio
    }

    /// Whether every picture that was asked for is there.
    pub(super) fn shows_all(&self) -> bool {
        self.window.textures.is_settled()
    }

    /// Asks for something with the next frame.
    pub(super) fn ask(&mut self, action: Action) {
        self.asked.push(action);
    }

    /// Hears the threads and carries out what was asked for.
    pub(super) fn advance(&mut self, ctx: &egui::Context) {
        let now = self.now();
        let heard = self.runner.as_ref().map(Runner::hear);
        for heard in heard.unwrap_or_default() {
            let effects = self.studio.absorb(heard, now);
            self.carry_out(effects);
        }
        for action in std::mem::take(&mut self.asked) {
            let effects = self.studio.apply(action, now);
            self.carry_out(effects);
        }
        self.window.textures.advance(ctx, now);
    }

    /// Draws, and gathers what the artist asks for.
    pub(super) fn draw(&mut self, ui: &mut egui::Ui) {
        let now = self.now();
        self.window.ui(ui, &self.studio, now, &mut self.asked);
        if !self.asked.is_empty() {
            ui.request_repaint();
        }
    }

    /// Writes where the program is, and ends the threads.
    pub(super) fn close(&mut self) {
        let session = gallery::Command::SaveSession(Box::new(self.studio.session()));
        if let Some(mut runner) = self.runner.take() {
            runner.run(Effect::Library(session));
            runner.close();
        }
    }

    fn carry_out(&mut self, effects: Effects) {
        let Some(runner) = &mut self.runner else {
            return;
        };
        for effect in effects {
            let Some(effect) = runner.run(effect) else {
                continue;
            };
            match effect {
                Effect::Texture(key, pixels) => self.window.textures.insert(key, pixels),
                Effect::NoTexture(key) => self.window.textures.refuse(key),
                Effect::Forgotten(key) => self.window.textures.forget(key),
                Effect::AskForLibrary => ask_for_library(runner, &self.window.strings),
                other @ (Effect::Work(_)
                | Effect::Library(_)
                | Effect::ScanModels(_)
                | Effect::Hub(_)
                | Effect::OpenFolder(_)
                | Effect::ChooseFamily { .. }
                | Effect::Examine(_)
                | Effect::TestStep { .. }
                | Effect::OpenPage(_)
                | Effect::ProbeRuntime(_)
                | Effect::InstallRuntime
                | Effect::CancelInstall) => log::error!("nobody carries out {other:?}"),
            }
        }
    }
}

impl eframe::App for Shell {
    fn logic(&mut self, ctx: &egui::Context, _frame: &mut eframe::Frame) {
        self.advance(ctx);
    }

    fn ui(&mut self, ui: &mut egui::Ui, _frame: &mut eframe::Frame) {
        self.draw(ui);
    }

    fn raw_input_hook(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        self.window.filter_input(ctx, input);
    }

    fn on_exit(&mut self) {
        self.close();
    }
}

/// Asks for a folder in the system's dialog; the answer reaches the studio like any event.
fn ask_for_library(runner: &Runner, strings: &Strings) {
    let tell = runner.teller();
    let title = strings.text("window-choose-library").into_owned();
    folder_dialog::ask(title, move |folder| {
        if let Some(folder) = folder {
            tell(Heard::LibraryChosen(folder));
        }
    });
}
