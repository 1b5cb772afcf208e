//! Reading PNG files: what they show, and what they say; both within limits.

use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};

use png::text_metadata::ITXtChunk;
use png::{ColorType, Decoder, DecodingError, Limits, Reader, Transformations};
use thiserror::Error;

use crate::domain::{Explain, Message, Notice, PixelSize, Pixels, Recipe, Severity, SizeError};

use super::origin::Origin;
use super::png_writer::{ORIGIN, RECIPE};
use super::recipe_json::{RecipeError, read_recipe};

/// The longest text that is read, in bytes.
const TEXT_BYTES: usize = 256 << 10;
/// All texts of a file together, in bytes.
const ALL_TEXT_BYTES: usize = 1 << 20;
/// Deflate packs at most so many bytes into one; a file that promises more is a trap.
const MAX_DEFLATE_RATIO: u64 = 1032;

/// What a PNG says about itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Imprint {
    /// Its size in pixels.
    pub size: PixelSize,
    /// How it was made; `None` when another program wrote it.
    pub recipe: Option<Recipe>,
    /// Which picture of a library it is; `None` when it was never in one.
    pub origin: Option<Origin>,
}

/// Reads what a PNG says, without decoding its pixels.
///
/// Only texts that stand before the pixels are looked at, where ours are.
pub fn read_imprint(path: &Path) -> Result<Imprint, PngError> {
    let mut decoder = open(path)?;
    decoder.set_limits(Limits {
        // The decoder holds a text twice while it takes it apart.
        bytes: 2 * ALL_TEXT_BYTES,
    });
    let reader = start(decoder, path)?;
    let recipe = text(&reader, RECIPE, path)?;
    let recipe = recipe.map(|json| read_recipe(&json)).transpose();
    let origin = text(&reader, ORIGIN, path)?;
    Ok(Imprint {
        size: size_of(&reader, path)?,
        recipe: recipe.map_err(|source| PngError::Recipe {
            path: path.to_owned(),
            source,
        })?,
        origin: origin.as_deref().and_then(Origin::read),
    })
}

/// Reads what a PNG shows, as 8-bit RGB; transparency is dropped, texts are not looked at.
pub fn read_pixels(path: &Path) -> Result<Pixels, PngError> {
    let mut decoder = open(path)?;
    decoder.set_ignore_text_chunk(true);
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = start(decoder, path)?;
    let size = size_of(&reader, path)?;
    refuse_trap(path, reader.info().raw_bytes() as u64)?;
    let bytes = reader.output_buffer_size();
    let bytes = bytes.ok_or_else(|| PngError::broken(path)(DecodingError::LimitsExceeded))?;
    let mut samples = vec![0; bytes];
    let frame = reader.next_frame(&mut samples);
    let frame = frame.map_err(PngError::broken(path))?;
    // Reads on to the end, so that a file which was cut off is not taken for a whole one.
    reader.finish().map_err(PngError::broken(path))?;
    samples.truncate(frame.buffer_size());
    let pixels = Pixels::new(size, rgb(samples, frame.color_type));
    Ok(pixels.expect("the decoder fills as many samples as its size and colour say"))
}

