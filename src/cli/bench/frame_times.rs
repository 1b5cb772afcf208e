//! How long the window takes to think about a frame.

use crate::files::Folders;
use crate::runtime;
use crate::settings::load_settings;
use crate::ui::bench;

use super::super::exit::{Exit, Stop};
use super::Figure;
use super::rig::Rig;

/// Pictures in the gallery that is scrolled.
const PICTURES: u32 = 1_000;
/// Frames that are measured.
const FRAMES: usize = 600;

/// CPU time of the window's `logic` and `ui`, over a gallery of a thousand pictures while a job
/// runs.
pub(super) fn measure(_: &mut Rig) -> Result<Vec<Figure>, Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let mut settings = load_settings(&folders).0;
    let location = runtime::locate(settings.runtime.as_deref(), &folders)
        .map_err(|error| Stop::explaining(Exit::RuntimeMissing, &error))?;
    settings.runtime = Some(location.library);
    let program = std::env::current_exe()?;
    let home = folders.cache.join(format!("bench-{}", std::process::id()));
    let times = bench::frames(&home, settings, program, PICTURES, FRAMES);
    let cleared = std::fs::remove_dir_all(&home);
    // What went wrong while measuring says more than a folder that could not be cleared.
    let times = times.map_err(std::io::Error::other)?;
    cleared?;
    Ok(vec![
        figure("bench-frame-median", times.median_ms, 3.0),
        figure("bench-frame-p99", times.p99_ms, 8.0),
    ])
}

fn figure(id: &'static str, value: f64, limit: f64) -> Figure {
    Figure {
        id,
        value,
        unit: "ms",
        limit,
        pictures: None,
    }
}
