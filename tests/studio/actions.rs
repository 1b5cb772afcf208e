//! The studio's behaviour: actions and events in, effects and state out; no window, no thread.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use maquette::app::{
    Action, Checkup, ComposeAction, Effect, Effects, GalleryAction, Heard, ModelAction,
    NoticeAction, Opening, QueueAction, RuntimeFacts, RuntimeState, SettingsAction, Studio,
    TextureKey,
};
use maquette::doctor::Report;
use maquette::domain::{
    GUIDANCE, JobId, MadeWith, Marks, Message, ModelId, Notice, ParamSpec, Params, Parent, Picture,
    PictureId, PixelSize, Pixels, Progress, Prompt, Recipe, Relation, Remedy, STEPS, Seed,
    Severity, Task, Timestamp, Timings,
};
use maquette::gallery::{self, Entry, Journal, Record, View};
use maquette::jobs::{self, Failure, Job, Outcome, Update};
use maquette::pipeline::{FailureKind, ModelInfo, SizeLimits, Weights};
use maquette::settings::{Draft, ModelNote, ModelNotes, Session, Settings};

/// The parameters of the models on the shelf.
static SPECS: &[&ParamSpec] = &[&STEPS, &GUIDANCE];

/// A studio, and the time on its wall.
struct Desk {
    studio: Studio,
    now: Duration,
}

impl Desk {
    /// A studio with a model, a runtime and an open, empty library.
    fn ready() -> Self {
        let mut desk = Self::opened(Session::default());
        desk.find_models();
        desk.find_runtime();
        desk.hear(Heard::Library(gallery::Event::Opened {
            library: PathBuf::from("library"),
            entries: Vec::new(),
            journal: Journal::default(),
        }));
        desk
    }

    fn opened(session: Session) -> Self {
        let (studio, _) = Studio::open(Opening {
            settings: Settings::default(),
            session,
            model_notes: ModelNotes::default(),
            notices: Vec::new(),
            default_library: PathBuf::from("library"),
        });
        Self {
            studio,
            now: Duration::ZERO,
        }
    }

    fn find_models(&mut self) -> Effects {
        self.hear(Heard::Models {
            found: vec![model("sketch"), model("other")],
            refused: Vec::new(),
        })
    }

    fn find_runtime(&mut self) -> Effects {
        self.hear(Heard::Runtime(Ok(RuntimeFacts {
            path: PathBuf::from("onnxruntime.so"),
            version: "1.32.0".to_owned(),
            providers: Vec::new(),
        })))
    }

    fn hear(&mut self, heard: Heard) -> Effects {
        self.now += Duration::from_secs(1);
        self.studio.absorb(heard, self.now)
    }

    fn ask(&mut self, action: Action) -> Effects {
        self.now += Duration::from_secs(1);
        self.studio.apply(action, self.now)
    }

    fn write(&mut self, text: &str) {
        let mut draft = self.studio.compose().draft().clone();
        text.clone_into(&mut draft.prompt.text);
        self.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    }

    fn generate(&mut self, fresh: u64) -> Effects {
        self.ask(Action::Compose(ComposeAction::Generate {
            fresh: Seed(fresh),
        }))
    }

    fn tell(&mut self, job: JobId, update: Update) -> Effects {
        self.hear(Heard::Job(jobs::Event { job, update }))
    }

    /// Keeps a picture of `recipe` and lets the librarian describe it.
    fn hang(&mut self, number: u8, recipe: Recipe) -> PictureId {
        let entry = entry(number);
        let kept = gallery::Event::Kept {
            job: JobId(1),
            model: recipe.model.clone(),
            entry,
        };
        self.hear(Heard::Library(kept));
        let record = Record {
            entry,
            file: PathBuf::from("picture.png"),
            recipe,
            timings: None,
            children: Vec::new(),
        };
        self.hear(Heard::Library(gallery::Event::Described(Box::new(record))));
        entry.id
    }
}

