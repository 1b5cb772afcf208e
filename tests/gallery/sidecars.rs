//! Sidecars beside the pictures: kept when asked, read back always.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, UNIX_EPOCH};

use maquette::domain::{Flag, Label, Marks, Parent, Picture, PictureId, Relation, Timestamp};
use maquette::gallery::{Command, Entry, MarkChange, Marking};
use maquette::provenance::{Origin, Sidecar, read_sidecar, write_library_png};

use crate::desk::{Desk, NOON, PATIENCE, database, library, new_home, overwrite};
use crate::pictures::{Random, noise_picture};
use crate::xmp::marks;

/// A moment after every file that a test writes.
const LATER: i64 = 4_000_000_000_000;

#[test]
fn every_picture_has_one_and_a_mark_is_in_it() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let [old, other] = [1, 2].map(|seed| desk.keep(&noise_picture(seed, 8)));
    let path = |entry: Entry| sidecar_of(&desk.describe(entry.id).file);
    assert!(!path(old).exists(), "not before they are asked for");
    desk.tell(Command::KeepSidecars(true));
    let new = desk.keep(&noise_picture(3, 8));
    let paths = [old, other, new].map(path);
    wait_for(|| paths.iter().all(|path| path.exists()));
    let sidecar = read(&paths[0]);
    assert_eq!(sidecar.recipe, Some(noise_picture(1, 8).recipe));
    assert_eq!(sidecar.origin.map(|origin| origin.id), Some(old.id));
    assert_eq!(sidecar.marks, Marks::default());
    // What is left when the librarian goes is written before.
    let picked = marks(Flag::Picked, 3, Some(Label::Blue));
    mark(&desk, 1, &[(old.id, picked)]);
    desk.close();
    assert_eq!(read(&paths[0]).marks, picked);
    assert_eq!(read(&paths[1]).marks, Marks::default());
    // And what could not be written then, is written next time.
    let desk = Desk::new(home.path());
    desk.tell(Command::Open(library(home.path())));
    desk.hear_opened();
    mark(&desk, 2, &[(other.id, picked)]);
    desk.close();
    assert_eq!(read(&paths[1]).marks, Marks::default());
    let (desk, _) = open_keeping(home.path());
    wait_for(|| read(&paths[1]).marks == picked);
    desk.close();
}

#[test]
fn what_another_program_changed_counts_unless_marked_here_since() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 2);
    desk.close();
    for path in &paths {
        change(path, ">0</xmp:Rating>", ">4</xmp:Rating>", LATER);
    }
    let (desk, entries) = Desk::open(home.path());
    let rated = marks(Flag::Unflagged, 4, None);
    assert_eq!(of(&entries, ids[0]), rated);
    assert_eq!(desk.describe(ids[0]).entry.marks, rated);
    // Once more, and now one of them is marked here afterwards.
    desk.set_clock(LATER + 2);
    let picked = marks(Flag::Picked, 1, None);
    mark(&desk, 1, &[(ids[0], picked)]);
    desk.close();
    for path in &paths {
        change(path, ">4</xmp:Rating>", ">-1</xmp:Rating>", LATER + 1);
    }
    let (desk, entries) = open_keeping(home.path());
    assert_eq!(of(&entries, ids[0]), picked);
    assert_eq!(of(&entries, ids[1]), marks(Flag::Rejected, 0, None));
    wait_for(|| read(&paths[0]).marks == picked);
    desk.close();
    assert_eq!(read(&paths[1]).marks, marks(Flag::Rejected, 0, None));
}

#[test]
fn what_another_program_changes_meanwhile_is_not_overwritten() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 1);
    change(&paths[0], ">0</xmp:Rating>", ">4</xmp:Rating>", LATER);
    mark(&desk, 1, &[(ids[0], marks(Flag::Picked, 0, None))]);
    desk.close();
    let (desk, entries) = open_keeping(home.path());
    assert_eq!(of(&entries, ids[0]), marks(Flag::Unflagged, 4, None));
    desk.close();
    assert_eq!(read(&paths[0]).marks, marks(Flag::Unflagged, 4, None));
}

