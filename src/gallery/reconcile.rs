//! Putting a library right when it is opened: files without a row, rows without a file, and a
//! database that cannot be read.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use sha2::{Digest as _, Sha256};

use crate::domain::{Marks, Message, Notice, PictureId, Severity, Timestamp};
use crate::files::move_aside;
use crate::provenance::{Imprint, Origin, read_imprint};

use super::error::LibraryError;
use super::layout::{Layout, Sweep};
use super::record::Entry;
use super::sidecar_file;
use super::store::{Known, NewPicture, ReadBack, Store};

/// Files named in a notice; more would not be read.
const NAMED: usize = 20;

/// What was found amiss and put right.
#[derive(Debug, Default)]
pub(super) struct Reconciled {
    /// Where a database went that could not be read, and why it could not.
    pub(super) aside: Option<Aside>,
    /// Whether the database was made anew.
    is_rebuilt: bool,
    /// Pictures that had a file and no row.
    adopted: usize,
    /// Why files have no row still.
    refused: Vec<String>,
    /// Sidecars that are left alone, and why.
    pub(super) refused_sidecars: Vec<LibraryError>,
}

/// A database that was moved aside.
#[derive(Debug)]
pub(super) struct Aside {
    path: PathBuf,
    error: LibraryError,
}

impl Reconciled {
    /// What the artist should know; nothing when there was little to do.
    pub(super) fn notice(&self) -> Option<Notice> {
        let count = self.adopted as f64;
        let notice = match &self.aside {
            Some(aside) => {
                let headline = Message::new("library-rebuilt")
                    .with("aside", aside.path.display())
                    .with_number("count", count);
                Notice::new(Severity::Warning, headline).caused_by(&aside.error)
            }
            None if self.is_rebuilt && self.adopted > 0 => {
                let headline = Message::new("library-adopted").with_number("count", count);
                Notice::new(Severity::Info, headline)
            }
            None => return None,
        };
        let details = self.refused.iter().take(NAMED).cloned();
        Some(Notice {
            details: notice.details.into_iter().chain(details).collect(),
            ..notice
        })
    }
}

/// Opens the database; one that is damaged is moved aside with its logs, and a new one made.
pub(super) fn open_store(layout: &Layout) -> Result<(Store, Option<Aside>), LibraryError> {
    let path = layout.database();
    let damage = match Store::open(path.clone()).and_then(readable) {
        Ok(store) => return Ok((store, None)),
        Err(error @ LibraryError::Damaged { .. }) => error,
        Err(error) => return Err(error),
    };
    let moved = move_database(&path).map_err(|source| LibraryError::Write {
        source,
        path: path.clone(),
    })?;
    let aside = Aside {
        path: moved,
        error: damage,
    };
    Ok((Store::open(path)?, Some(aside)))
}

/// Gives files of ours that have no row one, and rows whose file was moved their file.
pub(super) fn adopt(
    layout: &Layout,
    store: &mut Store,
    files: &Sweep,
) -> Result<Reconciled, LibraryError> {
    let mut known = store.known()?;
    let rows = known.iter();
    let mut file_of: BTreeMap<PictureId, String> =
        rows.map(|(file, known)| (known.id, file.clone())).collect();
    let mut reconciled = Reconciled {
        is_rebuilt: store.is_new(),
        ..Reconciled::default()
    };
    let mut found = Vec::new();
    for file in &files.pictures {
        if known.contains_key(file) {
            continue;
        }
        let path = layout.absolute(file);
        let imprint = match read_imprint(&path) {
            Ok(imprint) => completed(imprint, file, layout, files),
            Err(error) => {
                log::info!("not taken into the library: {error}");
                reconciled.refused.push(error.to_string());
                continue;
            }
        };
        let origin = imprint
            .origin
            .unwrap_or_else(|| foreign_origin(file, &path));
        match file_of.get(&origin.id) {
            Some(old) if layout.absolute(old).exists() => {
                log::info!("{file} is a copy of {old}");
            }
            Some(old) => {
                store.move_file(origin.id, file)?;
                let moved = known.remove(old).map(|known| Known {
                    sidecar_ms: None,
                    ..known
                });
                known.extend(Some(file.clone()).zip(moved));
            }
            None => {
                let picture = new_picture(imprint, origin, file, store.is_new());
                if let Some(picture) = picture {
                    file_of.insert(origin.id, file.clone());
                    known.insert(file.clone(), Known::new(origin.id));
                    found.push(picture);
                }
            }
        }
    }
    found.sort_by(|a, b| (a.entry.created, &a.file).cmp(&(b.entry.created, &b.file)));
    store.add(&found)?;
    reconciled.adopted = found.len();
    reconciled.refused_sidecars = read_back(layout, store, files, &known)?;
    Ok(reconciled)
}