fn size(side: u32) -> PixelSize {
    PixelSize::new(side, side).expect("tests use possible sizes")
}

fn model(id: &str) -> ModelInfo {
    ModelInfo {
        id: ModelId::new(id),
        name: id.to_owned(),
        path: PathBuf::from(id),
        family: "stable_diffusion",
        description: String::new(),
        licence: None,
        defaults: Params::default(),
        specs: SPECS,
        sizes: SizeLimits {
            default: size(128),
            multiple: 32,
            min_side: 64,
            max_side: 512,
        },
        tokenizer: None,
        examples: Vec::new(),
        file_bytes: 0,
        precision: None,
        is_for_inpainting: false,
        weights: Weights::default(),
    }
}

fn entry(number: u8) -> Entry {
    Entry {
        id: PictureId::from_random([number; 16]),
        size: size(128),
        created: Timestamp(i64::from(number)),
        seen: false,
        marks: Marks::default(),
        missing: false,
    }
}

fn recipe(model: &str) -> Recipe {
    Recipe {
        model: ModelId::new(model),
        fingerprint: "abc".to_owned(),
        prompt: Prompt {
            text: "a fox".to_owned(),
            negative: "snow".to_owned(),
        },
        size: size(96),
        seed: Seed(7),
        params: Params::default(),
        parents: Vec::new(),
        task: Task::Create,
        made_with: MadeWith::default(),
    }
}

fn picture() -> Box<Picture> {
    Box::new(Picture {
        pixels: Pixels::new(size(1), vec![0; 3]).expect("one pixel has three bytes"),
        recipe: recipe("sketch"),
        timings: Timings::default(),
    })
}

fn started(effects: &Effects) -> Option<&Job> {
    effects.iter().find_map(|effect| {
        let Effect::Work(jobs::Command::Run(job, _)) = effect else {
            return None;
        };
        Some(&**job)
    })
}

fn kept(effects: &Effects) -> usize {
    let keeps = |effect: &&Effect| matches!(effect, Effect::Library(gallery::Command::Keep { .. }));
    effects.iter().filter(keeps).count()
}

fn saved_session(effects: &Effects) -> Option<&Session> {
    effects.iter().find_map(|effect| {
        let Effect::Library(gallery::Command::SaveSession(session)) = effect else {
            return None;
        };
        Some(&**session)
    })
}

#[test]
fn generating_starts_a_settled_job_and_keeps_its_pictures() {
    let mut desk = Desk::ready();
    desk.write("a lighthouse");
    let effects = desk.generate(41);
    let job = started(&effects)
        .expect("nothing runs, so it starts")
        .clone();
    assert_eq!(job.request.seed, Seed(41));
    assert_eq!(job.request.size, size(128));
    assert_eq!(job.request.params.int(&STEPS), 20);
    let session = saved_session(&effects).expect("a started job must survive a crash");
    assert_eq!(session.waiting.len(), 1);
    assert_eq!(session.history[0].text, "a lighthouse");

    let effects = desk.tell(job.id, Update::Picture(picture()));
    assert_eq!(kept(&effects), 1);
    let effects = desk.tell(job.id, Update::Finished(Outcome::Done));
    assert!(saved_session(&effects).unwrap().waiting.is_empty());
    assert!(desk.studio.press().is_empty());
    assert!(desk.studio.engine_room().last_job().is_some());
}

#[test]
fn a_locked_seed_stays_and_an_open_one_is_drawn_anew() {
    let mut desk = Desk::ready();
    desk.generate(1);
    assert_eq!(desk.studio.compose().draft().seed, Seed(1));
    let mut draft = desk.studio.compose().draft().clone();
    draft.seed_locked = true;
    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    desk.generate(2);
    let seeds: Vec<Seed> = desk
        .studio
        .press()
        .waiting()
        .map(|job| job.request.seed)
        .collect();
    assert_eq!(seeds, [Seed(1)]);
}