#[test]
fn a_sidecar_of_another_program_is_read_and_completed_under_either_name() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let ids = [1, 2].map(|seed| desk.keep(&noise_picture(seed, 8)).id);
    let [first, second] = ids.map(|id| desk.describe(id).file);
    desk.close();
    let paths = [sidecar_of(&first), second.with_extension("xmp")];
    let foreign = r#"<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<r:Description xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="5" xmp:Label="Red"/></r:RDF>"#;
    for path in &paths {
        overwrite(path, foreign.as_bytes());
    }
    let (desk, entries) = open_keeping(home.path());
    let rated = marks(Flag::Unflagged, 5, Some(Label::Red));
    assert!(entries.iter().all(|entry| entry.marks == rated));
    wait_for(|| paths.iter().all(|path| read(path).recipe.is_some()));
    desk.close();
    assert!(!sidecar_of(&second).exists());
    assert!(
        fs::read_to_string(&paths[1])
            .unwrap()
            .contains(r#"xmp:Rating="5""#)
    );
}

#[test]
fn one_that_cannot_be_read_is_left_alone_and_told_of_once() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 2);
    desk.close();
    let cut = b"<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF";
    overwrite(&paths[0], cut);
    set_changed(&paths[0], LATER);
    let (desk, entries) = open_keeping(home.path());
    assert_eq!(entries.len(), 2);
    let notice = desk.hear_trouble();
    assert_eq!(notice.headline.key, "error-library-sidecar");
    let name = paths[0].display().to_string();
    assert!(
        notice
            .headline
            .args
            .iter()
            .any(|arg| format!("{arg:?}").contains(&name))
    );
    let picked = marks(Flag::Picked, 1, None);
    desk.set_clock(LATER + 1);
    mark(&desk, 1, &[(ids[0], picked), (ids[1], picked)]);
    wait_for(|| read(&paths[1]).marks == picked);
    // Anything else that is told would come before the answer.
    assert_eq!(desk.describe(ids[0]).entry.marks, picked);
    desk.close();
    assert_eq!(fs::read(&paths[0]).unwrap(), cut);
    let (desk, entries) = open_keeping(home.path());
    assert_eq!(of(&entries, ids[0]), picked);
    desk.describe(ids[0]);
    desk.close();
    assert_eq!(fs::read(&paths[0]).unwrap(), cut);
}

#[test]
fn where_one_cannot_be_written_that_is_told_once_and_all_else_goes_on() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 1);
    fs::remove_file(&paths[0]).unwrap();
    fs::create_dir(&paths[0]).unwrap();
    desk.set_clock(LATER);
    mark(&desk, 1, &[(ids[0], marks(Flag::Picked, 1, None))]);
    assert_eq!(
        desk.hear_trouble().headline.key,
        "error-library-sidecar-file"
    );
    mark(&desk, 2, &[(ids[0], marks(Flag::Picked, 2, None))]);
    thread::sleep(Duration::from_millis(100));
    assert_eq!(desk.describe(ids[0]).entry.marks.stars.count(), 2);
    fs::remove_dir(&paths[0]).unwrap();
    // It is tried again when the artist asks.
    desk.tell(Command::KeepSidecars(true));
    wait_for(|| paths[0].is_file());
    desk.close();
    assert_eq!(read(&paths[0]).marks, marks(Flag::Picked, 2, None));
}

#[test]
fn lost_ones_are_written_again_and_moved_pictures_get_theirs() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 2);
    let moved = desk.describe(ids[1]).file;
    desk.close();
    fs::remove_file(&paths[0]).unwrap();
    let there = library(home.path()).join("pictures/boat.png");
    fs::rename(moved, &there).unwrap();
    let (desk, _) = open_keeping(home.path());
    wait_for(|| paths[0].exists() && sidecar_of(&there).exists());
    desk.close();
    assert_eq!(
        read(&sidecar_of(&there)).origin.map(|origin| origin.id),
        Some(ids[1])
    );
}

