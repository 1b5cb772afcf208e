//! The commands: the real program, its exit codes, and what it says on either side.
#![cfg(feature = "onnx")]
#![expect(
    clippy::unwrap_used,
    reason = "where nothing can be unwrapped, the test has failed"
)]

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use maquette::domain::Task;
use maquette::files::{Folders, write_atomically};
use maquette::provenance::read_imprint;
use maquette::runtime::{RuntimeReport, locate};
use serde_json::Value;

/// A user of this computer with a home of their own.
struct User {
    home: tempfile::TempDir,
    runtime: PathBuf,
}

impl User {
    fn new() -> Self {
        let folders = Folders::find().expect("a home folder");
        let location = locate(None, &folders).unwrap_or_else(|error| {
            panic!("{error}\nrun `cargo xtask test`, which installs ONNX Runtime first")
        });
        Self {
            home: tempfile::tempdir().unwrap(),
            runtime: location.library,
        }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maquette"));
        command
            .current_dir(self.home.path())
            .env("MAQUETTE_HOME", self.home.path().join("maquette"))
            .env("ORT_DYLIB_PATH", &self.runtime)
            .env("LC_ALL", "C")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        Ended::from(self.command().args(arguments).output().unwrap())
    }

    /// Draws with a model of `tests/tiny`.
    fn generate(&self, model: &str, arguments: &[&str]) -> Ended {
        let model = tiny(model);
        let model = model.to_str().unwrap();
        let always = [
            "generate",
            "a red fox",
            "--seed",
            "7",
            "--provider",
            "cpu",
            "--model",
            model,
        ];
        self.run(&[&always, arguments].concat())
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }
}

fn tiny(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tiny")
        .join(model)
}

/// A command that ended, and what it said.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    #[track_caller]
    fn expect(self, code: i32, told: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for words in told {
            assert!(self.err.contains(words), "no `{words}` in {self:#?}");
        }
        self
    }

    fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }
}

#[test]
fn a_prompt_becomes_a_file_that_says_how_it_was_made() {
    let user = User::new();
    let ended = user.generate("stable_diffusion", &["-o", "fox.png", "--steps", "3"]);
    let ended = ended.expect(0, &[]);
    assert_eq!(ended.out, "fox.png\n");
    assert_eq!(ended.err, "", "nothing but the result where nobody watches");
    let recipe = read_imprint(&user.path("fox.png")).unwrap().recipe.unwrap();
    assert_eq!(recipe.prompt.text, "a red fox");
    assert_eq!(recipe.seed.0, 7);
    assert_eq!(recipe.params.get("steps").unwrap().to_string(), "3");
}

#[test]
fn both_engines_draw_the_same_file() {
    let user = User::new();
    let draw = |file: &str, more: &[&str]| {
        let arguments = [&["-o", file, "--steps", "2"], more].concat();
        user.generate("stable_diffusion", &arguments).expect(0, &[]);
        fs::read(user.path(file)).unwrap()
    };
    assert_eq!(draw("child.png", &[]), draw("here.png", &["--in-process"]));
}

#[test]
fn json_is_one_object_with_files_recipes_and_the_time_of_each_stage() {
    let user = User::new();
    let arguments = ["--json", "--count", "2", "--steps", "3", "-o", "pictures/"];
    let report = user
        .generate("stable_diffusion", &arguments)
        .expect(0, &[])
        .json();
    let files = report["files"].as_array().unwrap();
    assert_eq!(files.len(), 2);
    for (file, seed) in files.iter().zip([7, 8]) {
        let name = format!("pictures/a-red-fox-{seed}.png");
        assert_eq!(file["file"], Value::from(name.as_str()));
        assert!(user.path(&name).is_file());
        assert_eq!(file["recipe"]["seed"], seed);
        let timings = &file["timings"];
        assert_eq!(timings["step_secs"].as_array().unwrap().len(), 3);
        for stage in [
            "load_secs",
            "encode_secs",
            "decode_secs",
            "write_secs",
            "graph_secs",
        ] {
            assert!(timings[stage].is_number(), "{stage}: {timings}");
        }
    }
    assert_eq!(report["notices"], Value::Array(Vec::new()));
    assert!(report["total_secs"].as_f64().unwrap() > 0.0);
    assert!(report.get("error").is_none());
}

#[test]
fn json_of_a_failure_is_one_object_too() {
    let user = User::new();
    let ended = user.generate("stable_diffusion", &["--json", "--size", "65x64"]);
    let error = &ended.expect(2, &["65x64"]).json()["error"];
    assert_eq!(error["exit_code"], 2);
    assert!(error["headline"].as_str().unwrap().contains("65x64"));
}