#[test]
fn one_job_runs_and_the_next_starts_when_it_ends() {
    let mut desk = Desk::ready();
    let first = started(&desk.generate(1)).unwrap().id;
    assert!(started(&desk.generate(2)).is_none());
    let effects = desk.tell(first, Update::Finished(Outcome::Cancelled));
    assert_eq!(started(&effects).unwrap().request.seed, Seed(2));
}

#[test]
fn jobs_wait_for_the_runtime() {
    let mut desk = Desk::opened(Session::default());
    desk.find_models();
    assert!(started(&desk.generate(1)).is_none());
    assert_eq!(desk.studio.press().waiting().count(), 1);
    assert!(started(&desk.find_runtime()).is_some());
}

#[test]
fn jobs_left_undone_are_queued_again_at_the_next_start() {
    let mut desk = Desk::ready();
    desk.generate(1);
    desk.generate(2);
    let session = desk.studio.session();
    let mut desk = Desk::opened(session);
    assert_eq!(
        desk.studio.session().waiting.len(),
        2,
        "kept until models are found"
    );
    desk.find_models();
    assert_eq!(desk.studio.press().waiting().count(), 2);
}

#[test]
fn cancelling_shows_at_once_and_drops_a_waiting_job() {
    let mut desk = Desk::ready();
    let first = started(&desk.generate(1)).unwrap().id;
    desk.generate(2);
    let second = desk.studio.press().waiting().next().unwrap().id;
    let effects = desk.ask(Action::Queue(QueueAction::Cancel(second)));
    assert_eq!(desk.studio.press().waiting().count(), 0);
    assert_eq!(saved_session(&effects).unwrap().waiting.len(), 1);
    desk.ask(Action::Queue(QueueAction::Cancel(first)));
    assert!(desk.studio.press().is_cancelling());
}

#[test]
fn a_failed_job_stays_with_its_reason_and_can_be_tried_again() {
    let mut desk = Desk::ready();
    let job = started(&desk.generate(9)).unwrap().id;
    let notice = Notice::new(Severity::Error, Message::new("error-jobs-bug"));
    let failure = Failure {
        kind: FailureKind::Running,
        notice: notice.clone(),
    };
    desk.tell(job, Update::Finished(Outcome::Failed(failure)));
    assert_eq!(desk.studio.press().failed()[0].1, notice);
    assert_eq!(desk.studio.notices().all()[0].notice, notice);
    let effects = desk.ask(Action::Queue(QueueAction::Retry(job)));
    assert_eq!(started(&effects).unwrap().request.seed, Seed(9));
    assert!(desk.studio.press().failed().is_empty());
}

#[test]
fn a_lost_runtime_is_shown_as_missing() {
    let mut desk = Desk::ready();
    let job = started(&desk.generate(1)).unwrap().id;
    let failure = Failure {
        kind: FailureKind::RuntimeMissing,
        notice: Notice::new(Severity::Error, Message::new("error-runtime-missing")),
    };
    desk.tell(job, Update::Finished(Outcome::Failed(failure)));
    let runtime = desk.studio.engine_room().runtime();
    assert!(matches!(runtime, RuntimeState::Missing(_)));
}

#[test]
fn an_impossible_size_is_said_and_not_queued() {
    let mut desk = Desk::ready();
    let mut draft = desk.studio.compose().draft().clone();
    draft.size = Some(size(100));
    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    assert!(started(&desk.generate(1)).is_none());
    assert_eq!(desk.studio.notices().all().len(), 1);
}

