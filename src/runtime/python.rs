//! Runs pip, which reaches the package index the way this machine is set up for.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::install::InstallError;
use super::package::{Build, Package};
use crate::domain::CancelToken;

/// How often the download is measured and a cancel seen.
const POLL: Duration = Duration::from_millis(50);

/// The Python whose builds of the packages are pinned; the user's own may be another.
const PINNED_PYTHON: &str = "3.11";

/// Lines of pip's log that go into an error's details.
const LOG_LINES: usize = 30;

/// A folder of its own for one run of pip.
pub(super) struct Pip<'a> {
    /// The names under which Python may be found, best first.
    pub(super) pythons: &'a [OsString],
    /// An empty folder.
    pub(super) folder: PathBuf,
}

impl Pip<'_> {
    /// Fetches the wheel of `build` and tells the bytes as they come; gives its path, unchecked.
    ///
    /// `None` when `cancel` ended it.
    pub(super) fn download(
        &self,
        package: &Package,
        build: &Build,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> Result<Option<PathBuf>, InstallError> {
        let io_error = |source| InstallError::in_file(&self.folder, source);
        fs::create_dir_all(self.temporary()).map_err(io_error)?;
        let log = File::create(self.log()).map_err(io_error)?;
        let mut child = self.start(package, build, &log).map_err(|source| {
            if source.kind() == io::ErrorKind::NotFound {
                InstallError::NoPython
            } else {
                InstallError::in_file(&self.folder, source)
            }
        })?;
        let Some(status) = self.wait(&mut child, cancel, report).map_err(io_error)? else {
            return Ok(None);
        };
        let wheel = self.wheels().join(build.wheel);
        if status.success() && wheel.is_file() {
            Ok(Some(wheel))
        } else {
            Err(explained(self.read_log()))
        }
    }

    /// Starts the first Python that is there.
    fn start(&self, package: &Package, build: &Build, log: &File) -> io::Result<Child> {
        let mut last = io::Error::from(io::ErrorKind::NotFound);
        for python in self.pythons {
            match self
                .command(python, package, build, log.try_clone()?)
                .spawn()
            {
                Err(error) if error.kind() == io::ErrorKind::NotFound => last = error,
                started => return started,
            }
        }
        Err(last)
    }

    fn command(&self, python: &OsString, package: &Package, build: &Build, log: File) -> Command {
        let mut command = Command::new(python);
        command
            .args([
                "-m",
                "pip",
                "download",
                "--no-deps",
                "--no-cache-dir",
                "--no-input",
            ])
            .args(["--disable-pip-version-check", "--only-binary=:all:"])
            .args(["--implementation", "cp", "--python-version", PINNED_PYTHON])
            .args(["--platform", build.platform])
            .arg("--dest")
            .arg(self.wheels())
            .arg(format!("{}=={}", package.id, package.version))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        for variable in ["TMPDIR", "TEMP", "TMP"] {
            command.env(variable, self.temporary());
        }
        command
    }

    fn wait(
        &self,
        child: &mut Child,
        cancel: &CancelToken,
        report: &mut dyn FnMut(u64),
    ) -> io::Result<Option<ExitStatus>> {
        loop {
            if let Some(status) = child.try_wait()? {
                return Ok(Some(status));
            }
            if cancel.is_cancelled() {
                child.kill()?;
                child.wait()?;
                return Ok(None);
            }
            report(bytes_below(&self.temporary()).max(bytes_below(&self.wheels())));
            thread::sleep(POLL);
        }
    }

    /// Where pip puts what it has so far.
    fn temporary(&self) -> PathBuf {
        self.folder.join("incoming")
    }

    fn wheels(&self) -> PathBuf {
        self.folder.join("wheels")
    }

    fn log(&self) -> PathBuf {
        self.folder.join("pip.log")
    }

    fn read_log(&self) -> String {
        let bytes = fs::read(self.log()).unwrap_or_default();
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(LOG_LINES)..].join("\n")
    }
}

/// What pip's log means; its words have been the same for years, and an unknown log is shown.
fn explained(log: String) -> InstallError {
    let mentions = |words: &[&str]| words.iter().any(|word| log.contains(word));
    if mentions(&["No module named pip"]) {
        InstallError::NoPip { log }
    } else if mentions(&["No space left on device", "not enough space"]) {
        InstallError::DiskFull { log }
    } else if mentions(&[
        "ConnectionError",
        "NewConnection",
        "Timeout",
        "ProxyError",
        "SSLError",
    ]) {
        InstallError::Offline { log }
    } else {
        InstallError::PipFailed { log }
    }
}

/// The bytes of all files below `folder`; those that vanish meanwhile do not count.
fn bytes_below(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => bytes_below(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}
