//! The texts of EXIF: those few tags in which programs say how they made a picture
//! (EXIF 2.32, 4.6; TIFF 6.0, section 2).
//!
//! Of a block only the first directory and the one for pictures are walked, each once, and nothing
//! is copied but the texts that are asked for: a crafted block can name its directories as often
//! as it likes.

use crate::provenance::foreign::error::TextFault;

use super::{Texts, text_from_bytes};

/// What some programs put before the block outside of JPEG, too.
const PREFIX: &[u8] = b"Exif\0\0";
/// Bytes of an entry of a directory.
const ENTRY_BYTES: usize = 12;
/// Bytes that name the encoding of a user comment.
const ENCODING_BYTES: usize = 8;

const IMAGE_DESCRIPTION: u16 = 0x010e;
const MAKE: u16 = 0x010f;
const MODEL: u16 = 0x0110;
const SOFTWARE: u16 = 0x0131;
const EXIF_DIRECTORY: u16 = 0x8769;
const MAKER_NOTE: u16 = 0x927c;
const USER_COMMENT: u16 = 0x9286;

/// The most texts of a block: a crafted one names the same megabyte again and again.
const MAX_TEXTS: usize = 16;
/// The type of texts.
const ASCII: u16 = 2;

/// Adds the texts of a block; a block that makes no sense says nothing, as those of some cameras.
pub(super) fn read(block: &[u8], texts: &mut Texts) -> Result<(), TextFault> {
    let block = block.strip_prefix(PREFIX).unwrap_or(block);
    let is_little_endian = match block.get(..4) {
        Some(b"II\x2a\0") => true,
        Some(b"MM\0\x2a") => false,
        _ => return Ok(()),
    };
    let block = Block {
        bytes: block,
        is_little_endian,
    };
    let Some(first) = block.u32(4) else {
        return Ok(());
    };
    let mut pointers = block.entries(first);
    let pointer = pointers.find(|entry| entry.tag == EXIF_DIRECTORY);
    let second = pointer.and_then(|entry| block.u32(entry.place + 8));
    let second = second.into_iter().flat_map(|place| block.entries(place));
    // Pillow writes the tags for pictures into the first directory, too.
    let entries = block.entries(first).chain(second);
    let texts_told = entries.filter_map(|entry| Some((keyword(entry.tag)?, entry)));
    for (keyword, entry) in texts_told.take(MAX_TEXTS) {
        add(&block, keyword, &entry, texts)?;
    }
    Ok(())
}

/// The keyword of a tag that may say how a picture was made.
fn keyword(tag: u16) -> Option<&'static str> {
    match tag {
        IMAGE_DESCRIPTION => Some("Description"),
        SOFTWARE => Some("Software"),
        MAKE | MODEL => Some("Title"),
        MAKER_NOTE => Some("fooocus_scheme"),
        USER_COMMENT => Some("UserComment"),
        _ => None,
    }
}

/// A block of EXIF, which is a TIFF file.
struct Block<'a> {
    bytes: &'a [u8],
    is_little_endian: bool,
}

/// An entry of a directory.
struct Entry {
    /// Where it stands in the block.
    place: usize,
    tag: u16,
}

