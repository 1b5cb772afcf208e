//! What goes through the pipes between the program and its engine: a greeting, then frames.
//!
//! A greeting is [`MAGIC`], the [`VERSION`] of this protocol as a little-endian `u32`, and the
//! program's version as one byte of length and its text; each side checks the other's.
//! A frame is its length in bytes as a little-endian `u32` and that many bytes of postcard.

use std::io::{self, Read, Write};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::domain::{Explain, JobId, Message, Notice, Severity};
use crate::jobs::{EngineConfig, Job};

/// The first bytes of either side.
pub const MAGIC: [u8; 8] = *b"MAQUETTE";
/// Changes with the shape of the frames.
pub const VERSION: u32 = 3;
/// The longest frame that is written or read: a picture of 9,000 × 9,000 pixels fits.
pub const MAX_FRAME_BYTES: u32 = 256 << 20;

/// The version that both processes must have: a program that was replaced on disk while it runs
/// starts an engine of the new one.
const PROGRAM: &str = env!("CARGO_PKG_VERSION");

/// What the program tells its engine; the engine answers with [`Event`](crate::jobs::Event)s.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Order {
    /// Use this installation of ONNX Runtime, and so much memory.
    Configure(EngineConfig),
    /// Run a job.
    Run(Box<Job>),
    /// Stop that job, if it is the one that runs.
    Cancel(JobId),
    /// Let go of every model in memory.
    Unload,
}

/// Writes the greeting.
pub fn write_greeting(output: &mut impl Write) -> Result<(), WireError> {
    output.write_all(&MAGIC)?;
    output.write_all(&VERSION.to_le_bytes())?;
    let length = u8::try_from(PROGRAM.len()).expect("versions are short");
    output.write_all(&[length])?;
    output.write_all(PROGRAM.as_bytes())?;
    Ok(output.flush()?)
}

/// Reads the other side's greeting and refuses every version but our own.
pub fn read_greeting(input: &mut impl Read) -> Result<(), WireError> {
    let mut magic = [0; MAGIC.len()];
    input.read_exact(&mut magic)?;
    if magic != MAGIC {
        return Err(WireError::Stranger);
    }
    let mut version = [0; 4];
    input.read_exact(&mut version)?;
    let mut length = [0];
    input.read_exact(&mut length)?;
    let mut program = vec![0; usize::from(length[0])];
    input.read_exact(&mut program)?;
    let version = u32::from_le_bytes(version);
    if version != VERSION || program != PROGRAM.as_bytes() {
        return Err(WireError::OtherVersion {
            theirs: String::from_utf8_lossy(&program).into_owned(),
            version,
        });
    }
    Ok(())
}

/// Writes one frame, or none of it where it is too long.
pub fn write_frame(output: &mut impl Write, value: &impl Serialize) -> Result<(), WireError> {
    let bytes = postcard::to_stdvec(value).map_err(|source| WireError::Malformed { source })?;
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    if length > MAX_FRAME_BYTES {
        return Err(WireError::TooLong { length });
    }
    output.write_all(&length.to_le_bytes())?;
    output.write_all(&bytes)?;
    Ok(output.flush()?)
}

/// Reads one frame; `None` where the other side has closed its end between two frames.
pub fn read_frame<T: DeserializeOwned>(input: &mut impl Read) -> Result<Option<T>, WireError> {
    let Some(length) = read_length(input)? else {
        return Ok(None);
    };
    if length > MAX_FRAME_BYTES {
        return Err(WireError::TooLong { length });
    }
    // Grows with what really comes, so that a wrong length claims no memory.
    let mut bytes = Vec::new();
    input.take(u64::from(length)).read_to_end(&mut bytes)?;
    if bytes.len() < length as usize {
        return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
    }
    let malformed = |source| WireError::Malformed { source };
    match postcard::take_from_bytes(&bytes).map_err(malformed)? {
        (value, []) => Ok(Some(value)),
        (_, _) => Err(malformed(postcard::Error::SerdeDeCustom)),
    }
}

/// Why the two sides do not understand each other.
#[derive(Debug, Error)]
pub enum WireError {
    /// The pipe broke, or ended in the middle.
    #[error("the pipe to the engine broke")]
    Pipe(#[from] io::Error),
    /// It is not Maquette that is at the other end.
    #[error("whoever is at the other end is not Maquette")]
    Stranger,
    /// It is another Maquette that is at the other end.
    #[error("the other end is Maquette {theirs}, protocol {version}; this is {PROGRAM}, {VERSION}")]
    OtherVersion {
        /// Its version.
        theirs: String,
        /// The version of its protocol.
        version: u32,
    },
    /// A frame is longer than any of ours.
    #[error("a frame of {length} bytes, where {MAX_FRAME_BYTES} are possible")]
    TooLong {
        /// Its length in bytes; `u32::MAX` for any beyond that.
        length: u32,
    },
    /// A frame is not what it should be.
    #[error("a frame cannot be understood")]
    Malformed {
        /// What is wrong.
        source: postcard::Error,
    },
}

impl Explain for WireError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::OtherVersion { .. } => Message::new("error-engine-other-version"),
            Self::TooLong { .. } => Message::new("error-engine-too-long"),
            Self::Pipe(_) | Self::Stranger | Self::Malformed { .. } => {
                Message::new("error-engine-garbled")
            }
        };
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}

/// The length of the next frame; `None` at a clean end.
fn read_length(input: &mut impl Read) -> Result<Option<u32>, WireError> {
    let mut first = [0];
    loop {
        match input.read(&mut first) {
            Ok(0) => return Ok(None),
            Ok(_) => break,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
    let mut rest = [0; 3];
    input.read_exact(&mut rest)?;
    let [second, third, fourth] = rest;
    Ok(Some(u32::from_le_bytes([first[0], second, third, fourth])))
}
