//! Whether a model's files are those it was made with, and the fingerprint that names them.

use std::fmt::{self, Write as _};
use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::domain::CancelToken;
use crate::files::hex;

use super::error::ModelError;
use super::family_choice::FamilyChoice;
use super::folder::ModelFolder;
use super::manifest::{Manifest, ManifestFile};

/// Bytes between two looks at the cancel token.
const CHUNK_BYTES: usize = 1 << 20;

/// A name for the exact contents of a model: SHA-256 over a line `PATH SHA256` for each file, in
/// the order of their paths, and a line `family ID` where a person chose the family.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Fingerprint(String);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ModelFolder {
    /// Compares every file with the manifest: present, of the right length, of the right hash.
    ///
    /// A folder without a manifest is only hashed; its fingerprint still tells other weights apart.
    /// Lengths come first, so that a file that was not copied whole is found at once.
    /// `report` hears the part done, from 0 to 1.
    pub fn check(
        &self,
        cancel: &CancelToken,
        report: &mut dyn FnMut(f32),
    ) -> Result<Fingerprint, ModelError> {
        let files = match self.manifest() {
            Some(manifest) => listed(self.path(), &manifest.files)?,
            None => present(self.path())?,
        };
        let total_bytes: u64 = files.iter().map(|file| file.bytes).sum();
        let mut done_bytes = 0;
        let mut lines = String::new();
        for file in &files {
            let hash = hash(&file.path, cancel, &mut |bytes| {
                done_bytes += bytes;
                report((done_bytes as f64 / total_bytes.max(1) as f64) as f32);
            })?;
            if let Some(expected) = file.sha256.as_ref().filter(|expected| **expected != hash) {
                return Err(ModelError::Altered {
                    expected: expected.clone(),
                    found: hash,
                    path: file.path.clone(),
                });
            }
            writeln!(lines, "{} {hash}", file.name).expect("texts take whatever is written");
        }
        if let Some(family) = self.chosen_family() {
            writeln!(lines, "family {family}").expect("texts take whatever is written");
        }
        Ok(Fingerprint(hex(&Sha256::digest(lines.as_bytes()))))
    }

    /// Bytes of all its files on disk.
    pub fn bytes(&self) -> Result<u64, ModelError> {
        let files = match self.manifest() {
            Some(manifest) => listed(self.path(), &manifest.files)?,
            None => present(self.path())?,
        };
        Ok(files.iter().map(|file| file.bytes).sum())
    }
}

/// A file to hash.
struct Candidate {
    name: String,
    path: PathBuf,
    bytes: u64,
    sha256: Option<String>,
}

/// The files of the manifest, each as long as it should be, in the order of their names.
fn listed(folder: &Path, files: &[ManifestFile]) -> Result<Vec<Candidate>, ModelError> {
    let mut candidates = Vec::with_capacity(files.len());
    for file in files {
        let path = folder.join(&file.path);
        let found = length(&path)?;
        if found != file.bytes {
            return Err(ModelError::Length {
                expected: file.bytes,
                found,
                path,
            });
        }
        candidates.push(Candidate {
            name: file.path.clone(),
            path,
            bytes: file.bytes,
            sha256: Some(file.sha256.clone()),
        });
    }
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(candidates)
}

/// The files in the folder and in its sub-folders, hidden ones and ours left out, in the order of
/// their names.
fn present(folder: &Path) -> Result<Vec<Candidate>, ModelError> {
    let mut candidates = gather(folder, "")?;
    let parts = candidates.extract_if(.., |entry| entry.path.is_dir());
    let parts: Vec<Candidate> = parts.collect();
    for part in parts {
        let inside = gather(&part.path, &format!("{}/", part.name))?;
        candidates.extend(inside.into_iter().filter(|entry| !entry.path.is_dir()));
    }
    // A choice leaves others of its name behind when it moves one aside.
    let is_ours =
        |name: &str| name == Manifest::FILE_NAME || name.starts_with(FamilyChoice::FILE_NAME);
    candidates.retain(|entry| !is_ours(&entry.name));
    candidates.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(candidates)
}

fn gather(folder: &Path, prefix: &str) -> Result<Vec<Candidate>, ModelError> {
    let unreadable = |source| ModelError::reading(source, folder.to_owned());
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !name.starts_with('.') {
            entries.push(Candidate {
                name: format!("{prefix}{name}"),
                bytes: length(&path)?,
                sha256: None,
                path,
            });
        }
    }
    Ok(entries)
}

fn length(path: &Path) -> Result<u64, ModelError> {
    let metadata = fs::metadata(path);
    let metadata = metadata.map_err(|source| ModelError::reading(source, path.to_owned()))?;
    Ok(metadata.len())
}

fn hash(
    path: &Path,
    cancel: &CancelToken,
    report: &mut dyn FnMut(u64),
) -> Result<String, ModelError> {
    let unreadable = |source| ModelError::reading(source, path.to_owned());
    let mut file = File::open(path).map_err(unreadable)?;
    let mut hasher = Sha256::new();
    let mut chunk = vec![0; CHUNK_BYTES];
    loop {
        if cancel.is_cancelled() {
            return Err(ModelError::Cancelled);
        }
        let bytes = file.read(&mut chunk).map_err(unreadable)?;
        if bytes == 0 {
            return Ok(hex(&hasher.finalize()));
        }
        hasher.update(&chunk[..bytes]);
        report(bytes as u64);
    }
}
