//! Where Maquette's files live, and how one is written so that a crash never leaves half of it.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, BufWriter, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use directories::{ProjectDirs, UserDirs};
use sha2::{Digest as _, Sha256};
use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};

/// The environment variable that moves every folder below one of the user's choice.
pub const HOME_VARIABLE: &str = "MAQUETTE_HOME";

const LOCK_ATTEMPTS: u32 = 20;
const LOCK_PAUSE: Duration = Duration::from_millis(25);

/// The folders that belong to Maquette on this machine; none need exist yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folders {
    /// What was fetched or made and would be missed: the runtime, further models.
    pub data: PathBuf,
    /// Settings.
    pub config: PathBuf,
    /// What can be made again at any time.
    pub cache: PathBuf,
    /// The library of pictures, where the settings name no other.
    pub pictures: PathBuf,
}

impl Folders {
    /// The folders of [`HOME_VARIABLE`] where it is set, else those of the platform.
    pub fn find() -> Result<Self, FoldersError> {
        match std::env::var_os(HOME_VARIABLE).filter(|home| !home.is_empty()) {
            Some(home) => std::path::absolute(&home)
                .map(|home| Self::under(&home))
                .map_err(|source| FoldersError::BadHome {
                    source,
                    home: PathBuf::from(home),
                }),
            None => Self::of_platform().ok_or(FoldersError::NoHome),
        }
    }

    /// All folders below `home`: a portable installation, or a test.
    pub fn under(home: &Path) -> Self {
        Self {
            data: home.join("data"),
            config: home.join("config"),
            cache: home.join("cache"),
            pictures: home.join("pictures"),
        }
    }

    /// The folders that the platform's conventions give; `None` when the user has no home.
    fn of_platform() -> Option<Self> {
        let project = ProjectDirs::from("", "", "Maquette")?;
        let user = UserDirs::new()?;
        // Where a desktop names no folder for pictures, the home folder has one soon.
        let pictures = user
            .picture_dir()
            .map_or_else(|| user.home_dir().join("Pictures"), Path::to_path_buf);
        Some(Self {
            data: project.data_local_dir().to_path_buf(),
            config: project.config_dir().to_path_buf(),
            cache: project.cache_dir().to_path_buf(),
            pictures: pictures.join("Maquette"),
        })
    }
}

/// Why there are no folders.
#[derive(Debug, Error)]
pub enum FoldersError {
    /// Neither the platform nor the environment names a home.
    #[error("the user has no home folder, and {HOME_VARIABLE} is not set")]
    NoHome,
    /// The environment names a home that cannot be one.
    #[error("{HOME_VARIABLE} is not a usable path: {home}")]
    BadHome {
        /// Why not.
        source: io::Error,
        /// What it names.
        home: PathBuf,
    },
}

impl Explain for FoldersError {
    fn explain(&self) -> Notice {
        let headline = Message::new("error-files-no-home").with("variable", HOME_VARIABLE);
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}

/// Writes a whole file or none of it: whoever opens `path`, at any moment and after any crash,
/// finds the old contents or the new ones.
///
/// `write` fills a temporary file in the same folder, which must exist; the file is synced,
/// renamed over `path`, and the folder synced.
/// On failure `path` is as it was and the temporary file is gone.
pub fn write_atomically(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    write_whole(path, write)?;
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    sync_folder(folder.unwrap_or_else(|| Path::new(".")))
}

/// Writes a file as [`write_atomically`] does, but leaves its folder to be synced: once for many
/// files, by whoever can bear that a loss of power brings the old ones back until then.
pub fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut BufWriter<File>) -> io::Result<()>,
) -> io::Result<()> {
    let partial = Partial::beside(path)?;
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&partial.path)?;
    let mut buffer = BufWriter::new(file);
    write(&mut buffer)?;
    buffer.flush()?;
    buffer.get_ref().sync_all()?;
    drop(buffer);
    partial.rename_to(path)
}

/// Syncs a folder, so that the renames in it outlive a loss of power.
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    // Windows keeps its own journal of names and opens no folder as a file.
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// Locks a file against every other process, or says that another holds it, after half a second.
///
/// One refusal proves nothing: a process that was just started shares the files of its parent
/// until it becomes its own program, and keeps a lock that the parent gave up.
pub fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 0..LOCK_ATTEMPTS {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            ended => return ended,
        }
    }
    file.try_lock()
}

