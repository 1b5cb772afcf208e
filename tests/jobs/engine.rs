//! Jobs in a process that may die: the real program, the real runtime, real models.

use std::fs;
use std::io::BufReader;
use std::num::NonZeroU32;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use maquette::domain::{CancelToken, JobId, Picture, Progress};
use maquette::engine::wire::{Order, read_frame, read_greeting, write_frame, write_greeting};
use maquette::engine::{Child, Engine, InProcess};
use maquette::files::{Folders, write_atomically};
use maquette::jobs::{EngineConfig, Event, Failure, Job, Outcome, Update};
use maquette::models::ModelFolder;
use maquette::pipeline::FailureKind;
use maquette::runtime::locate;

use crate::bench::{copy, cpu, request, tiny};

const PROGRAM: &str = env!("CARGO_BIN_EXE_maquette");

fn config() -> EngineConfig {
    let folders = Folders::find().expect("a home folder");
    let location = locate(None, &folders).unwrap_or_else(|error| {
        panic!("{error}\nrun `cargo xtask test`, which installs ONNX Runtime first")
    });
    EngineConfig {
        runtime: Some(location.library),
        ..EngineConfig::default()
    }
}

fn job(folder: &ModelFolder) -> Job {
    Job {
        id: JobId(1),
        request: request(folder),
        model: folder.path().to_owned(),
        provider: cpu(),
        fingerprint: None,
    }
}

/// Runs a job; `on_ready` is called once its model is in memory.
fn run(
    engine: &mut dyn Engine,
    job: &Job,
    on_ready: &mut dyn FnMut(&CancelToken),
) -> (Vec<Picture>, Outcome) {
    let cancel = CancelToken::default();
    let mut pictures = Vec::new();
    let mut is_ready = false;
    let outcome = engine.run(job, &cancel, &mut |update| match update {
        Update::Picture(picture) => pictures.push(*picture),
        Update::Progress(Progress::Ready(_)) if !is_ready => {
            is_ready = true;
            on_ready(&cancel);
        }
        Update::Progress(_) | Update::Notice(_) | Update::Finished(_) => {}
    });
    (pictures, outcome)
}

/// Draws one picture, which must work.
fn draw(engine: &mut dyn Engine, job: &Job) -> Picture {
    let (mut pictures, outcome) = run(engine, job, &mut |_| {});
    assert_eq!(outcome, Outcome::Done);
    pictures.remove(0)
}

fn failure(outcome: Outcome) -> Failure {
    match outcome {
        Outcome::Failed(failure) => failure,
        Outcome::Done | Outcome::Cancelled => panic!("{outcome:?}"),
    }
}

#[test]
fn an_adapter_that_is_not_there_is_told_once_for_each_picture_that_names_it() {
    let mut job = job(&tiny("stable_diffusion"));
    job.request.prompt.text = "a fox {<lora:no such:1>|<lora:no such:1>}".to_owned();
    job.request.count = NonZeroU32::new(2).unwrap();
    let mut engine = InProcess::new(config());
    let mut told = Vec::new();
    let outcome = engine.run(&job, &CancelToken::default(), &mut |update| {
        if let Update::Notice(notice) = update {
            told.push(notice.headline.key.into_owned());
        }
    });
    assert_eq!(outcome, Outcome::Done);
    assert_eq!(told, ["notice-adapter-missing"; 2]);
}