/// What a picture's file says, and where another program took that out of it, its sidecar.
fn completed(imprint: Imprint, file: &str, layout: &Layout, files: &Sweep) -> Imprint {
    if imprint.recipe.is_some() && imprint.origin.is_some() {
        return imprint;
    }
    let Some((sidecar, _)) = files.sidecar_of(file) else {
        return imprint;
    };
    match sidecar_file::read(&layout.absolute(sidecar), Marks::default()) {
        Ok(sidecar) => Imprint {
            recipe: imprint.recipe.or(sidecar.recipe),
            origin: imprint.origin.or(sidecar.origin),
            ..imprint
        },
        Err(error) => {
            log::info!("{file} says little, and nothing more is known: {error}");
            imprint
        }
    }
}

/// Takes over what sidecars tell that were changed since they were last written or read; says
/// which cannot be read.
///
/// The last change counts: a picture that was marked here after its sidecar was changed keeps
/// those marks, and its sidecar is to be written again.
fn read_back(
    layout: &Layout,
    store: &mut Store,
    files: &Sweep,
    known: &BTreeMap<String, Known>,
) -> Result<Vec<LibraryError>, LibraryError> {
    let (mut told, mut lost, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (file, known) in known {
        let Some((sidecar, changed_ms)) = files.sidecar_of(file) else {
            lost.extend(known.sidecar_ms.map(|_| known.id));
            continue;
        };
        if known.sidecar_ms == Some(changed_ms) {
            continue;
        }
        if !known.is_older_than(changed_ms) {
            lost.push(known.id);
            continue;
        }
        let mut read_back = ReadBack {
            id: known.id,
            marks: known.marks,
            changed_ms,
            is_due: false,
        };
        match sidecar_file::read(&layout.absolute(sidecar), known.marks) {
            Ok(sidecar) => {
                let is_of_it = sidecar.origin.is_some_and(|origin| origin.id == known.id);
                read_back.is_due = !is_of_it || sidecar.recipe.is_none();
                read_back.marks = sidecar.marks;
            }
            Err(error) => {
                let is_lasting = matches!(error, LibraryError::Sidecar { .. });
                refused.push(error);
                if !is_lasting {
                    continue;
                }
            }
        }
        told.push(read_back);
    }
    store.take_over(&told, &lost)?;
    Ok(refused)
}

/// Refuses a database whose rows cannot be read, though its pages are sound.
fn readable(store: Store) -> Result<Store, LibraryError> {
    store.entries()?;
    Ok(store)
}

/// Moves a database aside with the logs that belong to it; says where the database is now.
fn move_database(path: &Path) -> io::Result<PathBuf> {
    for log in ["-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(log);
        let log = PathBuf::from(name);
        if log.exists() {
            move_aside(&log)?;
        }
    }
    move_aside(path)
}

/// A row for a file; `None` when another program made the picture.
fn new_picture(imprint: Imprint, origin: Origin, file: &str, seen: bool) -> Option<NewPicture> {
    Some(NewPicture {
        entry: Entry {
            id: origin.id,
            size: imprint.size,
            created: origin.created,
            seen,
            marks: Marks::default(),
            missing: false,
        },
        file: file.to_owned(),
        recipe: imprint.recipe?,
        timings: None,
    })
}

/// The origin of a picture that was never in a library: always the same for the same file.
fn foreign_origin(file: &str, path: &Path) -> Origin {
    let digest = Sha256::digest(file);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    let modified = path.metadata().and_then(|metadata| metadata.modified());
    let since = modified.map(|time| time.duration_since(UNIX_EPOCH).unwrap_or_default());
    Origin {
        id: PictureId::from_random(bytes),
        created: Timestamp(since.unwrap_or_default().as_millis() as i64),
    }
}
