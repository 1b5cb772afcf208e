//! Rules of the house that no compiler knows.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sources::{Source, rust_files};
use maquette::files::sha256_of;

/// Names that say nothing about what is inside.
const BANNED_NAMES: [&str; 10] = [
    "util", "utils", "helper", "helpers", "manager", "common", "misc", "base", "types", "stuff",
];

/// Crates that only one place may name, and the place.
const WALLS: [(&str, &str); 7] = [
    ("ort", "src/runtime/onnx.rs"),
    ("egui", "src/ui"),
    ("eframe", "src/ui"),
    ("rusqlite", "src/gallery"),
    ("ureq", "src/hub"),
    ("keyring", "src/hub"),
    ("rfd", "src/ui"),
];

/// Folders with one entry a file and one list of them all in `mod.rs`.
const CATALOGUES: [&str; 6] = [
    "src/diffusion/noise",
    "src/diffusion/schedule",
    "src/diffusion/scheduler",
    "src/pipeline/family",
    "src/provenance/foreign/reader",
    "src/ui/panel",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn all_rust_files() -> Vec<Source> {
    let folders = ["src", "tests", "xtask", "benches", "examples"];
    folders.into_iter().flat_map(rust_files).collect()
}

/// The files that belong to the project, from its root.
fn tracked_files() -> Vec<PathBuf> {
    let output = Command::new("git")
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .current_dir(root())
        .output()
        .expect("git is there where the project is built from a clone");
    assert!(output.status.success(), "git ls-files: {output:?}");
    let names = String::from_utf8(output.stdout).expect("names are UTF-8");
    let names = names.split_terminator('\0').map(PathBuf::from);
    names.filter(|path| root().join(path).is_file()).collect()
}

#[test]
fn every_file_says_first_what_it_is_for() {
    for source in all_rust_files() {
        let first = source.text.lines().next().unwrap_or_default();
        assert!(first.starts_with("//! "), "{}", source.path.display());
    }
}

#[test]
fn no_name_says_nothing() {
    for source in all_rust_files() {
        let path = source.path.with_extension("");
        for part in path.iter().filter_map(|part| part.to_str()) {
            let banned = part.split('_').find(|word| BANNED_NAMES.contains(word));
            assert!(banned.is_none(), "{}: {banned:?}", source.path.display());
        }
    }
}

#[test]
fn a_todo_has_an_owner_or_an_issue() {
    // Split, so that this file does not find itself.
    let banned = [
        concat!("FIX", "ME"),
        concat!("HA", "CK"),
        concat!("XX", "X"),
    ];
    let todo = concat!("TO", "DO");
    for source in all_rust_files() {
        for (number, line) in source.text.lines().enumerate() {
            let place = format!("{}:{}", source.path.display(), number + 1);
            let bare = line.match_indices(todo).any(|(position, _)| {
                let after = &line[position + todo.len()..];
                let owner = after
                    .strip_prefix('(')
                    .and_then(|rest| rest.split_once("): "));
                owner.is_none_or(|(owner, sentence)| owner.is_empty() || sentence.is_empty())
            });
            assert!(!bare, "{place}: write {todo}(name): sentence");
            assert!(!banned.iter().any(|word| line.contains(word)), "{place}");
        }
    }
}

#[test]
fn each_wall_is_named_on_its_own_side_only() {
    for source in rust_files("src") {
        for (name, place) in WALLS {
            let inside = source.path.starts_with(place);
            assert!(
                inside || !names_crate(&source.text, name),
                "{} names `{name}`, which only {place} may",
                source.path.display(),
            );
        }
    }
}

#[test]
fn a_crate_is_seen_in_paths_and_not_in_words() {
    assert!(names_crate("use ort::Session;", "ort"));
    assert!(names_crate("fn x(ui: &mut egui::Ui) {}", "egui"));
    assert!(names_crate("use egui;", "egui"));
    assert!(!names_crate("// the port::number of egui", "egui"));
    assert!(!names_crate("use port::Number;", "ort"));
    assert!(!names_crate(
        "use crate::gallery::rusqlite_like;",
        "rusqlite"
    ));
}

#[test]
fn every_catalogue_file_is_in_its_list() {
    let mut strays = Vec::new();
    for folder in CATALOGUES {
        let files = rust_files(folder);
        let is_list = |source: &&Source| source.path == Path::new(folder).join("mod.rs");
        let list = files
            .iter()
            .find(is_list)
            .map(|source| list_in(&source.text));
        for source in &files {
            let entry = source.path.strip_prefix(folder).expect("it lies below");
            // A folder inside belongs to the entry of its name.
            let head = entry.iter().next().map(Path::new).expect("it has a name");
            let name = head.with_extension("").display().to_string();
            let is_listed = list.is_some_and(|list| list.contains(&format!("{name}::")));
            if name != "mod" && !is_listed {
                strays.push(source.path.clone());
            }
        }
    }
    assert!(
        strays.is_empty(),
        "not in the list of their folder's mod.rs: {strays:#?}"
    );
}

#[test]
fn a_list_ends_where_it_ends() {
    let code = "use self::a::A;\npub static ALL: &[&dyn X] = &[\n    &b::B,\n];\nfn c() { d::e() }";
    assert_eq!(list_in(code), " &[\n    &b::B,\n");
    assert_eq!(list_in("pub use self::a::A;"), "");
}

#[test]
fn every_module_has_its_section_in_the_architecture() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    assert!(
        text.lines().count() <= 240,
        "ARCHITECTURE.md is read whole, so keep it short"
    );
    let headings = text.lines().filter_map(|line| line.strip_prefix("### `"));
    let sections: Vec<&str> = headings.filter_map(|rest| rest.split('`').next()).collect();
    let lib = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let modules = lib
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut position = 0;
    for module in modules {
        let place = sections.iter().position(|section| *section == module);
        let place = place.unwrap_or_else(|| panic!("ARCHITECTURE.md has no section `{module}`"));
        assert!(
            place >= position,
            "the section `{module}` is out of the order of src/lib.rs"
        );
        position = place;
    }
}

