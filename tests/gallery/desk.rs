//! A librarian, and what a studio does with one.

use std::collections::BTreeMap;
use std::fs;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU32, Ordering};
use std::time::Duration;

use maquette::domain::{Clock, JobId, Notice, Picture, PictureId, Pixels, Timestamp};
use maquette::files::Folders;
use maquette::gallery::{Command, Entry, Event, Librarian, Record};

/// How long a test waits for an answer before it fails.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// In 2023.
pub(crate) const NOON: i64 = 1_700_000_000_000;

/// A clock that stands where it is put.
pub(crate) struct FixedClock(AtomicI64);

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        Timestamp(self.0.load(Ordering::SeqCst))
    }
}

/// A librarian, and what a studio does with one.
pub(crate) struct Desk {
    librarian: Librarian,
    clock: Arc<FixedClock>,
    woken: Arc<AtomicU32>,
}

impl Desk {
    pub(crate) fn new(home: &Path) -> Self {
        let clock = Arc::new(FixedClock(AtomicI64::new(NOON)));
        let woken = Arc::new(AtomicU32::new(0));
        let counter = Arc::clone(&woken);
        let wake = Arc::new(move || {
            counter.fetch_add(1, Ordering::SeqCst);
        });
        let folders = Folders::under(home);
        let librarian = Librarian::start(folders, Arc::clone(&clock) as Arc<dyn Clock>, wake);
        Self {
            librarian: librarian.expect("threads can be started"),
            clock,
            woken,
        }
    }

    /// A librarian with the library in `home` open, and its entries.
    pub(crate) fn open(home: &Path) -> (Self, Vec<Entry>) {
        let desk = Self::new(home);
        desk.tell(Command::Open(library(home)));
        let entries = desk.hear_opened();
        (desk, entries)
    }

    /// Puts the clock, in milliseconds since 1970.
    pub(crate) fn set_clock(&self, moment: i64) {
        self.clock.0.store(moment, Ordering::SeqCst);
    }

    /// How often a sleeping window would have been woken.
    pub(crate) fn times_woken(&self) -> u32 {
        self.woken.load(Ordering::SeqCst)
    }

    pub(crate) fn tell(&self, command: Command) {
        let sent = self.librarian.commands().try_send(command);
        sent.expect("there is room for the commands of a test");
    }

    pub(crate) fn hear(&self) -> Event {
        let event = self.librarian.events().recv_timeout(PATIENCE);
        event.expect("every command is answered")
    }

    pub(crate) fn hear_opened(&self) -> Vec<Entry> {
        match self.hear() {
            Event::Opened { entries, .. } => entries,
            other => panic!("expected Opened, heard {other:?}"),
        }
    }

    pub(crate) fn hear_not_opened(&self) -> Notice {
        match self.hear() {
            Event::NotOpened(notice) => notice,
            other => panic!("expected NotOpened, heard {other:?}"),
        }
    }

    pub(crate) fn hear_trouble(&self) -> Notice {
        match self.hear() {
            Event::Trouble(notice) => notice,
            other => panic!("expected Trouble, heard {other:?}"),
        }
    }

    pub(crate) fn hear_kept(&self) -> Entry {
        match self.hear() {
            Event::Kept { entry, .. } => entry,
            other => panic!("expected Kept, heard {other:?}"),
        }
    }

    pub(crate) fn hear_not_kept(&self) -> (Picture, Notice) {
        match self.hear() {
            Event::NotKept {
                picture, notice, ..
            } => (*picture, notice),
            other => panic!("expected NotKept, heard {other:?}"),
        }
    }

    pub(crate) fn tell_keep(&self, picture: &Picture) {
        self.tell(Command::Keep {
            job: JobId(1),
            picture: Box::new(picture.clone()),
        });
    }

    pub(crate) fn keep(&self, picture: &Picture) -> Entry {
        self.tell_keep(picture);
        self.hear_kept()
    }

    pub(crate) fn describe(&self, id: PictureId) -> Record {
        self.tell(Command::Describe(id));
        match self.hear() {
            Event::Described(record) => *record,
            other => panic!("expected Described, heard {other:?}"),
        }
    }

    pub(crate) fn load(&self, id: PictureId) -> Pixels {
        self.tell(Command::Load(id));
        match self.hear() {
            Event::Loaded { id: loaded, pixels } if loaded == id => pixels,
            other => panic!("expected Loaded, heard {other:?}"),
        }
    }

    pub(crate) fn thumbnail(&self, id: PictureId, side: u32) -> Pixels {
        self.tell(Command::Thumbnail { id, side });
        match self.hear() {
            Event::Thumbnail {
                id: made,
                side: of,
                pixels,
            } if (made, of) == (id, side) => pixels,
            other => panic!("expected Thumbnail, heard {other:?}"),
        }
    }

    pub(crate) fn close(self) {
        self.librarian.close();
    }
}

pub(crate) fn library(home: &Path) -> PathBuf {
    home.join("library")
}

pub(crate) fn database(home: &Path) -> PathBuf {
    library(home).join(".maquette/library.db")
}

pub(crate) fn new_home() -> tempfile::TempDir {
    tempfile::tempdir().expect("there is room for temporary files")
}

/// Every file below a folder, by its path from there.
pub(crate) fn files_below(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut files = BTreeMap::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(path) = waiting.pop() {
        for entry in fs::read_dir(&path).expect("the folder is there") {
            let path = entry.expect("it can be listed").path();
            if path.is_dir() {
                waiting.push(path);
            } else {
                let contents = fs::read(&path).expect("it can be read");
                let name = path.strip_prefix(folder).expect("it lies below");
                files.insert(name.to_owned(), contents);
            }
        }
    }
    files
}

pub(crate) fn overwrite(path: &Path, contents: &[u8]) {
    let file = File::create(path).and_then(|mut file| file.write_all(contents));
    file.expect("the folder can be written");
}

pub(crate) fn ids(entries: &[Entry]) -> Vec<PictureId> {
    entries.iter().map(|entry| entry.id).collect()
}
