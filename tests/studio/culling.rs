//! Choosing, marking and filtering pictures, and taking it back.

use std::path::PathBuf;
use std::time::Duration;

use maquette::app::{
    Action, CullAction, Effect, Effects, Filter, GalleryAction, Heard, Opening, Reach, Sort, Studio,
};
use maquette::domain::{
    Flag, Label, Mark, Marks, Message, Notice, PictureId, PixelSize, Severity, Stars, Timestamp,
};
use maquette::gallery::{Command, Entry, Event, Journal, Marking};
use maquette::settings::Settings;

const PICK: Mark = Mark::Flag(Flag::Picked);
const REJECT: Mark = Mark::Flag(Flag::Rejected);

fn id(number: u8) -> PictureId {
    PictureId::from_random([number; 16])
}

/// A studio with pictures numbered upwards from the newest, 0.
fn studio(count: u8) -> Studio {
    let opening = Opening::first(Settings::default(), PathBuf::from("library"));
    let (mut studio, _) = Studio::open(opening);
    let entry = |number| Entry {
        id: id(number),
        size: PixelSize::new(64, 64).expect("a possible size"),
        created: Timestamp(0),
        seen: true,
        marks: Marks::default(),
        missing: false,
    };
    let opened = Event::Opened {
        library: PathBuf::from("library"),
        entries: (0..count).map(entry).collect(),
        journal: Journal::default(),
    };
    let _effects = studio.absorb(Heard::Library(opened), Duration::ZERO);
    studio
}

fn ask(studio: &mut Studio, action: CullAction) -> Effects {
    studio.apply(Action::Cull(action), Duration::ZERO)
}

fn select(studio: &mut Studio, number: u8) {
    let action = Action::Gallery(GalleryAction::Select(id(number)));
    let _effects = studio.apply(action, Duration::ZERO);
}

fn mark(studio: &mut Studio, mark: Mark, reach: Reach, advances: bool) -> Option<Marking> {
    let effects = ask(
        studio,
        CullAction::Mark {
            mark,
            reach,
            advances,
        },
    );
    effects.into_iter().find_map(|effect| {
        if let Effect::Library(Command::Mark(marking)) = effect {
            Some(marking)
        } else {
            None
        }
    })
}

fn shown(studio: &Studio) -> Vec<u8> {
    let wall = studio.wall();
    let ids = (0..wall.shown()).map(|place| wall.at(place).expect("it is shown").id);
    ids.map(number).collect()
}

fn selected(studio: &Studio) -> Vec<u8> {
    studio.wall().selected().into_iter().map(number).collect()
}

fn current(studio: &Studio) -> Option<u8> {
    studio.wall().current().map(number)
}

fn number(picture: PictureId) -> u8 {
    let mut numbers = 0..=255;
    let number = numbers.find(|number| id(*number) == picture);
    number.expect("every picture has a number")
}

fn marks_of(studio: &Studio, number: u8) -> Marks {
    studio.wall().entry(id(number)).expect("it is kept").marks
}

#[test]
fn a_rejected_picture_leaves_the_grid_and_its_neighbour_comes_up() {
    let mut studio = studio(4);
    select(&mut studio, 1);
    let marking = mark(&mut studio, REJECT, Reach::Chosen, true).unwrap();
    assert_eq!(marking.changes.len(), 1);
    assert_eq!(shown(&studio), [0, 2, 3]);
    // It stepped once already, by falling away.
    assert_eq!(current(&studio), Some(2));
    select(&mut studio, 3);
    mark(&mut studio, REJECT, Reach::Chosen, false);
    assert_eq!((current(&studio), studio.wall().rejected()), (Some(2), 2));

    ask(&mut studio, CullAction::Show(Filter::bin()));
    assert_eq!(shown(&studio), [1, 3]);
    let restored = Reach::These(vec![id(1), id(3)]);
    mark(&mut studio, Mark::Flag(Flag::Unflagged), restored, false);
    assert_eq!(shown(&studio), [] as [u8; 0]);
    ask(&mut studio, CullAction::Show(Filter::default()));
    assert_eq!(shown(&studio), [0, 1, 2, 3]);
}

