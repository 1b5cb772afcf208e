//! The texts of WebP files: EXIF and XMP in their own chunks (RFC 9649, 2.7.1.5).

use std::io::{BufReader, Read, Seek};

use crate::provenance::foreign::error::TextFault;

use super::{
    ALL_TEXT_BYTES, MAX_FRAMES, TEXT_BYTES, Texts, exif, read_exactly, text_from_bytes, xmp,
};

/// `RIFF`, a length, `WEBP`.
const HEAD_BYTES: i64 = 12;

/// Reads all of a file's texts; a file that was cut off says what stands before the cut.
pub(super) fn read<R: Read + Seek>(
    file: &mut BufReader<R>,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    file.seek_relative(HEAD_BYTES)?;
    for _ in 0..MAX_FRAMES {
        let Ok(head) = read_exactly(file, 8) else {
            return Ok(());
        };
        let (kind, length) = head.split_at(4);
        let length = u32::from_le_bytes(length.try_into().expect("four of eight bytes"));
        let padding = length % 2;
        if !matches!(kind, b"EXIF" | b"XMP ") {
            file.seek_relative(i64::from(length) + i64::from(padding))?;
            continue;
        }
        // EXIF may hold a workflow that nobody reads beside what is read.
        let max_bytes = if kind == b"EXIF" {
            ALL_TEXT_BYTES
        } else {
            TEXT_BYTES
        };
        if length as usize > max_bytes {
            let keyword = text_from_bytes(kind).trim_end().to_owned();
            return Err(TextFault::TooLong(keyword));
        }
        let data = read_exactly(file, length as usize)?;
        file.seek_relative(padding.into())?;
        if kind == b"EXIF" {
            exif::read(&data, texts)?;
        } else {
            xmp::read(&text_from_bytes(&data), texts)?;
        }
    }
    Err(TextFault::TooMuch)
}