/// The SHA-256 of a file's contents, in hexadecimal.
pub fn sha256_of(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => break,
            length => hasher.update(&buffer[..length]),
        }
    }
    Ok(hex(&hasher.finalize()))
}

/// Bytes in hexadecimal, two small digits each.
pub fn hex(bytes: &[u8]) -> String {
    let halves = |byte: &u8| [byte >> 4, byte & 15];
    let digits = bytes.iter().flat_map(halves);
    let digits = digits.filter_map(|digit| char::from_digit(digit.into(), 16));
    digits.collect()
}

/// Renames a file that cannot be read to the first free `NAME.unreadable-N`, and says to which.
///
/// It is never overwritten: there may be something in it that a person can save.
pub fn move_aside(path: &Path) -> io::Result<PathBuf> {
    let mut number = 1_u32;
    loop {
        let aside = with_suffix(path, &format!(".unreadable-{number}"))?;
        // A dangling link is a taken name, too.
        if aside.symlink_metadata().is_err() {
            fs::rename(path, &aside)?;
            return Ok(aside);
        }
        number += 1;
    }
}

/// A temporary file that removes itself unless it becomes the real one.
struct Partial {
    path: PathBuf,
    renamed: bool,
}

impl Partial {
    fn beside(path: &Path) -> io::Result<Self> {
        static COUNTER: AtomicU64 = AtomicU64::new(0);
        let count = COUNTER.fetch_add(1, Ordering::Relaxed);
        let suffix = format!(".{}-{count}.partial", process::id());
        Ok(Self {
            path: with_suffix(path, &suffix)?,
            renamed: false,
        })
    }

    fn rename_to(mut self, path: &Path) -> io::Result<()> {
        fs::rename(&self.path, path)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.renamed {
            // Where it was never made there is nothing to remove.
            fs::remove_file(&self.path).ok();
        }
    }
}

fn with_suffix(path: &Path, suffix: &str) -> io::Result<PathBuf> {
    let Some(name) = path.file_name() else {
        let message = format!("{} names no file", path.display());
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    };
    let mut name = OsString::from(name);
    name.push(suffix);
    Ok(path.with_file_name(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_written_file_replaces_the_old_one_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        for text in ["old", "new"] {
            write_atomically(&path, |file| file.write_all(text.as_bytes())).unwrap();
        }
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
        assert_eq!(names(folder.path()), ["settings.json"]);
    }

    #[test]
    fn a_failed_write_leaves_the_old_file_and_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("settings.json");
        write_atomically(&path, |file| file.write_all(b"old")).unwrap();
        let error = write_atomically(&path, |file| {
            file.write_all(b"half of the ne")?;
            Err(io::ErrorKind::StorageFull.into())
        })
        .unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["settings.json"]);
    }

    #[test]
    fn a_target_that_cannot_be_replaced_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("taken");
        fs::create_dir(&path).unwrap();
        fs::create_dir(path.join("inside")).unwrap();
        write_atomically(&path, |file| file.write_all(b"new")).unwrap_err();
        assert_eq!(names(folder.path()), ["taken"]);
    }

    #[test]
    fn a_missing_folder_is_an_error_and_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gone").join("picture.png");
        let error = write_atomically(&path, |_| Ok(())).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
        assert!(names(folder.path()).is_empty());
    }

    #[test]
    fn a_file_is_hashed_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        write_atomically(&path, |file| file.write_all(&vec![b'a'; 1_000_000])).unwrap();
        // The third test vector of FIPS 180-2.
        let expected = "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
        assert_eq!(sha256_of(&path).unwrap(), expected);
    }

    #[test]
    fn unreadable_files_are_moved_aside_one_after_the_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("library.sqlite");
        for (number, text) in [(1, "first"), (2, "second")] {
            write_atomically(&path, |file| file.write_all(text.as_bytes())).unwrap();
            let aside = move_aside(&path).unwrap();
            assert!(aside.ends_with(format!("library.sqlite.unreadable-{number}")));
            assert_eq!(fs::read_to_string(aside).unwrap(), text);
        }
        assert!(!path.exists());
    }
}
