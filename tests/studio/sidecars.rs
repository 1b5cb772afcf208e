//! Whether sidecars are kept is the artist's to say, and the librarian's to know.

use std::path::PathBuf;
use std::time::Duration;

use maquette::app::{Action, Effect, Opening, SettingsAction, Studio};
use maquette::files::Folders;
use maquette::gallery::Command;
use maquette::settings::{Settings, load_settings, save_settings};

#[test]
fn the_librarian_knows_before_a_library_is_opened() {
    for sidecars in [false, true] {
        let (_, effects) = open(sidecars);
        let told: Vec<&Command> = effects.iter().filter_map(command).collect();
        let library = Command::Open(PathBuf::from("pictures"));
        assert_eq!(told, [&Command::KeepSidecars(sidecars), &library]);
    }
}

#[test]
fn the_librarian_is_told_when_the_artist_changes_her_mind() {
    let (mut studio, _) = open(false);
    let mut edit = |sidecars| {
        let settings = Settings {
            sidecars,
            ..Settings::default()
        };
        let action = Action::Settings(SettingsAction::Edit(Box::new(settings)));
        let effects = studio.apply(action, Duration::ZERO);
        effects.iter().filter_map(command).find_map(|told| {
            if let Command::KeepSidecars(keeps) = told {
                Some(*keeps)
            } else {
                None
            }
        })
    };
    let told = [true, true, false].map(&mut edit);
    assert_eq!(told, [Some(true), None, Some(false)], "each change once");
}

#[test]
fn the_preference_outlives_the_program() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    for sidecars in [true, false] {
        let settings = Settings {
            sidecars,
            ..Settings::default()
        };
        save_settings(&folders, &settings).unwrap();
        assert_eq!(load_settings(&folders), (settings, None));
    }
}

fn open(sidecars: bool) -> (Studio, Vec<Effect>) {
    Studio::open(Opening::first(
        Settings {
            sidecars,
            ..Settings::default()
        },
        PathBuf::from("pictures"),
    ))
}

fn command(effect: &Effect) -> Option<&Command> {
    if let Effect::Library(command) = effect {
        Some(command)
    } else {
        None
    }
}
