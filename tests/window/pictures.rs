//! Grid, viewer and inspector by the names of their parts, and by the keys that walk them.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Key, Modifiers, MouseWheelSource, MouseWheelUnit, Rect, TouchPhase, pos2, vec2};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use maquette::app::{Action, Effect, GalleryAction, Heard, NoticeAction, Studio, TextureKey};
use maquette::domain::{
    JobId, MadeWith, Marks, ModelId, Params, Parent, PictureId, PixelSize, Pixels, Prompt, Recipe,
    Relation, Seed, Task, Timestamp, Timings,
};
use maquette::gallery::{Command, Entry, Event, Journal, Record};
use maquette::settings::Settings;
use maquette::ui::view::Mode;
use maquette::ui::widget::shown_date;

use crate::bench::{Bench, asked, click, every_look, press as press_with, view};

/// The window with so many pictures in its library, which answers within the same frame.
fn open(settings: Settings, count: u32) -> Harness<'static, Bench> {
    let mut bench = Bench::new(settings);
    bench.answer = Box::new(describe);
    bench.hear(Heard::Library(Event::Opened {
        library: PathBuf::from("pictures"),
        entries: (0..count).rev().map(entry).collect(),
        journal: Journal::default(),
    }));
    bench.open()
}

fn describe(studio: &Studio, effect: &Effect) -> Option<Heard> {
    if let Effect::Library(Command::Describe(id)) = effect {
        let described = Event::Described(Box::new(record(studio, *id)));
        Some(Heard::Library(described))
    } else {
        None
    }
}

fn id(number: u32) -> PictureId {
    PictureId::from_random(u128::from(number).to_le_bytes())
}

/// Numbers count up with time, so that the newest picture has the highest.
fn entry(number: u32) -> Entry {
    Entry {
        id: id(number),
        size: PixelSize::new(512, 384).expect("a size"),
        created: Timestamp(i64::from(number) * 60_000),
        seen: number.is_multiple_of(2),
        marks: Marks::default(),
        missing: number % 7 == 3,
    }
}

fn record(studio: &Studio, id: PictureId) -> Record {
    let wall = studio.wall();
    let entry = *wall.entry(id).expect("it is kept");
    let oldest = wall.at(wall.shown() - 1).expect("there are some").id;
    let parent = (oldest != id).then_some(Parent {
        picture: oldest,
        relation: Relation::VariantOf,
    });
    Record {
        entry,
        file: PathBuf::from("/pictures/a-lighthouse.png"),
        recipe: Recipe {
            model: ModelId::new("sketch"),
            fingerprint: String::new(),
            prompt: Prompt {
                text: "a lighthouse with маяк in a very long story ".repeat(60),
                negative: "blur".to_owned(),
            },
            size: entry.size,
            seed: Seed(4242),
            params: Params::default(),
            parents: parent.into_iter().collect(),
            task: Task::Create,
            made_with: MadeWith::default(),
        },
        timings: Some(Timings::default()),
        children: Vec::new(),
    }
}

fn press(harness: &mut Harness<'_, Bench>, key: Key) {
    press_with(harness, Modifiers::NONE, key);
}

fn place(harness: &Harness<'_, Bench>) -> Option<usize> {
    harness.state().studio.wall().current_place()
}

fn select(harness: &mut Harness<'_, Bench>, number: u32) {
    let action = Action::Gallery(GalleryAction::Select(id(number)));
    harness.state_mut().apply(action);
    harness.run_steps(3);
}

/// Where the cell of a picture is, found by the date in its name.
fn cell(harness: &Harness<'_, Bench>, number: u32) -> Option<Rect> {
    let date = date(number);
    let cells = harness.query_all_by(move |node| {
        let label = node.label();
        node.role() == Role::Button && label.is_some_and(|label| label.contains(&date))
    });
    cells.map(|node| node.rect()).next()
}

fn date(number: u32) -> String {
    format!("Picture of {},", shown_date(entry(number).created))
}

