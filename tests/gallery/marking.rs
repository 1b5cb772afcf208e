//! What the artist thinks of pictures outlives the program, and can be taken back within a day.

use maquette::domain::{Flag, Label, Mark, Marks, PictureId, Stars};
use maquette::gallery::{Command, Entry, Event, Journal, MarkChange, Marking};

use crate::desk::{Desk, NOON, library, new_home};
use crate::pictures::noise_picture;

const HOUR: i64 = 3_600_000;

#[test]
fn marks_and_what_was_taken_back_are_there_when_the_library_is_opened_again() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let [a, b] = [1, 2].map(|seed| desk.keep(&noise_picture(seed, 16)).id);
    let picked = marks(&[Mark::Flag(Flag::Picked)]);
    let rated = marks(&[
        Mark::Flag(Flag::Picked),
        Mark::Stars(Stars::new(4)),
        Mark::Label(Label::Blue),
    ]);
    let first = marking(
        1,
        &[(a, Marks::default(), picked), (b, Marks::default(), picked)],
    );
    let second = marking(2, &[(a, picked, rated)]);
    desk.tell(Command::Mark(first.clone()));
    desk.tell(Command::Mark(second.clone()));
    desk.close();

    let (desk, entries, journal) = open(home.path());
    assert_eq!(of(&entries, a), rated);
    assert_eq!(of(&entries, b), picked);
    assert_eq!(desk.describe(a).entry.marks, rated);
    let done = vec![first.clone(), second.clone()];
    assert_eq!(
        journal,
        Journal {
            done,
            taken_back: Vec::new()
        }
    );
    desk.tell(Command::Unmark(second.clone()));
    desk.tell(Command::Unmark(first.clone()));
    desk.close();

    let (desk, entries, journal) = open(home.path());
    assert_eq!(of(&entries, a), Marks::default());
    // The last one that was taken back is done again first.
    assert_eq!(journal.taken_back, [second.clone(), first.clone()]);
    desk.tell(Command::MarkAgain(first.clone()));
    let other = marking(3, &[(b, picked, rated)]);
    desk.tell(Command::Mark(other.clone()));
    desk.close();

    let (_, entries, journal) = open(home.path());
    assert_eq!((of(&entries, a), of(&entries, b)), (picked, rated));
    assert_eq!(journal.done, [first, other]);
    assert_eq!(journal.taken_back, [], "there is one way on only");
}

#[test]
fn after_a_day_marks_are_settled() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = desk.keep(&noise_picture(1, 16)).id;
    let [one, two] = [1, 2].map(|count| marks(&[Mark::Stars(Stars::new(count))]));
    desk.tell(Command::Mark(marking(1, &[(id, Marks::default(), one)])));
    // Once it answers, the mark before is written.
    desk.describe(id);
    desk.set_clock(NOON + 20 * HOUR);
    let second = marking(2, &[(id, one, two)]);
    desk.tell(Command::Mark(second.clone()));
    desk.close();

    let desk = Desk::new(home.path());
    desk.set_clock(NOON + 25 * HOUR);
    desk.tell(Command::Open(library(home.path())));
    let (entries, journal) = hear_opened(&desk);
    assert_eq!(of(&entries, id), two);
    assert_eq!(journal.done, [second]);
}

#[test]
fn marks_that_cannot_be_written_are_told_with_the_way_back() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = desk.keep(&noise_picture(1, 16)).id;
    std::fs::rename(library(home.path()), home.path().join("away")).unwrap();
    let picked = marks(&[Mark::Flag(Flag::Picked)]);
    let wanted = marking(1, &[(id, Marks::default(), picked)]);
    desk.tell(Command::Mark(wanted.clone()));
    match desk.hear() {
        Event::NotMarked { marking, notice } => {
            assert_eq!(marking, wanted);
            assert_eq!(notice.headline.key, "error-library-gone");
        }
        other => panic!("expected NotMarked, heard {other:?}"),
    }
    desk.tell(Command::Unmark(wanted.clone()));
    match desk.hear() {
        Event::NotMarked { marking, .. } => assert_eq!(marking.changes[0].after, Marks::default()),
        other => panic!("expected NotMarked, heard {other:?}"),
    }
}

#[test]
fn many_pictures_are_marked_in_one_go() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let ids: Vec<PictureId> = (0..20)
        .map(|seed| desk.keep(&noise_picture(seed, 8)).id)
        .collect();
    let stars = marks(&[Mark::Stars(Stars::new(5))]);
    let changes: Vec<_> = ids
        .iter()
        .map(|id| (*id, Marks::default(), stars))
        .collect();
    desk.tell(Command::Mark(marking(1, &changes)));
    desk.close();
    let (_, entries, journal) = open(home.path());
    assert!(entries.iter().all(|entry| entry.marks == stars));
    assert_eq!(journal.done[0].changes.len(), ids.len());
}

#[test]
fn a_discarded_picture_leaves_the_grid_and_keeps_its_place_in_the_ancestry() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let parent = desk.keep(&noise_picture(1, 16)).id;
    let mut child = noise_picture(2, 16);
    child.recipe.parents = vec![maquette::domain::Parent {
        picture: parent,
        relation: maquette::domain::Relation::VariantOf,
    }];
    let child = desk.keep(&child).id;
    // Where the file is gone already, no trash is needed.
    std::fs::remove_file(desk.describe(parent).file).unwrap();
    desk.tell(Command::Discard(vec![parent]));
    assert_eq!(desk.hear(), Event::Discarded(vec![parent]));
    desk.close();
    let (desk, entries, _) = open(home.path());
    assert_eq!(
        entries.iter().map(|entry| entry.id).collect::<Vec<_>>(),
        [child]
    );
    assert_eq!(desk.describe(child).recipe.parents[0].picture, parent);
    assert_eq!(desk.describe(parent).children[0].picture, child);
}

fn marks(marks: &[Mark]) -> Marks {
    marks
        .iter()
        .fold(Marks::default(), |all, mark| all.with(*mark))
}

fn marking(number: u64, changes: &[(PictureId, Marks, Marks)]) -> Marking {
    let change = |(picture, before, after): &(PictureId, Marks, Marks)| MarkChange {
        picture: *picture,
        before: *before,
        after: *after,
    };
    let mut changes: Vec<_> = changes.iter().map(change).collect();
    changes.sort_by_key(|change| change.picture.to_string());
    Marking { number, changes }
}

fn of(entries: &[Entry], id: PictureId) -> Marks {
    let entry = entries.iter().find(|entry| entry.id == id);
    entry.expect("it is kept").marks
}

fn open(home: &std::path::Path) -> (Desk, Vec<Entry>, Journal) {
    let desk = Desk::new(home);
    desk.tell(Command::Open(library(home)));
    let (entries, journal) = hear_opened(&desk);
    (desk, entries, journal)
}

fn hear_opened(desk: &Desk) -> (Vec<Entry>, Journal) {
    match desk.hear() {
        Event::Opened {
            entries, journal, ..
        } => (entries, journal),
        other => panic!("expected Opened, heard {other:?}"),
    }
}
