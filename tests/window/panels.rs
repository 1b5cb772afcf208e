//! Compose, strip, sheets and palette: asked by button and by key, and right in every language.

use std::path::PathBuf;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;

use maquette::app::{
    Action, ComposeAction, EngineAction, Heard, QueueAction, RuntimeFacts, SettingsAction,
};
use maquette::domain::{JobId, Message, Notice, PixelSize, Progress, Remedy, Seed, Severity};
use maquette::gallery;
use maquette::jobs::{self, Failure, Outcome, Update};
use maquette::pipeline::{FailureKind, ModelInfo, SizeLimits};
use maquette::settings::Settings;
use maquette::strings::Language;
use maquette::ui::view::{Sheet, Workspace};

use crate::bench::{self, Bench, asked, check, click, every_look, press, view};

/// A bench with a model that can run.
fn ready() -> Bench {
    let mut bench = Bench::new(Settings::default());
    let facts = RuntimeFacts {
        path: PathBuf::from("libonnxruntime.so"),
        version: "1.0".to_owned(),
        providers: Vec::new(),
    };
    bench.hear(Heard::Runtime(Ok(facts)));
    bench.hear(models(vec![model()]));
    let opened = gallery::Event::Opened {
        library: PathBuf::from("pictures"),
        entries: Vec::new(),
        journal: gallery::Journal::default(),
    };
    bench.hear(Heard::Library(opened));
    bench
}

fn models(found: Vec<ModelInfo>) -> Heard {
    Heard::Models {
        found,
        refused: Vec::new(),
    }
}

fn model() -> ModelInfo {
    ModelInfo {
        sizes: SizeLimits {
            default: PixelSize::new(128, 128).expect("a possible size"),
            multiple: 32,
            min_side: 64,
            max_side: 512,
        },
        examples: vec!["a red lighthouse".to_owned()],
        ..bench::model("Sketch", "stable_diffusion")
    }
}

fn notice() -> Notice {
    let headline = Message::new("error-files-no-home").with("variable", "MAQUETTE_HOME");
    let mut notice = Notice::new(Severity::Error, headline).with_remedy(Remedy::UseCpu);
    notice.details.push("a long chain of causes".repeat(6));
    notice
}

/// A bench with everything in its strip: one failed, one running, two waiting jobs.
fn busy() -> Bench {
    let mut bench = ready();
    for seed in 1..=4 {
        let generate = ComposeAction::Generate { fresh: Seed(seed) };
        bench.apply(Action::Compose(generate));
    }
    let failure = Failure {
        kind: FailureKind::Running,
        notice: notice(),
    };
    let failed = running(&bench);
    bench.hear(job(failed, Update::Finished(Outcome::Failed(failure))));
    let step = Progress::Step {
        picture: 0,
        done: 12,
        total: 20,
    };
    let running = running(&bench);
    bench.hear(job(running, Update::Progress(step)));
    bench
}

fn running(bench: &Bench) -> JobId {
    bench.studio.press().running().expect("a job runs").0.id
}

fn job(job: JobId, update: Update) -> Heard {
    Heard::Job(jobs::Event { job, update })
}

fn is_generate(action: &Action) -> bool {
    matches!(action, Action::Compose(ComposeAction::Generate { .. }))
}

#[test]
fn generate_is_asked_for_by_button_and_by_key() {
    let mut harness = ready().open();
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
    let mut bench = Bench::new(Settings::default());
    bench.hear(models(vec![model()]));
    bench.hear(Heard::Runtime(Err(notice())));
    let mut harness = bench.open();
    press(&mut harness, Modifiers::COMMAND, Key::Enter);
    assert!(!asked(&harness, is_generate));
    click(&mut harness, "Fetch ONNX Runtime");
    let install = Action::Engine(EngineAction::InstallRuntime);
    assert!(asked(&harness, |action| *action == install));
}

#[test]
fn an_example_of_the_model_becomes_the_prompt() {
    let mut harness = ready().open();
    click(&mut harness, "a red lighthouse");
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.prompt.text, "a red lighthouse");
    assert!(harness.get_by_label("Prompt").is_focused());
}

#[test]
fn what_is_written_reaches_the_draft() {
    // The system's fonts, which have such signs, are not loaded in tests.
    let builder = Harness::builder().allow_missing_glyphs();
    let mut harness = ready().open_in(builder);
    press(&mut harness, Modifiers::COMMAND, Key::L);
    harness.get_by_label("Prompt").type_text("лодка 船 🚤");
    harness.run_steps(3);
    let draft = harness.state().studio.compose().draft();
    assert_eq!(draft.prompt.text, "лодка 船 🚤");
}

#[test]
fn what_is_written_in_the_frame_of_the_key_is_in_the_request() {
    let mut harness = ready().open();
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
    let mut harness = ready().open();
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
    let mut harness = busy().open();
    assert!(harness.query_by_label_contains("step 12/20").is_some());
    click(&mut harness, "Cancel");
    let cancel = QueueAction::Cancel(running(harness.state()));
    assert!(asked(&harness, |action| *action == Action::Queue(cancel)));
    assert!(harness.query_by_label("Cancelling…").is_some());
}

#[test]
fn waiting_jobs_change_places_by_the_keyboard() {
    let mut harness = busy().open();
    let order = |harness: &Harness<'_, Bench>| -> Vec<JobId> {
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
    let mut harness = busy().open();
    let failed = harness.state().studio.press().failed()[0].0.id;
    click(&mut harness, "Try again");
    let retry = Action::Queue(QueueAction::Retry(failed));
    assert!(asked(&harness, |action| *action == retry));
}

#[test]
fn workspaces_switch_by_key_and_escape_leads_out_of_sheets() {
    let mut harness = ready().open();
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
    let mut harness = ready().open();
    press(&mut harness, Modifiers::COMMAND, Key::K);
    harness.event(egui::Event::Text("gallery".to_owned()));
    harness.run_steps(3);
    press(&mut harness, Modifiers::NONE, Key::Enter);
    assert_eq!(view(&harness).workspace, Workspace::Gallery);
    assert_eq!(view(&harness).sheet, None);
}

#[test]
fn another_language_is_spoken_at_once() {
    let mut harness = ready().open();
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
    let mut harness = busy().open();
    for look in every_look() {
        change(&mut harness, |settings| settings.clone_from(&look));
        for sheet in [None, Some(Sheet::Settings), Some(Sheet::Shortcuts)] {
            for workspace in Workspace::ALL {
                let window = harness.state_mut().window.as_mut().expect("drawn");
                window.view.workspace = workspace;
                window.view.sheet = sheet;
                window.view.is_more_open = true;
                harness.run_steps(4);
                let language = look.language;
                check(&harness, &format!("{language:?} {sheet:?} {workspace:?}"));
            }
        }
    }
}

fn change(harness: &mut Harness<'_, Bench>, edit: impl FnOnce(&mut Settings)) {
    let mut settings = harness.state().studio.settings().clone();
    edit(&mut settings);
    let edit = Action::Settings(SettingsAction::Edit(Box::new(settings)));
    harness.state_mut().apply(edit);
    harness.run_steps(3);
}
