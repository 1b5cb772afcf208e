//! PNG, JPEG and WebP files of a few pixels, with texts in every way in which they can stand there.

use std::io::{Cursor, Write as _};

use flate2::write::ZlibEncoder;
use flate2::{Compression, Crc};
use image::{ImageFormat, RgbImage};

/// A chunk of a PNG, with its checksum.
pub(crate) fn chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let mut sum = Crc::new();
    sum.update(&kind);
    sum.update(data);
    let length = u32::try_from(data.len())
        .expect("a small chunk")
        .to_be_bytes();
    [&length[..], &kind, data, &sum.sum().to_be_bytes()].concat()
}

/// `tEXt`, the text as bytes.
pub(crate) fn text_chunk(keyword: &str, text: &[u8]) -> Vec<u8> {
    chunk(*b"tEXt", &[keyword.as_bytes(), b"\0", text].concat())
}

/// `zTXt`.
pub(crate) fn packed_chunk(keyword: &str, text: &[u8]) -> Vec<u8> {
    chunk(
        *b"zTXt",
        &[keyword.as_bytes(), b"\0\0", &packed(text)].concat(),
    )
}

/// `iTXt`, plain or packed.
pub(crate) fn international_chunk(keyword: &str, text: &str, is_packed: bool) -> Vec<u8> {
    let mut data = [
        keyword.as_bytes(),
        b"\0",
        &[u8::from(is_packed), 0],
        b"\0\0",
    ]
    .concat();
    data.extend(if is_packed {
        packed(text.as_bytes())
    } else {
        text.as_bytes().to_vec()
    });
    chunk(*b"iTXt", &data)
}

pub(crate) fn packed(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

/// A PNG with chunks before its pixels.
pub(crate) fn png(chunks: &[Vec<u8>]) -> Vec<u8> {
    png_around(&chunks.concat(), &[])
}

/// A PNG with bytes before its pixels and behind them.
pub(crate) fn png_around(before: &[u8], behind: &[u8]) -> Vec<u8> {
    let header = chunk(*b"IHDR", &[0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
    let pixels = chunk(*b"IDAT", &packed(&[0, 1, 2, 3]));
    let end = chunk(*b"IEND", &[]);
    [
        b"\x89PNG\r\n\x1a\n",
        &header[..],
        before,
        &pixels,
        behind,
        &end,
    ]
    .concat()
}

/// A PNG with `tEXt` chunks.
pub(crate) fn png_of(texts: &[(&str, &str)]) -> Vec<u8> {
    let chunks = texts
        .iter()
        .map(|(keyword, text)| text_chunk(keyword, text.as_bytes()));
    png(&chunks.collect::<Vec<_>>())
}

/// A segment of a JPEG.
pub(crate) fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len() + 2)
        .expect("a short segment")
        .to_be_bytes();
    [&[0xff, marker], &length[..], data].concat()
}

/// A JPEG with segments at its beginning.
pub(crate) fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
    let plain = encoded(ImageFormat::Jpeg);
    [&plain[..2], &segments.concat(), &plain[2..]].concat()
}

/// A JPEG with a block of EXIF.
pub(crate) fn jpeg_with_exif(block: &[u8]) -> Vec<u8> {
    jpeg(&[segment(0xe1, &[b"Exif\0\0", block].concat())])
}

/// A JPEG with an XMP packet.
pub(crate) fn jpeg_with_xmp(packet: &str) -> Vec<u8> {
    jpeg(&[segment(
        0xe1,
        &[b"http://ns.adobe.com/xap/1.0/\0", packet.as_bytes()].concat(),
    )])
}

/// A chunk of a WebP, padded.
pub(crate) fn riff_chunk(kind: [u8; 4], data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len())
        .expect("a small chunk")
        .to_le_bytes();
    let padding = &[0][..data.len() % 2];
    [&kind[..], &length, data, padding].concat()
}

