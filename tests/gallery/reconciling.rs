//! Files without a row, and rows without a file.

use std::fs;

use maquette::gallery::{Command, Entry, Event};
use maquette::provenance::write_png;

use crate::desk::{Desk, NOON, database, ids, library, new_home, overwrite};
use crate::pictures::noise_picture;

#[test]
fn a_file_without_a_row_is_adopted_and_a_half_written_one_removed() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let old = desk.keep(&noise_picture(1, 8));
    desk.close();
    // What a crash between the renaming and the commit leaves: a file that another library's
    // database knows, not this one's.
    let elsewhere = new_home();
    let (desk, _) = Desk::open(elsewhere.path());
    let lost = noise_picture(2, 8);
    let orphan = desk.keep(&lost);
    let file = desk.describe(orphan.id).file;
    let to = library(home.path()).join("pictures/orphan.png");
    fs::copy(&file, &to).unwrap();
    let partial = library(home.path()).join("pictures/half.png.1-1.partial");
    overwrite(&partial, b"half");
    // Neither pictures of other programs nor damaged ones become rows.
    overwrite(
        &library(home.path()).join("pictures/foreign.png"),
        b"not a PNG",
    );

    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries, [orphan, old]);
    assert!(!partial.exists());
    assert_eq!(desk.describe(orphan.id).recipe, lost.recipe);
    assert_eq!(desk.load(orphan.id), lost.pixels);
    desk.close();
    let (_desk, entries) = Desk::open(home.path());
    assert_eq!(entries, [orphan, old]);
}

#[test]
fn a_picture_of_the_command_line_is_adopted_once() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    desk.close();
    let picture = noise_picture(5, 8);
    let mut png = Vec::new();
    write_png(&mut png, &picture.pixels, &picture.recipe).unwrap();
    overwrite(&library(home.path()).join("pictures/mine.png"), &png);
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries.len(), 1);
    assert_eq!(desk.describe(entries[0].id).recipe, picture.recipe);
    desk.close();
    fs::remove_file(database(home.path())).unwrap();
    let (desk, again) = Desk::open(home.path());
    assert_eq!(
        ids(&again),
        ids(&entries),
        "its id does not depend on the database"
    );
    assert_eq!(desk.hear_trouble().headline.key, "library-adopted");
}

#[test]
fn a_missing_file_is_marked_and_a_moved_one_found() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let gone = desk.keep(&noise_picture(1, 8));
    let moved = desk.keep(&noise_picture(2, 8));
    let (gone_file, moved_file) = (desk.describe(gone.id).file, desk.describe(moved.id).file);
    desk.close();
    fs::remove_file(gone_file).unwrap();
    let favourites = library(home.path()).join("pictures/favourites");
    fs::create_dir(&favourites).unwrap();
    fs::rename(moved_file, favourites.join("boat.png")).unwrap();

    let (desk, entries) = Desk::open(home.path());
    let missing = Entry {
        missing: true,
        ..gone
    };
    assert_eq!(entries, [moved, missing]);
    assert!(desk.describe(gone.id).entry.missing);
    assert_eq!(desk.load(moved.id), noise_picture(2, 8).pixels);
}

#[test]
fn a_picture_that_comes_back_out_of_the_trash_is_there_again() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let [restored, other] = [1, 2].map(|seed| desk.keep(&noise_picture(seed, 8)));
    let file = desk.describe(restored.id).file;
    let away = home.path().join("away.png");
    fs::rename(&file, &away).unwrap();
    desk.tell(Command::Discard(vec![restored.id]));
    assert_eq!(desk.hear(), Event::Discarded(vec![restored.id]));
    desk.close();
    fs::rename(&away, &file).unwrap();
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(ids(&entries), [other.id, restored.id]);
    assert_eq!(desk.load(restored.id), noise_picture(1, 8).pixels);
    // Another picture under the name of a discarded one is a picture of its own.
    let other_file = desk.describe(other.id).file;
    fs::rename(&file, &away).expect("it is there");
    desk.tell(Command::Discard(vec![restored.id]));
    assert_eq!(desk.hear(), Event::Discarded(vec![restored.id]));
    desk.close();
    fs::rename(other_file, &file).expect("the name is free");
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(ids(&entries), [other.id]);
    assert_eq!(desk.load(other.id), noise_picture(2, 8).pixels);
}

#[test]
fn a_picture_out_of_the_trash_and_a_new_one_come_together() {
    let elsewhere = new_home();
    let (desk, _) = Desk::open(elsewhere.path());
    let new = desk.keep(&noise_picture(2, 8));
    let new_file = desk.describe(new.id).file;
    desk.close();
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    desk.set_clock(NOON + 1);
    let restored = desk.keep(&noise_picture(1, 8));
    let file = desk.describe(restored.id).file;
    let away = home.path().join("away.png");
    fs::rename(&file, &away).unwrap();
    desk.tell(Command::Discard(vec![restored.id]));
    assert_eq!(desk.hear(), Event::Discarded(vec![restored.id]));
    desk.close();
    fs::rename(&away, &file).unwrap();
    fs::copy(new_file, library(home.path()).join("pictures/new.png")).unwrap();
    // The older one is taken in first, and neither is counted for the other.
    let (_desk, entries) = Desk::open(home.path());
    assert_eq!(ids(&entries), [new.id, restored.id]);
}
