//! A look into an ONNX file before the runtime gets it: which other files does it want to read?
//!
//! A tensor may keep its data in another file, and a file from a stranger may name any.
//! Only the messages that can hold tensors are walked, by the field numbers of `onnx.proto3`;
//! weights are skipped, so that a look at gigabytes takes milliseconds.

use std::fs::File;
use std::io::{self, BufReader, Read as _};
use std::path::{Path, PathBuf};

use super::error::ModelError;
use super::schema::stays_inside;

/// How deep messages may stand in one another; graphs of real models stay below 16.
const MAX_DEPTH: u32 = 64;

/// The longest name of a file that is read.
const MAX_NAME_BYTES: u64 = 4096;

/// The files beside `path` in which it keeps tensors, each named once.
///
/// Refuses names that are absolute or lead out of the file's folder, be it by a link, files that
/// are missing, and files that end before their tensors do.
pub fn external_files(path: &Path) -> Result<Vec<PathBuf>, ModelError> {
    let unreadable = |source| ModelError::reading(source, path.to_owned());
    let file = File::open(path).map_err(unreadable)?;
    let length = file.metadata().map_err(unreadable)?.len();
    let mut walk = Walk {
        reader: BufReader::new(file),
        position: 0,
        references: Vec::new(),
    };
    walk.message(Kind::Model, length, 0)
        .map_err(|stop| match stop {
            Stop::Io(error) if error.kind() != io::ErrorKind::UnexpectedEof => unreadable(error),
            Stop::Io(_) => malformed("it ends in the middle of a message", path),
            Stop::Malformed(reason) => malformed(reason, path),
        })?;
    let mut files = Vec::new();
    for reference in &walk.references {
        let file = reference.resolve(path)?;
        if !files.contains(&file) {
            files.push(file);
        }
    }
    Ok(files)
}

fn malformed(reason: &str, path: &Path) -> ModelError {
    ModelError::Malformed {
        reason: format!("not a valid ONNX file: {reason}"),
        path: path.to_owned(),
    }
}

/// The messages of `onnx.proto3` that can hold tensors.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Training,
    Graph,
    Function,
    Node,
    Attribute,
    SparseTensor,
    Tensor,
    ExternalEntry,
}

impl Kind {
    /// The kind of message in a field, if it can hold tensors or is where a tensor names a file.
    fn of_field(self, field: u64) -> Option<Self> {
        match (self, field) {
            (Self::Model, 7) | (Self::Training, 1 | 2) | (Self::Attribute, 6 | 11) => {
                Some(Self::Graph)
            }
            (Self::Model, 20) => Some(Self::Training),
            (Self::Model, 25) => Some(Self::Function),
            (Self::Graph, 1) | (Self::Function, 7) => Some(Self::Node),
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) | (Self::SparseTensor, 1 | 2) => {
                Some(Self::Tensor)
            }
            (Self::Graph, 15) | (Self::Attribute, 22 | 23) => Some(Self::SparseTensor),
            (Self::Node, 5) | (Self::Function, 11) => Some(Self::Attribute),
            (Self::Tensor, 13) => Some(Self::ExternalEntry),
            _ => None,
        }
    }
}

enum Stop {
    Io(io::Error),
    Malformed(&'static str),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

struct Walk {
    reader: BufReader<File>,
    position: u64,
    references: Vec<Reference>,
}

impl Walk {
    fn message(&mut self, kind: Kind, end: u64, depth: u32) -> Result<(), Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Malformed("messages stand too deep in one another"));
        }
        let mut reference = Reference::default();
        while self.position < end {
            let tag = self.varint()?;
            let (field, wire) = (tag >> 3, tag & 7);
            let bytes = match wire {
                0 => {
                    self.varint()?;
                    continue;
                }
                1 => 8,
                2 => self.varint()?,
                5 => 4,
                _ => return Err(Stop::Malformed("a field of an unknown wire type")),
            };
            let inner_end = self
                .position
                .checked_add(bytes)
                .filter(|inner| *inner <= end);
            let Some(inner_end) = inner_end else {
                return Err(Stop::Malformed("a field is longer than what holds it"));
            };
            match kind.of_field(field).filter(|_| wire == 2) {
                Some(Kind::ExternalEntry) => self.entry(inner_end, &mut reference)?,
                Some(inner) => self.message(inner, inner_end, depth + 1)?,
                None => self.skip_to(inner_end)?,
            }
        }
        if !reference.location.is_empty() {
            self.references.push(reference);
        }
        Ok(())
    }

    /// Reads a key and a value of a tensor's external data.
    fn entry(&mut self, end: u64, reference: &mut Reference) -> Result<(), Stop> {
        let (mut key, mut value) = (String::new(), String::new());
        while self.position < end {
            let tag = self.varint()?;
            let bytes = self.varint()?;
            let inside = self
                .position
                .checked_add(bytes)
                .is_some_and(|inner| inner <= end);
            if tag & 7 != 2 || !inside || bytes > MAX_NAME_BYTES {
                return Err(Stop::Malformed("an unreadable name of external data"));
            }
            let mut text = vec![0; bytes as usize];
            self.reader.read_exact(&mut text)?;
            self.position += bytes;
            let text = String::from_utf8_lossy(&text).into_owned();
            match tag >> 3 {
                1 => key = text,
                2 => value = text,
                _ => {}
            }
        }
        match key.as_str() {
            "location" => reference.location = value,
            "offset" => reference.offset = value.parse().unwrap_or(u64::MAX),
            "length" => reference.length = value.parse().unwrap_or(u64::MAX),
            _ => {}
        }
        Ok(())
    }

    fn varint(&mut self) -> Result<u64, Stop> {
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
        Err(Stop::Malformed("a number of more than 64 bits"))
    }

    fn skip_to(&mut self, position: u64) -> Result<(), Stop> {
        // Within a file, whose length is an i64, so is every distance.
        self.reader
            .seek_relative((position - self.position) as i64)?;
        self.position = position;
        Ok(())
    }
}

/// Where a tensor keeps its data.
#[derive(Default)]
struct Reference {
    location: String,
    offset: u64,
    length: u64,
}

impl Reference {
    fn resolve(&self, graph: &Path) -> Result<PathBuf, ModelError> {
        let escapes = || ModelError::Escapes {
            named: self.location.clone(),
            path: graph.to_owned(),
        };
        if !stays_inside(&self.location) {
            return Err(escapes());
        }
        let folder = graph.parent().unwrap_or_else(|| Path::new("."));
        let path = folder.join(&self.location);
        let real = |path: &Path| {
            let real = path.canonicalize();
            real.map_err(|source| ModelError::reading(source, path.to_owned()))
        };
        if !real(&path)?.starts_with(real(folder)?) {
            return Err(escapes());
        }
        let metadata = path.metadata();
        let metadata = metadata.map_err(|source| ModelError::reading(source, path.clone()))?;
        if !metadata.is_file() {
            return Err(escapes());
        }
        let end = self.offset.saturating_add(self.length);
        if end > metadata.len() {
            return Err(ModelError::Length {
                expected: end,
                found: metadata.len(),
                path,
            });
        }
        Ok(path)
    }
}
