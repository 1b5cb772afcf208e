//! The window by the names of its parts, as screen readers and hands on the keyboard find them.
#![cfg(feature = "gui")]

use std::path::PathBuf;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers, Vec2};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use egui_kittest::{Harness, HarnessBuilder};

use maquette::app::{
    Action, ComposeAction, EngineAction, Heard, Opening, QueueAction, RuntimeFacts, SettingsAction,
    Studio,
};
use maquette::domain::{
    GUIDANCE, JobId, Message, ModelId, Notice, ParamSpec, Params, PixelSize, Progress, Remedy,
    STEPS, Seed, Severity,
};
use maquette::gallery;
use maquette::jobs::{self, Failure, Outcome, Update};
use maquette::pipeline::{FailureKind, ModelInfo, SizeLimits, Weights};
use maquette::settings::{ModelNotes, Session, Settings, Theme};
use maquette::strings::Language;
use maquette::ui::view::{Sheet, View, Workspace};
use maquette::ui::window::Window;

/// The smallest window that must hold every text.
const SMALL: Vec2 = Vec2::new(1100.0, 700.0);

static SPECS: &[&ParamSpec] = &[&STEPS, &GUIDANCE];

/// A studio and its window, without threads: actions are applied and their effects dropped.
struct Desk {
    studio: Studio,
    window: Option<Window>,
    actions: Vec<Action>,
}

fn open(studio: Studio) -> Harness<'static, Desk> {
    open_in(Harness::builder(), studio)
}

fn open_in(builder: HarnessBuilder<Desk>, studio: Studio) -> Harness<'static, Desk> {
    let desk = Desk {
        studio,
        window: None,
        actions: Vec::new(),
    };
    let mut harness = builder.with_size(SMALL).build_ui_state(
        |ui, desk: &mut Desk| {
            let Desk {
                studio,
                window,
                actions,
            } = desk;
            let Some(window) = window else {
                // Fonts are there from the frame after this one.
                *window = Some(Window::new(ui.ctx(), studio));
                return;
            };
            let mut asked = Vec::new();
            window.ui(ui, studio, Duration::ZERO, &mut asked);
            for action in asked {
                actions.push(action.clone());
                let _effects = studio.apply(action, Duration::ZERO);
            }
        },
        desk,
    );
    harness.run_steps(4);
    harness
}

fn studio(settings: Settings) -> Studio {
    let opening = Opening {
        settings,
        session: Session::default(),
        model_notes: ModelNotes::default(),
        notices: Vec::new(),
        default_library: PathBuf::from("pictures"),
    };
    Studio::open(opening).0
}

fn hear(studio: &mut Studio, heard: Heard) {
    let _effects = studio.absorb(heard, Duration::ZERO);
}

/// A studio that has a model and can run it.
fn ready_studio(settings: Settings) -> Studio {
    let mut studio = studio(settings);
    let facts = RuntimeFacts {
        path: PathBuf::from("libonnxruntime.so"),
        version: "1.0".to_owned(),
        providers: Vec::new(),
    };
    hear(&mut studio, Heard::Runtime(Ok(facts)));
    hear(&mut studio, models(vec![model()]));
    let opened = gallery::Event::Opened {
        library: PathBuf::from("pictures"),
        entries: Vec::new(),
    };
    hear(&mut studio, Heard::Library(opened));
    studio
}

fn models(found: Vec<ModelInfo>) -> Heard {
    Heard::Models {
        found,
        refused: Vec::new(),
    }
}

fn model() -> ModelInfo {
    ModelInfo {
        id: ModelId::new("sketch"),
        name: "Sketch".to_owned(),
        path: PathBuf::from("sketch"),
        family: "stable_diffusion",
        description: String::new(),
        licence: None,
        defaults: Params::default(),
        specs: SPECS,
        sizes: SizeLimits {
            default: PixelSize::new(128, 128).expect("a possible size"),
            multiple: 32,
            min_side: 64,
            max_side: 512,
        },
        tokenizer: None,
        examples: vec!["a red lighthouse".to_owned()],
        file_bytes: 0,
        precision: None,
        weights: Weights::default(),
    }
}

fn notice() -> Notice {
    let headline = Message::new("error-files-no-home").with("variable", "MAQUETTE_HOME");
    let mut notice = Notice::new(Severity::Error, headline).with_remedy(Remedy::UseCpu);
    notice.details.push("a long chain of causes".repeat(6));
    notice
}

