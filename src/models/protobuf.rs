//! The fields of protobuf messages, read one by one from a file of any length.
//!
//! Nothing is held in memory but the texts that are asked for, and what is not asked for is
//! skipped: a look at gigabytes of weights costs a seek.
//! Source: the encoding of protocol buffers, version 3.

use std::fs::File;
use std::io::{self, BufReader, Read as _, Seek as _, SeekFrom};
use std::ops::Range;
use std::path::Path;

use super::graph_fault::GraphFault;

/// The longest text that is read.
const MAX_TEXT_BYTES: u64 = 4096;

/// Bytes of all texts together; those of a model with 12 billion parameters are below 2 MiB.
const MAX_TEXTS_BYTES: u64 = 64 << 20;

/// Fields that are looked at; a file of gigabytes without weights is none of a model.
const MAX_FIELDS: u64 = 1 << 24;

/// A file of protobuf messages, and how far it was read.
pub(super) struct Protobuf {
    reader: BufReader<File>,
    length: u64,
    position: u64,
    texts_bytes: u64,
    fields: u64,
}

/// Why reading stopped.
#[derive(Debug)]
pub(super) enum Stop {
    /// The system does not read on.
    Io(io::Error),
    /// It is not what it should be.
    Fault(GraphFault),
}

/// What a field holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Value {
    /// A number, as it is written: whether it has a sign is the reader's to know.
    Number(u64),
    /// So many bytes of a number of fixed length, which were skipped.
    Fixed(u64),
    /// A text, a message or packed numbers: the place of its bytes in the file.
    Block(Range<u64>),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::Fault(GraphFault::Truncated);
        }
        Self::Io(error)
    }
}

impl From<GraphFault> for Stop {
    fn from(fault: GraphFault) -> Self {
        Self::Fault(fault)
    }
}

impl Protobuf {
    /// Stands at the beginning of a file.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self {
            reader: BufReader::new(file),
            length,
            position: 0,
            texts_bytes: 0,
            fields: 0,
        })
    }

    /// Bytes of the file.
    pub(super) fn length(&self) -> u64 {
        self.length
    }

    /// The number and the value of the next field of a message that ends at `end`; `None` there.
    ///
    /// **A block is left to the caller**, who reads it or skips it with [`Self::skip_to`].
    pub(super) fn next(&mut self, end: u64) -> Result<Option<(u64, Value)>, Stop> {
        if self.position >= end {
            return Ok(None);
        }
        self.fields += 1;
        if self.fields > MAX_FIELDS {
            return Err(GraphFault::TooMuch { what: "detail" }.into());
        }
        let tag = self.varint()?;
        if tag >> 3 == 0 {
            return Err(malformed("a field without a number"));
        }
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => Value::Fixed(8),
            2 => {
                let bytes = self.varint()?;
                Value::Block(self.position..self.position.saturating_add(bytes))
            }
            5 => Value::Fixed(4),
            _ => return Err(malformed("a field of an unknown wire type")),
        };
        let after = match &value {
            Value::Number(_) => self.position,
            Value::Fixed(bytes) => self.position.saturating_add(*bytes),
            Value::Block(block) => block.end,
        };
        if after > self.length {
            return Err(GraphFault::Truncated.into());
        }
        if after > end {
            return Err(malformed("a field is longer than what holds it"));
        }
        if matches!(value, Value::Fixed(_)) {
            self.skip_to(after)?;
        }
        Ok(Some((tag >> 3, value)))
    }

    /// The text in a block: a name, which is shown, compared, and looked for on the disk.
    ///
    /// What would be shown otherwise than it is written is refused.
    pub(super) fn text(&mut self, block: &Range<u64>) -> Result<String, Stop> {
        let bytes = block.end - block.start;
        self.texts_bytes += bytes;
        if bytes > MAX_TEXT_BYTES || self.texts_bytes > MAX_TEXTS_BYTES {
            return Err(GraphFault::TooMuch { what: "text" }.into());
        }
        let text = String::from_utf8(self.bytes(block)?);
        let text = text.ok().filter(|text| !text.contains(char::is_control));
        text.ok_or_else(|| malformed("a name that cannot be read"))
    }

    /// The bytes of a block that is known to be short.
    pub(super) fn bytes(&mut self, block: &Range<u64>) -> Result<Vec<u8>, Stop> {
        self.skip_to(block.start)?;
        let mut bytes = vec![0; (block.end - block.start) as usize];
        self.reader.read_exact(&mut bytes)?;
        self.position = block.end;
        Ok(bytes)
    }

    /// The number that begins here: seven bits a byte, the lowest first.
    pub(super) fn varint(&mut self) -> Result<u64, Stop> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let mut byte = [0];
            self.reader.read_exact(&mut byte)?;
            self.position += 1;
            value |= u64::from(byte[0] & 0x7f) << shift;
            if byte[0] & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(malformed("a number of more than 64 bits"))
    }

    /// Where it is.
    pub(super) fn position(&self) -> u64 {
        self.position
    }

    /// Goes on at that place.
    pub(super) fn skip_to(&mut self, position: u64) -> Result<(), Stop> {
        match i64::try_from(position).map(|target| target - self.position as i64) {
            Ok(distance) => self.reader.seek_relative(distance)?,
            Err(_) => drop(self.reader.seek(SeekFrom::Start(position))?),
        }
        self.position = position;
        Ok(())
    }
}

/// The file is no valid ONNX.
pub(super) fn malformed(reason: &'static str) -> Stop {
    GraphFault::Malformed { reason }.into()
}
