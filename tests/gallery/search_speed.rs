//! How long a search takes in a large library, letter by letter, up to the grid.
//!
//! By hand: `cargo test --release --no-default-features --test gallery -- --ignored speed
//! --nocapture`.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

use maquette::app::{Action, Effect, Heard, Opening, SearchAction, Studio};
use maquette::domain::{AdapterFile, ModelId, ParamValue, PictureId};
use maquette::gallery::{Command, Event};
use maquette::provenance::write_recipe;
use maquette::settings::Settings;

use crate::desk::{Desk, NOON, database, library, new_home};
use crate::pictures::{Random, noise_picture};
use crate::searching::forget_search;

const LIMIT: Duration = Duration::from_millis(30);
/// Words of the made prompts, the frequent ones first, as languages have them.
const VOCABULARY: u64 = 4000;
const PROMPT_WORDS: u64 = 25;
const TYPED: usize = 60;

#[test]
#[ignore = "a measurement of minutes, for a quiet machine and a release build"]
fn speed_of_search_as_you_type() {
    for count in [1_000, 100_000] {
        let home = new_home();
        let (desk, _) = Desk::open(home.path());
        desk.close();
        make_rows(home.path(), count);
        let began = Instant::now();
        let desk = Desk::new(home.path());
        desk.tell(Command::Open(library(home.path())));
        let opened = desk.hear();
        let filled = began.elapsed();
        desk.close();
        let began = Instant::now();
        let desk = Desk::new(home.path());
        desk.tell(Command::Open(library(home.path())));
        let mut studio = studio();
        let _effects = studio.absorb(Heard::Library(opened), Duration::ZERO);
        desk.hear();
        let open = began.elapsed();
        // The first search reads the ids, too.
        let first = one(&desk, &mut studio, "fog");
        let texts = texts();
        let mut took: Vec<_> = texts
            .iter()
            .map(|text| one(&desk, &mut studio, text))
            .collect();
        took.sort_unstable();
        let p99 = took[took.len() * 99 / 100];
        let bytes = database(home.path()).metadata().expect("it is there").len();
        let said = writeln!(
            io::stderr(),
            "{count} pictures: first search {first:?}, {} keystrokes, median {:?}, p99 {p99:?}, most {:?}; \
             filling the index {filled:?}, opening {open:?}, {} MB",
            took.len(),
            took[took.len() / 2],
            took[took.len() - 1],
            bytes >> 20,
        );
        said.expect("the console takes it");
        assert!(p99 <= LIMIT, "{count}: {p99:?}");
    }
}

/// From the key to the pictures in the grid.
fn one(desk: &Desk, studio: &mut Studio, text: &str) -> Duration {
    let began = Instant::now();
    let action = Action::Search(SearchAction::Write(text.to_owned()));
    let mut is_asked = false;
    for effect in studio.apply(action, Duration::ZERO) {
        if let Effect::Library(command @ Command::Search { .. }) = effect {
            desk.tell(command);
            is_asked = true;
        }
    }
    while is_asked {
        let event = desk.hear();
        is_asked = !matches!(event, Event::Found { .. });
        let _effects = studio.absorb(Heard::Library(event), Duration::ZERO);
    }
    began.elapsed()
}

/// What stands in the field after each key.
fn texts() -> Vec<String> {
    let mut random = Random::new(2);
    let mut texts = Vec::new();
    for typed in 0..TYPED {
        let facet = [
            "",
            " -fog",
            " model:sketch",
            " steps:>20 stars:>=0",
            " lora:ink",
        ][typed % 5];
        let words = format!("{} {}{facet}", word(&mut random), word(&mut random));
        let ends = words
            .char_indices()
            .map(|(place, sign)| place + sign.len_utf8());
        texts.extend(ends.map(|end| words[..end].to_owned()));
    }
    texts
}

/// A word, the first ones more often than the last (in proportion to 1/rank).
fn word(random: &mut Random) -> String {
    let share = (random.next() % 1_000_000) as f64 / 1e6;
    let rank = (VOCABULARY as f64).powf(share) as u64;
    let mut letters = Random::new(rank + 100);
    let first = if rank.is_multiple_of(3) { 'а' } else { 'a' };
    let letter = |random: &mut Random| {
        let number = u32::from(first) + (random.next() % 26) as u32;
        char::from_u32(number).expect("both alphabets have so many letters in a row")
    };
    let length = 3 + letters.next() % 7;
    (0..length).map(|_| letter(&mut letters)).collect()
}

/// Puts rows into the database of a library as version 2 knew it.
fn make_rows(home: &Path, count: u64) {
    let mut connection = Connection::open(database(home)).expect("it is there");
    forget_search(&connection);
    let transaction = connection.transaction().expect("nobody else has it open");
    let mut random = Random::new(1);
    for number in 0..count {
        let mut recipe = noise_picture(number, 1).recipe;
        let words = (0..PROMPT_WORDS).map(|_| word(&mut random));
        recipe.prompt.text = words.collect::<Vec<_>>().join(" ");
        recipe.model = ModelId::new(["sketch", "big sketch", "tiny", "xl"][(number % 4) as usize]);
        recipe
            .params
            .set("steps", ParamValue::Int((number % 50) as i64));
        if number % 3 == 0 {
            recipe.made_with.adapters.push(AdapterFile {
                name: "ink lines".to_owned(),
                sha256: "00".repeat(32),
            });
        }
        let id = PictureId::from_random((u128::from(number) + 1).to_le_bytes());
        let added = transaction.execute(
            "INSERT INTO pictures (id, file, width, height, created_ms, seen, recipe)
             VALUES (?1, ?2, 512, 768, ?3, 1, ?4)",
            (
                id.to_string(),
                format!("pictures/{number}.png"),
                NOON + number as i64 * 60_000,
                write_recipe(&recipe),
            ),
        );
        added.expect("the row is sound");
    }
    transaction.commit().expect("there is room");
}

fn studio() -> Studio {
    let opening = Opening::first(Settings::default(), PathBuf::from("library"));
    Studio::open(opening).0
}
