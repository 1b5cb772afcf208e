//! From a folder of models to judged promises: the window with its real threads, the real engine,
//! real small models and adapters.
#![cfg(all(unix, feature = "onnx"))]

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use maquette::app::{
    Action, ComposeAction, Effect, Effects, GalleryAction, Opening, Runner, RunnerConfig, Studio,
};
use maquette::domain::{Message, SystemClock};
use maquette::engine::Child;
use maquette::files::{Folders, write_atomically};
use maquette::jobs::EngineConfig;
use maquette::runtime::locate;
use maquette::settings::Settings;
use maquette::ui::window::Window;

use crate::bench::{CTRL_SHIFT, SMALL};
use crate::models::Dropped;

const PATIENCE: Duration = Duration::from_mins(2);

/// The window, and the threads behind it.
struct Live {
    studio: Studio,
    window: Option<Window>,
    runner: Runner,
    asked: Vec<Action>,
    started: Instant,
}

impl Live {
    fn advance(&mut self) {
        let now = self.started.elapsed();
        for heard in self.runner.hear() {
            let effects = self.studio.absorb(heard, now);
            self.carry_out(effects);
        }
        for action in std::mem::take(&mut self.asked) {
            let effects = self.studio.apply(action, now);
            self.carry_out(effects);
        }
    }

    fn carry_out(&mut self, effects: Effects) {
        for effect in effects {
            if let (Some(Effect::Texture(key, pixels)), Some(window)) =
                (self.runner.run(effect), &mut self.window)
            {
                window.textures.insert(key, pixels);
            }
        }
    }

    fn draw(&mut self, ui: &mut egui::Ui) {
        self.advance();
        let Some(window) = &mut self.window else {
            self.window = Some(Window::new(ui.ctx(), &self.studio));
            return;
        };
        let now = self.started.elapsed();
        window.textures.advance(ui.ctx(), now);
        window.ui(ui, &self.studio, now, &mut self.asked);
    }
}

