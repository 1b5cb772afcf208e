//! Takes the needed files out of a checked wheel.

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use thiserror::Error;
use zip::ZipArchive;
use zip::result::ZipError;

use super::package::{Build, Package};
use crate::files::{sync_folder, write_atomically};

/// The largest file that is unpacked: several times the largest library there is.
const MAX_MEMBER_BYTES: u64 = 512 << 20;

/// Unpacks what `build` names from `wheel` into a new folder at `target`, all of it or nothing.
///
/// The files are put into `scratch`, an empty folder on the same file system, which is then
/// renamed; what stood at `target` before is removed.
pub(super) fn unpack(
    package: &Package,
    build: &Build,
    wheel: &Path,
    scratch: &Path,
    target: &Path,
) -> Result<(), UnpackError> {
    let mut archive = ZipArchive::new(File::open(wheel)?)?;
    for member in build.members {
        let entry = archive.by_name(member.path)?;
        if entry.size() > MAX_MEMBER_BYTES {
            return Err(UnpackError::TooLarge {
                member: member.path,
            });
        }
        // The archive's own size field may lie; what is read is bounded all the same.
        let mut bounded = entry.take(MAX_MEMBER_BYTES);
        let kept = scratch.join(member.kept_name(package));
        write_atomically(&kept, |file| io::copy(&mut bounded, file).map(drop))?;
    }
    replace_folder(scratch, target)?;
    Ok(())
}

fn replace_folder(from: &Path, to: &Path) -> io::Result<()> {
    if to.exists() {
        fs::remove_dir_all(to)?;
    }
    let parent = to.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(parent)?;
    fs::rename(from, to)?;
    sync_folder(parent)
}

/// Why a wheel was not unpacked.
#[derive(Debug, Error)]
pub(super) enum UnpackError {
    /// The archive is not as it should be.
    #[error("the archive cannot be read")]
    Archive(#[from] ZipError),
    /// A file is larger than anything that belongs there.
    #[error("{member} is larger than {MAX_MEMBER_BYTES} bytes")]
    TooLarge {
        /// Which file.
        member: &'static str,
    },
    /// A file could not be read or written.
    #[error(transparent)]
    Io(#[from] io::Error),
}