/// A studio with everything in its strip: one failed, one running, two waiting jobs.
fn busy_studio(settings: Settings) -> Studio {
    let mut studio = ready_studio(settings);
    for seed in 1..=4 {
        let generate = ComposeAction::Generate { fresh: Seed(seed) };
        let _effects = studio.apply(Action::Compose(generate), Duration::ZERO);
    }
    let failure = Failure {
        kind: FailureKind::Running,
        notice: notice(),
    };
    let failed = running(&studio);
    hear(
        &mut studio,
        job(failed, Update::Finished(Outcome::Failed(failure))),
    );
    let step = Progress::Step {
        picture: 0,
        done: 12,
        total: 20,
    };
    let running = running(&studio);
    hear(&mut studio, job(running, Update::Progress(step)));
    studio
}

fn running(studio: &Studio) -> JobId {
    studio.press().running().expect("a job runs").0.id
}

fn job(job: JobId, update: Update) -> Heard {
    Heard::Job(jobs::Event { job, update })
}

fn asked(harness: &Harness<'_, Desk>, is_meant: impl Fn(&Action) -> bool) -> bool {
    harness.state().actions.iter().any(is_meant)
}

fn is_generate(action: &Action) -> bool {
    matches!(action, Action::Compose(ComposeAction::Generate { .. }))
}

fn press(harness: &mut Harness<'_, Desk>, modifiers: Modifiers, key: Key) {
    harness.key_press_modifiers(modifiers, key);
    harness.run_steps(3);
}

fn click(harness: &mut Harness<'_, Desk>, name: &str) {
    harness.get_by_role_and_label(Role::Button, name).click();
    harness.run_steps(3);
}

fn view<'a>(harness: &'a Harness<'_, Desk>) -> &'a View {
    &harness.state().window.as_ref().expect("drawn").view
}

#[test]
fn generate_is_asked_for_by_button_and_by_key() {
    let mut harness = open(ready_studio(Settings::default()));
    click(&mut harness, "Generate");
    assert!(asked(&harness, is_generate));
    harness.state_mut().actions.clear();
    harness.get_by_label("Prompt").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    assert!(asked(&harness, is_generate));
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.prompt.text, "", "the key writes no line break");
}

#[test]
fn without_a_runtime_generate_waits_and_the_way_out_is_beside_it() {
    let mut studio = studio(Settings::default());
    hear(&mut studio, models(vec![model()]));
    hear(&mut studio, Heard::Runtime(Err(notice())));
    let mut harness = open(studio);
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    assert!(!asked(&harness, is_generate));
    click(&mut harness, "Fetch ONNX Runtime");
    let install = Action::Engine(EngineAction::InstallRuntime);
    assert!(asked(&harness, |action| *action == install));
}

#[test]
fn an_example_of_the_model_becomes_the_prompt() {
    let mut harness = open(ready_studio(Settings::default()));
    click(&mut harness, "a red lighthouse");
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.prompt.text, "a red lighthouse");
    assert!(harness.get_by_label("Prompt").is_focused());
}

#[test]
fn what_is_written_reaches_the_draft() {
    // The system's fonts, which have such signs, are not loaded in tests.
    let builder = Harness::builder().allow_missing_glyphs();
    let mut harness = open_in(builder, ready_studio(Settings::default()));
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.get_by_label("Prompt").type_text("лодка 船 🚤");
    harness.run_steps(3);
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.prompt.text, "лодка 船 🚤");
}

#[test]
fn what_is_written_in_the_frame_of_the_key_is_in_the_request() {
    let mut harness = open(ready_studio(Settings::default()));
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.event(egui::Event::Text("boat".to_owned()));
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    let studio = &harness.state().studio;
    let request = &studio.press().running().expect("a job runs").0.request;
    assert_eq!(request.prompt.text, "boat");
    assert_eq!(studio.compose().draft().seed, request.seed);
}

#[test]
fn numbers_are_stepped_and_shapes_fill_in_the_size() {
    let mut harness = open(ready_studio(Settings::default()));
    click(&mut harness, "One picture more");
    click(&mut harness, "Shape 3:2");
    click(&mut harness, "Keep this seed");
    let draft = harness.state().studio.compose().draft().clone();
    assert_eq!(draft.count.get(), 5);
    assert_eq!(draft.size, PixelSize::new(192, 128).ok());
    assert!(draft.seed_locked);
    click(&mut harness, "Swap width and height");
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.size, PixelSize::new(128, 192).ok());
}

