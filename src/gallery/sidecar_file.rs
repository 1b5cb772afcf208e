//! The sidecar beside a picture's file.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use crate::domain::{Explain as _, Marks, Notice};
use crate::files::write_whole;
use crate::provenance::{LONGEST_SIDECAR, Sidecar, XmpError, read_sidecar, write_sidecar};

use super::error::LibraryError;

/// Sidecars named in a notice; more would not be read.
const NAMED: usize = 20;

/// Where the sidecar of a picture is or should be: `NAME.png.xmp`, as digiKam and darktable have
/// it; `NAME.xmp`, as Adobe's programs do, where only that is there.
pub(super) fn sidecar_of(picture: &Path) -> PathBuf {
    let mut name = OsString::from(picture);
    name.push(".xmp");
    let whole = PathBuf::from(name);
    let bare = picture.with_extension("xmp");
    if !whole.exists() && bare.exists() {
        bare
    } else {
        whole
    }
}

/// What a sidecar says of its picture; marks that it does not speak of are as `before`.
pub(super) fn read(path: &Path, before: Marks) -> Result<Sidecar, LibraryError> {
    let text = text(path)?.unwrap_or_default();
    read_sidecar(&text, before).map_err(|source| refused(source, path))
}

/// Writes what is to be said of a picture into its sidecar; gives back when that was.
///
/// What other programs wrote there stays; a file that cannot be read is left alone.
/// The folder is still to be synced.
pub(super) fn write(path: &Path, sidecar: &Sidecar) -> Result<i64, LibraryError> {
    let existing = text(path)?;
    let text = write_sidecar(sidecar, existing.as_deref());
    let text = text.map_err(|source| refused(source, path))?;
    let mut changed = None;
    let written = write_whole(path, |out| {
        out.write_all(text.as_bytes())?;
        out.flush()?;
        // Of this very file: another program may write its own in the next moment.
        changed = Some(out.get_ref().metadata()?.modified()?);
        Ok(())
    });
    written.map_err(|source| failed(source, path))?;
    Ok(millis(changed.unwrap_or(UNIX_EPOCH)))
}

/// When a sidecar was changed last, in milliseconds since 1970; `None` where there is none.
pub(super) fn changed_ms(path: &Path) -> Option<i64> {
    let found = path.metadata().ok()?;
    modified_ms(&found)
}

/// When a file was changed last, in milliseconds since 1970.
pub(super) fn modified_ms(metadata: &fs::Metadata) -> Option<i64> {
    metadata.modified().ok().map(millis)
}

/// What the artist should know of sidecars that cannot be read.
pub(super) fn notice(refused: &[LibraryError]) -> Option<Notice> {
    let (first, others) = refused.split_first()?;
    let mut notice = first.explain();
    let others = others.iter().take(NAMED).map(ToString::to_string);
    notice.details.extend(others);
    Some(notice)
}

fn millis(moment: SystemTime) -> i64 {
    let since = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    since.as_millis() as i64
}

fn refused(source: XmpError, path: &Path) -> LibraryError {
    LibraryError::Sidecar {
        source,
        path: path.to_owned(),
    }
}

fn failed(source: io::Error, path: &Path) -> LibraryError {
    LibraryError::SidecarFile {
        source,
        path: path.to_owned(),
    }
}

fn text(path: &Path) -> Result<Option<String>, LibraryError> {
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(failed(source, path)),
    };
    // One byte more, so that what is too long is seen to be.
    let mut bytes = Vec::new();
    let mut limited = file.take(LONGEST_SIDECAR as u64 + 1);
    limited
        .read_to_end(&mut bytes)
        .map_err(|source| failed(source, path))?;
    if bytes.len() > LONGEST_SIDECAR {
        return Err(refused(XmpError::TooLong, path));
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(refused(XmpError::NotUtf8, path)),
    }
}
