//! The texts that a picture file carries, within limits.
//!
//! One file for each way in which a text can stand in a picture.
//! Nothing here decodes pixels: frames are stepped over by their lengths.

mod exif;
mod jpeg;
mod packed;
mod png;
mod webp;
mod xmp;

use std::fs::File;
use std::io::{BufReader, Read as _, Seek as _};
use std::path::Path;

use super::error::{ForeignError, TextFault};

/// The longest text that is read, in bytes: a graph of `ComfyUI` with a few hundred nodes.
pub(super) const TEXT_BYTES: usize = 1 << 20;
/// All texts of a file together, in bytes.
pub(super) const ALL_TEXT_BYTES: usize = 4 << 20;
/// The most frames of a file that are stepped over: 100 megapixels in frames of 8 kB.
const MAX_FRAMES: usize = 1 << 16;
/// The most keywords that are remembered of texts which nobody reads.
const MAX_UNREAD: usize = 64;
/// The keywords under which programs say how they made a picture.
const KNOWN: [&str; 12] = [
    "Comment",
    "Description",
    "Software",
    "Source",
    "Title",
    "fooocus_scheme",
    "invokeai_metadata",
    "parameters",
    "prompt",
    "sd-metadata",
    "UserComment",
    xmp::KEYWORD,
];

/// The texts of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    known: Vec<Text>,
    unread: Vec<String>,
    bytes: usize,
}

/// A text under its keyword.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The keyword: that of the PNG chunk, or the name of the EXIF or XMP property.
    pub keyword: String,
    /// What it says.
    pub text: String,
}

impl Texts {
    /// The texts of a PNG, JPEG or WebP file, whatever its name ends in; of others there are none.
    pub fn of_file(path: &Path) -> Result<Self, ForeignError> {
        Self::read(path).map_err(|fault| fault.at(path))
    }

    /// Texts by their keywords, as if they had stood in a file.
    pub fn of_pairs<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let texts = pairs.into_iter().map(|(keyword, text)| Text {
            keyword: keyword.to_owned(),
            text: text.to_owned(),
        });
        Self {
            known: texts.collect(),
            ..Self::default()
        }
    }

    /// The first text of that keyword.
    pub fn get(&self, keyword: &str) -> Option<&str> {
        let mut texts = self.known.iter();
        texts
            .find(|text| text.keyword == keyword)
            .map(|text| text.text.as_str())
    }

    /// All texts that a program may have written, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = &Text> {
        self.known.iter()
    }

    /// The keywords of texts that are no program's, as far as we know.
    pub fn unread(&self) -> impl Iterator<Item = &str> {
        self.unread.iter().map(String::as_str)
    }

    fn read(path: &Path) -> Result<Self, TextFault> {
        let mut file = BufReader::new(File::open(path)?);
        let mut start = Vec::new();
        (&mut file).take(12).read_to_end(&mut start)?;
        file.rewind()?;
        let mut texts = Self::default();
        if start.starts_with(&png::SIGNATURE) {
            png::read(&mut file, &mut texts)?;
        } else if start.starts_with(&jpeg::SIGNATURE) {
            jpeg::read(&mut file, &mut texts)?;
        } else if start.starts_with(b"RIFF") && start.ends_with(b"WEBP") {
            webp::read(&mut file, &mut texts)?;
        }
        Ok(texts)
    }

    /// Whether a text of that keyword is to be read; else the keyword is kept, and the text is not.
    fn wants(&mut self, keyword: &str) -> bool {
        if KNOWN.contains(&keyword) {
            return true;
        }
        let is_new = self.unread.iter().all(|known| known != keyword);
        if is_new && self.unread.len() < MAX_UNREAD {
            self.unread.push(keyword.to_owned());
        }
        false
    }

    fn add(&mut self, keyword: &str, text: String) -> Result<(), TextFault> {
        if text.len() > TEXT_BYTES {
            return Err(TextFault::TooLong(keyword.to_owned()));
        }
        self.bytes += text.len();
        if self.bytes > ALL_TEXT_BYTES {
            return Err(TextFault::TooMuch);
        }
        self.known.push(Text {
            keyword: keyword.to_owned(),
            text,
        });
        Ok(())
    }
}

/// Reads exactly so many bytes, and takes memory for those alone that are there.
fn read_exactly(file: &mut impl std::io::Read, bytes: usize) -> Result<Vec<u8>, TextFault> {
    let mut read = Vec::new();
    file.take(bytes as u64).read_to_end(&mut read)?;
    if read.len() < bytes {
        return Err(TextFault::Damaged("end of the file".to_owned()));
    }
    Ok(read)
}

/// Text of no declared encoding: UTF-8 where it is that, since programs write it everywhere, else
/// Latin-1.
fn text_from_bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
