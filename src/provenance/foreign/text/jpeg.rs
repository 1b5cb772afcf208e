//! The texts of JPEG files: EXIF and XMP in `APP1`, and comments (ITU T.81, B.1 and B.2.4).

use std::io::{BufReader, Read, Seek};

use crate::provenance::foreign::error::TextFault;

use super::{MAX_FRAMES, Texts, exif, read_exactly, text_from_bytes, xmp};

/// The start of an image.
pub(super) const SIGNATURE: [u8; 2] = [0xff, 0xd8];
/// What EXIF begins with in `APP1`.
const EXIF: &[u8] = b"Exif\0\0";
/// What XMP begins with in `APP1` (XMP, part 3, 1.1.3).
const XMP: &[u8] = b"http://ns.adobe.com/xap/1.0/\0";

/// Reads the texts that stand before the pixels.
pub(super) fn read<R: Read + Seek>(
    file: &mut BufReader<R>,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    file.seek_relative(SIGNATURE.len() as i64)?;
    for _ in 0..MAX_FRAMES {
        let Ok(marker) = read_exactly(file, 2) else {
            return Ok(());
        };
        match (marker[0], marker[1]) {
            // A byte of filling: the marker is the next one.
            (0xff, 0xff) => file.seek_relative(-1)?,
            // Markers without a length.
            (0xff, 0x01 | 0xd0..=0xd7) => {}
            // The pixels begin, or the file ends.
            (0xff, 0xda | 0xd9) => return Ok(()),
            (0xff, kind) => read_segment(file, kind, texts)?,
            _ => return Err(TextFault::Damaged("order of its segments".to_owned())),
        }
    }
    Err(TextFault::TooMuch)
}

fn read_segment<R: Read + Seek>(
    file: &mut BufReader<R>,
    kind: u8,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    let length = read_exactly(file, 2)?;
    let length = u16::from_be_bytes([length[0], length[1]]);
    let Some(length) = length.checked_sub(2) else {
        return Err(TextFault::Damaged("length of a segment".to_owned()));
    };
    if !matches!(kind, 0xe1 | 0xfe) {
        file.seek_relative(i64::from(length))?;
        return Ok(());
    }
    let data = read_exactly(file, length.into())?;
    if kind == 0xfe {
        return texts.add("Comment", text_from_bytes(&data));
    }
    if data.starts_with(EXIF) {
        return exif::read(&data, texts);
    }
    match data.strip_prefix(XMP) {
        Some(packet) => xmp::read(&text_from_bytes(packet), texts),
        None => Ok(()),
    }
}