/// Why a PNG cannot be read.
#[derive(Debug, Error)]
pub enum PngError {
    /// The file cannot be opened.
    #[error("cannot open {path}")]
    Open {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The file is damaged, cut off, or not a PNG.
    #[error("cannot decode {path}")]
    Broken {
        /// Why.
        source: DecodingError,
        /// The file.
        path: PathBuf,
    },
    /// The picture is larger than we read.
    #[error("the picture is too large: {path}")]
    TooLarge {
        /// The sizes.
        source: SizeError,
        /// The file.
        path: PathBuf,
    },
    /// The file claims more pixels than its bytes can hold.
    #[error("{file_bytes} bytes cannot hold the {bytes} bytes that the header promises: {path}")]
    Trap {
        /// Bytes of the file.
        file_bytes: u64,
        /// Bytes of its pixels, as the header says.
        bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// A text is longer than we read.
    #[error("the text `{keyword}` is longer than {TEXT_BYTES} bytes: {path}")]
    TextTooLong {
        /// The text's keyword.
        keyword: &'static str,
        /// The file.
        path: PathBuf,
    },
    /// The recipe in the file cannot be read.
    #[error("cannot read the recipe in {path}")]
    Recipe {
        /// Why.
        source: RecipeError,
        /// The file.
        path: PathBuf,
    },
}

impl PngError {
    fn broken(path: &Path) -> impl Fn(DecodingError) -> Self {
        move |source| Self::Broken {
            source,
            path: path.to_owned(),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Open { path, .. }
            | Self::Broken { path, .. }
            | Self::TooLarge { path, .. }
            | Self::Trap { path, .. }
            | Self::TextTooLong { path, .. }
            | Self::Recipe { path, .. } => path,
        }
    }
}

impl Explain for PngError {
    fn explain(&self) -> Notice {
        let key = match self {
            Self::Open { .. } => "error-picture-cannot-open",
            Self::Broken { .. } | Self::Trap { .. } => "error-picture-broken",
            Self::TooLarge { .. } => "error-picture-too-large",
            Self::TextTooLong { .. } | Self::Recipe { .. } => "error-picture-recipe",
        };
        let headline = Message::new(key).with("file", self.path().display());
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}

type PngDecoder = Decoder<BufReader<File>>;
type PngReader = Reader<BufReader<File>>;

fn open(path: &Path) -> Result<PngDecoder, PngError> {
    let file = File::open(path).map_err(|source| PngError::Open {
        source,
        path: path.to_owned(),
    })?;
    Ok(Decoder::new(BufReader::new(file)))
}

fn start(decoder: PngDecoder, path: &Path) -> Result<PngReader, PngError> {
    decoder.read_info().map_err(PngError::broken(path))
}

fn size_of(reader: &PngReader, path: &Path) -> Result<PixelSize, PngError> {
    let info = reader.info();
    PixelSize::new(info.width, info.height).map_err(|source| PngError::TooLarge {
        source,
        path: path.to_owned(),
    })
}

/// Refuses before memory is taken for pixels that cannot be there.
fn refuse_trap(path: &Path, bytes: u64) -> Result<(), PngError> {
    let metadata = path.metadata().map_err(|source| PngError::Open {
        source,
        path: path.to_owned(),
    })?;
    let file_bytes = metadata.len();
    if bytes > file_bytes.saturating_mul(MAX_DEFLATE_RATIO) {
        return Err(PngError::Trap {
            file_bytes,
            bytes,
            path: path.to_owned(),
        });
    }
    Ok(())
}

/// The first text of that keyword, in whichever chunk it stands.
fn text(
    reader: &PngReader,
    keyword: &'static str,
    path: &Path,
) -> Result<Option<String>, PngError> {
    let info = reader.info();
    let utf8 = info.utf8_text.iter().find(|chunk| chunk.keyword == keyword);
    let mut latin1 = info.uncompressed_latin1_text.iter();
    let found = match utf8 {
        Some(chunk) => Some(unpacked(chunk.clone()).map_err(PngError::broken(path))?),
        None => latin1
            .find(|chunk| chunk.keyword == keyword)
            .map(|chunk| chunk.text.clone()),
    };
    match found {
        Some(text) if text.len() > TEXT_BYTES => Err(PngError::TextTooLong {
            keyword,
            path: path.to_owned(),
        }),
        found => Ok(found),
    }
}

/// `get_text` alone would unpack without a limit.
fn unpacked(mut chunk: ITXtChunk) -> Result<String, DecodingError> {
    chunk.decompress_text_with_limit(TEXT_BYTES)?;
    chunk.get_text()
}

fn rgb(samples: Vec<u8>, color: ColorType) -> Vec<u8> {
    match color {
        ColorType::Rgb => samples,
        ColorType::Rgba => samples
            .chunks_exact(4)
            .flat_map(|s| [s[0], s[1], s[2]])
            .collect(),
        ColorType::Grayscale => samples.iter().flat_map(|grey| [*grey; 3]).collect(),
        ColorType::GrayscaleAlpha => samples.chunks_exact(2).flat_map(|s| [s[0]; 3]).collect(),
        ColorType::Indexed => unreachable!("`normalize_to_color8` resolves palettes"),
    }
}
