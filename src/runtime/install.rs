//! Fetches what is pinned, checks it, and puts it in place: all of it or nothing.

use std::ffi::OsString;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::package::{Build, Package};
use super::python::Pip;
use super::unpack::{UnpackError, unpack};
use crate::domain::{CancelToken, Explain, Message, Notice, Remedy, Severity};
use crate::files::{Folders, sha256_of, try_lock};

/// Installs packages below the data folder.
#[derive(Clone, Debug)]
pub struct Installer {
    data: PathBuf,
    pythons: Vec<OsString>,
}

impl Installer {
    /// An installer that uses the Python on the search path.
    pub fn new(folders: &Folders) -> Self {
        let names: &[&str] = if cfg!(windows) {
            // On Windows `python3` is often a placeholder that only opens a shop.
            &["python", "py", "python3"]
        } else {
            &["python3", "python"]
        };
        Self {
            data: folders.data.clone(),
            pythons: names.iter().map(OsString::from).collect(),
        }
    }

    /// Uses this Python and no other.
    #[must_use]
    pub fn with_python(self, python: impl Into<OsString>) -> Self {
        Self {
            pythons: vec![python.into()],
            ..self
        }
    }

    /// Fetches those of `packages` that are not there yet, and reports how far it is.
    ///
    /// Blocks until it is done; `cancel` ends it within a tenth of a second.
    /// What was complete stays, whatever happens to the rest.
    pub fn install(
        &self,
        packages: &[&'static Package],
        cancel: &CancelToken,
        report: &mut dyn FnMut(InstallProgress),
    ) -> Result<InstallOutcome, InstallError> {
        let missing = self.missing(packages)?;
        if missing.is_empty() {
            return Ok(InstallOutcome::Ready { fetched: vec![] });
        }
        let staging = Staging::lock(&self.data)?;
        let total_bytes = missing.iter().map(|(_, build)| build.bytes).sum();
        let mut finished_bytes = 0;
        for (package, build) in &missing {
            let mut report_bytes = |bytes: u64| {
                report(InstallProgress {
                    package: package.id,
                    done_bytes: finished_bytes + bytes.min(build.bytes),
                    total_bytes,
                });
            };
            report_bytes(0);
            self.fetch(package, build, &staging, cancel, &mut report_bytes)?;
            if cancel.is_cancelled() {
                return Ok(InstallOutcome::Cancelled);
            }
            report_bytes(build.bytes);
            finished_bytes += build.bytes;
        }
        Ok(InstallOutcome::Ready {
            fetched: missing.iter().map(|(package, _)| package.id).collect(),
        })
    }

    fn missing(
        &self,
        packages: &[&'static Package],
    ) -> Result<Vec<(&'static Package, &'static Build)>, InstallError> {
        let missing = packages
            .iter()
            .filter(|package| !package.is_installed(&self.data));
        let with_build = missing.map(|package| match package.build() {
            Some(build) => Ok((*package, build)),
            None => Err(InstallError::NoBuild {
                package: package.id,
            }),
        });
        with_build.collect()
    }

    /// Downloads, checks and unpacks one package; stops without an error on a cancel.
    fn fetch(
        &self,
        package: &Package,
        build: &Build,
        staging: &Staging,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> Result<(), InstallError> {
        let pip = Pip {
            pythons: &self.pythons,
            folder: staging.folder(package.id)?,
        };
        let Some(wheel) = pip.download(package, build, cancel, report)? else {
            return Ok(());
        };
        check(&wheel, build)?;
        let scratch = staging.folder(&format!("{}-unpacked", package.id))?;
        let target = package.folder(&self.data);
        unpack(package, build, &wheel, &scratch, &target).map_err(|error| match error {
            UnpackError::Io(source) => InstallError::in_file(&target, source),
            UnpackError::Archive(_) | UnpackError::TooLarge { .. } => InstallError::Unpack {
                wheel: build.wheel,
                source: error.into(),
            },
        })
    }
}

/// How far an installation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InstallProgress {
    /// The package that is being fetched.
    pub package: &'static str,
    /// Bytes here, of all packages.
    pub done_bytes: u64,
    /// Bytes of all packages.
    pub total_bytes: u64,
}

/// How an installation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InstallOutcome {
    /// Everything is in place.
    Ready {
        /// The packages that were not there before.
        fetched: Vec<&'static str>,
    },
    /// It was cancelled; nothing half-done is left.
    Cancelled,
}

/// Why something could not be installed.
#[derive(Debug, Error)]
pub enum InstallError {
    /// Nobody makes the package for this machine.
    #[error(
        "{package} has no build for {} on {}",
        std::env::consts::OS,
        std::env::consts::ARCH
    )]
    NoBuild {
        /// The package.
        package: &'static str,
    },
    /// Another Maquette is at it.
    #[error("{} is locked by another process", path.display())]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// Python is not on the search path.
    #[error("there is no Python 3 on the search path")]
    NoPython,
    /// Python has no pip.
    #[error("{log}")]
    NoPip {
        /// The end of pip's log.
        log: String,
    },
    /// The package index was not reached.
    #[error("{log}")]
    Offline {
        /// The end of pip's log.
        log: String,
    },
    /// There is no room for the download.
    #[error("{log}")]
    DiskFull {
        /// The end of pip's log, or the system's words.
        log: String,
    },
    /// Pip failed for another reason.
    #[error("{log}")]
    PipFailed {
        /// The end of pip's log.
        log: String,
    },
    /// What came is not what was pinned.
    #[error("{wheel}: SHA-256 is {found}, should be {pinned}")]
    Altered {
        /// The file.
        wheel: &'static str,
        /// Its hash.
        found: String,
        /// The hash that is pinned.
        pinned: &'static str,
    },
    /// What came could not be unpacked.
    #[error("{wheel} was not unpacked")]
    Unpack {
        /// The file.
        wheel: &'static str,
        /// Why not.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A file or folder could not be read or written.
    #[error("{}", path.display())]
    Io {
        /// Why not.
        source: io::Error,
        /// Which one.
        path: PathBuf,
    },
}