#[test]
fn files_that_changed_since_they_last_drew_are_told_before_they_are_loaded() {
    let healthy = tiny("stable_diffusion");
    let home = tempfile::tempdir().unwrap();
    copy(healthy.path(), home.path());
    // With the manifest it would be refused.
    fs::remove_file(home.path().join("model.toml")).unwrap();
    let mut job = job(&healthy);
    job.model = home.path().to_owned();
    let fingerprint = draw(&mut InProcess::new(config()), &job).recipe.fingerprint;
    let told = |job: &Job| {
        let mut told = Vec::new();
        let mut engine = InProcess::new(config());
        let outcome = engine.run(job, &CancelToken::default(), &mut |update| match update {
            Update::Notice(notice) => told.push(notice.headline.key.into_owned()),
            Update::Progress(Progress::Ready(_)) => told.push("ready".to_owned()),
            Update::Progress(_) | Update::Picture(_) | Update::Finished(_) => {}
        });
        assert_eq!(outcome, Outcome::Done);
        told
    };
    job.fingerprint = Some(fingerprint);
    assert_eq!(told(&job), ["ready"]);
    let config_file = home.path().join("scheduler/scheduler_config.json");
    let text = fs::read_to_string(&config_file).unwrap();
    let changed = text.replace("0.012", "0.013");
    assert_ne!(changed, text);
    write_atomically(&config_file, |file| {
        std::io::Write::write_all(file, changed.as_bytes())
    })
    .unwrap();
    assert_eq!(told(&job), ["notice-model-changed", "ready"]);
    job.fingerprint = None;
    assert_eq!(told(&job), ["ready"], "nothing is known of it");
}

#[test]
fn every_picture_has_its_own_choices_and_a_recipe_without_any() {
    let mut job = job(&tiny("stable_diffusion"));
    job.request.prompt.text = "a {red|green|blue} {fox|owl}".to_owned();
    job.request.count = NonZeroU32::new(4).unwrap();
    let mut engine = InProcess::new(config());
    let cancel = CancelToken::default();
    let (mut pictures, mut steps) = (Vec::new(), Vec::new());
    let outcome = engine.run(&job, &cancel, &mut |update| match update {
        Update::Picture(picture) => pictures.push(*picture),
        Update::Progress(Progress::Step { picture, .. }) => steps.push(picture),
        Update::Progress(_) | Update::Notice(_) | Update::Finished(_) => {}
    });
    assert_eq!(outcome, Outcome::Done);
    steps.dedup();
    assert_eq!(
        steps,
        [0, 1, 2, 3],
        "progress counts the pictures of the job"
    );
    let prompts: Vec<&str> = pictures
        .iter()
        .map(|p| p.recipe.prompt.text.as_str())
        .collect();
    assert!(
        prompts.iter().any(|prompt| *prompt != prompts[0]),
        "{prompts:?}"
    );
    for picture in &pictures {
        assert!(!picture.recipe.prompt.text.contains('{'), "{prompts:?}");
        job.request = picture.recipe.request();
        assert_eq!(draw(&mut engine, &job).pixels, picture.pixels);
    }
}

#[test]
fn a_list_of_words_that_is_not_there_is_named_before_anything_is_loaded() {
    let mut job = job(&tiny("stable_diffusion"));
    job.request.prompt.negative = "__no_such_list__".to_owned();
    let mut is_loaded = false;
    let (_, outcome) = run(&mut InProcess::new(config()), &job, &mut |_| {
        is_loaded = true;
    });
    let failure = failure(outcome);
    assert_eq!(failure.kind, FailureKind::Refused);
    let notice = format!("{:?}", failure.notice);
    assert!(notice.contains("no_such_list.txt"), "{notice}");
    assert!(!is_loaded);
}

/// An engine in a process whose id is known.
struct Watched {
    child: Child,
    folder: tempfile::TempDir,
}

impl Watched {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("maquette");
        let pid = folder.path().join("pid");
        let text = format!(
            "#!/bin/sh\necho $$ > {pid}.new\nmv {pid}.new {pid}\nexec {PROGRAM} \"$@\"\n",
            pid = pid.display()
        );
        write_atomically(&script, |file| {
            std::io::Write::write_all(file, text.as_bytes())
        })
        .unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        Self {
            child: Child::new(script, config()),
            folder,
        }
    }

    fn signaller(&self, signal: &'static str) -> impl Fn() + use<> {
        let pid = self.pid_file();
        move || {
            let pid = fs::read_to_string(&pid).unwrap();
            let status = Command::new("kill").args([signal, pid.trim()]).status();
            assert!(status.unwrap().success());
        }
    }

    fn pid_file(&self) -> PathBuf {
        self.folder.path().join("pid")
    }

    fn pid(&self) -> String {
        fs::read_to_string(self.pid_file()).unwrap()
    }
}

