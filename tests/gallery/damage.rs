//! Databases that cannot be read.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use maquette::domain::{PictureId, Severity};
use maquette::gallery::{Command, Entry, Event, Record};
use maquette::provenance::read_pixels;

use crate::desk::{Desk, database, files_below, ids, library, new_home, overwrite};
use crate::pictures::{Random, noise_picture};

#[test]
fn a_damaged_database_is_moved_aside_and_the_pictures_come_back() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let kept: Vec<Entry> = (0..6)
        .map(|seed| desk.keep(&noise_picture(seed, 8)))
        .collect();
    // Copied while it is open, the database has a log beside it, as after a crash.
    let with_log = files_below(&library(home.path()).join(".maquette"));
    desk.close();
    let without_log = files_below(&library(home.path()).join(".maquette"));
    assert!(with_log.len() > without_log.len());
    let mut random = Random::new(11);
    let mut rebuilt = 0;
    for round in 0..150 {
        let files = if round % 2 == 0 {
            &with_log
        } else {
            &without_log
        };
        restore(home.path(), files);
        let damage = damage_one(home.path(), &mut random);
        rebuilt += u32::from(check_comes_back(home.path(), &kept, &damage));
    }
    assert!(rebuilt > 20, "only {rebuilt} of the damages were found");
}

#[test]
fn a_rebuilt_library_says_where_the_old_database_is_and_how_much_came_back() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let kept = [1, 2].map(|seed| desk.keep(&noise_picture(seed, 8)));
    desk.close();
    overwrite(
        &database(home.path()),
        b"not a database, but long enough to look at",
    );
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries.len(), kept.len());
    let notice = desk.hear_trouble();
    assert_eq!(notice.headline.key, "library-rebuilt");
    assert_eq!(notice.severity, Severity::Warning);
    let told = format!("{:?}", notice.headline.args);
    assert!(
        told.contains("library.db.unreadable-1") && told.contains("2.0"),
        "{told}"
    );
    let aside = database(home.path()).with_extension("db.unreadable-1");
    assert!(fs::read(aside).unwrap().starts_with(b"not a database"));
}

#[test]
fn the_database_of_a_newer_version_is_left_alone() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    desk.keep(&noise_picture(1, 8));
    desk.close();
    let connection = rusqlite::Connection::open(database(home.path())).unwrap();
    connection.pragma_update(None, "user_version", 9).unwrap();
    drop(connection);
    let before = fs::read(database(home.path())).unwrap();
    let desk = Desk::new(home.path());
    desk.tell(Command::Open(library(home.path())));
    assert_eq!(desk.hear_not_opened().headline.key, "error-library-newer");
    desk.close();
    assert_eq!(fs::read(database(home.path())).unwrap(), before);
}

/// Puts the library's inner folder back to what it was.
fn restore(home: &Path, files: &BTreeMap<PathBuf, Vec<u8>>) {
    let inner = library(home).join(".maquette");
    for name in files_below(&inner).keys() {
        fs::remove_file(inner.join(name)).expect("it can be removed");
    }
    for (name, contents) in files {
        overwrite(&inner.join(name), contents);
    }
}

/// Flips, blanks or cuts off a part of the database or of its log; says what it did.
fn damage_one(home: &Path, random: &mut Random) -> String {
    let mut path = database(home);
    let log = path.with_extension("db-wal");
    if log.exists() && random.next().is_multiple_of(2) {
        path = log;
    }
    let mut contents = fs::read(&path).expect("it is there");
    let place = random.next() as usize % contents.len();
    let kind = random.next() % 4;
    match kind {
        0 => contents[place] ^= 1 << (random.next() % 8),
        1 => contents.truncate(place),
        2 => {
            let end = contents.len().min(place + 512);
            contents[place..end].fill(0);
        }
        _ => contents[place..]
            .iter_mut()
            .for_each(|byte| *byte = random.next() as u8),
    }
    overwrite(&path, &contents);
    format!("kind {kind} at {place} of {}", path.display())
}

/// Opens the library and finds all pictures; says whether the database was made again.
fn check_comes_back(home: &Path, kept: &[Entry], damage: &str) -> bool {
    let desk = Desk::new(home);
    desk.tell(Command::Open(library(home)));
    let entries = match desk.hear() {
        Event::Opened { entries, .. } => entries,
        // The damage hit the number of the schema, and cannot be told from a later version.
        Event::NotOpened(notice) => {
            let details = &notice.details;
            assert_eq!(
                notice.headline.key, "error-library-newer",
                "{damage}: {details:?}"
            );
            desk.close();
            return false;
        }
        other => panic!("{damage}: {other:?}"),
    };
    let sorted = |entries: &[Entry]| {
        let mut ids = ids(entries);
        ids.sort();
        ids
    };
    assert_eq!(sorted(&entries), sorted(kept), "{damage}");
    for entry in &entries {
        let record = desk.describe_after_trouble(entry.id);
        assert!(read_pixels(&record.file).is_ok(), "{damage}");
    }
    let rebuilt = files_below(&library(home))
        .keys()
        .any(|name| name.to_string_lossy().contains("library.db.unreadable"));
    desk.close();
    rebuilt
}

impl Desk {
    fn describe_after_trouble(&self, id: PictureId) -> Record {
        self.tell(Command::Describe(id));
        loop {
            match self.hear() {
                Event::Described(record) => return *record,
                Event::Trouble(notice) if notice.severity < Severity::Error => {}
                other => panic!("expected Described, heard {other:?}"),
            }
        }
    }
}