#[test]
fn several_pictures_for_one_file_are_numbered() {
    let user = User::new();
    let arguments = ["-o", "fox.png", "--count", "2", "--steps", "1"];
    let ended = user.generate("stable_diffusion", &arguments).expect(0, &[]);
    assert_eq!(ended.out, "fox-1.png\nfox-2.png\n");
}

#[test]
fn bad_arguments_are_told_with_what_is_allowed() {
    let user = User::new();
    let check = |arguments: &[&str], told: &[&str]| {
        user.generate("stable_diffusion", arguments).expect(2, told);
    };
    check(&["--scheduler", "magic"], &["magic", "euler_ancestral"]);
    check(&["--schedule", "magic"], &["magic", "karras"]);
    check(&["--noise", "magic"], &["magic", "torch-cpu"]);
    check(&["--steps", "0"], &["0", "150"]);
    check(&["--guidance", "much"], &["much", "20"]);
    check(&["--size", "65x64"], &["65x64", "16"]);
    check(&["--size", "huge"], &["huge", "WIDTHxHEIGHT"]);
    check(&["--count", "0"], &["--count"]);
    check(&["--negative", &"x".repeat(17 << 10)], &["17 kB", "16 kB"]);
    check(&["-o", "fox.jpg"], &["fox.jpg", ".png"]);
    check(
        &["--init", "fox.png", "--strength", "2"],
        &["2", "0.01 to 1"],
    );
    check(&["--strength", "0.5"], &["--init"]);
    check(&["--no-such-flag"], &["--no-such-flag"]);
    user.run(&["generate", "x", "--model", "magic"])
        .expect(2, &["magic"]);
    let model = tiny("stable_diffusion");
    let model = model.to_str().unwrap();
    user.run(&["generate", "x", "--model", model, "--provider", "magic"])
        .expect(2, &["magic", "webgpu"]);
    user.run(&["generate"]).expect(2, &["PROMPT"]);
}

#[test]
fn a_picture_can_be_the_start_of_others_of_its_shape() {
    let user = User::new();
    let start = tiny("../golden/pipeline_ddim.png");
    let start = start.to_str().unwrap();
    let arguments = ["-o", "fox.png", "--init", start, "--strength", "0.3"];
    user.generate("stable_diffusion", &arguments).expect(0, &[]);
    let imprint = read_imprint(&user.path("fox.png")).unwrap();
    assert_eq!(imprint.size.width(), imprint.size.height());
    let Task::Vary {
        source, strength, ..
    } = imprint.recipe.unwrap().task
    else {
        panic!("the recipe knows no start");
    };
    assert_eq!(source.file, Path::new("pipeline_ddim.png"), "and no path");
    assert_eq!(source.sha256.unwrap().len(), 64);
    assert_eq!(strength.to_string(), "0.3");
    let gone = ["--init", "gone.png"];
    user.generate("stable_diffusion", &gone)
        .expect(2, &["gone.png"]);
}

#[test]
fn help_and_version_are_results() {
    let user = User::new();
    let help = user.run(&["generate", "--help"]).expect(0, &[]);
    assert!(
        help.out.contains("--scheduler") && help.err.is_empty(),
        "{help:#?}"
    );
    let version = user.run(&["--version"]).expect(0, &[]);
    assert_eq!(
        version.out,
        format!("maquette {}\n", env!("CARGO_PKG_VERSION"))
    );
}

#[test]
fn a_model_or_a_folder_that_is_refused_ends_with_three_and_its_path() {
    let user = User::new();
    let nowhere = user.generate("stable_diffusion", &["-o", "gone/fox.png"]);
    nowhere.expect(3, &["gone"]);

    let model = user.path("model");
    copy(&tiny("stable_diffusion"), &model);
    let unet = model.join("unet/model.onnx");
    let mut bytes = fs::read(&unet).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    write_atomically(&unet, |file| std::io::Write::write_all(file, &bytes)).unwrap();
    user.run(&["generate", "x", "--model", "model"])
        .expect(3, &["unet/model.onnx"]);
    fs::remove_file(&unet).unwrap();
    user.run(&["generate", "x", "--model", "model"])
        .expect(3, &["model"]);
}

