//! Small versions of pictures, kept as files so that they are made once.

use std::fs;
use std::io::{self, BufReader};
use std::path::Path;

use image::codecs::webp::{WebPDecoder, WebPEncoder};
use image::{ColorType, ExtendedColorType, ImageDecoder as _, ImageError};

use crate::domain::{PixelSize, Pixels};
use crate::files::write_atomically;
use crate::imaging;
use crate::provenance::{PngError, read_pixels};

/// The sides that thumbnails are made at, in pixels, smallest first.
const SIDES: [u32; 3] = [128, 256, 512];

/// The side at which a thumbnail for `wanted` pixels is made: the next one up.
pub(super) fn made_side(wanted: u32) -> u32 {
    let enough = SIDES.into_iter().find(|side| *side >= wanted);
    enough.unwrap_or(SIDES[SIDES.len() - 1])
}

/// The small version of `picture`, from the file `cached` where that is good, else made and kept
/// there.
pub(super) fn thumbnail(picture: &Path, cached: &Path, side: u32) -> Result<Pixels, PngError> {
    if let Some(pixels) = read(picture, cached, side) {
        return Ok(pixels);
    }
    let pixels = imaging::thumbnail(&read_pixels(picture)?, side);
    if let Err(error) = write(cached, &pixels) {
        // It is made again next time; the artist has it now.
        log::info!("cannot keep {}: {error}", cached.display());
    }
    Ok(pixels)
}

/// `None` when the file is not there, older than the picture, or not a thumbnail of that side.
fn read(picture: &Path, cached: &Path, side: u32) -> Option<Pixels> {
    let is_stale = match (modified(picture), modified(cached)) {
        (Ok(picture), Ok(cached)) => picture > cached,
        // A picture whose file is gone still has its small version.
        (Err(_), Ok(_)) => false,
        (_, Err(_)) => true,
    };
    if is_stale {
        return None;
    }
    match decode(cached, side) {
        Ok(pixels) => pixels,
        Err(error) => {
            log::info!("made again: {}: {error}", cached.display());
            None
        }
    }
}

fn modified(path: &Path) -> io::Result<std::time::SystemTime> {
    path.metadata()?.modified()
}

fn decode(path: &Path, side: u32) -> Result<Option<Pixels>, ImageError> {
    let decoder = WebPDecoder::new(BufReader::new(fs::File::open(path)?))?;
    let (width, height) = decoder.dimensions();
    let size = match PixelSize::new(width, height) {
        Ok(size) if size.fitted(side) == size && decoder.color_type() == ColorType::Rgb8 => size,
        _ => return Ok(None),
    };
    let mut samples = vec![0; decoder.total_bytes() as usize];
    decoder.read_image(&mut samples)?;
    Ok(Pixels::new(size, samples))
}

fn write(path: &Path, pixels: &Pixels) -> io::Result<()> {
    let size = pixels.size();
    write_atomically(path, |out| {
        WebPEncoder::new_lossless(out)
            .encode(
                pixels.bytes(),
                size.width(),
                size.height(),
                ExtendedColorType::Rgb8,
            )
            .map_err(io::Error::other)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbnails_are_made_at_the_next_side_up() {
        let sides = [1, 128, 129, 256, 300, 9000].map(made_side);
        assert_eq!(sides, [128, 128, 256, 256, 512, 512]);
    }
}
