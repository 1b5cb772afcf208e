//! An open library: its folder, its lock and its rows.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use uuid::Uuid;

use crate::domain::{Marks, ModelId, Picture, PictureId, Timestamp};
use crate::files::{sync_folder, try_lock, write_atomically};
use crate::provenance::{Origin, Sidecar, read_imprint, write_library_png};

use super::error::LibraryError;
use super::layout::{Layout, file_name};
use super::marking::{Journal, Marking};
use super::query::{KnownValues, Query, SavedSearch};
use super::reconcile::{self, Reconciled};
use super::record::{Entry, Record};
use super::sidecar_file;
use super::store::{Known, NewPicture, Store};

/// A library that this program alone has open.
pub(super) struct Library {
    layout: Layout,
    lock: File,
    store: Store,
    zone: TimeZone,
    /// Sidecars that cannot be read, of which the artist was told.
    told_of: BTreeSet<String>,
}

/// Sidecars that were written together.
pub(super) struct Batch {
    /// Whether there may be others.
    pub(super) has_more: bool,
    /// Why some were left alone that could not be read.
    pub(super) refused: Vec<LibraryError>,
}

/// A library just opened.
pub(super) struct Opened {
    /// The library.
    pub(super) library: Library,
    /// Its pictures, newest first.
    pub(super) entries: Vec<Entry>,
    /// What was found amiss and put right.
    pub(super) reconciled: Reconciled,
}

impl Library {
    /// Opens the library in `folder`, which is made if need be.
    ///
    /// What a crash or another program left behind is put right: pictures without a row are
    /// adopted, and a database that cannot be read is moved aside and made again from the files.
    pub(super) fn open(folder: &Path) -> Result<Opened, LibraryError> {
        let layout = Layout::new(folder.to_owned());
        let unusable = |source| LibraryError::Folder {
            source,
            folder: folder.to_owned(),
        };
        layout.create().map_err(unusable)?;
        let lock = lock(&layout)?;
        let (mut store, aside) = reconcile::open_store(&layout)?;
        let files = layout.sweep().map_err(unusable)?;
        let mut reconciled = reconcile::adopt(&layout, &mut store, &files)?;
        reconciled.aside = aside;
        let present: BTreeSet<&str> = files.pictures.iter().map(String::as_str).collect();
        let rows = store.entries()?.into_iter();
        let entries = rows.map(|(entry, file)| Entry {
            missing: !present.contains(file.as_str()),
            ..entry
        });
        let refused = reconciled.refused_sidecars.iter();
        let told_of = refused.map(ToString::to_string).collect();
        Ok(Opened {
            entries: entries.collect(),
            reconciled,
            library: Self {
                layout,
                lock,
                store,
                zone: TimeZone::system(),
                told_of,
            },
        })
    }

    /// Where its things lie.
    pub(super) fn layout(&self) -> &Layout {
        &self.layout
    }

    /// Keeps a picture: the file is on the disk, then the row, then this returns.
    ///
    /// On failure neither is there.
    pub(super) fn keep(
        &mut self,
        picture: &Picture,
        created: Timestamp,
    ) -> Result<Entry, LibraryError> {
        self.check_presence()?;
        let (id, file) = self.unused_name(picture, created);
        let path = self.layout.absolute(&file);
        let origin = Origin { id, created };
        self.write(&path, picture, &origin)
            .map_err(|source| LibraryError::Write {
                source,
                path: path.clone(),
            })?;
        let entry = Entry {
            id,
            size: picture.pixels.size(),
            created,
            seen: false,
            marks: Marks::default(),
            missing: false,
        };
        let row = NewPicture {
            entry,
            file,
            recipe: picture.recipe.clone(),
            timings: Some(picture.timings.clone()),
        };
        if let Err(error) = self.store.add(&[row]) {
            // The studio still has the picture and will keep it again, under another id.
            if let Err(error) = fs::remove_file(&path) {
                log::info!("{} stays without a row: {error}", path.display());
            }
            return Err(error);
        }
        Ok(entry)
    }

    /// All that is known of a picture.
    pub(super) fn describe(&self, id: PictureId) -> Result<Record, LibraryError> {
        let details = self.store.details(id)?;
        let file = self.layout.absolute(&details.file);
        let recipe = match details.recipe {
            Ok(recipe) => recipe,
            Err(error) => {
                let imprint = read_imprint(&file)?;
                imprint.recipe.ok_or_else(|| LibraryError::Damaged {
                    finding: error.to_string(),
                    path: self.layout.database(),
                })?
            }
        };
        Ok(Record {
            entry: Entry {
                missing: !file.exists(),
                ..details.entry
            },
            file,
            recipe,
            timings: details.timings,
            children: details.children,
        })
    }

