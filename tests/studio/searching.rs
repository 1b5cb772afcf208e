//! Searching: marks are judged at once, all else by the library, and late answers are no news.

use std::path::PathBuf;
use std::time::Duration;

use maquette::app::{
    Action, CullAction, Effect, Effects, Filter, Heard, Opening, Reach, SearchAction, Studio,
};
use maquette::domain::{
    Flag, JobId, Mark, Marks, Message, ModelId, Notice, PictureId, PixelSize, Severity, Stars,
    Timestamp,
};
use maquette::gallery::{Command, Entry, Event, Journal, KnownValues, SavedSearch};
use maquette::settings::Settings;

fn id(number: u8) -> PictureId {
    PictureId::from_random([number; 16])
}

fn entry(number: u8) -> Entry {
    Entry {
        id: id(number),
        size: PixelSize::new(64, 64).expect("a possible size"),
        created: Timestamp(0),
        seen: true,
        marks: Marks::default(),
        missing: false,
    }
}

/// A studio with pictures numbered upwards from the newest, 0.
fn studio(count: u8) -> Studio {
    let opening = Opening::first(Settings::default(), PathBuf::from("library"));
    let (mut studio, _) = Studio::open(opening);
    open(&mut studio, count);
    studio
}

fn open(studio: &mut Studio, count: u8) -> Effects {
    hear(
        studio,
        Event::Opened {
            library: PathBuf::from("library"),
            entries: (0..count).map(entry).collect(),
            journal: Journal::default(),
        },
    )
}

fn hear(studio: &mut Studio, event: Event) -> Effects {
    studio.absorb(Heard::Library(event), Duration::ZERO)
}

fn ask(studio: &mut Studio, action: SearchAction) -> Effects {
    studio.apply(Action::Search(action), Duration::ZERO)
}

/// Writes a search; gives back the number of the question to the library, if it is asked.
fn write(studio: &mut Studio, text: &str) -> Option<u64> {
    serial(&ask(studio, SearchAction::Write(text.to_owned())))
}

fn serial(effects: &[Effect]) -> Option<u64> {
    effects.iter().find_map(|effect| {
        if let Effect::Library(Command::Search { serial, .. }) = effect {
            Some(*serial)
        } else {
            None
        }
    })
}

fn find(studio: &mut Studio, serial: u64, numbers: &[u8]) {
    let ids = numbers.iter().map(|number| id(*number)).collect();
    let _effects = hear(studio, Event::Found { serial, ids });
}

fn shown(studio: &Studio) -> Vec<u8> {
    let wall = studio.wall();
    let ids = (0..wall.shown()).map(|place| wall.at(place).expect("it is shown").id);
    let number = |picture| (0..=255).find(|number| id(*number) == picture);
    ids.map(|id| number(id).expect("every picture has a number"))
        .collect()
}

fn mark(studio: &mut Studio, mark: Mark, numbers: &[u8]) {
    let ids = numbers.iter().map(|number| id(*number)).collect();
    let action = CullAction::Mark {
        mark,
        reach: Reach::These(ids),
        advances: false,
    };
    let _effects = studio.apply(Action::Cull(action), Duration::ZERO);
}

#[test]
fn the_newest_answer_counts_and_until_then_the_last_one_is_shown() {
    let mut studio = studio(5);
    let first = write(&mut studio, "li").expect("words are the library's");
    assert_eq!(shown(&studio), [0, 1, 2, 3, 4]);
    find(&mut studio, first, &[4, 3, 1]);
    assert_eq!(shown(&studio), [1, 3, 4]);
    let second = write(&mut studio, "lig").unwrap();
    let third = write(&mut studio, "ligh").unwrap();
    assert!(first < second && second < third);
    find(&mut studio, second, &[0]);
    assert_eq!(shown(&studio), [1, 3, 4], "that is no news");
    assert!(studio.wall().search().is_waiting());
    find(&mut studio, third, &[3]);
    assert_eq!(shown(&studio), [3]);
    assert!(!studio.wall().search().is_waiting());
    assert_eq!(write(&mut studio, ""), None);
    assert_eq!(shown(&studio), [0, 1, 2, 3, 4]);
    find(&mut studio, third, &[3]);
    assert_eq!(shown(&studio), [0, 1, 2, 3, 4]);
}