struct Journey(Harness<'static, Live>);

impl Journey {
    fn begin(home: &Path) -> Self {
        let folders = Folders::under(home);
        let location = locate(None, &Folders::find().expect("a home folder"));
        let location = location.unwrap_or_else(|error| {
            panic!("{error}\nrun `cargo xtask test`, which installs ONNX Runtime first")
        });
        let library = location.library;
        let config = EngineConfig {
            runtime: Some(library.clone()),
            ..EngineConfig::default()
        };
        let runner = Runner::start(RunnerConfig {
            program: engine_at(home),
            folders: folders.clone(),
            engine: Box::new(Child::new(engine_at(home), config)),
            clock: Arc::new(SystemClock),
            waker: Arc::new(|| {}),
        });
        let (studio, effects) = Studio::open(Opening::first(
            Settings {
                runtime: Some(library),
                provider: "cpu".to_owned(),
                ..Settings::default()
            },
            home.join("library"),
        ));
        let mut live = Live {
            studio,
            window: None,
            runner: runner.expect("threads can be started"),
            asked: Vec::new(),
            started: Instant::now(),
        };
        live.carry_out(effects);
        let harness = Harness::builder()
            .with_size(SMALL)
            .build_ui_state(|ui, live: &mut Live| live.draw(ui), live);
        Self(harness)
    }

    fn studio(&self) -> &Studio {
        &self.0.state().studio
    }

    /// Draws frames until something is so.
    fn wait(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let until = Instant::now() + PATIENCE;
        while !is_so(self) {
            let notices = self.studio().notices().all();
            assert!(Instant::now() < until, "{what}; told: {notices:?}");
            std::thread::sleep(Duration::from_millis(10));
            self.0.run_steps(1);
        }
        self.0.run_steps(3);
    }

    fn press(&mut self, modifiers: Modifiers, key: Key) {
        self.0.key_press_modifiers(modifiers, key);
        self.0.run_steps(3);
    }

    fn is_shown(&self, text: &str) -> bool {
        self.0.query_all_by_label_contains(text).next().is_some()
    }

    /// Makes pictures of what is written; the same number of them as before and one press makes.
    fn generate(&mut self) {
        let kept = self.studio().wall().kept();
        let count = self.studio().compose().draft().count.get() as usize;
        self.press(Modifiers::COMMAND, Key::Enter);
        self.wait("all pictures are kept", |journey| {
            journey.studio().wall().kept() == kept + count
                && journey.studio().press().running().is_none()
        });
    }
}

/// The program as an engine that keeps its things below `home`.
fn engine_at(home: &Path) -> PathBuf {
    let script = home.join("engine.sh");
    let program = env!("CARGO_BIN_EXE_maquette");
    let lines = format!(
        "#!/bin/sh\nexport MAQUETTE_HOME='{}'\nexec '{program}' \"$@\"\n",
        home.display()
    );
    let written = write_atomically(&script, |out| out.write_all(lines.as_bytes()));
    written
        .and_then(|()| fs::set_permissions(&script, fs::Permissions::from_mode(0o755)))
        .expect("the home can be written");
    script
}

fn copy_of(from: &str, to: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
    fs::create_dir_all(to.parent().expect("it lies below")).expect("the home can be written");
    if from.is_file() {
        fs::copy(&from, to).expect("it can be copied");
        return;
    }
    for entry in fs::read_dir(&from).expect("it is there") {
        let name = entry.expect("it can be listed").file_name();
        let from = from.join(&name);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let from = from.strip_prefix(root).expect("it lies below");
        copy_of(&from.to_string_lossy(), &to.join(name));
    }
}

#[test]
fn a_step_that_gives_no_numbers_is_found_in_a_process_of_its_own() {
    let home = tempfile::tempdir().expect("there is room for temporary files");
    let home = home.path();
    let model = Folders::under(home).data.join("models/Broken");
    copy_of("tests/tiny/nan_unet", &model);
    let mut journey = Journey::begin(home);
    journey.wait("the model has a card", |journey| {
        !journey.studio().shelf().models().is_empty()
    });
    journey.press(CTRL_SHIFT, Key::M);
    let test = journey
        .0
        .get_by_role_and_label(Role::Button, "Test one step");
    test.click_accesskit();
    journey.wait("the step is drawn", |journey| {
        journey.studio().shelf().report(&model).is_some()
    });
    let report = journey.studio().shelf().report(&model);
    assert_eq!(report.and_then(|report| report.probe), Some(false));
    assert!(journey.is_shown("Does not run"));
}

#[test]
fn a_model_whose_files_changed_says_so_once() {
    let home = tempfile::tempdir().expect("there is room for temporary files");
    let home = home.path();
    let model = Folders::under(home).data.join("models/Sketch");
    copy_of("tests/tiny/sd15", &model);
    let mut journey = Journey::begin(home);
    journey.wait("the window is open and the model has a card", |journey| {
        let studio = journey.studio();
        studio.wall().library().is_some() && !studio.shelf().models().is_empty()
    });
    let told = |journey: &Journey| {
        let folder = model.display().to_string();
        let is_it = |headline: &Message| {
            let args = format!("{:?}", headline.args);
            headline.key == "notice-model-changed" && args.contains(&folder)
        };
        let notices = journey.studio().notices().all().iter();
        let notices = notices.filter(|posted| is_it(&posted.notice.headline));
        notices.map(|posted| posted.times).sum::<u32>()
    };
    journey.generate();
    journey.generate();
    assert_eq!(told(&journey), 0);
    let config = model.join("scheduler/scheduler_config.json");
    let text = fs::read_to_string(&config).expect("it is there");
    let changed = text.replace("0.012", "0.013");
    assert_ne!(changed, text);
    write_atomically(&config, |out| out.write_all(changed.as_bytes())).expect("it can be written");
    journey.generate();
    assert_eq!(told(&journey), 1);
    journey.generate();
    assert_eq!(told(&journey), 1);
}

#[test]
fn a_folder_is_added_its_models_draw_two_loras_mix_and_promises_stand_beside_what_happened() {
    let home = tempfile::tempdir().expect("there is room for temporary files");
    let home = home.path();
    copy_of("tests/tiny/sd15", &home.join("elsewhere/Sketch"));
    copy_of("tests/tiny/sd2_v", &home.join("elsewhere/Wash"));
    let loras = Folders::under(home).data.join("loras");
    copy_of(
        "tests/golden/adapters/ink_kohya.safetensors",
        &loras.join("ink.safetensors"),
    );
    copy_of(
        "tests/golden/adapters/oil.safetensors",
        &loras.join("oil.safetensors"),
    );

    // A folder is dropped, and its models have cards.
    let mut journey = Journey::begin(home);
    journey.wait("the window is open", |journey| {
        journey.studio().wall().library().is_some()
    });
    let dropped = Arc::new(Dropped(home.join("elsewhere")));
    journey.0.input_mut().dropped_files.push(dropped);
    journey.wait("both models have cards", |journey| {
        journey.is_shown("Sketch, Stable Diffusion") && journey.is_shown("Wash, Stable Diffusion")
    });
    journey.press(Modifiers::NONE, Key::Escape);
    let known = journey.studio().shelf().models().iter();
    let id = |name: &str| {
        let mut known = known.clone();
        known
            .find(|model| model.name == name)
            .map(|model| model.id.clone())
            .expect("it is known")
    };
    let (sketch, wash) = (id("Sketch"), id("Wash"));

    // Two LoRAs are named, have rows, and take part in the pictures.
    journey
        .0
        .state_mut()
        .asked
        .push(Action::Compose(ComposeAction::ChooseModel(sketch.clone())));
    journey.0.run_steps(3);
    journey.press(Modifiers::COMMAND, Key::L);
    let prompt = "a fox <lora:ink:0.8> <lora:oil:0.5>";
    journey.0.get_by_label("Prompt").type_text(prompt);
    journey.0.run_steps(3);
    assert_eq!(journey.studio().compose().draft().prompt.text, prompt);
    assert!(journey.is_shown("Weight of ink") && journey.is_shown("Weight of oil"));
    assert!(journey.is_shown("the time is known after the first picture"));
    journey.generate();
    let newest = journey.studio().wall().at(0).expect("one is kept").id;
    journey.press(Modifiers::NONE, Key::Escape);
    journey
        .0
        .state_mut()
        .asked
        .push(Action::Gallery(GalleryAction::Select(newest)));
    journey.wait("its recipe is known", |journey| {
        journey.studio().wall().record(newest).is_some()
    });
    let recipe = journey
        .studio()
        .wall()
        .record(newest)
        .expect("it is known")
        .recipe
        .clone();
    assert_eq!(recipe.model, sketch);
    let adapters = recipe.made_with.adapters.iter();
    let adapters: Vec<_> = adapters.map(|adapter| adapter.name.as_str()).collect();
    assert_eq!(adapters, ["ink", "oil"]);

    // What was promised stands beside what happened, and the next promise knows the pace.
    let took = journey.0.get_by_label_contains("last: ");
    let node = took.accesskit_node();
    let took = node.label().or_else(|| node.value()).unwrap_or_default();
    assert!(took.contains("MB") && took.contains("expected"), "{took}");
    assert!(journey.is_shown("About "), "the time is known now");

    // The other model draws the next ones.
    journey.press(CTRL_SHIFT, Key::M);
    let mut named = journey.0.query_all_by_label_contains("Wash, Stable");
    let card = named.find(|node| node.accesskit_node().role() == Role::Button);
    card.expect("its card is shown").click();
    drop(named);
    journey.0.run_steps(3);
    journey.press(Modifiers::NONE, Key::Enter);
    assert_eq!(journey.studio().model().map(|model| &model.id), Some(&wash));
    journey.generate();
    let newest = journey.studio().wall().at(0).expect("one is kept").id;
    journey
        .0
        .state_mut()
        .asked
        .push(Action::Gallery(GalleryAction::Select(newest)));
    journey.wait("its recipe is known", |journey| {
        let record = journey.studio().wall().record(newest);
        record.is_some_and(|record| record.recipe.model == wash)
    });
}
