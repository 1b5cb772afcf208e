//! A file that did not come whole yet, and what it is a part of.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::domain::CancelToken;
use crate::files::write_atomically;

use super::checksum::{Checksum, Hasher};
use super::plan::PlannedFile;

/// What the beginning of a file belongs to; beside it, across runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Belongs {
    checksum: String,
    bytes: u64,
    /// The server's own name for the version.
    etag: Option<String>,
}

/// The beginning of a file, and its hash as far as it goes.
pub(super) struct Part {
    path: PathBuf,
    file: File,
    hasher: Hasher,
    received_bytes: u64,
    /// Whether its beginning was not received by this one.
    is_resumed: bool,
    checksum: Checksum,
    belongs: Belongs,
}

impl Part {
    /// Opens what an earlier fetch left of the same contents, or an empty part.
    ///
    /// What is there is hashed; `report` hears how far.
    pub(super) fn open(
        path: &Path,
        planned: &PlannedFile,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> io::Result<Self> {
        let fresh = Belongs {
            checksum: planned.checksum.to_string(),
            bytes: planned.bytes,
            etag: None,
        };
        let kept = Belongs::read(path)
            .filter(|kept| (&kept.checksum, kept.bytes) == (&fresh.checksum, fresh.bytes));
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(kept.is_none())
            .open(path)?;
        let received_bytes = file.metadata()?.len();
        let mut part = Self {
            path: path.to_owned(),
            hasher: planned.checksum.hasher(planned.bytes),
            is_resumed: received_bytes > 0,
            checksum: planned.checksum.clone(),
            belongs: kept.unwrap_or(fresh),
            file,
            received_bytes,
        };
        if received_bytes > planned.bytes {
            part.restart()?;
        }
        part.belongs.write(path)?;
        part.hasher.read_from(&mut part.file, cancel, report)?;
        Ok(part)
    }

    /// Bytes that are here.
    pub(super) fn received_bytes(&self) -> u64 {
        self.received_bytes
    }

    /// Whether all bytes are here.
    pub(super) fn is_whole(&self) -> bool {
        self.received_bytes == self.belongs.bytes
    }

    /// Whether some of it came from an earlier answer, perhaps of another version.
    pub(super) fn is_resumed(&self) -> bool {
        self.is_resumed
    }

    /// The server's own name for the version that it is of.
    pub(super) fn etag(&self) -> Option<&str> {
        self.belongs.etag.as_deref()
    }

    /// Goes on with an answer of the server, which names its version.
    pub(super) fn begin_answer(&mut self, etag: Option<&str>) -> io::Result<()> {
        self.is_resumed = self.received_bytes > 0;
        if self.belongs.etag.as_deref() != etag {
            self.belongs.etag = etag.map(str::to_owned);
            self.belongs.write(&self.path)?;
        }
        Ok(())
    }

    /// Adds what came.
    pub(super) fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)?;
        self.hasher.update(bytes);
        self.received_bytes += bytes.len() as u64;
        Ok(())
    }

    /// Begins again with nothing.
    pub(super) fn restart(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.hasher = self.checksum.hasher(self.belongs.bytes);
        self.received_bytes = 0;
        self.is_resumed = false;
        Ok(())
    }

    /// Whether the whole is what it should be, and if not, what it is.
    pub(super) fn verdict(&mut self) -> Result<(), Checksum> {
        let empty = self.checksum.hasher(self.belongs.bytes);
        let found = std::mem::replace(&mut self.hasher, empty).finish();
        if found == self.checksum {
            Ok(())
        } else {
            Err(found)
        }
    }

    /// Puts the whole file in its place.
    pub(super) fn finish(self, place: &Path) -> io::Result<()> {
        self.file.sync_all()?;
        drop(self.file);
        fs::rename(&self.path, place)?;
        fs::remove_file(Belongs::path(&self.path))
    }
}

impl Belongs {
    /// `NAME.part.json` beside `NAME.part`.
    fn path(part: &Path) -> PathBuf {
        part.with_added_extension("json")
    }

    /// `None` where there is none that can be read: then nobody knows what the part is of.
    fn read(part: &Path) -> Option<Self> {
        serde_json::from_slice(&fs::read(Self::path(part)).ok()?).ok()
    }

    fn write(&self, part: &Path) -> io::Result<()> {
        write_atomically(&Self::path(part), |file| {
            serde_json::to_writer(file, self).map_err(io::Error::from)
        })
    }
}