#[test]
fn a_picture_that_cannot_be_kept_is_held_until_there_is_a_place_for_it() {
    let mut desk = Desk::ready();
    let notice = Notice::new(Severity::Error, Message::new("error-gallery-gone"))
        .with_remedy(Remedy::ChooseLibrary);
    desk.hear(Heard::Library(gallery::Event::NotKept {
        job: JobId(1),
        picture: picture(),
        notice,
    }));
    assert_eq!(desk.studio.wall().unkept(), 1);
    let number = desk.studio.notices().all()[0].number;
    let effects = desk.ask(Action::Notice(NoticeAction::Take {
        number,
        remedy: Remedy::ChooseLibrary,
    }));
    assert!(matches!(effects[..], [Effect::AskForLibrary]));
    desk.hear(Heard::LibraryChosen(PathBuf::from("elsewhere")));
    let effects = desk.hear(Heard::Library(gallery::Event::Opened {
        library: PathBuf::from("elsewhere"),
        entries: Vec::new(),
        journal: Journal::default(),
    }));
    assert_eq!(kept(&effects), 1);
    assert_eq!(desk.studio.wall().unkept(), 0);
}

#[test]
fn new_pictures_come_first_and_do_not_move_the_current_one() {
    let mut desk = Desk::ready();
    let old = desk.hang(1, recipe("sketch"));
    desk.ask(Action::Gallery(GalleryAction::Select(old)));
    let new = desk.hang(2, recipe("sketch"));
    let wall = desk.studio.wall();
    assert_eq!(wall.at(0).unwrap().id, new);
    assert_eq!((wall.current(), wall.current_place()), (Some(old), Some(1)));
    assert!(wall.at(1).unwrap().seen && !wall.at(0).unwrap().seen);

    desk.ask(Action::Gallery(GalleryAction::Step(-1)));
    assert_eq!(desk.studio.wall().current(), Some(new));
    desk.ask(Action::Gallery(GalleryAction::Step(-5)));
    assert_eq!(
        desk.studio.wall().current(),
        Some(new),
        "the first is the end"
    );
    desk.ask(Action::Gallery(GalleryAction::Step(9)));
    assert_eq!(
        desk.studio.wall().current(),
        Some(old),
        "the last is the other end"
    );
}

#[test]
fn selecting_asks_for_what_is_not_known_and_remembers_that_it_was_seen() {
    let mut desk = Desk::ready();
    let entry = entry(3);
    desk.hear(Heard::Library(gallery::Event::Kept {
        job: JobId(1),
        model: ModelId::new("sketch"),
        entry,
    }));
    let effects = desk.ask(Action::Gallery(GalleryAction::Select(entry.id)));
    let asked = |wanted: gallery::Command| {
        let same = |effect: &Effect| matches!(effect, Effect::Library(c) if *c == wanted);
        effects.iter().any(same)
    };
    assert!(asked(gallery::Command::Describe(entry.id)));
    assert!(asked(gallery::Command::MarkSeen(vec![entry.id])));
    assert!(
        desk.ask(Action::Gallery(GalleryAction::Select(entry.id)))
            .len()
            < effects.len()
    );
}

#[test]
fn variants_are_four_with_new_seeds_and_know_their_parent() {
    let mut desk = Desk::ready();
    let parent = desk.hang(1, recipe("sketch"));
    let effects = desk.ask(Action::Gallery(GalleryAction::MakeVariants {
        id: parent,
        fresh: Seed(100),
    }));
    let request = &started(&effects).unwrap().request;
    assert_eq!((request.seed, request.count.get()), (Seed(100), 4));
    assert_eq!(request.prompt.text, "a fox");
    assert_eq!(request.parents[0].picture, parent);
    assert_eq!(request.parents[0].relation, Relation::VariantOf);
}

#[test]
fn starting_from_a_picture_lasts_until_it_is_put_away() {
    let mut desk = Desk::ready();
    let id = desk.hang(1, recipe("sketch"));
    let effects = desk.ask(Action::Gallery(GalleryAction::StartFrom(id)));
    let draft = &saved_session(&effects).expect("it is remembered").draft;
    let Task::Vary { source, .. } = &draft.task else {
        panic!("{draft:?}");
    };
    assert_eq!(source.sha256, None, "whatever the file holds then");
    let effects = desk.generate(5);
    let request = &started(&effects).expect("a job starts").request;
    assert_eq!(request.task, desk.studio.compose().draft().task);
    assert_eq!(
        request.parents,
        [Parent {
            picture: id,
            relation: Relation::VariedFrom
        }]
    );

    let mut varied = recipe("sketch");
    varied.task = request.task.clone();
    varied.parents = request.parents.clone();
    let child = desk.hang(2, varied);
    let fresh = Seed(9);
    desk.ask(Action::Queue(QueueAction::CancelAll));
    desk.ask(Action::Gallery(GalleryAction::MakeVariants {
        id: child,
        fresh,
    }));
    let waiting = desk.studio.press().waiting().last().expect("it waits");
    let relations = waiting.request.parents.iter();
    let relations: Vec<Relation> = relations.map(|parent| parent.relation).collect();
    assert_eq!(relations, [Relation::VariedFrom, Relation::VariantOf]);
}

