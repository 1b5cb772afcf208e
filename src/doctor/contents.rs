//! The files in a folder, by name and length; none is opened.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::domain::{Message, Severity};

use super::finding::Finding;

/// More files than any model has.
const MAX_FILES: usize = 1024;

/// More than any configuration or list of words has.
const MAX_TEXT_BYTES: u64 = 128 << 20;

/// The files of a model, and of the folders in it.
pub(super) struct Contents {
    folder: PathBuf,
    files: Vec<Entry>,
}

/// A file.
pub(super) struct Entry {
    /// Its name from the folder, with `/` between names.
    pub(super) name: String,
    /// Where it is.
    pub(super) path: PathBuf,
    /// Its length.
    pub(super) bytes: u64,
    /// Whether it is a pipe or a device, whose reading may never end.
    is_special: bool,
}

impl Entry {
    /// Whether it is a graph, by its name.
    pub(super) fn is_graph(&self) -> bool {
        self.path.extension().is_some_and(|it| it == "onnx")
    }

    fn is_endless(&self) -> bool {
        let extension = self.path.extension().unwrap_or_default();
        let is_text = ["json", "toml", "txt"].iter().any(|it| extension == *it);
        self.is_special || (is_text && self.bytes > MAX_TEXT_BYTES)
    }
}

impl Contents {
    /// Looks into the folder and the folders in it, and refuses what cannot be read in a moment.
    pub(super) fn list(folder: &Path) -> Result<Self, Box<Finding>> {
        let mut files = Vec::new();
        let listed = gather(folder, "", &mut files);
        listed.map_err(|error| Box::new(unlisted(folder, &error)))?;
        files.sort_by(|a, b| a.name.cmp(&b.name));
        match files.len() {
            0 => return Err(Box::new(about_folder("doctor-empty", folder))),
            1..MAX_FILES => {}
            MAX_FILES.. => return Err(Box::new(about_folder("doctor-too-many-files", folder))),
        }
        if let Some(file) = files.iter().find(|file| file.is_endless()) {
            let what = Message::new("doctor-endless").with("file", file.path.display());
            let finding = Finding::new(Severity::Error, what).about(&file.path);
            return Err(Box::new(finding));
        }
        Ok(Self {
            folder: folder.to_owned(),
            files,
        })
    }

    /// All files, in the order of their names.
    pub(super) fn files(&self) -> &[Entry] {
        &self.files
    }

    /// Whether there is a file of that name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.files.iter().any(|file| file.name == name)
    }

    /// The first file that is accepted.
    pub(super) fn find(&self, accept: impl Fn(&Entry) -> bool) -> Option<&Entry> {
        self.files.iter().find(|file| accept(file))
    }

    /// Where a file is or should be.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Bytes of all files.
    pub(super) fn bytes(&self) -> u64 {
        self.files.iter().map(|file| file.bytes).sum()
    }
}

fn gather(folder: &Path, prefix: &str, files: &mut Vec<Entry>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        // What was removed in the meantime is not there.
        let Ok(metadata) = entry.path().metadata() else {
            continue;
        };
        if !metadata.is_dir() {
            files.push(Entry {
                name,
                path: entry.path(),
                bytes: metadata.len(),
                is_special: !metadata.is_file(),
            });
        } else if prefix.is_empty() {
            gather(&entry.path(), &format!("{name}/"), files)?;
        }
        if files.len() >= MAX_FILES {
            return Ok(());
        }
    }
    Ok(())
}

fn unlisted(folder: &Path, error: &io::Error) -> Finding {
    if folder.is_file() {
        return about_folder("doctor-no-folder", folder);
    }
    if error.kind() == io::ErrorKind::NotFound {
        return about_folder("doctor-not-there", folder);
    }
    let what = Message::new("doctor-unreadable")
        .with("folder", folder.display())
        .with("reason", error);
    Finding::new(Severity::Error, what).about(folder)
}

fn about_folder(key: &'static str, folder: &Path) -> Finding {
    let what = Message::new(key).with("folder", folder.display());
    Finding::new(Severity::Error, what).about(folder)
}
