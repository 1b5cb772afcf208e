//! Fills a library with pictures that compress and decode as real ones do.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write as _};
use std::sync::Arc;

use crate::domain::{
    JobId, MadeWith, ModelId, Params, Picture, PictureId, PixelSize, Pixels, Prompt, Recipe, Seed,
    SystemClock, Task, Timestamp, Timings,
};
use crate::files::Folders;
use crate::gallery::{Command, Event, Librarian};
use crate::provenance::{Origin, write_library_png};

/// Shapes, so that cells are letterboxed too.
const SHAPES: [(u32, u32); 3] = [(512, 512), (512, 384), (384, 512)];

/// Keeps `count` pictures in the folder for pictures, as jobs would.
pub(super) fn fill(folders: &Folders, count: u32) -> io::Result<()> {
    let librarian = Librarian::start(folders.clone(), Arc::new(SystemClock), Arc::new(|| {}))?;
    let tell = |command| {
        let told = librarian.commands().send(command);
        told.map_err(io::Error::other)
    };
    tell(Command::Open(folders.pictures.clone()))?;
    for number in 0..count {
        let (width, height) = SHAPES[number as usize % SHAPES.len()];
        let size = PixelSize::new(width, height).expect("the shapes are within bounds");
        let picture = Box::new(picture(number, size));
        let job = JobId(u64::from(number));
        tell(Command::Keep { job, picture })?;
        // The next one waits, so that not all are in memory at once.
        wait_until_kept(&librarian)?;
    }
    librarian.close();
    Ok(())
}

/// Writes the files of `count` small pictures of a library and nothing else, as if the database
/// had been lost.
pub(super) fn scatter(folders: &Folders, count: u32) -> io::Result<()> {
    let size = PixelSize::new(64, 48).expect("it is within bounds");
    for number in 0..count {
        let folder = folders
            .pictures
            .join(format!("pictures/{}", number / 1_000));
        if number % 1_000 == 0 {
            fs::create_dir_all(&folder)?;
        }
        let mut random = [0; 16];
        random[..4].copy_from_slice(&number.to_le_bytes());
        let origin = Origin {
            id: PictureId::from_random(random),
            created: Timestamp(1_700_000_000_000 + i64::from(number)),
        };
        let picture = picture(number, size);
        let mut file = BufWriter::new(File::create(folder.join(format!("{number}.png")))?);
        write_library_png(&mut file, &picture.pixels, &picture.recipe, &origin)?;
        file.flush()?;
    }
    Ok(())
}

fn wait_until_kept(librarian: &Librarian) -> io::Result<()> {
    for event in librarian.events() {
        if let Event::NotKept { notice, .. } | Event::NotOpened(notice) = event {
            return Err(io::Error::other(notice.details.join(": ")));
        }
        if matches!(event, Event::Kept { .. }) {
            break;
        }
    }
    Ok(())
}

fn picture(number: u32, size: PixelSize) -> Picture {
    Picture {
        pixels: pixels(size, number),
        recipe: Recipe {
            model: ModelId::new("stock"),
            fingerprint: String::new(),
            prompt: Prompt {
                text: format!("hills number {number} under a wide sky"),
                negative: String::new(),
            },
            size,
            seed: Seed(u64::from(number)),
            params: Params::default(),
            parents: Vec::new(),
            task: Task::Create,
            made_with: MadeWith::default(),
        },
        timings: Timings::default(),
    }
}

/// A sky, hills and grain: smooth parts, edges, and noise.
fn pixels(size: PixelSize, number: u32) -> Pixels {
    let hue = (number as f32 * 0.618).fract() * std::f32::consts::TAU;
    let tint = [0.0, 2.1, 4.2].map(|shift| 0.6 + 0.4 * (hue + shift).sin());
    let mut grain = number.wrapping_mul(2_654_435_761) | 1;
    let mut data = Vec::with_capacity(3 * size.area());
    for y in 0..size.height() {
        for x in 0..size.width() {
            let (across, down) = (
                x as f32 / size.width() as f32,
                y as f32 / size.height() as f32,
            );
            let hill = 0.6 + 0.15 * (across * 9.0 + hue).sin() + 0.05 * (across * 31.0).cos();
            let light = if down > hill {
                0.25 + 0.3 * (1.0 - down)
            } else {
                0.9 - 0.4 * down
            };
            grain = grain.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let noise = (grain >> 24) as f32 / 255.0 * 0.06;
            data.extend(tint.map(|tint| ((light * tint + noise) * 255.0) as u8));
        }
    }
    Pixels::new(size, data).expect("three bytes were written for each pixel")
}
