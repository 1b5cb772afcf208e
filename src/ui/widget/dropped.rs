//! What is dropped onto the window from outside.

use std::path::{Path, PathBuf};

use egui::Context;

/// The endings of files that are taken for pictures.
const PICTURES: [&str; 4] = ["jpeg", "jpg", "png", "webp"];

/// A picture that was dropped in this frame.
pub fn dropped_picture(ctx: &Context) -> Option<PathBuf> {
    dropped(ctx, is_picture)
}

/// What was dropped in this frame and is no picture: a folder with models, as far as its name
/// tells.
pub fn dropped_folder(ctx: &Context) -> Option<PathBuf> {
    dropped(ctx, |path| !is_picture(path))
}

fn dropped(ctx: &Context, is_meant: fn(&Path) -> bool) -> Option<PathBuf> {
    ctx.input(|input| {
        let files = input.raw.dropped_files.iter();
        let mut paths = files.map(|file| file.path().to_path_buf());
        paths.find(|path| is_meant(path))
    })
}

fn is_picture(path: &Path) -> bool {
    let extension = path.extension().unwrap_or_default();
    let mut known = PICTURES.iter();
    known.any(|known| extension.eq_ignore_ascii_case(known))
}