impl InstallError {
    pub(super) fn in_file(path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        if source.kind() == io::ErrorKind::StorageFull {
            let log = format!("{}: {source}", path.display());
            return Self::DiskFull { log };
        }
        Self::Io { source, path }
    }
}

impl Explain for InstallError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::NoBuild { package } => {
                Message::new("error-install-no-build").with("package", package)
            }
            Self::Busy { .. } => Message::new("error-install-busy"),
            Self::NoPython => Message::new("error-install-no-python"),
            Self::NoPip { .. } => Message::new("error-install-no-pip"),
            Self::Offline { .. } => Message::new("error-install-offline"),
            Self::DiskFull { .. } => Message::new("error-install-disk-full"),
            Self::PipFailed { .. } => Message::new("error-install-pip"),
            Self::Altered { wheel, .. } => {
                Message::new("error-install-altered").with("file", wheel)
            }
            Self::Unpack { wheel, .. } => Message::new("error-install-unpack").with("file", wheel),
            Self::Io { path, .. } => Message::new("error-install-io").with("path", path.display()),
        };
        let notice = Notice::new(Severity::Error, headline).caused_by(self);
        if matches!(self, Self::NoBuild { .. }) {
            return notice;
        }
        notice.with_remedy(Remedy::InstallRuntime)
    }
}

/// A folder for what is under way, locked against other processes and removed at the end.
struct Staging {
    path: PathBuf,
    _lock: File,
}

impl Staging {
    fn lock(data: &Path) -> Result<Self, InstallError> {
        fs::create_dir_all(data).map_err(|source| InstallError::in_file(data, source))?;
        let path = data.join("install.lock");
        let lock = File::create(&path).map_err(|source| InstallError::in_file(&path, source))?;
        match try_lock(&lock) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(InstallError::Busy { path }),
            Err(TryLockError::Error(source)) => return Err(InstallError::in_file(&path, source)),
        }
        let staging = Self {
            path: data.join("install.partial"),
            _lock: lock,
        };
        // A crash may have left one.
        staging.remove();
        Ok(staging)
    }

    /// Makes an empty folder inside.
    fn folder(&self, name: &str) -> Result<PathBuf, InstallError> {
        let folder = self.path.join(name);
        match fs::create_dir_all(&folder) {
            Ok(()) => Ok(folder),
            Err(source) => Err(InstallError::in_file(&folder, source)),
        }
    }

    fn remove(&self) {
        if let Err(error) = fs::remove_dir_all(&self.path)
            && error.kind() != io::ErrorKind::NotFound
        {
            log::warn!("{} was not removed: {error}", self.path.display());
        }
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        self.remove();
    }
}

fn check(wheel: &Path, build: &Build) -> Result<(), InstallError> {
    let found = sha256_of(wheel).map_err(|source| InstallError::in_file(wheel, source))?;
    if found == build.sha256 {
        return Ok(());
    }
    Err(InstallError::Altered {
        wheel: build.wheel,
        found,
        pinned: build.sha256,
    })
}