#[test]
fn the_child_draws_what_this_process_draws_and_keeps_its_model() {
    let job = job(&tiny("stable_diffusion"));
    let here = draw(&mut InProcess::new(config()), &job);
    let mut child = Child::new(PathBuf::from(PROGRAM), config());
    let there = draw(&mut child, &job);
    assert_eq!(here.pixels, there.pixels);
    assert_eq!(here.recipe, there.recipe);
    let again = draw(&mut child, &job);
    assert_eq!(here.pixels, again.pixels);
    assert!(there.timings.load_secs > 0.0);
    assert!(again.timings.load_secs == 0.0, "it was loaded again");
}

#[test]
fn a_killed_engine_fails_its_job_and_the_next_one_runs() {
    let mut engine = Watched::new();
    let kill = engine.signaller("-KILL");
    let slow = job(&tiny("slow_unet"));
    let mut killed = None;
    let mut first_pid = String::new();
    let pid_file = engine.pid_file();
    let (_, outcome) = run(&mut engine.child, &slow, &mut |_| {
        first_pid = fs::read_to_string(&pid_file).unwrap();
        kill();
        killed = Some(Instant::now());
    });
    let took = killed.unwrap().elapsed();
    assert!(took < Duration::from_secs(2), "replaced after {took:?}");
    let failure = failure(outcome);
    assert_eq!(failure.kind, FailureKind::Running);
    assert_eq!(failure.notice.headline.key, "error-engine-killed");
    let told = format!("{:?}", failure.notice.headline.args);
    assert!(
        told.contains("slow_unet") && told.contains("SIGKILL"),
        "{told}"
    );
    draw(&mut engine.child, &job(&tiny("stable_diffusion")));
    assert_ne!(engine.pid(), first_pid);
}

#[test]
fn an_engine_that_died_between_two_jobs_is_not_missed() {
    let mut engine = Watched::new();
    let job = job(&tiny("stable_diffusion"));
    draw(&mut engine.child, &job);
    engine.signaller("-KILL")();
    draw(&mut engine.child, &job);
}

#[test]
fn a_cancel_ends_a_run_that_needs_an_hour_and_keeps_the_engine() {
    let mut engine = Watched::new();
    let mut asked = None;
    let (_, outcome) = run(&mut engine.child, &job(&tiny("slow_unet")), &mut |cancel| {
        asked = Some(Instant::now());
        cancel.cancel();
    });
    assert_eq!(outcome, Outcome::Cancelled);
    let took = asked.unwrap().elapsed();
    assert!(
        took < Duration::from_secs(4),
        "it was killed after {took:?}"
    );
    let pid = engine.pid();
    draw(&mut engine.child, &job(&tiny("stable_diffusion")));
    assert_eq!(engine.pid(), pid);
}

#[test]
fn an_engine_that_hears_no_cancel_is_killed_and_replaced() {
    let mut engine = Watched::new();
    let stop = engine.signaller("-STOP");
    let (_, outcome) = run(&mut engine.child, &job(&tiny("slow_unet")), &mut |cancel| {
        stop();
        cancel.cancel();
    });
    assert_eq!(outcome, Outcome::Cancelled);
    draw(&mut engine.child, &job(&tiny("stable_diffusion")));
}