#[test]
fn the_same_stars_again_take_them_off_from_all_or_none() {
    let mut studio = studio(3);
    let three = Mark::Stars(Stars::new(3));
    select(&mut studio, 0);
    mark(&mut studio, three, Reach::Chosen, false);
    ask(&mut studio, CullAction::SelectAll);
    let marking = mark(&mut studio, three, Reach::Chosen, false).unwrap();
    assert_eq!(marking.changes.len(), 2, "one has them already");
    mark(&mut studio, three, Reach::Chosen, false);
    for number in 0..3 {
        assert_eq!(marks_of(&studio, number), Marks::default());
    }
    let red = Mark::Label(Label::Red);
    mark(&mut studio, red, Reach::Current, false);
    assert!(marks_of(&studio, 0).has(red));
    assert!(!marks_of(&studio, 1).has(red));
    assert_eq!(
        mark(
            &mut studio,
            Mark::Flag(Flag::Unflagged),
            Reach::Chosen,
            false
        ),
        None
    );
}

#[test]
fn marks_advance_where_that_is_wanted() {
    let mut studio = studio(3);
    select(&mut studio, 0);
    mark(&mut studio, PICK, Reach::Chosen, true);
    assert_eq!(current(&studio), Some(1));
    mark(&mut studio, PICK, Reach::Current, false);
    assert_eq!(current(&studio), Some(1));
    mark(&mut studio, PICK, Reach::Current, true);
    mark(&mut studio, PICK, Reach::Current, true);
    assert_eq!(current(&studio), Some(2), "the last one stays");
    ask(&mut studio, CullAction::SelectAll);
    mark(&mut studio, Mark::Stars(Stars::new(1)), Reach::Chosen, true);
    assert_eq!(selected(&studio), [0, 1, 2], "several are no way to go on");
}

#[test]
fn marks_are_taken_back_and_done_again_in_many_levels() {
    let mut studio = studio(3);
    select(&mut studio, 0);
    mark(&mut studio, PICK, Reach::Chosen, true);
    mark(&mut studio, REJECT, Reach::Chosen, true);
    mark(&mut studio, Mark::Stars(Stars::new(2)), Reach::Chosen, true);
    ask(&mut studio, CullAction::TakeBack);
    let effects = ask(&mut studio, CullAction::TakeBack);
    assert!(
        matches!(&effects[0], Effect::Library(Command::Unmark(marking)) if marking.number == 2)
    );
    assert_eq!(shown(&studio), [0, 1, 2]);
    assert_eq!(current(&studio), Some(1), "the eye goes where it changed");
    ask(&mut studio, CullAction::TakeBack);
    assert!(ask(&mut studio, CullAction::TakeBack).is_empty());
    let effects = ask(&mut studio, CullAction::DoAgain);
    assert!(
        matches!(&effects[0], Effect::Library(Command::MarkAgain(marking)) if marking.number == 1)
    );
    assert!(marks_of(&studio, 0).has(PICK));
    let other = mark(&mut studio, PICK, Reach::These(vec![id(2)]), false).unwrap();
    assert_eq!(other.number, 4, "numbers are never used twice");
    assert!(ask(&mut studio, CullAction::DoAgain).is_empty());
}

#[test]
fn marks_that_were_not_written_are_as_before() {
    let mut studio = studio(2);
    select(&mut studio, 0);
    let marking = mark(&mut studio, PICK, Reach::Chosen, false).unwrap();
    let notice = Notice::new(Severity::Error, Message::new("error-library-gone"));
    let refused = Event::NotMarked { marking, notice };
    let _effects = studio.absorb(Heard::Library(refused), Duration::ZERO);
    assert_eq!(marks_of(&studio, 0), Marks::default());
    assert!(ask(&mut studio, CullAction::TakeBack).is_empty());
    assert_eq!(studio.notices().all().len(), 1);
}