#[test]
fn making_again_asks_for_the_very_same_picture() {
    let mut desk = Desk::ready();
    let id = desk.hang(1, recipe("sketch"));
    let effects = desk.ask(Action::Gallery(GalleryAction::MakeAgain(id)));
    let request = &started(&effects).unwrap().request;
    assert_eq!((request.seed, request.count), (Seed(7), NonZeroU32::MIN));
    assert_eq!(request.size, size(96));
}

#[test]
fn making_again_without_its_model_says_which_one_is_missing() {
    let mut desk = Desk::ready();
    let id = desk.hang(1, recipe("gone"));
    let effects = desk.ask(Action::Gallery(GalleryAction::MakeAgain(id)));
    assert!(started(&effects).is_none());
    let notice = &desk.studio.notices().all()[0].notice;
    assert!(format!("{notice:?}").contains("gone"));
}

#[test]
fn using_settings_takes_all_of_them_and_locks_the_seed() {
    let mut desk = Desk::ready();
    let id = desk.hang(1, recipe("other"));
    desk.ask(Action::Gallery(GalleryAction::UseSettings(id)));
    let draft = desk.studio.compose().draft();
    assert_eq!(draft.model, Some(ModelId::new("other")));
    assert_eq!(draft.prompt.negative, "snow");
    assert_eq!((draft.seed, draft.seed_locked), (Seed(7), true));
    assert_eq!(draft.size, Some(size(96)));
}

#[test]
fn another_model_gets_its_own_settings_and_the_nearest_size() {
    let mut desk = Desk::ready();
    let mut draft = Draft {
        size: Some(size(4096)),
        ..desk.studio.compose().draft().clone()
    };
    draft
        .params
        .set("steps", maquette::domain::ParamValue::Int(3));
    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    let other = ModelId::new("other");
    desk.ask(Action::Compose(ComposeAction::ChooseModel(other.clone())));
    let draft = desk.studio.compose().draft();
    assert_eq!(draft.model, Some(other));
    assert_eq!(draft.size, Some(size(512)));
    assert_eq!(draft.params, Params::default());
}

#[test]
fn progress_of_another_job_changes_nothing() {
    let mut desk = Desk::ready();
    let job = started(&desk.generate(1)).unwrap().id;
    let step = Progress::Step {
        picture: 0,
        done: 3,
        total: 20,
    };
    desk.tell(JobId(job.0 + 1), Update::Progress(step.clone()));
    assert_eq!(desk.studio.press().running().unwrap().1.step, 0);
    desk.tell(job, Update::Progress(step));
    assert_eq!(desk.studio.press().running().unwrap().1.step, 3);
}

#[test]
fn pixels_go_to_the_texture_cache_and_forgotten_requests_are_said() {
    let mut desk = Desk::ready();
    let id = entry(1).id;
    let pixels = Pixels::new(size(1), vec![0; 3]).unwrap();
    let effects = desk.hear(Heard::Library(gallery::Event::Thumbnail {
        id,
        side: 256,
        pixels,
    }));
    let key = TextureKey::Thumbnail(id, 256);
    assert!(matches!(effects[..], [Effect::Texture(found, _)] if found == key));
    let effects = desk.hear(Heard::Library(gallery::Event::Forgotten {
        id,
        view: View::Full,
    }));
    let key = TextureKey::Full(id);
    assert!(matches!(effects[..], [Effect::Forgotten(found)] if found == key));
}

