//! How a gallery of many pictures behaves: found again from its files, opened, scrolled, marked.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::app::{Action, CullAction, GalleryAction, Opening, Reach, Studio};
use crate::domain::{Mark, PictureId, Stars, SystemClock};
use crate::engine::Child;
use crate::files::Folders;
use crate::gallery::{Command, Event, Librarian};
use crate::runtime::peak_bytes;
use crate::settings::Settings;
use crate::ui::Start;
use crate::ui::shell::Shell;

use super::{FrameBenchError, frame, script, stock};

/// How long any single thing may take before it is given up.
const PATIENCE: Duration = Duration::from_mins(10);
/// Frames of fast scrolling that are measured.
const FRAMES: usize = 400;
/// Pictures that are marked in one go.
const MARKED: usize = 1_000;

/// How long a gallery takes for what.
#[derive(Clone, Copy, Debug)]
pub struct GalleryTimes {
    /// Until every picture is in a new database, from the files alone.
    pub reconcile_secs: f64,
    /// From the start of the window to a first full screen of thumbnails.
    pub open_secs: f64,
    /// CPU time of a frame while scrolling fast: all but one in a hundred.
    pub frame_p99_ms: f64,
    /// From the key to the disk, stars on a thousand chosen pictures.
    pub mark_ms: f64,
    /// The most memory that the process had, where the system tells it.
    pub memory_bytes: Option<u64>,
}

/// Makes a library of `count` small pictures below `home`, which must be a folder that nobody
/// needs, and works in it as an artist does; `program` is this one.
pub fn gallery(home: &Path, program: PathBuf, count: u32) -> Result<GalleryTimes, FrameBenchError> {
    let folders = Folders::under(home);
    stock::scatter(&folders, count)?;
    let reconcile_secs = reconcile(&folders)?;
    let default_library = folders.pictures.clone();
    let ctx = egui::Context::default();
    let started = Instant::now();
    let settings = Settings::default();
    let start = Start {
        folders,
        engine: Box::new(Child::new(program.clone(), settings.engine_config())),
        opening: Opening::first(settings, default_library),
        program,
        clock: Arc::new(SystemClock),
    };
    let mut shell = Shell::start(&ctx, None, start).map_err(|error| error.source)?;
    until(&ctx, &mut shell, |shell| {
        shell.studio().wall().shown() > 0 && shell.shows_all()
    })?;
    let open_secs = started.elapsed().as_secs_f64();
    let mut times_ms: Vec<f64> = (0..FRAMES)
        .map(|number| frame(&ctx, &mut shell, script::rush(number)))
        .collect();
    times_ms.sort_by(f64::total_cmp);
    let mark_ms = mark(&ctx, &mut shell)?;
    shell.close();
    Ok(GalleryTimes {
        reconcile_secs,
        open_secs,
        frame_p99_ms: times_ms[times_ms.len() * 99 / 100],
        mark_ms,
        memory_bytes: peak_bytes(),
    })
}

/// Lets a librarian find all pictures by their files; gives back how many seconds that took.
fn reconcile(folders: &Folders) -> io::Result<f64> {
    let librarian = Librarian::start(folders.clone(), Arc::new(SystemClock), Arc::new(|| {}))?;
    let started = Instant::now();
    let told = librarian
        .commands()
        .send(Command::Open(folders.pictures.clone()));
    told.map_err(io::Error::other)?;
    for event in librarian.events() {
        if let Event::NotOpened(notice) = event {
            return Err(io::Error::other(notice.details.join(": ")));
        }
        if matches!(event, Event::Opened { .. }) {
            break;
        }
    }
    let took = started.elapsed().as_secs_f64();
    librarian.close();
    Ok(took)
}

fn mark(ctx: &egui::Context, shell: &mut Shell) -> Result<f64, FrameBenchError> {
    let wall = shell.studio().wall();
    let ids = (0..MARKED).filter_map(|place| wall.at(place).map(|entry| entry.id));
    let ids: Vec<PictureId> = ids.collect();
    // The last of them is asked for behind the marks: once it is told, they are on the disk.
    let last = ids[ids.len() - 1];
    shell.ask(Action::Cull(CullAction::SelectThese(ids)));
    frame(ctx, shell, Vec::new());
    let started = Instant::now();
    shell.ask(Action::Cull(CullAction::Mark {
        mark: Mark::Stars(Stars::new(4)),
        reach: Reach::Chosen,
        advances: false,
    }));
    shell.ask(Action::Gallery(GalleryAction::Describe(last)));
    let is_written = |studio: &Studio| {
        let record = studio.wall().record(last);
        record.is_some_and(|record| record.entry.marks.stars == Stars::new(4))
    };
    until(ctx, shell, |shell| is_written(shell.studio()))?;
    Ok(started.elapsed().as_secs_f64() * 1000.0)
}

/// Draws frames until something is so.
fn until(
    ctx: &egui::Context,
    shell: &mut Shell,
    is_so: impl Fn(&Shell) -> bool,
) -> Result<(), FrameBenchError> {
    let started = Instant::now();
    while !is_so(shell) {
        if started.elapsed() > PATIENCE {
            return Err(FrameBenchError::Stuck);
        }
        frame(ctx, shell, Vec::new());
    }
    Ok(())
}