#[test]
fn every_model_has_a_licence_and_the_files_of_its_manifest() {
    let mut models = 0;
    for manifest in tracked_files() {
        if !manifest.starts_with("models") || !manifest.ends_with("model.toml") {
            continue;
        }
        models += 1;
        let text = fs::read_to_string(root().join(&manifest)).unwrap();
        let table: toml::Table = text.parse().unwrap_or_else(|error| {
            panic!("{}: {error}", manifest.display());
        });
        let licence = table.get("licence").and_then(|licence| licence.get("id"));
        let licence = licence.and_then(toml::Value::as_str).unwrap_or_default();
        assert!(!licence.is_empty(), "{}: no licence.id", manifest.display());
        check_files(&manifest, &table);
    }
    assert!(models > 0, "the default model is embedded");
}

/// What the manifest lists is there with the right hash, and what a program reads is listed.
fn check_files(manifest: &Path, table: &toml::Table) {
    let folder = manifest.parent().expect("a manifest lies in a folder");
    let files = table.get("files").and_then(toml::Value::as_array);
    let files = files.unwrap_or_else(|| panic!("{}: no files", manifest.display()));
    let mut listed = BTreeSet::new();
    for file in files {
        let field = |name| {
            file.get(name)
                .and_then(toml::Value::as_str)
                .unwrap_or_default()
        };
        let path = folder.join(field("path"));
        let found = sha256_of(&root().join(&path));
        let found = found.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert_eq!(field("sha256"), found, "{}", path.display());
        listed.insert(path);
    }
    let is_read = |path: &PathBuf| {
        let extension = path.extension().and_then(|extension| extension.to_str());
        matches!(extension, Some("onnx" | "json" | "txt"))
    };
    let beside = tracked_files()
        .into_iter()
        .filter(|path| path.starts_with(folder));
    let unlisted: Vec<_> = beside
        .filter(|path| is_read(path) && !listed.contains(path))
        .collect();
    assert!(
        unlisted.is_empty(),
        "{} lacks {unlisted:?}",
        manifest.display()
    );
}

#[test]
fn no_package_registry_is_named() {
    // Split, so that this file does not find itself.
    let hosts = [
        concat!("pypi.", "org"),
        concat!("pythonhosted", ".org"),
        concat!("crates", ".io"),
        concat!("npmjs", ".org"),
        concat!("npmjs", ".com"),
        concat!("deb.debian", ".org"),
        concat!("archive.ubuntu", ".com"),
    ];
    for path in tracked_files() {
        let is_lock = path
            .extension()
            .is_some_and(|extension| extension == "lock");
        let bytes = fs::read(root().join(&path)).unwrap();
        let Ok(text) = String::from_utf8(bytes) else {
            continue;
        };
        let named = hosts.iter().find(|host| text.contains(*host));
        assert!(is_lock || named.is_none(), "{}: {named:?}", path.display());
    }
}

/// Whether the code, comments aside, names the crate in a path or a `use`.
fn names_crate(code: &str, name: &str) -> bool {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let is_part_of_name = |character: char| character.is_alphanumeric() || character == '_';
    lines.into_iter().any(|line| {
        line.match_indices(name).any(|(position, _)| {
            let before = line[..position].chars().next_back();
            let after = &line[position + name.len()..];
            let starts = before.is_none_or(|before| !is_part_of_name(before));
            let is_use = line.trim_start().starts_with("use ") && after.starts_with(';');
            starts && (after.starts_with("::") || is_use)
        })
    })
}

/// What stands in the public list of a catalogue.
fn list_in(code: &str) -> &str {
    let list = code.split_once("\npub static ").and_then(|(_, rest)| {
        let (_, list) = rest.split_once(" =")?;
        list.split_once("];")
    });
    list.map_or("", |(list, _)| list)
}