#[test]
fn changed_settings_are_saved_and_take_effect() {
    let mut desk = Desk::ready();
    let mut settings = desk.studio.settings().clone();
    settings.library = Some(PathBuf::from("elsewhere"));
    settings.model_dirs = vec![PathBuf::from("models")];
    let effects = desk.ask(Action::Settings(SettingsAction::Edit(Box::new(settings))));
    let names: Vec<String> = effects.iter().map(|effect| format!("{effect:?}")).collect();
    let says = |word: &str| names.iter().any(|name| name.contains(word));
    assert!(
        says("SaveSettings") && says("ScanModels") && says("Open"),
        "{names:?}"
    );
    assert!(!says("ProbeRuntime"), "{names:?}");
}

fn saves_settings(effects: &Effects) -> bool {
    let saves = |effect: &Effect| {
        matches!(
            effect,
            Effect::Library(gallery::Command::SaveSettings(settings))
                if settings.model_dirs == [Path::new("/models")]
        )
    };
    effects.iter().any(saves)
}

fn model_at(folder: &str, id: &str) -> ModelInfo {
    ModelInfo {
        path: Path::new(folder).join(id),
        ..model(id)
    }
}

fn refused(path: &str) -> (PathBuf, Notice) {
    let notice = Notice::new(Severity::Error, Message::new("error-model-missing"));
    (PathBuf::from(path), notice)
}

fn last_notice(desk: &Desk) -> &Notice {
    let last = desk.studio.notices().all().last();
    &last.expect("something was told").notice
}

#[test]
fn an_added_folder_is_looked_through_told_of_and_kept_where_there_is_something() {
    let mut desk = Desk::ready();
    let effects = desk.ask(Action::Model(ModelAction::Add(PathBuf::from("/models"))));
    let scans = |effect: &Effect| matches!(effect, Effect::ScanModels(folders) if folders == &[Path::new("/models")]);
    assert!(effects.iter().any(scans), "{effects:?}");
    assert!(desk.studio.shelf().is_adding());
    let effects = desk.hear(Heard::Models {
        found: vec![model("sketch"), model_at("/models", "wash")],
        refused: vec![refused("/models/half"), refused("/elsewhere/other")],
    });
    assert!(saves_settings(&effects), "{effects:?}");
    assert!(!desk.studio.shelf().is_adding());
    let told = last_notice(&desk);
    assert_eq!(told.headline.key, "models-some-in-folder");
    assert_eq!(told.details, ["wash"]);
    // The next scan is not of its doing.
    assert!(!saves_settings(&desk.find_models()));
}

#[test]
fn a_folder_without_models_is_told_of_and_not_kept() {
    let mut desk = Desk::ready();
    desk.ask(Action::Model(ModelAction::Add(PathBuf::from("/models"))));
    let effects = desk.find_models();
    assert!(!saves_settings(&effects), "{effects:?}");
    assert_eq!(last_notice(&desk).headline.key, "models-none-in-folder");
    assert!(desk.studio.settings().model_dirs.is_empty());
}

fn keep(desk: &mut Desk, id: &str, note: ModelNote) -> Effects {
    desk.ask(Action::Model(ModelAction::Note {
        model: ModelId::new(id),
        note: Box::new(note),
    }))
}

