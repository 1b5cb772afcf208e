//! Keeping pictures, settings and sessions, and finding them again.

use std::fs;

use maquette::domain::{ModelId, Parent, PictureId, Relation, Timestamp};
use maquette::files::Folders;
use maquette::gallery::{Command, Entry, Event};
use maquette::provenance::{Origin, read_pixels, write_library_png};
use maquette::settings::{Draft, Session, Settings, load_session, load_settings};

use crate::desk::{Desk, NOON, database, ids, library, new_home, overwrite};
use crate::pictures::{Random, noise_picture};

#[test]
fn what_was_kept_is_there_when_the_library_is_opened_again() {
    let home = new_home();
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries, []);
    let parent = noise_picture(1, 32);
    let first = desk.keep(&parent);
    let mut child = noise_picture(2, 16);
    child.recipe.parents = vec![Parent {
        picture: first.id,
        relation: Relation::VariantOf,
    }];
    let second = desk.keep(&child);
    desk.tell(Command::MarkSeen(vec![first.id]));
    desk.close();

    let (desk, entries) = Desk::open(home.path());
    let seen = Entry {
        seen: true,
        ..first
    };
    assert_eq!(entries, [second, seen]);
    let record = desk.describe(first.id);
    assert_eq!(record.entry, seen);
    assert_eq!(record.recipe, parent.recipe);
    assert_eq!(record.timings, Some(parent.timings));
    let of_parent = Parent {
        picture: second.id,
        relation: Relation::VariantOf,
    };
    assert_eq!(record.children, [of_parent]);
    assert!(
        record
            .file
            .starts_with(library(home.path()).join("pictures"))
    );
    assert_eq!(read_pixels(&record.file).unwrap(), parent.pixels);
    assert_eq!(desk.describe(second.id).recipe, child.recipe);
    assert_eq!(desk.load(second.id), child.pixels);
    assert!(desk.times_woken() > 0);
}

#[test]
fn the_newest_picture_of_each_model_is_told_and_damaged_recipes_name_none() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let mut kept = Vec::new();
    for (seed, model) in [(1, "line"), (2, "line"), (3, "wash"), (4, "line")] {
        let mut picture = noise_picture(seed, 8);
        picture.recipe.model = ModelId::new(model);
        kept.push(desk.keep(&picture).id);
    }
    desk.close();
    let connection = rusqlite::Connection::open(database(home.path())).unwrap();
    for (id, recipe) in [(kept[3], "{"), (kept[0], "{\"model\": 7}")] {
        let sql = "UPDATE pictures SET recipe = ?2 WHERE id = ?1";
        connection.execute(sql, (id.to_string(), recipe)).unwrap();
    }
    connection.close().unwrap();
    let (desk, _) = Desk::open(home.path());
    desk.tell(Command::FindNewest);
    let newest = [("line", kept[1]), ("wash", kept[2])].map(|(id, kept)| (ModelId::new(id), kept));
    assert_eq!(desk.hear(), Event::Newest(newest.into()));
}

#[test]
fn the_newest_comes_first_though_the_clock_was_set_back() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let mut kept = Vec::new();
    for (seed, moment) in [(1, NOON), (2, NOON - 31_536_000_000), (3, -1), (4, NOON)] {
        desk.set_clock(moment);
        let entry = desk.keep(&noise_picture(seed, 8));
        assert_eq!(entry.created, Timestamp(moment));
        kept.insert(0, entry);
    }
    desk.close();
    let (_desk, entries) = Desk::open(home.path());
    assert_eq!(entries, kept);
}

#[test]
fn the_same_library_can_be_opened_once_more() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let kept = desk.keep(&noise_picture(1, 8));
    desk.tell(Command::Open(library(home.path())));
    assert_eq!(desk.hear_opened(), [kept]);
}

#[test]
fn an_unknown_picture_is_refused() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = PictureId::from_random([1; 16]);
    desk.tell(Command::Describe(id));
    assert_eq!(desk.hear_trouble().headline.key, "error-library-unknown");
    desk.tell(Command::Load(id));
    assert!(matches!(desk.hear(), Event::NotLoaded { id: refused, .. } if refused == id));
}

#[test]
fn a_thousand_pictures_come_back_from_their_files_and_open_in_order() {
    let home = new_home();
    let folder = library(home.path()).join("pictures");
    fs::create_dir_all(&folder).unwrap();
    let picture = noise_picture(1, 4);
    let mut made = Vec::new();
    for number in 0..1000 {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&Random::new(number).next().to_le_bytes());
        let origin = Origin {
            id: PictureId::from_random(bytes),
            created: Timestamp(NOON + number as i64),
        };
        let mut png = Vec::new();
        write_library_png(&mut png, &picture.pixels, &picture.recipe, &origin).unwrap();
        overwrite(&folder.join(format!("{}.png", origin.id)), &png);
        made.insert(0, origin.id);
    }
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(ids(&entries), made);
    assert!(
        entries.iter().all(|entry| entry.seen),
        "what came back is not new"
    );
    let notice = desk.hear_trouble();
    assert_eq!(notice.headline.key, "library-adopted");
    desk.close();
    let (_desk, again) = Desk::open(home.path());
    assert_eq!(again, entries);
}

#[test]
fn settings_and_session_are_saved_by_the_librarian() {
    let home = new_home();
    let desk = Desk::new(home.path());
    let settings = Settings {
        provider: "webgpu".to_owned(),
        ..Settings::default()
    };
    let session = Session {
        draft: Draft {
            seed_locked: true,
            ..Draft::default()
        },
        ..Session::default()
    };
    desk.tell(Command::SaveSettings(Box::new(settings.clone())));
    desk.tell(Command::SaveSession(Box::new(session.clone())));
    desk.close();
    let folders = Folders::under(home.path());
    assert_eq!(load_settings(&folders), (settings, None));
    assert_eq!(load_session(&folders), (session, None));
    fs::remove_dir_all(&folders.config).unwrap();
    overwrite(&folders.config, b"in the way");
    let desk = Desk::new(home.path());
    desk.tell(Command::SaveSession(Box::default()));
    assert_eq!(desk.hear_trouble().headline.key, "error-settings-write");
}
