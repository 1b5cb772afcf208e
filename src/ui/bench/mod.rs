//! How long frames take: the real window over a real library while a real job runs, without a
//! graphics card.

mod gallery;
mod script;
mod stock;
mod stopwatch;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;

use crate::app::{Action, ComposeAction, Opening, Studio};
use crate::domain::{Seed, SystemClock};
use crate::engine::Child;
use crate::files::Folders;
use crate::settings::Settings;

use super::Start;
use super::shell::Shell;

pub use self::gallery::{GalleryTimes, gallery};
use self::stopwatch::Stopwatch;

/// What the window is given between two frames, as a display of 60 Hz would.
const FRAME: Duration = Duration::from_millis(16);
/// How long the start may take until a job runs: finding the runtime, loading the model.
const PATIENCE: Duration = Duration::from_mins(2);
/// Pictures of the job: more than the measuring needs, so that it does not end before.
const JOB_PICTURES: u32 = 64;

/// How long the frames took.
#[derive(Clone, Copy, Debug)]
pub struct FrameTimes {
    /// Half of the frames took less.
    pub median_ms: f64,
    /// One in a hundred took longer.
    pub p99_ms: f64,
    /// How many frames were measured.
    pub frames: usize,
}

/// Fills a library below `home` with `pictures` pictures, then scrolls, chooses and views them for
/// some frames while a job runs; measures the CPU time of what the window computes each frame.
///
/// `home` must be a folder that nobody needs; the models are those of `settings`, and `program` is
/// this one.
pub fn frames(
    home: &Path,
    mut settings: Settings,
    program: PathBuf,
    pictures: u32,
    frames: usize,
) -> Result<FrameTimes, FrameBenchError> {
    let folders = Folders::under(home);
    stock::fill(&folders, pictures)?;
    settings.library = None;
    let engine_config = settings.engine_config();
    let default_library = folders.pictures.clone();
    let ctx = egui::Context::default();
    let start = Start {
        folders,
        opening: Opening::first(settings, default_library),
        engine: Box::new(Child::new(program.clone(), engine_config)),
        program,
        clock: Arc::new(SystemClock),
    };
    let mut shell = Shell::start(&ctx, None, start).map_err(|error| error.source)?;
    start_job(&ctx, &mut shell)?;
    let mut times_ms = Vec::with_capacity(frames);
    for number in 0..frames {
        let events = script::events_of(number);
        times_ms.push(frame(&ctx, &mut shell, events));
    }
    let is_running = shell.studio().press().running().is_some();
    shell.close();
    if !is_running {
        return Err(FrameBenchError::JobEnded);
    }
    times_ms.sort_by(f64::total_cmp);
    Ok(FrameTimes {
        median_ms: times_ms[times_ms.len() / 2],
        p99_ms: times_ms[times_ms.len() * 99 / 100],
        frames,
    })
}

/// Lets the window start, and queues a job as soon as it can run; returns once it makes steps.
fn start_job(ctx: &egui::Context, shell: &mut Shell) -> Result<(), FrameBenchError> {
    let started = Instant::now();
    let mut is_queued = false;
    while started.elapsed() < PATIENCE {
        frame(ctx, shell, Vec::new());
        let studio = shell.studio();
        if !is_queued && is_ready(studio) {
            is_queued = true;
            for action in long_job(studio) {
                shell.ask(action);
            }
        }
        let running = shell.studio().press().running();
        if running.is_some_and(|(_, view)| view.steps_done() > 0) {
            return Ok(());
        }
    }
    Err(FrameBenchError::NoJob)
}

fn is_ready(studio: &Studio) -> bool {
    studio.engine_room().is_ready() && studio.model().is_some() && studio.wall().library().is_some()
}

fn long_job(studio: &Studio) -> [Action; 2] {
    let mut draft = studio.compose().draft().clone();
    "a red lighthouse on a cliff by the sea".clone_into(&mut draft.prompt.text);
    draft.count = JOB_PICTURES.try_into().unwrap_or(draft.count);
    [
        Action::Compose(ComposeAction::Edit(Box::new(draft))),
        Action::Compose(ComposeAction::Generate { fresh: Seed(7) }),
    ]
}

/// One frame at its time; returns the milliseconds that its computing took.
fn frame(ctx: &egui::Context, shell: &mut Shell, events: Vec<egui::Event>) -> f64 {
    let begun = Instant::now();
    let input = egui::RawInput {
        screen_rect: Some(script::SCREEN),
        time: Some(shell.now().as_secs_f64()),
        focused: true,
        events,
        ..egui::RawInput::default()
    };
    let watch = Stopwatch::start();
    let output = ctx.run_ui(input, |ui| {
        shell.advance(ui.ctx());
        shell.draw(ui);
    });
    let took = watch.elapsed();
    // There is no graphics card that the textures could go to.
    output.drop_without_applying_deltas();
    thread::sleep(FRAME.saturating_sub(begun.elapsed()));
    took.as_secs_f64() * 1000.0
}

/// Why frames could not be measured.
#[derive(Debug, Error)]
pub enum FrameBenchError {
    /// The library could not be filled, or the threads not started.
    #[error("the bench could not be set up")]
    SetUp {
        /// Why not.
        #[from]
        source: io::Error,
    },
    /// No job came to its first step in time.
    #[error("no job began: is there a model, and ONNX Runtime?")]
    NoJob,
    /// Something that was asked for did not come.
    #[error("the gallery did not answer in time")]
    Stuck,
    /// The job was done before the last frame.
    #[error("the job ended before all frames were measured")]
    JobEnded,
}
