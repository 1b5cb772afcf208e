//! Searches find what was asked for, in every script, and whatever became of the library.

use std::fs;

use proptest::prelude::*;
use rusqlite::Connection;

use maquette::domain::{
    AdapterFile, Mark, Marks, ModelId, ParamValue, Parent, Picture, PictureId, Relation, Stars,
};
use maquette::gallery::{Command, Event, KnownValues, MarkChange, Marking, Query, SavedSearch};

use crate::desk::{Desk, NOON, database, library, new_home};
use crate::pictures::noise_picture;

const DAY: i64 = 24 * 3_600_000;

#[test]
fn words_are_found_by_their_beginning_in_any_case_and_script() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let prompts = [
        "A red Lighthouse at dusk",
        "Ещё один Маяк, ёлка",
        "café at the red dusk",
        "half-timbered house",
    ];
    let ids = prompts.map(|prompt| desk.keep(&with(prompt, |_| ())).id);
    let [lighthouse, beacon, cafe, house] = ids;
    let all = &ids[..];
    for (text, expected) in [
        ("light", &[lighthouse][..]),
        ("LIGHT dusk", &[lighthouse]),
        ("house", &[house]),
        ("red dusk", &[lighthouse, cafe]),
        ("\"red dusk\"", &[cafe]),
        ("\"red lighthouse", &[lighthouse]),
        ("\"red light\"", &[]),
        ("red -cafe", &[lighthouse]),
        ("-red", &[beacon, house]),
        ("-red -\"маяк\"", &[house]),
        ("МАЯ", &[beacon]),
        ("еще елка", &[beacon]),
        ("ЁЛК", &[beacon]),
        ("CAFÉ", &[cafe]),
        ("half-timb", &[house]),
        ("fog", all),
        ("dusk -fog", &[]),
        ("\"a\" OR NEAR(b", &[]),
    ] {
        assert_eq!(find(&desk, text), expected, "{text}");
    }
}

#[test]
fn facets_find_what_they_name() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let plain = desk.keep(&with("one", |_| ())).id;
    let other = desk.keep(&with("two", |picture| {
        let recipe = &mut picture.recipe;
        recipe.model = ModelId::new("Big Sketch");
        recipe.seed.0 = u64::MAX;
        recipe
            .params
            .set("scheduler", ParamValue::Text("dpmpp_2m".to_owned()));
        recipe.params.set("steps", ParamValue::Int(8));
        recipe.params.set("guidance", ParamValue::Int(3));
        recipe.made_with.adapters = ["Ink Lines", "soft"].map(adapter).to_vec();
    }));
    desk.set_clock(NOON + 40 * DAY);
    let child = desk.keep(&with("three", |picture| {
        *picture = noise_picture(3, 24);
        picture.recipe.model = ModelId::new("sketch");
        picture.recipe.parents = vec![Parent {
            picture: plain,
            relation: Relation::VariantOf,
        }];
        // What a later version may write.
        picture
            .recipe
            .params
            .set("steps", ParamValue::Text("many".to_owned()));
    }));
    let (other, child) = (other.id, child.id);
    let parent = format!("parents:{}", plain.short());
    for (text, expected) in [
        ("model:tin", &[plain][..]),
        ("model:SKETCH", &[child]),
        ("model:ketch", &[other, child]),
        ("-model:ketch", &[plain]),
        ("model:\"big sketch\"", &[other]),
        ("model:none-such", &[]),
        ("scheduler:dpmpp", &[other]),
        ("lora:ink", &[other]),
        ("lora:ink lora:soft", &[other]),
        ("-lora:ink", &[plain, child]),
        ("seed:18446744073709551615", &[other]),
        ("steps:<20", &[other]),
        ("steps:20", &[plain]),
        ("-steps:20", &[other, child]),
        ("guidance:3", &[other]),
        ("guidance:>=7,1", &[plain, child]),
        ("guidance:7.1", &[plain, child]),
        ("size:16x16", &[plain, other]),
        ("size:>16", &[child]),
        ("before:2023-12-01", &[plain, other]),
        ("after:2023-12-01", &[child]),
        ("before:2023-12-01 after:2023-12-01", &[]),
        ("parents:none", &[plain, other]),
        ("-parents:none", &[child]),
        (&parent, &[child]),
        (&format!("{parent} {parent} -parents:abcdef"), &[child]),
        ("two model:sketch", &[]),
        ("t steps:>0", &[other]),
        ("stars:5", &[plain, other, child]),
    ] {
        assert_eq!(find(&desk, text), expected, "{text}");
    }
    desk.tell(Command::ListKnown);
    let expected = KnownValues {
        models: ["Big Sketch", "sketch", "tiny"].map(str::to_owned).to_vec(),
        schedulers: ["dpmpp_2m", "euler"].map(str::to_owned).to_vec(),
        loras: ["Ink Lines", "soft"].map(str::to_owned).to_vec(),
    };
    assert_eq!(desk.hear(), Event::Known(expected));
}

#[test]
fn of_searches_that_wait_the_newest_alone_is_answered() {
    let home = new_home();
    let desk = Desk::new(home.path());
    // All of it is told before the library is open.
    desk.tell(Command::Open(library(home.path())));
    for serial in 1..=5 {
        let query = Query::parse("маяк").unwrap();
        desk.tell(Command::Search { serial, query });
    }
    desk.hear_opened();
    let mut last = 0;
    while last < 5 {
        match desk.hear() {
            Event::Found { serial, ids } => {
                assert!(serial > last && ids.is_empty());
                last = serial;
            }
            other => panic!("expected Found, heard {other:?}"),
        }
    }
    desk.tell(Command::ListSearches);
    assert_eq!(desk.hear(), Event::Searches(Vec::new()), "nothing is left");
}

