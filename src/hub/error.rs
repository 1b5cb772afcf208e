//! What can go wrong between us and a hub.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};
use crate::models::ModelError;

/// Why a model was not got.
///
/// `detail` is never more than a sentence of the system's or the hub's: no address with a
/// signature, and no token.
#[derive(Debug, Error)]
pub enum HubError {
    /// Not the id of a repository.
    #[error("not a repository: `{given}`")]
    BadRepository {
        /// What was given.
        given: String,
    },
    /// Not the address of a hub.
    #[error("not the address of a hub: `{given}`")]
    BadEndpoint {
        /// What was given.
        given: String,
    },
    /// The hub, or where it sends us, is not reached, or not for long enough.
    #[error("{host}: {detail}")]
    Unreachable {
        /// The server.
        host: String,
        /// Why.
        detail: String,
    },
    /// There is no such repository, or nobody but some may know.
    #[error("{repository} is not on {host}")]
    NoRepository {
        /// Its id.
        repository: String,
        /// The server.
        host: String,
    },
    /// The repository has no such branch, tag or commit, or not this file in it.
    #[error("{repository} has no `{wanted}`")]
    NoRevision {
        /// Its id.
        repository: String,
        /// What it lacks.
        wanted: String,
    },
    /// The hub gives it only to those whom it knows, and who accepted its terms.
    #[error("{host} refuses {repository} ({status})")]
    Denied {
        /// Its id.
        repository: String,
        /// The server.
        host: String,
        /// The hub's answer.
        status: u16,
        /// The page where its terms can be accepted.
        page: String,
        /// Whether a token was shown.
        had_token: bool,
    },
    /// The hub answers with a status that says no.
    #[error("{host} answers with status {status}")]
    Refused {
        /// The server.
        host: String,
        /// The status.
        status: u16,
    },
    /// The hub's list of files cannot be understood.
    #[error("{host}: {detail}")]
    Garbled {
        /// The server.
        host: String,
        /// What is wrong.
        detail: String,
    },
    /// A file is named so that it could overwrite others, or cannot be kept.
    #[error("a file is named `{name}`")]
    UnsafeName {
        /// The name.
        name: String,
    },
    /// The repository has no pipeline in ONNX.
    #[error("{repository} lacks {}", missing.join(", "))]
    NotOnnx {
        /// Its id, and the folder of it that was looked at.
        repository: String,
        /// What a pipeline needs and it does not have.
        missing: Vec<String>,
    },
    /// The repository has several pipelines in folders.
    #[error("{repository} has models in {}", folders.join(", "))]
    SeveralFolders {
        /// Its id.
        repository: String,
        /// The folders.
        folders: Vec<String>,
    },
    /// There is not enough room.
    #[error("{needed_bytes} bytes needed, {free_bytes} free: {}", path.display())]
    DiskSpace {
        /// Bytes still to come.
        needed_bytes: u64,
        /// Bytes that are free.
        free_bytes: u64,
        /// Where.
        path: PathBuf,
    },
    /// Something else has the folder's name.
    #[error("in the way: {}", path.display())]
    Occupied {
        /// The folder.
        path: PathBuf,
    },
    /// Another Maquette is getting the same model.
    #[error("locked by another process: {}", path.display())]
    InUse {
        /// The lock.
        path: PathBuf,
    },
    /// The server has another length for a file than the list.
    #[error("{found_bytes} bytes instead of {expected_bytes}: {file}")]
    Length {
        /// The file.
        file: String,
        /// Bytes by the list.
        expected_bytes: u64,
        /// Bytes by the server; at least these.
        found_bytes: u64,
    },
    /// A file came whole, and is not what it should be.
    #[error("{found} instead of {expected}: {file}")]
    Altered {
        /// The file.
        file: String,
        /// The hash by the list.
        expected: String,
        /// The hash of what came.
        found: String,
    },
    /// What came is not a model that may be opened.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// A file or folder could not be read or written.
    #[error("{}", path.display())]
    Disk {
        /// Why not.
        source: io::Error,
        /// Which one.
        path: PathBuf,
    },
    /// The system's keyring does not work.
    #[error("{detail}")]
    Keyring {
        /// Why.
        detail: String,
    },
    /// Somebody asked to stop; an outcome more than an error.
    #[error("cancelled")]
    Cancelled,
}