#[test]
fn a_model_that_ends_the_engine_thrice_is_shut_out_until_it_is_readmitted() {
    let mut engine = Watched::new();
    let kill = engine.signaller("-KILL");
    let slow = job(&tiny("slow_unet"));
    for _ in 0..3 {
        let (_, outcome) = run(&mut engine.child, &slow, &mut |_| kill());
        assert_eq!(failure(outcome).notice.headline.key, "error-engine-killed");
    }
    let (_, outcome) = run(&mut engine.child, &slow, &mut |_| kill());
    let shut_out = failure(outcome);
    assert_eq!(shut_out.kind, FailureKind::Refused);
    assert_eq!(shut_out.notice.headline.key, "error-engine-quarantine");
    draw(&mut engine.child, &job(&tiny("stable_diffusion")));

    engine.child.readmit(&slow.model);
    let (_, outcome) = run(&mut engine.child, &slow, &mut CancelToken::cancel);
    assert_eq!(outcome, Outcome::Cancelled);
}

#[test]
fn hostile_models_end_as_a_message_and_not_as_the_end_of_the_program() {
    let mut engine = Child::new(PathBuf::from(PROGRAM), config());
    let healthy = tiny("stable_diffusion");
    for hostile in ["a1310", "a1376", "rich"] {
        let home = tempfile::tempdir().unwrap();
        copy(healthy.path(), home.path());
        // Without the manifest no hash tells what was altered.
        fs::remove_file(home.path().join("model.toml")).unwrap();
        let unet = home.path().join("unet/model.onnx");
        let fixture = format!("tests/fixtures/hostile-onnx/{hostile}.onnx");
        fs::copy(Path::new(env!("CARGO_MANIFEST_DIR")).join(fixture), unet).unwrap();
        let mut job = job(&healthy);
        job.model = home.path().to_owned();
        let (pictures, outcome) = run(&mut engine, &job, &mut |_| {});
        let failure = failure(outcome);
        assert!(pictures.is_empty());
        assert_eq!(failure.kind, FailureKind::Refused, "{hostile}: {failure:?}");
        let told = format!("{:?}", failure.notice.headline.args);
        let named = home.path().display().to_string();
        assert!(told.contains(&named), "{hostile}: {told}");
    }
    draw(&mut engine, &job(&healthy));
}

#[test]
fn a_program_that_cannot_be_started_is_said() {
    let mut engine = Child::new(PathBuf::from("/nowhere/maquette"), config());
    let (_, outcome) = run(&mut engine, &job(&tiny("stable_diffusion")), &mut |_| {});
    assert_eq!(
        failure(outcome).notice.headline.key,
        "error-engine-not-started"
    );
}

#[test]
fn an_engine_ends_with_its_program_even_in_the_middle_of_a_run() {
    let mut process = Command::new(PROGRAM)
        .arg("engine")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut orders = process.stdin.take().unwrap();
    write_greeting(&mut orders).unwrap();
    write_frame(&mut orders, &Order::Configure(config())).unwrap();
    let run = Order::Run(Box::new(job(&tiny("slow_unet"))));
    write_frame(&mut orders, &run).unwrap();
    let mut output = BufReader::new(process.stdout.take().unwrap());
    read_greeting(&mut output).unwrap();
    loop {
        let event: Event = read_frame(&mut output).unwrap().expect("it runs");
        match event.update {
            Update::Progress(Progress::Ready(_)) => break,
            Update::Finished(outcome) => panic!("{outcome:?}"),
            Update::Progress(_) | Update::Notice(_) | Update::Picture(_) => {}
        }
    }
    drop(orders);
    assert!(ended(&mut process).success());
}

#[test]
fn an_engine_refuses_whoever_is_not_maquette() {
    let mut process = Command::new(PROGRAM)
        .arg("engine")
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    std::io::Write::write_all(&mut input, b"GET / HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(ended(&mut process).code(), Some(5));
}

fn ended(process: &mut std::process::Child) -> ExitStatus {
    let deadline = Instant::now() + Duration::from_secs(5);
    loop {
        if let Some(status) = process.try_wait().unwrap() {
            return status;
        }
        if Instant::now() > deadline {
            process.kill().unwrap();
            panic!("it lives on");
        }
        std::thread::yield_now();
    }
}