    /// The newest picture of each model.
    pub(super) fn newest(&self) -> Result<BTreeMap<ModelId, PictureId>, LibraryError> {
        self.store.newest()
    }

    /// The pictures that pass a search; what it asks of marks is not looked at.
    pub(super) fn search(&mut self, query: &Query) -> Result<Vec<PictureId>, LibraryError> {
        self.store.search(query, &self.zone)
    }

    /// The values that pictures have and that can be searched for.
    pub(super) fn known_values(&self) -> Result<KnownValues, LibraryError> {
        self.store.known_values()
    }

    /// The searches that are kept under a name.
    pub(super) fn searches(&self) -> Result<Vec<SavedSearch>, LibraryError> {
        self.store.searches()
    }

    /// Keeps a search, in the place of the one that had its name.
    pub(super) fn save_search(&mut self, search: &SavedSearch) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.save_search(search)
    }

    /// Gives a kept search another name, unless another one has it.
    pub(super) fn rename_search(&mut self, from: &str, to: &str) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.rename_search(from, to)
    }

    /// Keeps a search no longer.
    pub(super) fn delete_search(&mut self, name: &str) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.delete_search(name)
    }

    /// The file of a picture, as an absolute path.
    pub(super) fn file(&self, id: PictureId) -> Result<PathBuf, LibraryError> {
        Ok(self.layout.absolute(&self.store.file(id)?))
    }

    /// Remembers that the artist has looked at pictures.
    pub(super) fn mark_seen(&mut self, ids: &[PictureId]) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.mark_seen(ids)
    }

    /// What can be taken back of what was marked.
    pub(super) fn journal(&mut self, now: Timestamp) -> Result<Journal, LibraryError> {
        self.store.journal(now)
    }

    /// Sets marks.
    pub(super) fn mark(&mut self, marking: &Marking, now: Timestamp) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.mark(marking, now)
    }

    /// Takes marks back.
    pub(super) fn unmark(&mut self, marking: &Marking, now: Timestamp) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.unmark(marking, now)
    }

    /// Sets marks again that were taken back.
    pub(super) fn mark_again(
        &mut self,
        marking: &Marking,
        now: Timestamp,
    ) -> Result<(), LibraryError> {
        self.check_presence()?;
        self.store.mark_again(marking, now)
    }

    /// Gives the files of pictures, and their sidecars, to the system's trash; their places in the ancestry stay.
    ///
    /// Tells which are gone, and why the first that is not is still there.
    pub(super) fn discard(
        &mut self,
        ids: &[PictureId],
        now: Timestamp,
    ) -> Result<(Vec<PictureId>, Option<LibraryError>), LibraryError> {
        self.check_presence()?;
        let mut gone = Vec::new();
        let mut refused = None;
        for id in ids {
            match self.give_to_trash(*id) {
                Ok(()) => gone.push(*id),
                Err(error) => refused = refused.or(Some(error)),
            }
        }
        self.store.discard(&gone, now)?;
        Ok((gone, refused))
    }

    fn give_to_trash(&self, id: PictureId) -> Result<(), LibraryError> {
        let path = self.file(id)?;
        let sidecar = sidecar_file::sidecar_of(&path);
        // A file that is gone already needs no trash.
        if path.exists() {
            trash::delete(&path).map_err(|source| LibraryError::Trash { source, path })?;
        }
        if sidecar.exists()
            && let Err(error) = trash::delete(&sidecar)
        {
            // The picture is gone all the same, and nobody misses what is left.
            log::info!("{} stays: {error}", sidecar.display());
        }
        Ok(())
    }

    /// Writes some of the sidecars that have to be written, at most `limit`.
    ///
    /// On failure those that are not written are still due.
    pub(super) fn write_sidecars(&mut self, limit: usize) -> Result<Batch, LibraryError> {
        self.check_presence()?;
        let due = self.store.due_sidecars(limit)?;
        let mut batch = Batch {
            has_more: due.len() == limit,
            refused: Vec::new(),
        };
        let mut done = Vec::new();
        let mut folders = BTreeSet::new();
        let mut failure = None;
        for known in due {
            let at = match self.write_sidecar(&known, &mut folders) {
                Ok(at) => at,
                Err(LibraryError::Sidecar { source, path }) => {
                    let read_ms = sidecar_file::changed_ms(&path);
                    batch.refused.push(LibraryError::Sidecar { source, path });
                    read_ms
                }
                Err(error) => {
                    failure = Some(error);
                    break;
                }
            };
            done.push((known.id, at));
        }
        for folder in folders {
            sync_folder(&folder).map_err(|source| LibraryError::SidecarFile {
                source,
                path: folder,
            })?;
        }
        self.store.sidecars_done(&done)?;
        self.leave_alone(&mut batch.refused);
        failure.map_or(Ok(batch), Err)
    }

    /// Writes the sidecar of a picture and tells when; `None` where there is nothing to write.
    fn write_sidecar(
        &self,
        known: &Known,
        folders: &mut BTreeSet<PathBuf>,
    ) -> Result<Option<i64>, LibraryError> {
        let details = self.store.details(known.id)?;
        let picture = self.layout.absolute(&details.file);
        let path = sidecar_file::sidecar_of(&picture);
        let changed_ms = sidecar_file::changed_ms(&path);
        // What another program wrote in the meantime is read when the library is opened next.
        let is_newer = changed_ms.is_some_and(|changed_ms| known.is_older_than(changed_ms));
        if is_newer || !picture.exists() {
            return Ok(None);
        }
        let sidecar = Sidecar {
            marks: details.entry.marks,
            origin: Some(Origin {
                id: known.id,
                created: details.entry.created,
            }),
            recipe: details.recipe.ok(),
        };
        let written_ms = sidecar_file::write(&path, &sidecar)?;
        folders.extend(path.parent().map(Path::to_owned));
        Ok(Some(written_ms))
    }

    /// Keeps of sidecars that cannot be read those that were not told of before.
    fn leave_alone(&mut self, refused: &mut Vec<LibraryError>) {
        refused.retain(|error| self.told_of.insert(error.to_string()));
    }

    /// Refuses when the folder was taken away: what is written to an open database then goes
    /// nowhere, without an error.
    fn check_presence(&self) -> Result<(), LibraryError> {
        if is_same_file(&self.lock, &self.layout.lock()) {
            Ok(())
        } else {
            Err(LibraryError::Gone {
                folder: self.layout.folder().to_owned(),
            })
        }
    }

    /// A new id, and a file name that nothing has yet.
    fn unused_name(&self, picture: &Picture, created: Timestamp) -> (PictureId, String) {
        loop {
            let id = PictureId::from_random(Uuid::new_v4().into_bytes());
            let words = &picture.recipe.prompt.text;
            let file = file_name(created, &self.zone, words, id);
            if !self.layout.absolute(&file).exists() {
                return (id, file);
            }
        }
    }

    fn write(&self, path: &Path, picture: &Picture, origin: &Origin) -> io::Result<()> {
        let folder = path.parent().unwrap_or_else(|| self.layout.folder());
        if !folder.exists() {
            fs::create_dir(folder)?;
            sync_folder(&self.layout.pictures())?;
        }
        // In memory first, because the encoder hides what kind of trouble a disk has.
        let mut png = Vec::new();
        write_library_png(&mut png, &picture.pixels, &picture.recipe, origin)?;
        write_atomically(path, |out| out.write_all(&png))
    }
}

fn lock(layout: &Layout) -> Result<File, LibraryError> {
    let folder = layout.folder().to_owned();
    let open = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .open(layout.lock());
    let file = match open {
        Ok(file) => file,
        Err(source) => return Err(LibraryError::Folder { source, folder }),
    };
    match try_lock(&file) {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(LibraryError::Locked { folder }),
        // Some network drives have no locks; the database's own still keeps others out.
        Err(TryLockError::Error(error)) => {
            log::info!("no lock in {}: {error}", folder.display());
            Ok(file)
        }
    }
}

#[cfg(unix)]
fn is_same_file(open: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;

    let (Ok(open), Ok(there)) = (open.metadata(), path.metadata()) else {
        return false;
    };
    (open.dev(), open.ino()) == (there.dev(), there.ino())
}

/// Elsewhere nobody can take away a file that is open.
#[cfg(not(unix))]
fn is_same_file(_open: &File, path: &Path) -> bool {
    path.exists()
}