impl<'a> Block<'a> {
    fn u16(&self, place: usize) -> Option<u16> {
        let bytes = self.bytes.get(place..place.checked_add(2)?)?;
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_little_endian {
            u16::from_le_bytes(bytes)
        } else {
            u16::from_be_bytes(bytes)
        })
    }

    fn u32(&self, place: usize) -> Option<u32> {
        let bytes = self.bytes.get(place..place.checked_add(4)?)?;
        let bytes = bytes.try_into().ok()?;
        Some(if self.is_little_endian {
            u32::from_le_bytes(bytes)
        } else {
            u32::from_be_bytes(bytes)
        })
    }

    /// The entries of the directory at `place`, as far as the block holds them.
    fn entries(&self, place: u32) -> impl Iterator<Item = Entry> {
        let place = place as usize;
        let count = self.u16(place).unwrap_or(0);
        (0..usize::from(count)).map_while(move |index| {
            let place = place + 2 + index * ENTRY_BYTES;
            let tag = self.u16(place)?;
            Some(Entry { place, tag })
        })
    }

    /// The bytes of an entry whose values are single bytes.
    fn value(&self, entry: &Entry) -> Option<&'a [u8]> {
        let length = self.u32(entry.place + 4)? as usize;
        let start = if length <= 4 {
            entry.place + 8
        } else {
            self.u32(entry.place + 8)? as usize
        };
        self.bytes.get(start..start.checked_add(length)?)
    }
}

fn add(
    block: &Block<'_>,
    keyword: &'static str,
    entry: &Entry,
    texts: &mut Texts,
) -> Result<(), TextFault> {
    let Some(bytes) = block.value(entry) else {
        return Err(TextFault::Damaged(format!("EXIF text `{keyword}`")));
    };
    // A camera's own notes are no text.
    let is_text = block.u16(entry.place + 2) == Some(ASCII);
    if entry.tag == MAKER_NOTE && !is_text {
        return Ok(());
    }
    let text = if entry.tag == USER_COMMENT && !is_text {
        comment(bytes, block.is_little_endian)
    } else {
        text_from_bytes(bytes)
    };
    let text = text.trim_end_matches('\0');
    // ComfyUI puts the keywords of its texts into the texts where EXIF has no room for them.
    let (keyword, text) = match text.split_once(':') {
        Some(("prompt", graph)) => ("prompt", graph),
        Some(("workflow", _)) => ("workflow", ""),
        _ => (keyword, text),
    };
    if text.is_empty() {
        texts.wants(keyword);
        return Ok(());
    }
    texts.add(keyword, text.to_owned())
}

/// A user comment, whose first bytes name its encoding.
fn comment(bytes: &[u8], is_little_endian: bool) -> String {
    let Some((encoding, text)) = bytes.split_at_checked(ENCODING_BYTES) else {
        return text_from_bytes(bytes);
    };
    match encoding {
        b"UNICODE\0" => utf16(text, is_little_endian),
        b"ASCII\0\0\0" | [0, 0, 0, 0, 0, 0, 0, 0] => text_from_bytes(text),
        // Without any name: what looks like one are the first letters.
        _ => text_from_bytes(bytes),
    }
}

/// UTF-16 in the order that the text itself shows, since writers disagree: piexif always writes
/// the high byte first, others follow the block.
fn utf16(bytes: &[u8], is_little_endian: bool) -> String {
    let pairs = || bytes.chunks_exact(2).map(|pair| [pair[0], pair[1]]);
    let low_first = pairs().filter(|pair| pair[1] == 0).count();
    let high_first = pairs().filter(|pair| pair[0] == 0).count();
    let is_little_endian = match bytes {
        [0xff, 0xfe, ..] => true,
        [0xfe, 0xff, ..] => false,
        _ if low_first == high_first => is_little_endian,
        _ => low_first > high_first,
    };
    let units = pairs().map(|pair| {
        if is_little_endian {
            u16::from_le_bytes(pair)
        } else {
            u16::from_be_bytes(pair)
        }
    });
    let text: String = char::decode_utf16(units)
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .collect();
    text.trim_start_matches('\u{feff}').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn utf16_is_read_in_either_order() {
        let big: Vec<u8> = "маяк, fox"
            .encode_utf16()
            .flat_map(u16::to_be_bytes)
            .collect();
        let little: Vec<u8> = "маяк, fox"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        for is_little_endian in [true, false] {
            assert_eq!(utf16(&big, is_little_endian), "маяк, fox");
            assert_eq!(utf16(&little, is_little_endian), "маяк, fox");
        }
    }
}
