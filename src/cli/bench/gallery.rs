//! A gallery of many pictures, and how what it takes grows with their number.

use crate::files::Folders;
use crate::ui::bench::{self, GalleryTimes};

use super::super::exit::{Exit, Stop};
use super::Figure;

/// A week's pictures, and those of years.
const COUNTS: [u32; 2] = [1_000, 100_000];

/// Of each number of pictures every figure, for whoever judges the growth.
pub(super) fn measure() -> Result<Vec<Figure>, Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let program = std::env::current_exe()?;
    let home = folders.cache.join(format!("bench-{}", std::process::id()));
    let mut figures = Vec::new();
    for count in COUNTS {
        let times = bench::gallery(&home, program.clone(), count);
        let cleared = std::fs::remove_dir_all(&home);
        // What went wrong while measuring says more than a folder that could not be cleared.
        let times = times.map_err(std::io::Error::other)?;
        cleared?;
        figures.extend(of(count, &times));
    }
    Ok(figures)
}

fn of(pictures: u32, times: &GalleryTimes) -> Vec<Figure> {
    let figure = |id, value, unit, limit| Figure {
        id,
        value,
        unit,
        limit,
        pictures: Some(pictures),
    };
    let mut figures = vec![
        figure("bench-gallery-open", times.open_secs, "s", 1.5),
        figure("bench-gallery-frame", times.frame_p99_ms, "ms", 8.0),
        figure("bench-gallery-mark", times.mark_ms, "ms", 200.0),
        figure("bench-gallery-reconcile", times.reconcile_secs, "s", 90.0),
    ];
    figures.extend(times.memory_bytes.map(|bytes| {
        let megabytes = bytes as f64 / 1e6;
        figure("bench-gallery-memory", megabytes, "MB", 600.0)
    }));
    figures
}