#[test]
fn kept_defaults_are_saved_and_fill_the_draft_of_whoever_chooses_the_model() {
    let mut desk = Desk::ready();
    let mut note = ModelNote {
        size: Some(size(256)),
        ..ModelNote::default()
    };
    note.defaults
        .set("steps", maquette::domain::ParamValue::Int(4));
    let effects = keep(&mut desk, "other", note);
    let saves =
        |effect: &Effect| matches!(effect, Effect::Library(gallery::Command::SaveModelNotes(_)));
    assert!(effects.iter().any(saves), "{effects:?}");
    let draft = Draft {
        size: Some(size(96)),
        ..desk.studio.compose().draft().clone()
    };
    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    let other = ModelId::new("other");
    desk.ask(Action::Compose(ComposeAction::ChooseModel(other.clone())));
    let effects = desk.generate(1);
    let request = &started(&effects).expect("a job starts").request;
    assert_eq!(request.size, size(256));
    assert_eq!(request.params.int(&STEPS), 4);
    let own = desk.studio.shelf().own(&other).expect("it is there");
    assert_eq!(own.sizes.default, size(128), "the model's own is not lost");
    keep(&mut desk, "other", ModelNote::default());
    let effects = desk.generate(2);
    assert!(started(&effects).is_none(), "one is running");
    let model = desk.studio.model().expect("it is there");
    assert_eq!(model.defaults.get("steps"), None);
}

#[test]
fn a_model_off_the_list_is_not_used_and_can_come_back() {
    let mut desk = Desk::ready();
    assert_eq!(desk.studio.model().unwrap().name, "sketch");
    let sketch = PathBuf::from("sketch");
    desk.ask(Action::Model(ModelAction::Remove(sketch.clone())));
    assert_eq!(desk.studio.model().unwrap().name, "other");
    assert_eq!(desk.studio.shelf().removed(), std::slice::from_ref(&sketch));
    desk.find_models();
    assert_eq!(desk.studio.shelf().models().len(), 1);
    desk.ask(Action::Model(ModelAction::BringBack(sketch)));
    assert_eq!(desk.studio.shelf().models().len(), 2);
    assert!(desk.studio.shelf().removed().is_empty());
}

#[test]
fn a_chosen_family_is_followed_by_a_scan_and_by_the_doctor_who_was_there() {
    let mut desk = Desk::ready();
    let folder = PathBuf::from("sketch");
    let effects = desk.ask(Action::Model(ModelAction::ChooseFamily {
        folder: folder.clone(),
        family: Some("flux"),
    }));
    assert!(matches!(
        &effects[..],
        [Effect::ChooseFamily {
            family: Some("flux"),
            ..
        }]
    ));
    let kept = |desk: &mut Desk| desk.hear(Heard::FamilyKept(folder.clone()));
    let effects = kept(&mut desk);
    assert!(
        matches!(&effects[..], [Effect::ScanModels(_)]),
        "{effects:?}"
    );
    desk.hear(Heard::Examined(Box::new(Report {
        folder: folder.clone(),
        ..Report::default()
    })));
    let effects = kept(&mut desk);
    let examines = |effect: &Effect| matches!(effect, Effect::Examine(seen) if *seen == folder);
    assert!(effects.iter().any(examines), "{effects:?}");
    assert_eq!(desk.studio.shelf().checkup(&folder), Some(Checkup::Looking));
}

#[test]
fn a_step_is_tested_with_the_runtime_that_was_found_until_its_report_comes() {
    let mut desk = Desk::ready();
    let model = PathBuf::from("sketch");
    let effects = desk.ask(Action::Model(ModelAction::TestStep(model.clone())));
    let [
        Effect::TestStep {
            folder,
            provider,
            config,
        },
    ] = &effects[..]
    else {
        panic!("{effects:?}");
    };
    assert_eq!(*folder, model);
    assert_eq!(provider.as_str(), desk.studio.settings().provider);
    assert_eq!(config.runtime, Some(PathBuf::from("onnxruntime.so")));
    let checkup = |desk: &Desk| desk.studio.shelf().checkup(&model);
    assert_eq!(checkup(&desk), Some(Checkup::Testing));
    desk.hear(Heard::Examined(Box::new(Report {
        folder: model.clone(),
        probe: Some(true),
        ..Report::default()
    })));
    assert_eq!(checkup(&desk), None);
    let report = desk.studio.shelf().report(&model);
    assert_eq!(report.and_then(|report| report.probe), Some(true));
}

