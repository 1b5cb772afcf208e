//! The window: draws the studio, gathers the artist's actions, and does nothing else.
//!
//! Panels see `&Studio` and push `Action`s onto their `panel::Desk`; the
//! shell applies them before the next frame.

pub mod bench;
pub mod gpu;
pub mod grid;
pub mod panel;
pub mod picture_tile;
pub mod shortcut;
pub mod textures;
pub mod theme;
pub mod view;
pub mod viewport;
pub mod widget;
pub mod window;

mod compared;
mod culling;
mod filter_row;
mod folder_dialog;
mod layout;
mod look_around;
mod looking_bar;
mod models_sheet;
mod queue_strip;
mod search_row;
mod settings_card;
mod sheet;
mod shell;
mod status_line;
mod toasts;
mod top_bar;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use thiserror::Error;

use crate::app::Opening;
use crate::domain::{Clock, Explain, Message, Notice, Severity, SystemClock};
use crate::engine::{Child, Engine};
use crate::files::{Folders, FoldersError};
use crate::settings::{load_model_notes, load_session, load_settings};

/// Opens the window where the last run ended, and returns when it is closed.
pub fn open() -> Result<(), WindowError> {
    let folders = Folders::find().map_err(|source| WindowError::NoFolders { source })?;
    let program = std::env::current_exe().map_err(|source| WindowError::NoProgram { source })?;
    let (settings, settings_trouble) = load_settings(&folders);
    let (session, session_trouble) = load_session(&folders);
    let (model_notes, notes_trouble) = load_model_notes(&folders);
    let config = settings.engine_config();
    run(Start {
        opening: Opening {
            settings,
            session,
            model_notes,
            notices: settings_trouble
                .into_iter()
                .chain(session_trouble)
                .chain(notes_trouble)
                .collect(),
            default_library: folders.pictures.clone(),
        },
        engine: Box::new(Child::new(program.clone(), config)),
        program,
        clock: Arc::new(SystemClock),
        folders,
    })
}

/// What the window starts with.
struct Start {
    program: PathBuf,
    folders: Folders,
    opening: Opening,
    engine: Box<dyn Engine>,
    clock: Arc<dyn Clock>,
}

fn run(start: Start) -> Result<(), WindowError> {
    let viewport = egui::ViewportBuilder::default()
        .with_app_id("maquette")
        .with_title("Maquette")
        .with_inner_size([1600.0, 1000.0])
        .with_min_inner_size([900.0, 600.0]);
    let options = eframe::NativeOptions {
        viewport,
        ..eframe::NativeOptions::default()
    };
    let create: eframe::AppCreator<'_> = Box::new(move |context| {
        let painter = context
            .wgpu_render_state
            .as_ref()
            .map(|gpu| gpu::PicturePainter::new(&gpu.device, &gpu.queue, gpu.target_format));
        let shell = shell::Shell::start(&context.egui_ctx, painter, start)?;
        Ok(Box::new(shell))
    });
    eframe::run_native("maquette", options, create)
        .map_err(|source| WindowError::NoWindow { source })
}

/// Why there is no window.
#[derive(Debug, Error)]
pub enum WindowError {
    /// There is no place for the program's files.
    #[error(transparent)]
    NoFolders {
        /// Why not.
        source: FoldersError,
    },
    /// The program does not know where it is, so it cannot start its engine.
    #[error("the program's own file cannot be found")]
    NoProgram {
        /// Why not.
        source: io::Error,
    },
    /// There is no display, or no way to draw on it.
    #[error("the window cannot be opened")]
    NoWindow {
        /// Why not.
        source: eframe::Error,
    },
}

impl Explain for WindowError {
    fn explain(&self) -> Notice {
        match self {
            Self::NoFolders { source } => source.explain(),
            Self::NoProgram { .. } | Self::NoWindow { .. } => {
                let headline = Message::new("error-window-closed");
                Notice::new(Severity::Error, headline).caused_by(self)
            }
        }
    }
}

/// Why the threads behind the window could not be started.
#[derive(Debug, Error)]
#[error("the threads behind the window cannot be started")]
struct ThreadsError {
    source: io::Error,
}
