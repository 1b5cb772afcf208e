//! Settings and sessions: files of every version open, and none is ever overwritten unread.

use std::fs;
use std::path::Path;

use maquette::domain::{
    GUIDANCE, ModelId, Notice, ParamSpec, ParamValue, Params, Parent, PictureId, PixelSize,
    Relation, STEPS, Seed, Severity, Source, Strength, Task,
};
use maquette::files::Folders;
use maquette::pipeline::{ModelInfo, SizeLimits, Weights};
use maquette::settings::{
    Draft, ModelNote, ModelNotes, Session, Settings, Theme, load_model_notes, load_session,
    load_settings, save_model_notes, save_session, save_settings,
};
use maquette::strings::Language;

fn fixture(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/settings");
    fs::read_to_string(folder.join(name)).expect("the fixture is part of the project")
}

fn home_with(name: &str, contents: &[u8]) -> (tempfile::TempDir, Folders) {
    let home = tempfile::tempdir().expect("there is room for temporary files");
    let folders = Folders::under(home.path());
    fs::create_dir_all(&folders.config).expect("the folder is new");
    let path = folders.config.join(name);
    maquette::files::write_atomically(&path, |file| std::io::Write::write_all(file, contents))
        .expect("the folder can be written");
    (home, folders)
}

fn value(folders: &Folders, name: &str) -> serde_json::Value {
    let json = fs::read(folders.config.join(name)).expect("it was saved");
    serde_json::from_slice(&json).expect("it is JSON")
}

#[test]
fn settings_of_version_1_open_and_keep_what_they_do_not_know() {
    let json = fixture("v1/settings.json");
    let (_home, folders) = home_with("settings.json", json.as_bytes());
    let (settings, notice) = load_settings(&folders);
    assert_eq!(notice, None);
    assert_eq!(settings.language, Language::Russian);
    assert_eq!(settings.theme, Theme::Light);
    assert_eq!(
        settings.library.as_deref(),
        Some(Path::new("/home/anna/Pictures/Maquette"))
    );
    assert_eq!(
        settings.runtime.as_deref(),
        Some(Path::new("/opt/onnxruntime/libonnxruntime.so"))
    );
    assert_eq!(settings.provider, "webgpu");
    assert_eq!(settings.model_dirs, [Path::new("/srv/models")]);
    assert!(settings.reduce_motion);
    assert_eq!((settings.thumbnail_px, settings.preview_every), (320, 5));
    save_settings(&folders, &settings).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value(&folders, "settings.json"), expected);
}

#[test]
fn settings_that_say_little_are_completed_by_defaults() {
    let (_home, folders) = home_with(
        "settings.json",
        fixture("v1/settings-sparse.json").as_bytes(),
    );
    assert_eq!(load_settings(&folders), (Settings::default(), None));
}

#[test]
fn a_session_of_version_1_opens_and_keeps_what_it_does_not_know() {
    let json = fixture("v1/session.json");
    let (_home, folders) = home_with("session.json", json.as_bytes());
    let (session, notice) = load_session(&folders);
    assert_eq!(notice, None);
    let Session {
        draft,
        history,
        waiting,
        layout,
        ..
    } = &session;
    assert_eq!(draft.model, Some(ModelId::new("maquette-small")));
    assert_eq!(draft.prompt.text, "a red lighthouse, маяк");
    assert_eq!(draft.size, PixelSize::new(512, 384).ok());
    assert_eq!(
        (draft.count.get(), draft.seed, draft.seed_locked),
        (4, Seed(u64::MAX), true)
    );
    assert_eq!(draft.params.get("guidance"), Some(&ParamValue::Float(7.5)));
    assert_eq!(history[0].text, "a boat");
    assert_eq!(waiting[0].seed, Seed(7));
    assert_eq!(waiting[0].parents[0].relation, Relation::VariantOf);
    assert_eq!(layout.as_deref(), Some("{\"tree\":1}"));
    save_session(&folders, &session).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value(&folders, "session.json"), expected);
}

/// The parameters of the models.
static SPECS: &[&ParamSpec] = &[&STEPS, &GUIDANCE];