#[test]
fn marks_leave_the_index_as_it_is() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = desk.keep(&noise_picture(1, 16)).id;
    desk.close();
    let before = index_of(home.path());
    let (desk, _) = Desk::open(home.path());
    let after = Marks::default().with(Mark::Stars(Stars::new(5)));
    let change = MarkChange {
        picture: id,
        before: Marks::default(),
        after,
    };
    desk.tell(Command::Mark(Marking {
        number: 1,
        changes: vec![change],
    }));
    desk.close();
    assert_eq!(index_of(home.path()), before);
}

#[test]
fn older_and_rebuilt_libraries_can_be_searched() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = desk.keep(&noise_picture(7, 16)).id;
    desk.close();
    let connection = Connection::open(database(home.path())).unwrap();
    forget_search(&connection);
    drop(connection);
    let (desk, _) = Desk::open(home.path());
    assert_eq!(find(&desk, "маяк steps:20"), [id], "of version 2");
    desk.close();
    fs::remove_dir_all(library(home.path()).join(".maquette")).unwrap();
    let (desk, _) = Desk::open(home.path());
    desk.hear_trouble();
    assert_eq!(find(&desk, "маяк steps:20"), [id], "from its files");
}

#[test]
fn a_damaged_index_of_words_is_made_again_and_costs_no_mark() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let id = desk.keep(&noise_picture(1, 16)).id;
    let after = Marks::default().with(Mark::Stars(Stars::new(4)));
    let change = MarkChange {
        picture: id,
        before: Marks::default(),
        after,
    };
    desk.tell(Command::Mark(Marking {
        number: 1,
        changes: vec![change],
    }));
    desk.close();
    let connection = Connection::open(database(home.path())).unwrap();
    let changed = connection.execute("UPDATE words_data SET block = x'00ff' WHERE id > 10", []);
    assert!(changed.unwrap() > 0);
    drop(connection);
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries[0].marks, after);
    assert_eq!(find(&desk, "маяк"), [id]);
}

#[test]
fn searches_are_kept_under_a_name() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let saved = |name: &str, text: &str| SavedSearch {
        name: name.to_owned(),
        text: text.to_owned(),
    };
    let tell = |command| {
        desk.tell(command);
        match desk.hear() {
            Event::Searches(searches) => searches,
            other => panic!("expected Searches, heard {other:?}"),
        }
    };
    let rename = |from: &str, to: &str| Command::RenameSearch {
        from: from.to_owned(),
        to: to.to_owned(),
    };
    tell(Command::SaveSearch(saved("маяки", "маяк stars:>=3")));
    tell(Command::SaveSearch(saved("Best", "stars:5")));
    let both = tell(Command::SaveSearch(saved("Best", "stars:>=4")));
    assert_eq!(
        both,
        [saved("Best", "stars:>=4"), saved("маяки", "маяк stars:>=3")]
    );
    assert_eq!(tell(rename("Best", "маяки")), both, "the name is taken");
    let renamed = tell(rename("Best", "Ярче всех"));
    assert_eq!(renamed[1], saved("Ярче всех", "stars:>=4"));
    let left = tell(Command::DeleteSearch("маяки".to_owned()));
    assert_eq!(left, renamed[1..]);
    desk.close();
    let (desk, _) = Desk::open(home.path());
    desk.tell(Command::ListSearches);
    assert_eq!(desk.hear(), Event::Searches(left));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn whatever_is_searched_is_answered(texts in prop::collection::vec(any::<String>(), 64)) {
        let home = new_home();
        let (desk, _) = Desk::open(home.path());
        for text in texts {
            for text in [text.clone(), format!("-\"{text}"), format!("model:\"{text}\"")] {
                if Query::parse(&text).is_ok() {
                    find(&desk, &text);
                }
            }
        }
    }
}

/// The pictures that a search finds, oldest first.
fn find(desk: &Desk, text: &str) -> Vec<PictureId> {
    let query = Query::parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    desk.tell(Command::Search { serial: 1, query });
    match desk.hear() {
        Event::Found { serial: 1, ids } => ids,
        other => panic!("expected Found for {text}, heard {other:?}"),
    }
}

fn with(prompt: &str, change: impl FnOnce(&mut Picture)) -> Picture {
    let mut picture = noise_picture(1, 16);
    prompt.clone_into(&mut picture.recipe.prompt.text);
    change(&mut picture);
    picture
}

fn adapter(name: &str) -> AdapterFile {
    AdapterFile {
        name: name.to_owned(),
        sha256: "00".repeat(32),
    }
}

/// Everything that the index of words consists of.
fn index_of(home: &std::path::Path) -> Vec<(i64, Vec<u8>)> {
    let read = || {
        let connection = Connection::open(database(home))?;
        let mut query = connection.prepare("SELECT id, block FROM words_data")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        rows.collect::<rusqlite::Result<_>>()
    };
    read().expect("the index can be read")
}

/// Makes a database what version 2 had.
pub(crate) fn forget_search(connection: &Connection) {
    let forgotten = connection.execute_batch(
        "DROP TABLE words; DROP TABLE traits; DROP TABLE loras; DROP TABLE searches;
         DROP VIEW words_of; DROP VIEW traits_of; DROP VIEW loras_of; DROP VIEW readable;
         DROP INDEX pictures_with_sidecar_due;
         ALTER TABLE pictures DROP COLUMN marked_ms;
         ALTER TABLE pictures DROP COLUMN sidecar_ms;
         ALTER TABLE pictures DROP COLUMN sidecar_due;
         PRAGMA user_version = 2;",
    );
    forgotten.expect("it is of this version");
}