#[test]
fn a_running_job_is_cancelled_and_says_so_at_once() {
    let mut harness = open(busy_studio(Settings::default()));
    assert!(harness.query_by_label_contains("step 12/20").is_some());
    click(&mut harness, "Cancel");
    let cancel = QueueAction::Cancel(running(&harness.state().studio));
    assert!(asked(&harness, |action| *action == Action::Queue(cancel)));
    assert!(harness.query_by_label("Cancelling…").is_some());
}

#[test]
fn waiting_jobs_change_places_by_the_keyboard() {
    let mut harness = open(busy_studio(Settings::default()));
    let order = |harness: &Harness<'_, Desk>| -> Vec<JobId> {
        let waiting = harness.state().studio.press().waiting();
        waiting.map(|job| job.id).collect()
    };
    let before = order(&harness);
    harness.get_by_label_contains("Waiting, place 1").focus();
    harness.run_steps(2);
    press(&mut harness, Modifiers::ALT, Key::ArrowRight);
    let mut expected = before.clone();
    expected.swap(0, 1);
    assert_eq!(order(&harness), expected);
}

#[test]
fn a_failed_job_is_tried_again_from_its_cell() {
    let mut harness = open(busy_studio(Settings::default()));
    let failed = harness.state().studio.press().failed()[0].0.id;
    click(&mut harness, "Try again");
    let retry = Action::Queue(QueueAction::Retry(failed));
    assert!(asked(&harness, |action| *action == retry));
}

#[test]
fn workspaces_switch_by_key_and_escape_leads_out_of_sheets() {
    let mut harness = open(ready_studio(Settings::default()));
    press(&mut harness, Modifiers::COMMAND, Key::Num2);
    assert_eq!(view(&harness).workspace, Workspace::Gallery);
    press(&mut harness, Modifiers::COMMAND, Key::Num1);
    assert_eq!(view(&harness).workspace, Workspace::Create);
    press(&mut harness, Modifiers::NONE, Key::F1);
    assert_eq!(view(&harness).sheet, Some(Sheet::Shortcuts));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(view(&harness).sheet, None);
}

#[test]
fn the_palette_runs_the_command_whose_name_is_written() {
    let mut harness = open(ready_studio(Settings::default()));
    press(&mut harness, Modifiers::COMMAND, Key::K);
    harness.event(egui::Event::Text("gallery".to_owned()));
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(view(&harness).workspace, Workspace::Gallery);
    assert_eq!(view(&harness).sheet, None);
}

#[test]
fn another_language_is_spoken_at_once() {
    let mut harness = open(ready_studio(Settings::default()));
    change(&mut harness, |settings| {
        settings.language = Language::Russian;
    });
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Создать")
            .is_some()
    );
}

#[test]
fn everything_has_a_name_and_its_place_in_every_language_and_theme() {
    let mut harness = open(busy_studio(Settings::default()));
    for language in Language::ALL {
        for theme in Theme::ALL {
            change(&mut harness, |settings| {
                settings.language = language;
                settings.theme = theme;
            });
            for sheet in [None, Some(Sheet::Settings), Some(Sheet::Shortcuts)] {
                for workspace in Workspace::ALL {
                    let window = harness.state_mut().window.as_mut().expect("drawn");
                    window.view.workspace = workspace;
                    window.view.sheet = sheet;
                    window.view.is_more_open = true;
                    harness.run_steps(4);
                    harness.check_accessibility();
                    check_places(&harness, &format!("{language:?} {sheet:?} {workspace:?}"));
                }
            }
        }
    }
}

fn change(harness: &mut Harness<'_, Desk>, edit: impl FnOnce(&mut Settings)) {
    let mut settings = harness.state().studio.settings().clone();
    edit(&mut settings);
    let edit = Action::Settings(SettingsAction::Edit(Box::new(settings)));
    let _effects = harness.state_mut().studio.apply(edit, Duration::ZERO);
    harness.run_steps(3);
}

/// No text and no button reaches out of the window.
fn check_places(harness: &Harness<'_, Desk>, state: &str) {
    let root = harness.root();
    let nodes = root.children_recursive().filter_map(|node| {
        let data = node.accesskit_node();
        let label = data.label()?;
        (data.role() == Role::Button || data.role() == Role::Label).then(|| (label, node.rect()))
    });
    for (label, rect) in nodes {
        let is_inside = rect.left() >= -0.5 && rect.right() <= SMALL.x + 0.5;
        assert!(is_inside, "{state}: `{label}` stands at {rect:?}");
    }
}
