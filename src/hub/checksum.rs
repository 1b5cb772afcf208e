//! What a file's bytes must come to.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::domain::CancelToken;
use crate::files::hex;

/// Bytes between two looks at the cancel token.
const CHUNK_BYTES: usize = 1 << 20;

/// The hash by which a hub names a file's contents, in lower-case hexadecimal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Checksum {
    /// Of large files, which git keeps beside itself.
    Sha256(String),
    /// Of small files: SHA-1 over `blob LENGTH`, a zero byte, and the contents, as git names them.
    GitBlob(String),
}

impl Checksum {
    /// The SHA-256 of 64 digits.
    pub(super) fn sha256(digits: &str) -> Option<Self> {
        is_hash(digits, 64).then(|| Self::Sha256(digits.to_ascii_lowercase()))
    }

    /// The git object of 40 digits.
    pub(super) fn git_blob(digits: &str) -> Option<Self> {
        is_hash(digits, 40).then(|| Self::GitBlob(digits.to_ascii_lowercase()))
    }

    /// Begins to hash a file of so many bytes.
    pub(super) fn hasher(&self, bytes: u64) -> Hasher {
        match self {
            Self::Sha256(_) => Hasher::Sha256(Sha256::new()),
            Self::GitBlob(_) => {
                let mut hasher = Sha1::new();
                hasher.update(format!("blob {bytes}\0"));
                Hasher::GitBlob(hasher)
            }
        }
    }

    /// Whether a file on the disk has these contents; reports the bytes read so far.
    ///
    /// A cancel ends it with [`io::ErrorKind::Interrupted`].
    pub(super) fn is_of(
        &self,
        path: &Path,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> io::Result<bool> {
        let mut file = File::open(path)?;
        let mut hasher = self.hasher(file.metadata()?.len());
        hasher.read_from(&mut file, cancel, report)?;
        Ok(hasher.finish() == *self)
    }
}

impl fmt::Display for Checksum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Sha256(digits) => write!(f, "sha256:{digits}"),
            Self::GitBlob(digits) => write!(f, "git:{digits}"),
        }
    }
}

/// A hash in the making.
pub(super) enum Hasher {
    Sha256(Sha256),
    GitBlob(Sha1),
}

impl Hasher {
    pub(super) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sha256(hasher) => hasher.update(bytes),
            Self::GitBlob(hasher) => hasher.update(bytes),
        }
    }

    pub(super) fn finish(self) -> Checksum {
        match self {
            Self::Sha256(hasher) => Checksum::Sha256(hex(&hasher.finalize())),
            Self::GitBlob(hasher) => Checksum::GitBlob(hex(&hasher.finalize())),
        }
    }

    /// Hashes the rest of a file; reports the bytes read so far.
    pub(super) fn read_from(
        &mut self,
        file: &mut File,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> io::Result<()> {
        let mut chunk = vec![0; CHUNK_BYTES];
        let mut done = 0;
        loop {
            if cancel.is_cancelled() {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let bytes = file.read(&mut chunk)?;
            if bytes == 0 {
                return Ok(());
            }
            self.update(&chunk[..bytes]);
            done += bytes as u64;
            report(done);
        }
    }
}

fn is_hash(digits: &str, length: usize) -> bool {
    digits.len() == length && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_hashes_are_those_of_the_tools() {
        let check = |checksum: Checksum| {
            let mut hasher = checksum.hasher(3);
            hasher.update(b"ab");
            hasher.update(b"c");
            assert_eq!(hasher.finish(), checksum);
        };
        // `sha256sum`, and `git hash-object`, of a file with the bytes `abc`.
        let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        check(Checksum::sha256(sha256).unwrap());
        let blob = "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f";
        check(Checksum::git_blob(blob).unwrap());
    }

    #[test]
    fn what_is_no_hash_is_refused() {
        assert!(Checksum::sha256("abc").is_none());
        assert!(Checksum::git_blob(&"x".repeat(40)).is_none());
    }
}