impl HubError {
    /// Wraps what the system says of a path.
    pub(super) fn disk(path: &Path) -> impl Fn(io::Error) -> Self + '_ {
        |source| Self::Disk {
            source,
            path: path.to_owned(),
        }
    }

    /// Whether the model was refused, and the same would be refused again.
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Unreachable { .. }
            | Self::Refused { .. }
            | Self::Garbled { .. }
            | Self::DiskSpace { .. }
            | Self::InUse { .. }
            | Self::Disk { .. }
            | Self::Keyring { .. }
            | Self::Cancelled => false,
            Self::BadRepository { .. }
            | Self::BadEndpoint { .. }
            | Self::NoRepository { .. }
            | Self::NoRevision { .. }
            | Self::Denied { .. }
            | Self::UnsafeName { .. }
            | Self::NotOnnx { .. }
            | Self::SeveralFolders { .. }
            | Self::Occupied { .. }
            | Self::Length { .. }
            | Self::Altered { .. }
            | Self::Model(_) => true,
        }
    }

    fn headline(&self) -> Message {
        match self {
            Self::BadRepository { given } => {
                Message::new("error-hub-bad-repository").with("given", given)
            }
            Self::BadEndpoint { given } => {
                Message::new("error-hub-bad-endpoint").with("given", given)
            }
            Self::Unreachable { host, .. } => {
                Message::new("error-hub-unreachable").with("host", host)
            }
            Self::NoRepository { repository, host } => Message::new("error-hub-no-repository")
                .with("repository", repository)
                .with("host", host),
            Self::NoRevision { repository, wanted } => Message::new("error-hub-no-revision")
                .with("repository", repository)
                .with("wanted", wanted),
            Self::Denied {
                page, had_token, ..
            } => denied(page, *had_token),
            Self::Refused { host, status } => Message::new("error-hub-refused")
                .with("host", host)
                .with("status", status),
            Self::Garbled { host, .. } => Message::new("error-hub-garbled").with("host", host),
            Self::UnsafeName { name } => Message::new("error-hub-unsafe-name").with("name", name),
            Self::NotOnnx {
                repository,
                missing,
            } => Message::new("error-hub-not-onnx")
                .with("repository", repository)
                .with("missing", missing.join(", ")),
            Self::SeveralFolders { folders, .. } => {
                Message::new("error-hub-several-folders").with("folders", folders.join(", "))
            }
            Self::DiskSpace {
                needed_bytes,
                free_bytes,
                path,
            } => Message::new("error-hub-disk-space")
                .with("needed", gigabytes(*needed_bytes))
                .with("free", gigabytes(*free_bytes))
                .with("path", path.display()),
            Self::Occupied { path } => {
                Message::new("error-hub-occupied").with("path", path.display())
            }
            Self::InUse { .. } => Message::new("error-hub-in-use"),
            Self::Disk { source, path } => disk(source.kind(), path),
            Self::Length { file, .. } => Message::new("error-hub-length").with("file", file),
            Self::Altered { file, .. } => Message::new("error-hub-altered").with("file", file),
            Self::Model(error) => error.explain().headline,
            Self::Keyring { .. } => Message::new("error-hub-keyring"),
            Self::Cancelled => Message::new("error-cancelled"),
        }
    }
}

impl Explain for HubError {
    fn explain(&self) -> Notice {
        Notice::new(Severity::Error, self.headline()).caused_by(self)
    }
}

fn disk(kind: io::ErrorKind, path: &Path) -> Message {
    let headline = if kind == io::ErrorKind::StorageFull {
        Message::new("error-hub-disk-full")
    } else {
        Message::new("error-hub-disk")
    };
    headline.with("path", path.display())
}

fn denied(page: &str, had_token: bool) -> Message {
    let headline = if had_token {
        Message::new("error-hub-terms")
    } else {
        Message::new("error-hub-token")
    };
    headline.with("page", page)
}

/// With one digit behind the point, so that a model of 300 MB is not nothing.
fn gigabytes(bytes: u64) -> String {
    format!("{:.1}", bytes as f64 / 1e9)
}