#[test]
fn a_job_knows_the_files_that_last_drew_with_its_model() {
    let mut desk = Desk::ready();
    let saves = |effects: &Effects| {
        let is_save =
            |it: &&Effect| matches!(it, Effect::Library(gallery::Command::SaveModelNotes(_)));
        effects.iter().filter(is_save).count()
    };
    // Runs a job whose pictures have a fingerprint; tells what it knew, and how often it was kept.
    let run = |desk: &mut Desk, fingerprint: &str| {
        let effects = desk.generate(1);
        let job = started(&effects).expect("nothing else runs").clone();
        let mut kept = 0;
        for _ in 0..2 {
            let mut made = picture();
            fingerprint.clone_into(&mut made.recipe.fingerprint);
            kept += saves(&desk.tell(job.id, Update::Picture(made)));
        }
        desk.tell(job.id, Update::Finished(Outcome::Done));
        (job.fingerprint, kept)
    };
    let known = |fingerprint: &str| Some(fingerprint.to_owned());
    assert_eq!(run(&mut desk, "old"), (None, 1));
    assert_eq!(run(&mut desk, "old"), (known("old"), 0));
    assert_eq!(run(&mut desk, "new"), (known("old"), 1));
    desk.find_models();
    let note = desk.studio.shelf().note(desk.studio.model().unwrap());
    assert_eq!(note.cloned().unwrap_or_default(), ModelNote::default());
    let chosen = desk.hear(Heard::FamilyKept(PathBuf::from("sketch")));
    assert_eq!(
        saves(&chosen),
        1,
        "a chosen family is a change that is known"
    );
    assert_eq!(run(&mut desk, "chosen"), (None, 1));
}

#[test]
fn the_newest_picture_of_a_model_is_the_last_that_was_kept() {
    let mut desk = Desk::ready();
    let sketch = ModelId::new("sketch");
    let newest = [(sketch.clone(), entry(1).id)].into();
    desk.hear(Heard::Library(gallery::Event::Newest(newest)));
    assert_eq!(desk.studio.wall().newest_of(&sketch), Some(entry(1).id));
    let kept = desk.hang(2, recipe("sketch"));
    assert_eq!(desk.studio.wall().newest_of(&sketch), Some(kept));
    assert_eq!(desk.studio.wall().newest_of(&ModelId::new("other")), None);
}

#[test]
fn a_new_budget_reaches_the_engine_with_the_runtime_that_was_found() {
    let mut desk = Desk::ready();
    let mut settings = desk.studio.settings().clone();
    settings.memory_budget_mib = Some(6144);
    let effects = desk.ask(Action::Settings(SettingsAction::Edit(Box::new(settings))));
    let configured = effects.iter().find_map(|effect| {
        let Effect::Work(jobs::Command::Configure(config)) = effect else {
            return None;
        };
        Some(config.clone())
    });
    let expected = jobs::EngineConfig {
        runtime: Some(PathBuf::from("onnxruntime.so")),
        memory_budget_bytes: Some(6 << 30),
    };
    assert_eq!(configured, Some(expected));
}

#[test]
fn the_draft_is_estimated_by_what_its_model_took_before() {
    let mut desk = Desk::ready();
    let before = desk.studio.estimate().expect("there is a model");
    assert_eq!(before.secs, None);
    desk.generate(1);
    let job = desk.studio.press().running().unwrap().0.id;
    let mut made = picture();
    made.recipe.size = size(128);
    made.timings.step_secs = vec![2.0, 1.0, 1.0];
    desk.tell(job, Update::Picture(made));
    let after = desk.studio.estimate().unwrap();
    let pictures = f64::from(desk.studio.compose().draft().count.get());
    assert_eq!(after.secs, Some(20.0 * pictures));
    assert_eq!(after.memory_bytes, before.memory_bytes);
    let mut draft = desk.studio.compose().draft().clone();
    draft.size = Some(size(1000));
    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
    assert_eq!(desk.studio.estimate(), None, "the model cannot draw that");
}