#[test]
fn a_missing_runtime_ends_with_four_and_says_how_to_get_it() {
    let user = User::new();
    let told = ["maquette runtime install"];
    let run = |arguments: &[&str]| {
        let mut command = user.command();
        let output = command
            .env_remove("ORT_DYLIB_PATH")
            .args(arguments)
            .output();
        Ended::from(output.unwrap()).expect(4, &told);
    };
    run(&["providers"]);
    run(&["runtime", "path"]);
    run(&[
        "generate",
        "x",
        "--model",
        tiny("stable_diffusion").to_str().unwrap(),
    ]);
}

#[test]
fn a_model_that_fails_while_it_runs_ends_with_five_and_writes_nothing() {
    let user = User::new();
    user.generate("nan_unet", &["-o", "fox.png"])
        .expect(5, &["1"]);
    assert!(!user.path("fox.png").exists());
}

#[test]
fn what_is_left_out_of_a_prompt_is_said() {
    let user = User::new();
    let prompt = "a fox <lora:watercolour:0.8>";
    let model = tiny("stable_diffusion");
    let arguments = ["generate", prompt, "--steps", "1", "--json", "--model"];
    let arguments = [&arguments[..], &[model.to_str().unwrap()]].concat();
    let ended = user.run(&arguments).expect(0, &["“watercolour”"]);
    assert_eq!(ended.json()["notices"].as_array().unwrap().len(), 1);
}

#[test]
fn words_are_taken_from_lists_and_the_recipe_holds_the_words() {
    let user = User::new();
    let lists = user.path("maquette/data/wildcards");
    fs::create_dir_all(&lists).unwrap();
    write_atomically(&lists.join("animal.txt"), |file| writeln!(file, "fox")).unwrap();
    let model = tiny("stable_diffusion");
    let draw = |prompt: &str| {
        let arguments = ["generate", prompt, "--steps", "1", "--json", "--model"];
        user.run(&[&arguments[..], &[model.to_str().unwrap()]].concat())
    };
    let ended = draw("a {__animal__}").expect(0, &[]);
    assert_eq!(ended.json()["files"][0]["recipe"]["prompt"], "a fox");
    draw("a __plant__").expect(3, &["__plant__", "plant.txt"]);
}

#[test]
fn an_empty_prompt_draws_what_the_model_likes() {
    let user = User::new();
    let model = tiny("stable_diffusion");
    let arguments = ["generate", "", "--seed", "7", "--steps", "1", "--model"];
    let arguments = [&arguments[..], &[model.to_str().unwrap()]].concat();
    assert_eq!(
        user.run(&arguments).expect(0, &[]).out,
        "./untitled-7.png\n"
    );
}

#[test]
fn models_are_listed_with_those_that_are_refused() {
    let user = User::new();
    let models = user.path("maquette/data/models");
    copy(&tiny("stable_diffusion"), &models.join("good"));
    copy(&tiny("stable_diffusion_v"), &models.join("bad"));
    write_atomically(&models.join("bad/model.toml"), |file| {
        std::io::Write::write_all(file, b"not a manifest")
    })
    .unwrap();
    let listing = user.run(&["models", "--json"]).expect(0, &[]).json();
    let good = &listing["found"][0];
    assert_eq!(good["id"], "tiny-stable-diffusion");
    assert_eq!(good["default_size"], "64x64");
    assert!(
        good["params"]
            .as_array()
            .unwrap()
            .iter()
            .any(|param| param["id"] == "steps")
    );
    let bad = &listing["refused"][0];
    assert!(bad["path"].as_str().unwrap().ends_with("bad"), "{bad}");
    assert!(
        bad["reason"].as_str().unwrap().contains("model.toml"),
        "{bad}"
    );

    let text = user.run(&["models"]).expect(0, &[]).out;
    assert!(
        text.contains("tiny-stable-diffusion") && text.contains("model.toml"),
        "{text}"
    );
    user.run(&["generate", "x", "--model", "bad"])
        .expect(3, &["model.toml"]);
    let by_id = [
        "generate",
        "x",
        "--steps",
        "1",
        "--model",
        "tiny-stable-diffusion",
    ];
    user.run(&by_id).expect(0, &[]);
}