/// A WebP with a block of EXIF.
pub(crate) fn webp_with_exif(block: &[u8]) -> Vec<u8> {
    let pixels = &encoded(ImageFormat::WebP)[12..];
    // EXIF is there; 8 × 8 pixels, each side less 1.
    let header = riff_chunk(*b"VP8X", &[0x08, 0, 0, 0, 7, 0, 0, 7, 0, 0]);
    let body = [b"WEBP", &header[..], pixels, &riff_chunk(*b"EXIF", block)].concat();
    riff_chunk(*b"RIFF", &body)
}

fn encoded(format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    RgbImage::new(8, 8)
        .write_to(&mut bytes, format)
        .expect("memory takes all");
    bytes.into_inner()
}

/// A block of EXIF: the first directory holds entries of the type `ASCII`, the second one a user
/// comment.
pub(crate) struct Exif {
    pub(crate) is_little_endian: bool,
    pub(crate) first: Vec<(u16, Vec<u8>)>,
    pub(crate) comment: Option<Vec<u8>>,
}

impl Exif {
    /// As piexif writes A1111's text: the high byte first throughout.
    pub(crate) fn of_comment(text: &str) -> Vec<u8> {
        let units = text.encode_utf16().flat_map(u16::to_be_bytes);
        Self {
            is_little_endian: false,
            first: Vec::new(),
            comment: Some(b"UNICODE\0".iter().copied().chain(units).collect()),
        }
        .block()
    }

    /// As Pillow writes tags without a directory for pictures.
    pub(crate) fn of_first(entries: &[(u16, &str)]) -> Vec<u8> {
        let entries = entries
            .iter()
            .map(|(tag, text)| (*tag, [text.as_bytes(), b"\0"].concat()));
        Self {
            is_little_endian: true,
            first: entries.collect(),
            comment: None,
        }
        .block()
    }

    pub(crate) fn block(&self) -> Vec<u8> {
        let mut block = Vec::new();
        block.extend(if self.is_little_endian {
            b"II\x2a\0"
        } else {
            b"MM\0\x2a"
        });
        block.extend(self.u32(8));
        let count = self.first.len() + usize::from(self.comment.is_some());
        let mut values_at = 8 + 2 + 12 * count + 4;
        let mut values = Vec::new();
        block.extend(self.u16(count as u16));
        for (tag, value) in &self.first {
            block.extend(self.entry(*tag, 2, value.len(), values_at));
            values.extend_from_slice(value);
            values_at += value.len();
        }
        if let Some(comment) = &self.comment {
            block.extend(self.entry(0x8769, 4, 1, values_at));
            values.extend(self.u16(1));
            values.extend(self.entry(0x9286, 7, comment.len(), values_at + 2 + 12 + 4));
            values.extend(self.u32(0));
            values.extend_from_slice(comment);
        }
        block.extend(self.u32(0));
        block.extend(values);
        block
    }

    fn entry(&self, tag: u16, kind: u16, count: usize, place: usize) -> Vec<u8> {
        [
            &self.u16(tag)[..],
            &self.u16(kind),
            &self.u32(count),
            &self.u32(place),
        ]
        .concat()
    }

    fn u16(&self, number: u16) -> [u8; 2] {
        if self.is_little_endian {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    }

    fn u32(&self, number: usize) -> [u8; 4] {
        let number = u32::try_from(number).expect("a small block");
        if self.is_little_endian {
            number.to_le_bytes()
        } else {
            number.to_be_bytes()
        }
    }
}

/// An XMP packet with that inside of its description.
pub(crate) fn xmp(inside: &str) -> String {
    format!(
        "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\
        <x:xmpmeta xmlns:x=\"adobe:ns:meta/\">\
        <rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">\
        <rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\" \
        xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" xmlns:xmp=\"http://ns.adobe.com/xap/1.0/\">\
        {inside}</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end=\"w\"?>"
    )
}