#[test]
fn a_picture_that_lost_its_recipe_gets_it_from_its_sidecar() {
    let home = new_home();
    let (desk, paths, ids) = with_sidecars(home.path(), 1);
    let record = desk.describe(ids[0]);
    mark(&desk, 1, &[(ids[0], marks(Flag::Picked, 3, None))]);
    desk.close();
    assert_eq!(read(&paths[0]).marks.stars.count(), 3);
    // What a program does that saves the picture anew.
    let mut bare = png::Encoder::new(File::create(&record.file).unwrap(), 8, 8);
    bare.set_color(png::ColorType::Rgb);
    let mut writer = bare.write_header().unwrap();
    writer
        .write_image_data(noise_picture(1, 8).pixels.bytes())
        .unwrap();
    writer.finish().unwrap();
    fs::remove_dir_all(library(home.path()).join(".maquette")).unwrap();
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries[0].id, ids[0]);
    assert_eq!(entries[0].created, record.entry.created);
    assert_eq!(entries[0].marks, marks(Flag::Picked, 3, None));
    desk.hear_trouble();
    assert_eq!(desk.describe(ids[0]).recipe, record.recipe);
}

/// Done-when 3 of the gallery: delete the database, open the folder, and all is there.
#[test]
fn a_library_of_2000_comes_back_whole_from_its_files_alone() {
    const COUNT: usize = 2000;
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    desk.close();
    let ids: Vec<PictureId> = (0..COUNT).map(id).collect();
    for place in 0..COUNT {
        write_picture(home.path(), place);
    }
    let (desk, entries) = open_keeping(home.path());
    assert_eq!(entries.len(), COUNT);
    // In steps, as an artist does it, while sidecars are written already.
    let mut random = Random::new(1);
    let wanted: Vec<(PictureId, Marks)> = ids
        .iter()
        .map(|id| (*id, some_marks(&mut random)))
        .collect();
    for (number, part) in wanted.chunks(250).enumerate() {
        mark(&desk, number as u64, part);
    }
    let said = |id: &PictureId| sidecar_of(&picture_file(home.path(), *id));
    wait_for(|| wanted.iter().all(|(id, _)| said(id).exists()));
    desk.close();
    // Closing does not wait for ever; the rest is written the next time.
    let (desk, before) = open_keeping(home.path());
    wait_for(|| {
        wanted
            .iter()
            .all(|(id, marks)| read(&said(id)).marks == *marks)
    });
    desk.close();

    fs::remove_file(database(home.path())).unwrap();
    fs::remove_file(database(home.path()).with_extension("db-wal")).ok();
    let (desk, after) = Desk::open(home.path());
    assert_eq!(desk.hear_trouble().headline.key, "library-adopted");
    assert_eq!(after.len(), COUNT);
    for (before, after) in before.iter().zip(&after) {
        // Nobody could say which of them were looked at.
        assert_eq!(
            *after,
            Entry {
                seen: true,
                ..*before
            }
        );
    }
    for (id, marks) in &wanted {
        assert_eq!(of(&after, *id), *marks);
    }
    for (place, id) in ids.iter().enumerate() {
        let record = desk.describe(*id);
        assert_eq!(record.recipe, picture(place).recipe);
        let children = (2 * place + 1..=2 * place + 2).filter(|child| *child < COUNT);
        let children: Vec<PictureId> = children.map(|child| ids[child]).collect();
        let found: Vec<PictureId> = record.children.iter().map(|child| child.picture).collect();
        assert_eq!(found, children);
    }
}

/// A small picture; each but the first descends from an earlier one.
fn picture(place: usize) -> Picture {
    let mut picture = noise_picture(place as u64, 8);
    if let Some(above) = place.checked_sub(1) {
        let relation = [Relation::VariantOf, Relation::VariedFrom][place % 2];
        picture.recipe.parents = vec![Parent {
            picture: id(above / 2),
            relation,
        }];
    }
    picture
}