fn size(side: u32) -> PixelSize {
    PixelSize::new(side, side).expect("a possible size")
}

fn model(path: &str) -> ModelInfo {
    let mut defaults = Params::default();
    defaults.set("steps", ParamValue::Int(30));
    ModelInfo {
        id: ModelId::new("dreamy"),
        name: "Dreamy".to_owned(),
        path: path.into(),
        family: "stable_diffusion",
        description: String::new(),
        licence: None,
        defaults,
        specs: SPECS,
        sizes: SizeLimits {
            default: size(512),
            multiple: 8,
            min_side: 64,
            max_side: 1024,
        },
        tokenizer: None,
        examples: Vec::new(),
        file_bytes: 4_265_384_210,
        precision: None,
        is_for_inpainting: false,
        weights: Weights::default(),
    }
}

#[test]
fn notes_of_version_1_open_and_keep_what_they_do_not_know() {
    let json = fixture("v1/models.json");
    let (_home, folders) = home_with("models.json", json.as_bytes());
    let (notes, notice) = load_model_notes(&folders);
    assert_eq!(notice, None);
    let note = notes.of(&model("/srv/models/dreamy")).expect("it is noted");
    assert_eq!(note.tags, ["книжная графика", "soft"]);
    assert_eq!(note.trigger_words, ["dreamy style"]);
    assert_eq!(note.size, Some(size(768)));
    assert!(notes.is_removed(Path::new("/srv/models/old")));
    save_model_notes(&folders, &notes).unwrap();
    let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(value(&folders, "models.json"), expected);
}

#[test]
fn kept_defaults_take_the_place_of_the_models_own_as_far_as_they_are_possible() {
    let mut note = ModelNote::default();
    note.defaults.set("steps", ParamValue::Int(12));
    note.defaults.set("guidance", ParamValue::Float(900.0));
    note.size = Some(size(768));
    let mut notes = ModelNotes::default();
    notes.set(&model("/a/dreamy"), note.clone());
    let mut overlaid = model("/a/dreamy");
    notes.overlay(&mut overlaid);
    assert_eq!(overlaid.defaults.get("steps"), Some(&ParamValue::Int(12)));
    assert_eq!(overlaid.defaults.get("guidance"), None);
    assert_eq!(overlaid.sizes.default, size(768));
    note.size = Some(size(4096));
    notes.set(&model("/a/dreamy"), note);
    let mut overlaid = model("/a/dreamy");
    notes.overlay(&mut overlaid);
    assert_eq!(overlaid.sizes.default, size(512));
}

#[test]
fn a_model_that_moved_is_known_again_and_another_of_its_name_is_not() {
    let note = ModelNote {
        tags: vec!["soft".to_owned()],
        ..ModelNote::default()
    };
    let mut notes = ModelNotes::default();
    notes.set(&model("/a/dreamy"), note.clone());
    assert_eq!(notes.of(&model("/b/dreamy")), Some(&note));
    let other = ModelInfo {
        file_bytes: 1,
        ..model("/b/dreamy")
    };
    assert_eq!(notes.of(&other), None);
    notes.set(&model("/b/dreamy"), ModelNote::default());
    assert_eq!(notes, ModelNotes::default());
}