#[test]
fn a_family_is_chosen_for_every_command_and_forgotten_again() {
    let user = User::new();
    let model = user.path("maquette/data/models/own");
    copy(&tiny("sdxl"), &model);
    fs::remove_file(model.join("model_index.json")).unwrap();
    let model = model.to_str().unwrap();
    let inspect = |family: &str| user.run(&["inspect", model, "--json", "--family", family]);
    let listed = || {
        let listing = user.run(&["models", "--json"]).expect(0, &[]).json();
        listing["found"][0]["family"].clone()
    };
    let report = inspect("stable_diffusion").expect(0, &[]).json();
    assert_eq!(report["family"], "stable_diffusion");
    assert_eq!(report["family_chosen"], true);
    assert_eq!(listed(), "stable_diffusion");
    let draw = ["generate", "x", "--steps", "1", "--model", model];
    // The denoiser wants the words of both encoders, and this family has one.
    user.run(&draw).expect(3, &["unet/model.onnx"]);
    inspect("flux").expect(3, &["flux", "transformer"]);
    inspect("magic").expect(2, &["magic", "stable_diffusion_xl"]);
    assert_eq!(
        listed(),
        "stable_diffusion",
        "what is refused changes nothing"
    );
    let report = inspect("auto").expect(0, &[]).json();
    assert_eq!(report["family"], "stable_diffusion_xl");
    assert_eq!(report["family_chosen"], false);
    user.run(&draw).expect(0, &[]);
}

#[cfg(unix)]
#[test]
fn a_family_that_cannot_be_kept_is_said_with_the_file() {
    use std::os::unix::fs::PermissionsExt as _;

    let user = User::new();
    let model = user.path("model");
    copy(&tiny("sd15"), &model);
    let allow = |mode| fs::set_permissions(&model, fs::Permissions::from_mode(mode)).unwrap();
    allow(0o555);
    let choose = ["inspect", "model", "--family", "stable_diffusion"];
    let ended = user.run(&choose);
    // The superuser may write everywhere, so for him it is kept.
    let is_forbidden = fs::File::create(model.join("other")).is_err();
    allow(0o755);
    if is_forbidden {
        ended.expect(3, &["maquette.json", "right to write"]);
    } else {
        ended.expect(0, &[]);
    }
}

#[test]
fn what_is_kept_about_a_model_holds_without_a_window_too() {
    let user = User::new();
    let model = user.path("maquette/data/models/good");
    copy(&tiny("stable_diffusion"), &model);
    let notes = serde_json::json!({
        "version": "1",
        "models": [{ "id": "tiny-stable-diffusion", "path": model, "defaults": { "steps": 3 } }],
    });
    let config = user.path("maquette/config");
    fs::create_dir_all(&config).unwrap();
    write_atomically(&config.join("models.json"), |file| {
        file.write_all(notes.to_string().as_bytes())
    })
    .unwrap();
    let listing = user.run(&["models", "--json"]).expect(0, &[]).json();
    let params = listing["found"][0]["params"].as_array().unwrap();
    let steps = params.iter().find(|param| param["id"] == "steps");
    assert_eq!(steps.unwrap()["default"], "3");
}

#[test]
fn providers_are_listed_and_the_processor_is_among_them() {
    let user = User::new();
    let json = user.run(&["providers", "--json"]).expect(0, &[]).out;
    let report: RuntimeReport = serde_json::from_str(&json).unwrap();
    let processor = report
        .providers
        .iter()
        .find(|provider| provider.id.as_str() == "cpu");
    assert!(processor.unwrap().available);
    let text = user.run(&["providers"]).expect(0, &[]).out;
    assert!(text.contains("CPU") && text.contains("WebGPU"), "{text}");
}

#[test]
fn the_language_of_the_environment_is_spoken() {
    let user = User::new();
    let mut command = user.command();
    command
        .env("LC_ALL", "ru_RU.UTF-8")
        .args(["generate", "x", "--model", "magic"]);
    Ended::from(command.output().unwrap()).expect(2, &["Модели «magic» нет"]);
}

#[cfg(target_os = "linux")]
#[test]
fn ctrl_c_cancels_and_ends_with_130() {
    let user = User::new();
    let model = tiny("slow_unet");
    let mut command = user.command();
    command.args([
        "generate",
        "x",
        "-o",
        "fox.png",
        "--model",
        model.to_str().unwrap(),
    ]);
    let mut process = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let id = process.id();
    // The engine is started once Ctrl-C is listened for.
    let children = format!("/proc/{id}/task/{id}/children");
    while fs::read_to_string(&children).unwrap().is_empty() {
        assert!(process.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::yield_now();
    }
    let status = Command::new("kill")
        .args(["-INT", &id.to_string()])
        .status();
    assert!(status.unwrap().success());
    Ended::from(process.wait_with_output().unwrap()).expect(130, &["Cancelled"]);
    assert!(!user.path("fox.png").exists());
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            fs::copy(&path, &target).unwrap();
        }
    }
}
