//! What the worker promises: one end for each job, nothing lost but progress, and a thread that
//! outlives every mistake.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use maquette::domain::{
    CancelToken, JobId, Message, ModelId, Notice, Params, PixelSize, Progress, Prompt, Request,
    Seed, Severity, Task,
};
use maquette::jobs::{Command, Engine, EngineConfig, Event, Job, Outcome, Update, Worker};
use maquette::runtime::ProviderId;

/// Does what the prompt says, and counts how often it was told to let go of its models.
struct Actor {
    unloads: Arc<AtomicU32>,
}

impl Engine for Actor {
    fn run(&mut self, job: &Job, _: &CancelToken, tell: &mut dyn FnMut(Update)) -> Outcome {
        match job.request.prompt.text.as_str() {
            "panic" => panic!("the actor fell off the stage"),
            "chatter" => {
                for number in 0..10_000 {
                    let fraction = number as f32 / 10_000.0;
                    tell(Update::Progress(Progress::Loading { fraction }));
                }
                let headline = Message::new("error-jobs-bug");
                tell(Update::Notice(Notice::new(Severity::Info, headline)));
            }
            _ => {}
        }
        Outcome::Done
    }

    fn configure(&mut self, _: EngineConfig) {}

    fn unload(&mut self) {
        self.unloads.fetch_add(1, Ordering::SeqCst);
    }

    fn readmit(&mut self, _: &Path) {}
}

struct Stage {
    worker: Worker,
    unloads: Arc<AtomicU32>,
    wakes: Arc<AtomicU32>,
}

impl Stage {
    fn new() -> Self {
        let unloads = Arc::new(AtomicU32::new(0));
        let wakes = Arc::new(AtomicU32::new(0));
        let actor = Actor {
            unloads: Arc::clone(&unloads),
        };
        let woken = Arc::clone(&wakes);
        let waker = move || {
            woken.fetch_add(1, Ordering::SeqCst);
        };
        Self {
            worker: Worker::start(Box::new(actor), Arc::new(waker)).unwrap(),
            unloads,
            wakes,
        }
    }

    fn tell(&self, id: u64, prompt: &str, cancel: CancelToken) {
        let request = Request {
            model: ModelId::new("tiny"),
            prompt: Prompt {
                text: prompt.to_owned(),
                negative: String::new(),
            },
            size: PixelSize::new(64, 64).unwrap(),
            seed: Seed(7),
            count: NonZeroU32::MIN,
            params: Params::default(),
            parents: Vec::new(),
            task: Task::Create,
        };
        let job = Job {
            id: JobId(id),
            request,
            model: PathBuf::from("models/tiny"),
            provider: ProviderId::default(),
            fingerprint: None,
        };
        let run = Command::Run(Box::new(job), cancel);
        self.worker.commands().send(run).unwrap();
    }

    /// Everything up to the end of a job, and how that was.
    fn hear(&self, id: u64) -> (Vec<Event>, Outcome) {
        let mut heard = Vec::new();
        for event in self.worker.events() {
            match event.update {
                Update::Finished(outcome) if event.job == JobId(id) => return (heard, outcome),
                Update::Progress(_)
                | Update::Picture(_)
                | Update::Notice(_)
                | Update::Finished(_) => {
                    heard.push(event);
                }
            }
        }
        panic!("the worker has gone");
    }
}

#[test]
fn a_panic_fails_its_job_and_the_next_one_runs() {
    let stage = Stage::new();
    stage.tell(1, "panic", CancelToken::default());
    stage.tell(2, "", CancelToken::default());
    let (_, outcome) = stage.hear(1);
    let Outcome::Failed(failure) = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(failure.notice.headline.key, "error-jobs-bug");
    assert_eq!(failure.notice.details, ["the actor fell off the stage"]);
    assert_eq!(stage.unloads.load(Ordering::SeqCst), 1);
    assert_eq!(stage.hear(2), (Vec::new(), Outcome::Done));
}

#[test]
fn progress_is_dropped_when_nobody_listens_and_nothing_else_is() {
    let stage = Stage::new();
    stage.tell(1, "chatter", CancelToken::default());
    while !stage.worker.events().is_full() {
        std::thread::yield_now();
    }
    let (heard, outcome) = stage.hear(1);
    assert_eq!(outcome, Outcome::Done);
    assert!(matches!(heard.last().unwrap().update, Update::Notice(_)));
    assert!(heard.len() < 10_000, "nothing was dropped");
    assert!(stage.wakes.load(Ordering::SeqCst) >= heard.len() as u32);
}

#[test]
fn a_job_that_was_cancelled_before_its_turn_is_not_run() {
    let stage = Stage::new();
    let cancel = CancelToken::default();
    cancel.cancel();
    stage.tell(1, "panic", cancel);
    assert_eq!(stage.hear(1), (Vec::new(), Outcome::Cancelled));
}

#[test]
fn the_thread_ends_when_nobody_can_command_it_any_more() {
    let (commands, events) = Stage::new().worker.split();
    drop(commands);
    assert!(events.recv().is_err());
}