#[test]
fn marks_take_effect_at_once_and_need_no_library() {
    let mut studio = studio(4);
    mark(&mut studio, Mark::Stars(Stars::new(4)), &[0, 2]);
    assert_eq!(write(&mut studio, "stars:>=3"), None);
    assert_eq!(shown(&studio), [0, 2]);
    mark(&mut studio, Mark::Stars(Stars::new(2)), &[0]);
    assert_eq!(shown(&studio), [2]);
    let serial = write(&mut studio, "boat stars:>=3").unwrap();
    find(&mut studio, serial, &[0, 1]);
    assert_eq!(shown(&studio), [] as [u8; 0]);
    assert_eq!(
        write(&mut studio, "boat stars:<3"),
        None,
        "the words are the same"
    );
    assert_eq!(shown(&studio), [0, 1]);
}

#[test]
fn rejected_pictures_are_shown_where_a_search_asks_for_them() {
    let mut studio = studio(3);
    mark(&mut studio, Mark::Flag(Flag::Rejected), &[1]);
    write(&mut studio, "flag:reject");
    assert_eq!(shown(&studio), [1]);
    write(&mut studio, "-flag:pick");
    assert_eq!(shown(&studio), [0, 2]);
    let bin = Action::Cull(CullAction::Show(Filter::bin()));
    let _effects = studio.apply(bin, Duration::ZERO);
    assert_eq!(shown(&studio), [1], "the bin is searched, too");
}

#[test]
fn a_search_that_cannot_be_read_leaves_the_grid_as_it_is() {
    let mut studio = studio(3);
    mark(&mut studio, Mark::Stars(Stars::new(1)), &[1]);
    write(&mut studio, "stars:1");
    assert_eq!(write(&mut studio, "stars:1 size:big"), None);
    let search = studio.wall().search();
    assert_eq!(
        (search.errors().len(), search.text()),
        (1, "stars:1 size:big")
    );
    assert_eq!(shown(&studio), [1]);
    write(&mut studio, "");
    assert!(studio.wall().search().errors().is_empty());
    assert_eq!(shown(&studio), [0, 1, 2]);
}

#[test]
fn new_pictures_and_another_library_are_searched_too() {
    let mut studio = studio(2);
    let first = write(&mut studio, "boat").unwrap();
    find(&mut studio, first, &[1]);
    let kept = Event::Kept {
        job: JobId(1),
        model: ModelId::new("tiny"),
        entry: entry(9),
    };
    let again = serial(&hear(&mut studio, kept)).expect("it is looked up");
    assert_eq!(shown(&studio), [1], "whether it passes is not known yet");
    find(&mut studio, again, &[1, 9]);
    assert_eq!(shown(&studio), [9, 1]);
    let _effects = hear(&mut studio, Event::Discarded(vec![id(1)]));
    assert_eq!(shown(&studio), [9], "what was found keeps its place");
    let other = serial(&open(&mut studio, 4)).expect("it is searched");
    find(&mut studio, again, &[0]);
    find(&mut studio, other, &[2]);
    assert_eq!(shown(&studio), [2]);
}

#[test]
fn a_search_that_fails_says_so_and_waits_no_longer() {
    let mut studio = studio(1);
    let serial = write(&mut studio, "boat").unwrap();
    let notice = Notice::new(Severity::Error, Message::new("error-library-closed"));
    let failed = Event::NotSearched { serial, notice };
    let _effects = hear(&mut studio, failed);
    assert!(!studio.wall().search().is_waiting());
    assert_eq!(studio.notices().all().len(), 1);
}

#[test]
fn searches_are_kept_and_what_can_be_searched_is_learnt() {
    let mut studio = studio(1);
    let opened = open(&mut studio, 1);
    let lists = |effect: &Effect| matches!(effect, Effect::Library(Command::ListSearches));
    assert!(opened.iter().any(lists));
    write(&mut studio, "boat");
    let saved = SavedSearch {
        name: "Boats".to_owned(),
        text: "boat".to_owned(),
    };
    let effects = ask(&mut studio, SearchAction::Save("Boats".to_owned()));
    let expected = Command::SaveSearch(saved.clone());
    assert!(matches!(&effects[..], [Effect::Library(command)] if *command == expected));
    let _effects = hear(&mut studio, Event::Searches(vec![saved.clone()]));
    assert_eq!(studio.wall().search().saved(), [saved]);
    let effects = ask(&mut studio, SearchAction::Begin);
    assert!(matches!(effects[..], [Effect::Library(Command::ListKnown)]));
    let known = KnownValues {
        models: vec!["tiny".to_owned()],
        ..KnownValues::default()
    };
    let _effects = hear(&mut studio, Event::Known(known.clone()));
    assert_eq!(*studio.wall().search().known(), known);
}