fn button<'a>(harness: &'a Harness<'_, Bench>, words: &str) -> egui_kittest::Node<'a> {
    let words = words.to_owned();
    harness.get_by(move |node| {
        let label = node.label();
        node.role() == Role::Button && label.is_some_and(|label| label.contains(&words))
    })
}

fn scroll(harness: &mut Harness<'_, Bench>, lines: f32) {
    harness.hover_at(pos2(560.0, 350.0));
    harness.run_steps(2);
    harness.event(egui::Event::MouseWheel {
        unit: MouseWheelUnit::Line,
        delta: vec2(0.0, lines),
        phase: TouchPhase::Move,
        source: MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    harness.run_steps(20);
}

#[test]
fn the_keys_walk_the_grid_and_open_and_close_a_picture() {
    let mut harness = open(Settings::default(), 100);
    press(&mut harness, Key::Home);
    assert_eq!(place(&harness), Some(0));
    press(&mut harness, Key::ArrowRight);
    assert_eq!(place(&harness), Some(1));
    press(&mut harness, Key::ArrowDown);
    let columns = place(&harness).unwrap() - 1;
    assert!(columns >= 2, "{columns}");
    press(&mut harness, Key::PageDown);
    let page = place(&harness).unwrap() - columns - 1;
    assert!(page >= columns && page.is_multiple_of(columns), "{page}");
    press(&mut harness, Key::End);
    assert_eq!(place(&harness), Some(99));
    press(&mut harness, Key::Enter);
    assert_eq!(view(&harness).mode, Mode::Loupe);
    press(&mut harness, Key::ArrowLeft);
    assert_eq!(place(&harness), Some(98));
    harness.get_by_label_contains("99 / 100");
    press(&mut harness, Key::Escape);
    assert_eq!(view(&harness).mode, Mode::Grid);
}

#[test]
fn the_chosen_picture_is_scrolled_into_view() {
    let mut harness = open(Settings::default(), 1000);
    press(&mut harness, Key::End);
    button(&harness, "seed 4242");
    assert!(cell(&harness, 999).is_none(), "the top is out of sight");
    press(&mut harness, Key::Home);
    assert!(cell(&harness, 998).is_some(), "the top is back");
}

#[test]
fn ten_thousand_pictures_are_no_more_work_than_a_screenful() {
    let harness = open(Settings::default(), 10_000);
    let is_fetch = |action: &&Action| {
        matches!(
            action,
            Action::Gallery(GalleryAction::FetchThumbnail { .. })
        )
    };
    let fetches = harness.state().actions.iter().filter(is_fetch).count();
    assert!((1..100).contains(&fetches), "{fetches}");
    let cells = harness.query_all_by_role(Role::Button).count();
    assert!(cells < 150, "{cells}");
}

#[test]
fn a_picture_that_lands_moves_nothing_in_view() {
    let mut harness = open(Settings::default(), 300);
    scroll(&mut harness, -40.0);
    let in_view = |harness: &Harness<'_, Bench>, number: u32| {
        cell(harness, number).filter(|rect| rect.top() > 200.0)
    };
    let looked_at = (0..300)
        .rev()
        .find(|number| in_view(&harness, *number).is_some());
    let looked_at = looked_at.expect("pictures are in view");
    let before = cell(&harness, looked_at).unwrap();
    for number in 300..313 {
        let (job, entry) = (JobId(1), entry(number));
        let model = ModelId::new("sketch");
        let kept = Event::Kept { job, model, entry };
        harness.state_mut().hear(Heard::Library(kept));
        harness.run_steps(3);
        let after = cell(&harness, looked_at).expect("it stays in view");
        let moved = after.top() - before.top();
        // In a grid it moves to the next column, and at the end of a row to the next row.
        assert!(
            moved.abs() < 1.1 * before.height(),
            "{number}: {before} became {after}"
        );
    }
}

#[test]
fn what_a_cell_says_and_does() {
    let mut harness = open(Settings::default(), 4);
    button(&harness, &date(1)).click();
    harness.run_steps(3);
    assert_eq!(harness.state().studio.wall().current(), Some(id(1)));
    let label = button(&harness, "seed 4242").accesskit_node().label();
    assert!(label.unwrap().ends_with("512x384"), "it is new no more");
    harness.get_by_label_contains("file missing");
}

#[test]
fn the_inspector_tells_the_recipe_and_offers_what_to_make() {
    let mut harness = open(Settings::default(), 20);
    harness.get_by_label_contains("Choose a picture");
    harness.set_size(vec2(1600.0, 1000.0));
    select(&mut harness, 12);
    for text in ["4242", "512 × 384", "blur", "a-lighthouse.png"] {
        assert!(harness.query_by_label(text).is_some(), "{text}");
    }
    for (name, is_meant) in [
        ("Make 4 variants", is_variants as fn(&Action) -> bool),
        ("Make it again", is_again),
        ("Use its settings", is_use),
        ("Start from this", is_start),
    ] {
        click(&mut harness, name);
        assert!(asked(&harness, is_meant), "{name}");
        // There is no model here; what the studio says to that lies over the buttons.
        let put_away = Action::Notice(NoticeAction::DismissAll);
        harness.state_mut().apply(put_away);
        harness.run_steps(2);
    }
    harness.state_mut().actions.clear();
    press(&mut harness, Key::V);
    assert!(asked(&harness, is_variants));
    button(&harness, &date(0)).click();
    harness.run_steps(3);
    assert_eq!(place(&harness), Some(19), "a parent is a way to it");
}

fn is_variants(action: &Action) -> bool {
    matches!(action, Action::Gallery(GalleryAction::MakeVariants { .. }))
}

fn is_again(action: &Action) -> bool {
    matches!(action, Action::Gallery(GalleryAction::MakeAgain(_)))
}

fn is_start(action: &Action) -> bool {
    matches!(action, Action::Gallery(GalleryAction::StartFrom(_)))
}

fn is_use(action: &Action) -> bool {
    matches!(action, Action::Gallery(GalleryAction::UseSettings(_)))
}

#[test]
fn the_viewer_zooms_by_keys_and_by_the_wheel() {
    let mut harness = open(Settings::default(), 9);
    select(&mut harness, 8);
    press(&mut harness, Key::Enter);
    let fit = zoom(&harness);
    press(&mut harness, Key::Z);
    assert_eq!(zoom(&harness), 100);
    press(&mut harness, Key::Plus);
    assert_eq!(zoom(&harness), 150);
    press(&mut harness, Key::Minus);
    assert_eq!(zoom(&harness), 100);
    scroll(&mut harness, 4.0);
    assert!(zoom(&harness) > 150);
    press_with(&mut harness, Modifiers::COMMAND, Key::Num0);
    assert_eq!(zoom(&harness), fit);
}

fn zoom(harness: &Harness<'_, Bench>) -> u32 {
    let label = button(harness, "Zoom:").accesskit_node().label();
    let label = label.expect("it was found by it");
    let digits: String = label.chars().filter(char::is_ascii_digit).collect();
    digits.parse().expect("the label tells percent")
}

#[test]
fn everything_is_drawn_in_every_language_and_theme() {
    for look in every_look() {
        let mut harness = open(look.clone(), 60);
        select(&mut harness, 58);
        let size = PixelSize::new(96, 128).unwrap();
        let pixels = Pixels::new(size, vec![120; 3 * size.area()]).unwrap();
        let window = harness.state_mut().window.as_mut().unwrap();
        window.textures.refuse(TextureKey::Thumbnail(id(57), 256));
        for key in [TextureKey::Thumbnail(id(58), 256), TextureKey::Full(id(58))] {
            window.textures.insert(key, pixels.clone());
        }
        harness.run_steps(3);
        for key in [
            Key::Enter,
            Key::F,
            Key::ArrowRight,
            Key::Escape,
            Key::Escape,
        ] {
            press(&mut harness, key);
        }
        assert_eq!(
            place(&harness),
            Some(2),
            "{:?} {:?}",
            look.language,
            look.theme
        );
    }
}
