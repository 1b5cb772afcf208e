//! The texts of PNG files: `tEXt`, `zTXt` and `iTXt`, wherever they stand, and `eXIf`
//! (PNG, third edition, 11.3.3 and 11.3.3.5).
//!
//! `png_reader` reads our own files, through a decoder that keeps every text in memory and refuses
//! the whole file where one is long; a `workflow` of a stranger may have megabytes, and is none of
//! our business.

use std::io::{BufReader, Read, Seek};

use flate2::Crc;

use crate::provenance::foreign::error::TextFault;

use super::{
    ALL_TEXT_BYTES, MAX_FRAMES, TEXT_BYTES, Texts, exif, packed, read_exactly, text_from_bytes, xmp,
};

/// The first bytes of every PNG.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";
/// Bytes of the longest keyword, and of the NUL behind it.
const KEYWORD_BYTES: usize = 80;
/// The longest chunk.
const MAX_CHUNK: u32 = i32::MAX as u32;

/// Reads all of a file's texts; a file that was cut off says what stands before the cut.
pub(super) fn read<R: Read + Seek>(
    file: &mut BufReader<R>,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    file.seek_relative(SIGNATURE.len() as i64)?;
    for _ in 0..MAX_FRAMES {
        let Ok(head) = read_exactly(file, 8) else {
            return Ok(());
        };
        let (length, kind) = head.split_at(4);
        let length = u32::from_be_bytes(length.try_into().expect("four of eight bytes"));
        if length > MAX_CHUNK {
            return Err(TextFault::Damaged("length of a chunk".to_owned()));
        }
        match kind {
            b"tEXt" | b"zTXt" | b"iTXt" => read_text(file, kind, length, texts)?,
            b"eXIf" if length as usize > ALL_TEXT_BYTES => {
                return Err(TextFault::TooLong("EXIF".to_owned()));
            }
            b"eXIf" => {
                let bytes = checked(file, kind, Vec::new(), length as usize, "EXIF")?;
                exif::read(&bytes, texts)?;
            }
            b"IEND" => return Ok(()),
            _ => file.seek_relative(i64::from(length) + 4)?,
        }
    }
    Err(TextFault::TooMuch)
}

fn read_text<R: Read + Seek>(
    file: &mut BufReader<R>,
    kind: &[u8],
    length: u32,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    let start = read_exactly(file, KEYWORD_BYTES.min(length as usize))?;
    let rest = length as usize - start.len();
    let Some(end) = start.iter().position(|byte| *byte == 0) else {
        return Err(TextFault::Damaged("keyword of a text".to_owned()));
    };
    let keyword = text_from_bytes(&start[..end]);
    if !texts.wants(&keyword) {
        file.seek_relative(rest as i64 + 4)?;
        return Ok(());
    }
    // A packed text that is longer than what it may unpack to is none.
    if rest > TEXT_BYTES {
        return Err(TextFault::TooLong(keyword));
    }
    let chunk = checked(file, kind, start, rest, &keyword)?;
    let body = &chunk[end + 1..];
    let text = match kind {
        b"tEXt" => text_from_bytes(body),
        b"zTXt" => {
            let packed = body.get(1..).unwrap_or_default();
            text_from_bytes(&packed::unpack(packed, &keyword)?)
        }
        _ => international(body, &keyword)?,
    };
    if keyword == xmp::KEYWORD {
        xmp::read(&text, texts)
    } else {
        texts.add(&keyword, text)
    }
}

/// The text of an `iTXt` chunk: flag, method, language, translated keyword, UTF-8.
fn international(body: &[u8], keyword: &str) -> Result<String, TextFault> {
    let cut = || TextFault::Damaged(format!("text `{keyword}`"));
    let (flags, rest) = body.split_at_checked(2).ok_or_else(cut)?;
    let mut fields = rest.splitn(3, |byte| *byte == 0);
    let text = fields.nth(2).ok_or_else(cut)?;
    let text = if flags[0] == 0 {
        text_from_bytes(text)
    } else {
        text_from_bytes(&packed::unpack(text, keyword)?)
    };
    Ok(text)
}

/// The data of a chunk, of which `start` was read already, if its checksum says the same.
fn checked(
    file: &mut impl Read,
    kind: &[u8],
    start: Vec<u8>,
    rest: usize,
    what: &str,
) -> Result<Vec<u8>, TextFault> {
    let mut data = start;
    data.extend(read_exactly(file, rest)?);
    let told = read_exactly(file, 4)?;
    let mut sum = Crc::new();
    sum.update(kind);
    sum.update(&data);
    if told != sum.sum().to_be_bytes() {
        return Err(TextFault::Damaged(format!("text `{what}`")));
    }
    Ok(data)
}