#[test]
fn ranges_and_single_pictures_join_the_choice() {
    let mut studio = studio(6);
    select(&mut studio, 1);
    ask(&mut studio, CullAction::SelectTo(id(3)));
    assert_eq!(
        (selected(&studio), current(&studio)),
        (vec![1, 2, 3], Some(3))
    );
    ask(&mut studio, CullAction::SelectTo(id(0)));
    assert_eq!(selected(&studio), [0, 1], "from where the range began");
    ask(&mut studio, CullAction::Toggle(id(4)));
    ask(&mut studio, CullAction::Toggle(id(0)));
    assert_eq!((selected(&studio), current(&studio)), (vec![1, 4], Some(4)));
    ask(&mut studio, CullAction::StepChosen(-1));
    ask(&mut studio, CullAction::StepChosen(-1));
    assert_eq!(current(&studio), Some(1));
    ask(&mut studio, CullAction::LetGo(id(1)));
    assert_eq!((selected(&studio), current(&studio)), (vec![4], Some(4)));
    ask(&mut studio, CullAction::LetGo(id(4)));
    assert_eq!(selected(&studio), [4], "the best one remains");
    ask(&mut studio, CullAction::SelectAll);
    ask(&mut studio, CullAction::SelectOne);
    assert_eq!(selected(&studio), [4]);
}

#[test]
fn rejecting_one_of_the_chosen_leaves_the_others_chosen() {
    let mut studio = studio(5);
    ask(
        &mut studio,
        CullAction::SelectThese(vec![id(1), id(2), id(4)]),
    );
    ask(&mut studio, CullAction::TurnTo(id(2)));
    mark(&mut studio, REJECT, Reach::Current, false);
    assert_eq!((selected(&studio), current(&studio)), (vec![1, 4], Some(4)));
    mark(&mut studio, REJECT, Reach::Current, false);
    assert_eq!((selected(&studio), current(&studio)), (vec![1], Some(1)));
}

#[test]
fn filters_and_orders_show_what_they_say() {
    let mut studio = studio(5);
    let stars = |count| Mark::Stars(Stars::new(count));
    mark(
        &mut studio,
        stars(3),
        Reach::These(vec![id(1), id(4)]),
        false,
    );
    mark(&mut studio, stars(5), Reach::These(vec![id(3)]), false);
    mark(&mut studio, PICK, Reach::These(vec![id(4)]), false);
    mark(
        &mut studio,
        Mark::Label(Label::Green),
        Reach::These(vec![id(3), id(0)]),
        false,
    );
    ask(&mut studio, CullAction::Sort(Sort::Best));
    assert_eq!(shown(&studio), [4, 3, 1, 0, 2]);
    mark(&mut studio, PICK, Reach::These(vec![id(2)]), false);
    assert_eq!(shown(&studio), [4, 2, 3, 1, 0], "a mark moves it at once");
    ask(&mut studio, CullAction::Sort(Sort::Oldest));
    let starred = Filter {
        least_stars: Stars::new(3),
        ..Filter::default()
    };
    ask(&mut studio, CullAction::Show(starred.clone()));
    assert_eq!(shown(&studio), [4, 3, 1]);
    let green = Filter {
        labels: vec![Label::Green],
        ..starred
    };
    ask(&mut studio, CullAction::Show(green));
    assert_eq!(shown(&studio), [3]);
    let picked = Filter {
        flags: vec![Flag::Picked],
        ..Filter::default()
    };
    ask(&mut studio, CullAction::Show(picked));
    assert_eq!(shown(&studio), [4, 2]);
    select(&mut studio, 4);
    mark(
        &mut studio,
        Mark::Flag(Flag::Unflagged),
        Reach::Chosen,
        false,
    );
    assert_eq!((shown(&studio), current(&studio)), (vec![2], Some(2)));
}

#[test]
fn discarded_pictures_are_gone_from_the_wall() {
    let mut studio = studio(4);
    mark(&mut studio, REJECT, Reach::These(vec![id(0), id(2)]), false);
    select(&mut studio, 1);
    let effects = ask(&mut studio, CullAction::EmptyBin);
    let asked = Command::Discard(vec![id(2), id(0)]);
    assert!(matches!(&effects[..], [Effect::Library(command)] if *command == asked));
    let gone = Event::Discarded(vec![id(2), id(0)]);
    let _effects = studio.absorb(Heard::Library(gone), Duration::ZERO);
    assert_eq!((shown(&studio), current(&studio)), (vec![1, 3], Some(1)));
    assert_eq!((studio.wall().kept(), studio.wall().rejected()), (2, 0));
}
