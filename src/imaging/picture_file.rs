//! Reading a picture of any common format, as another program wrote it.

use std::fs::File;
use std::io::{self, Cursor, Read as _};
use std::path::{Path, PathBuf};

use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits, Rgba, RgbaImage};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::domain::{Explain, Message, Notice, PixelSize, Pixels, Severity, SizeError};
use crate::files::hex;

/// The largest file that is read.
const MAX_FILE_BYTES: u64 = 512 << 20;
/// The most memory that its decoder may take.
const MAX_DECODER_BYTES: u64 = 2 << 30;

/// What a file shows.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureFile {
    /// Its pixels, upright, on white where they are transparent.
    pub pixels: Pixels,
    /// SHA-256 of the file, in hexadecimal.
    pub sha256: String,
}

impl PictureFile {
    /// Reads a JPEG, PNG or WebP file, whatever its name ends in.
    pub fn read(path: &Path) -> Result<Self, PictureFileError> {
        let bytes = read_bytes(path)?;
        let (decoder, orientation) = decoder(&bytes, path)?;
        let picture = DynamicImage::from_decoder(decoder);
        let mut picture = picture.map_err(PictureFileError::broken(path))?;
        picture.apply_orientation(orientation);
        let size = size(picture.width(), picture.height(), path)?;
        let pixels = Pixels::new(size, on_white(picture));
        Ok(Self {
            pixels: pixels.expect("a decoder fills the size that it tells"),
            sha256: hex(&Sha256::digest(&bytes)),
        })
    }
}

/// The size of the picture in a file, upright, as its header says.
pub fn picture_size(path: &Path) -> Result<PixelSize, PictureFileError> {
    let bytes = read_bytes(path)?;
    let (decoder, orientation) = decoder(&bytes, path)?;
    let (width, height) = decoder.dimensions();
    let is_turned = matches!(
        orientation,
        Orientation::Rotate90
            | Orientation::Rotate270
            | Orientation::Rotate90FlipH
            | Orientation::Rotate270FlipH
    );
    let (width, height) = if is_turned {
        (height, width)
    } else {
        (width, height)
    };
    size(width, height, path)
}

/// Why a picture cannot be read.
#[derive(Debug, Error)]
pub enum PictureFileError {
    /// The file cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// It is longer than we read.
    #[error("{path} is longer than {MAX_FILE_BYTES} bytes")]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// It is damaged, cut off, or no picture that we know.
    #[error("cannot decode {path}")]
    Broken {
        /// Why.
        source: ImageError,
        /// The file.
        path: PathBuf,
    },
    /// It shows more than we work with.
    #[error("the picture is too large: {path}")]
    TooLarge {
        /// The sizes.
        source: SizeError,
        /// The file.
        path: PathBuf,
    },
}

impl Explain for PictureFileError {
    fn explain(&self) -> Notice {
        let (key, path) = match self {
            Self::Open { path, .. } => ("error-picture-cannot-open", path),
            Self::Broken { path, .. } => ("error-picture-broken", path),
            Self::TooLong { path } | Self::TooLarge { path, .. } => {
                ("error-picture-too-large", path)
            }
        };
        let headline = Message::new(key).with("file", path.display());
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}

impl PictureFileError {
    fn broken(path: &Path) -> impl Fn(ImageError) -> Self {
        move |source| Self::Broken {
            source,
            path: path.to_owned(),
        }
    }
}

/// A decoder within our limits, and how the picture is to be turned to stand upright.
fn decoder<'a>(
    bytes: &'a [u8],
    path: &Path,
) -> Result<(impl ImageDecoder + 'a, Orientation), PictureFileError> {
    let mut reader = ImageReader::new(Cursor::new(bytes))
        .with_guessed_format()
        .expect("memory can always be read");
    let mut limits = Limits::default();
    limits.max_alloc = Some(MAX_DECODER_BYTES);
    limits.max_image_width = Some(PixelSize::MAX_SIDE);
    limits.max_image_height = Some(PixelSize::MAX_SIDE);
    reader.limits(limits);
    let mut decoder = reader
        .into_decoder()
        .map_err(PictureFileError::broken(path))?;
    // A camera's word for how it was held; a damaged one is none.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((decoder, orientation))
}

fn size(width: u32, height: u32, path: &Path) -> Result<PixelSize, PictureFileError> {
    PixelSize::new(width, height).map_err(|source| PictureFileError::TooLarge {
        source,
        path: path.to_owned(),
    })
}

fn read_bytes(path: &Path) -> Result<Vec<u8>, PictureFileError> {
    let cannot_open = |source| PictureFileError::Open {
        source,
        path: path.to_owned(),
    };
    let file = File::open(path).map_err(cannot_open)?;
    let mut bytes = Vec::new();
    let mut limited = file.take(MAX_FILE_BYTES + 1);
    limited.read_to_end(&mut bytes).map_err(cannot_open)?;
    if bytes.len() as u64 > MAX_FILE_BYTES {
        return Err(PictureFileError::TooLong {
            path: path.to_owned(),
        });
    }
    Ok(bytes)
}

/// The colours as they look on white paper.
fn on_white(picture: DynamicImage) -> Vec<u8> {
    if !picture.color().has_alpha() {
        return picture.into_rgb8().into_raw();
    }
    let rgba: RgbaImage = picture.into_rgba8();
    let over_white = |Rgba([red, green, blue, alpha]): &Rgba<u8>| {
        let share = u16::from(*alpha);
        [*red, *green, *blue]
            .map(|ink| ((u16::from(ink) * share + 255 * (255 - share) + 127) / 255) as u8)
    };
    rgba.pixels().flat_map(over_white).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transparent_pixels_are_on_white() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("glass.png");
        let mut picture = RgbaImage::new(2, 1);
        picture.put_pixel(0, 0, Rgba([200, 0, 0, 255]));
        picture.put_pixel(1, 0, Rgba([200, 0, 0, 51]));
        picture.save(&path).unwrap();
        let read = PictureFile::read(&path).unwrap();
        assert_eq!(read.pixels.bytes(), [200, 0, 0, 244, 204, 204]);
        assert_eq!(read.sha256.len(), 64);
    }

    #[test]
    fn what_is_no_picture_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.png");
        write(&path, b"not a picture");
        let notice = PictureFile::read(&path).unwrap_err().explain();
        assert_eq!(notice.headline.key, "error-picture-broken");
        let gone = PictureFile::read(&folder.path().join("gone.png")).unwrap_err();
        assert_eq!(gone.explain().headline.key, "error-picture-cannot-open");
    }

    fn write(path: &Path, bytes: &[u8]) {
        crate::files::write_atomically(path, |out| io::Write::write_all(out, bytes)).unwrap();
    }
}