#[test]
fn a_fingerprint_is_kept_beside_the_note_and_outlives_it() {
    let (_home, folders) = home_with("models.json", br#"{"version": "1"}"#);
    let (mut notes, _) = load_model_notes(&folders);
    let dreamy = model("/a/dreamy");
    notes.set_fingerprint(&dreamy, Some("0123".to_owned()));
    let note = ModelNote {
        tags: vec!["soft".to_owned()],
        ..ModelNote::default()
    };
    notes.set(&dreamy, note.clone());
    save_model_notes(&folders, &notes).unwrap();
    let (mut notes, notice) = load_model_notes(&folders);
    assert_eq!(notice, None);
    assert_eq!(notes.of(&dreamy), Some(&note));
    notes.set(&dreamy, ModelNote::default());
    assert_eq!(notes.fingerprint(&dreamy), Some("0123"));
    notes.set_fingerprint(&dreamy, None);
    assert_eq!(notes, ModelNotes::default());
}

#[test]
fn a_folder_off_the_list_comes_back_with_the_folder_around_it() {
    let mut notes = ModelNotes::default();
    notes.remove("/a/dreamy".into());
    notes.remove("/b/dreamy".into());
    notes.bring_back(Path::new("/a"));
    assert!(!notes.is_removed(Path::new("/a/dreamy")));
    assert!(notes.is_removed(Path::new("/b/dreamy")));
}

#[test]
fn a_draft_that_starts_from_a_picture_comes_back() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    let mut session = Session::default();
    session.draft.task = Task::Vary {
        source: Source {
            file: "/home/anna/эскиз.png".into(),
            sha256: None,
        },
        strength: Strength::new(0.4).unwrap(),
        mask: None,
    };
    session.draft.parents = vec![Parent {
        picture: PictureId::from_random([7; 16]),
        relation: Relation::VariedFrom,
    }];
    save_session(&folders, &session).unwrap();
    assert_eq!(load_session(&folders), (session, None));
}

#[test]
fn on_a_first_start_there_is_nothing_to_tell() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    let (settings, notice) = load_settings(&folders);
    let of_any_language = Settings {
        language: Language::default(),
        ..settings
    };
    assert_eq!((of_any_language, notice), (Settings::default(), None));
    assert_eq!(load_session(&folders), (Session::default(), None));
    save_settings(&folders, &Settings::default()).unwrap();
    assert_eq!(load_settings(&folders), (Settings::default(), None));
}

/// Both files, damaged: the defaults apply, and what was there is still there.
fn check_moved_aside(contents: &[u8]) {
    check_file_moved_aside("settings.json", contents, |folders| {
        let (settings, notice) = load_settings(folders);
        assert_eq!(settings.provider, Settings::default().provider);
        notice
    });
    check_file_moved_aside("session.json", contents, |folders| {
        let (session, notice) = load_session(folders);
        assert_eq!(session.draft, Draft::default());
        notice
    });
    check_file_moved_aside("models.json", contents, |folders| {
        let (notes, notice) = load_model_notes(folders);
        assert_eq!(notes, ModelNotes::default());
        notice
    });
}

fn check_file_moved_aside(name: &str, contents: &[u8], load: impl Fn(&Folders) -> Option<Notice>) {
    let (_home, folders) = home_with(name, contents);
    let notice = load(&folders).expect("the artist is told");
    assert_eq!(notice.severity, Severity::Warning);
    let told = format!("{:?}", notice.headline.args);
    let aside = format!("{name}.unreadable-1");
    assert!(told.contains(&aside), "{told}");
    assert_eq!(
        fs::read(folders.config.join(aside)).ok().as_deref(),
        Some(contents)
    );
    assert!(!folders.config.join(name).exists());
    assert_eq!(load(&folders), None);
}

#[test]
fn a_file_that_cannot_be_read_is_moved_aside() {
    check_moved_aside(b"");
    check_moved_aside(b"{\"version\":\"1\",");
    check_moved_aside(b"{\"version\":\"99\"}");
    check_moved_aside(b"{\"version\":\"1\",\"thumbnail_px\":-1,\"history\":3,\"models\":3}");
    check_moved_aside(&[0xff, 0xfe, 0x00]);
    check_moved_aside("[".repeat(100_000).as_bytes());
}

#[test]
fn settings_that_cannot_be_written_say_which_file() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    fs::File::create(&folders.config).unwrap();
    let error = save_settings(&folders, &Settings::default()).unwrap_err();
    assert!(error.to_string().contains("settings.json"), "{error}");
}

#[test]
fn a_budget_of_memory_is_kept_and_told_in_bytes() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    let settings = Settings {
        memory_budget_mib: Some(3000),
        ..Settings::default()
    };
    save_settings(&folders, &settings).unwrap();
    let (read, _) = load_settings(&folders);
    assert_eq!(read, settings);
    let bytes = read.engine_config().memory_budget_bytes;
    assert_eq!(bytes, Some(3000 << 20));
    assert_eq!(
        Settings::default().engine_config().memory_budget_bytes,
        None
    );
}
