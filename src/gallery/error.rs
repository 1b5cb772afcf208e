//! Why the library could not do something.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, PictureId, Remedy, Severity};
use crate::provenance::{PngError, XmpError};

/// Why the library could not do something.
#[derive(Debug, Error)]
pub enum LibraryError {
    /// No library is open.
    #[error("no library is open")]
    Closed,
    /// Another window has the library open.
    #[error("another program has the lock of {folder}")]
    Locked {
        /// The library.
        folder: PathBuf,
    },
    /// The folder cannot be made, read or locked.
    #[error("cannot use the folder {folder}")]
    Folder {
        /// Why.
        source: io::Error,
        /// The library.
        folder: PathBuf,
    },
    /// The folder was there and is no more.
    #[error("the folder {folder} is gone")]
    Gone {
        /// The library.
        folder: PathBuf,
    },
    /// A newer Maquette made the database.
    #[error("{path} was made by a newer Maquette")]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// The database is damaged.
    #[error("the database is damaged ({finding}): {path}")]
    Damaged {
        /// What was found.
        finding: String,
        /// The database.
        path: PathBuf,
    },
    /// The database cannot do it.
    #[error("the database fails: {path}")]
    Database {
        /// Why.
        source: rusqlite::Error,
        /// The database.
        path: PathBuf,
    },
    /// The disk does not take a file.
    #[error("cannot write {path}")]
    Write {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The system's trash does not take a file.
    #[error("cannot move {path} to the trash")]
    Trash {
        /// Why.
        source: trash::Error,
        /// The file.
        path: PathBuf,
    },
    /// A sidecar is not what it should be; it is left alone.
    #[error("the sidecar {path} is left alone")]
    Sidecar {
        /// Why.
        source: XmpError,
        /// The sidecar.
        path: PathBuf,
    },
    /// A sidecar cannot be read from the disk or written to it.
    #[error("cannot read or write the sidecar {path}")]
    SidecarFile {
        /// Why.
        source: io::Error,
        /// The sidecar.
        path: PathBuf,
    },
    /// There is no such picture.
    #[error("the library has no picture {id}")]
    Unknown {
        /// What was asked for.
        id: PictureId,
    },
    /// A picture's file cannot be read.
    #[error(transparent)]
    Picture(#[from] PngError),
}

impl LibraryError {
    /// Whether the library should be opened anew before it is used again.
    pub(super) fn is_lasting(&self) -> bool {
        matches!(
            self,
            Self::Gone { .. } | Self::Damaged { .. } | Self::Database { .. }
        )
    }

    fn is_for_want_of_room(&self) -> bool {
        let full = [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded];
        if let Self::Write { source, .. } = self {
            return full.contains(&source.kind());
        }
        if let Self::Database { source, .. } = self {
            return source.sqlite_error_code() == Some(rusqlite::ErrorCode::DiskFull);
        }
        false
    }
}

impl Explain for LibraryError {
    fn explain(&self) -> Notice {
        let folder = |key, folder: &PathBuf| Message::new(key).with("folder", folder.display());
        let file = |key, file: &PathBuf| Message::new(key).with("file", file.display());
        let headline = match self {
            Self::Closed => Message::new("error-library-closed"),
            Self::Locked { folder: path } => folder("error-library-locked", path),
            Self::Folder { folder: path, .. } => folder("error-library-folder", path),
            Self::Gone { folder: path } => folder("error-library-gone", path),
            Self::Newer { path } => file("error-library-newer", path),
            Self::Database { path, .. } if self.is_for_want_of_room() => {
                file("error-library-full", path)
            }
            Self::Damaged { path, .. } | Self::Database { path, .. } => {
                file("error-library-database", path)
            }
            Self::Write { path, .. } if self.is_for_want_of_room() => {
                file("error-library-full", path)
            }
            Self::Write { path, .. } => file("error-library-write", path),
            Self::Trash { path, .. } => file("error-library-trash", path),
            Self::Sidecar { path, .. } => file("error-library-sidecar", path),
            Self::SidecarFile { path, .. } => file("error-library-sidecar-file", path),
            Self::Unknown { .. } => Message::new("error-library-unknown"),
            Self::Picture(error) => return error.explain(),
        };
        let notice = Notice::new(Severity::Error, headline).caused_by(self);
        let has_no_way_out = matches!(
            self,
            Self::Unknown { .. }
                | Self::Trash { .. }
                | Self::Sidecar { .. }
                | Self::SidecarFile { .. }
        );
        if has_no_way_out {
            notice
        } else {
            notice.with_remedy(Remedy::ChooseLibrary)
        }
    }
}