fn id(place: usize) -> PictureId {
    let mut bytes = [7; 16];
    bytes[..8].copy_from_slice(&(place as u64).to_be_bytes());
    PictureId::from_random(bytes)
}

fn picture_file(home: &Path, id: PictureId) -> PathBuf {
    library(home).join(format!("pictures/{id}.png"))
}

/// Writes a picture's file as the library does, but does not wait for the disk.
fn write_picture(home: &Path, place: usize) {
    let picture = picture(place);
    let origin = Origin {
        id: id(place),
        created: Timestamp(NOON + place as i64),
    };
    let mut png = Vec::new();
    let written = write_library_png(&mut png, &picture.pixels, &picture.recipe, &origin);
    written.expect("memory takes everything");
    overwrite(&picture_file(home, origin.id), &png);
}

fn some_marks(random: &mut Random) -> Marks {
    let mut below = |count: u64| (random.next() % count) as usize;
    let flag = Flag::ALL[below(3)];
    marks(flag, below(6) as u8, Label::ALL.get(below(6)).copied())
}

/// A library with pictures that have sidecars, and these.
fn with_sidecars(home: &Path, count: u64) -> (Desk, Vec<PathBuf>, Vec<PictureId>) {
    let (desk, _) = open_keeping(home);
    let ids: Vec<PictureId> = (1..=count)
        .map(|seed| desk.keep(&noise_picture(seed, 8)).id)
        .collect();
    let paths: Vec<PathBuf> = ids
        .iter()
        .map(|id| sidecar_of(&desk.describe(*id).file))
        .collect();
    wait_for(|| paths.iter().all(|path| path.exists()));
    (desk, paths, ids)
}

fn open_keeping(home: &Path) -> (Desk, Vec<Entry>) {
    let desk = Desk::new(home);
    desk.tell(Command::KeepSidecars(true));
    desk.tell(Command::Open(library(home)));
    let entries = desk.hear_opened();
    (desk, entries)
}

fn mark(desk: &Desk, number: u64, changes: &[(PictureId, Marks)]) {
    let change = |(picture, after): &(PictureId, Marks)| MarkChange {
        picture: *picture,
        before: Marks::default(),
        after: *after,
    };
    desk.tell(Command::Mark(Marking {
        number,
        changes: changes.iter().map(change).collect(),
    }));
}

fn of(entries: &[Entry], id: PictureId) -> Marks {
    let entry = entries.iter().find(|entry| entry.id == id);
    entry.expect("it is kept").marks
}

fn sidecar_of(picture: &Path) -> PathBuf {
    let mut name = picture.as_os_str().to_owned();
    name.push(".xmp");
    PathBuf::from(name)
}

fn read(path: &Path) -> Sidecar {
    let text = fs::read_to_string(path).expect("there is a sidecar");
    read_sidecar(&text, Marks::default()).expect("it can be read")
}

/// Does to a sidecar what another program would do at that moment.
fn change(path: &Path, from: &str, to: &str, at: i64) {
    let text = fs::read_to_string(path).expect("there is a sidecar");
    let changed = text.replace(from, to);
    assert_ne!(changed, text);
    overwrite(path, changed.as_bytes());
    set_changed(path, at);
}

fn set_changed(path: &Path, at: i64) {
    let file = File::options().write(true).open(path);
    let set = file.and_then(|file| file.set_modified(moment(at)));
    set.expect("the file is the test's own");
}

fn moment(millis: i64) -> std::time::SystemTime {
    UNIX_EPOCH + Duration::from_millis(millis as u64)
}

fn wait_for(is_so: impl Fn() -> bool) {
    // Thousands of files may wait for a slow disk.
    let until = Instant::now() + 5 * PATIENCE;
    while !is_so() {
        assert!(Instant::now() < until, "it takes too long");
        thread::sleep(Duration::from_millis(20));
    }
}
