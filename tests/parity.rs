//! Models as optimum exports them draw what diffusers' own pipelines draw of the same weights.
#![cfg(feature = "onnx")]

#[expect(dead_code, reason = "tests/pipelines.rs uses all of it")]
mod drawing;

use std::io::Write as _;

use maquette::domain::{ParamValue, PixelSize, Pixels, Seed, Source, Strength, Task};
use maquette::files::write_atomically;
use maquette::models::ModelFolder;
use serde_json::Value;

use drawing::{Recorder, golden, golden_path, golden_picture, open, psnr_db, request, tiny};

/// Both compute in single precision, in another order.
const SINGLE_DB: f64 = 50.0;
/// Half precision rounds every layer to three digits.
const HALF_DB: f64 = 35.0;

#[test]
fn pictures_equal_those_of_diffusers() {
    check_all("", SINGLE_DB);
}

#[test]
fn pictures_of_half_precision_come_near_those_of_full() {
    check_all("_fp16", HALF_DB);
}

/// Every reference of a model of which there is a folder with that ending.
fn check_all(ending: &str, least_db: f64) {
    let golden = golden("parity.json");
    let runs = golden["runs"].as_array().expect("a list of runs");
    let mut checked = 0;
    for run in runs {
        let name = format!("{}{ending}", text(run, "model"));
        if !golden_path(&format!("../tiny/{name}")).is_dir() {
            continue;
        }
        let found = draw(&name, run);
        let psnr_db = psnr_db(&found, &golden_picture(text(run, "picture")));
        assert!(
            psnr_db >= least_db,
            "{}: {psnr_db:.1} dB",
            text(run, "name")
        );
        checked += 1;
    }
    assert!(checked >= 12, "only {checked} runs of `…{ending}`");
}

fn draw(name: &str, run: &Value) -> Pixels {
    let copy = tempfile::tempdir().expect("there is room for temporary files");
    drawing::copy(tiny(name).path(), copy.path());
    obey(copy.path(), &run["scheduler"]);
    let folder = ModelFolder::open(copy.path()).expect("it is a model");
    let mut wanted = request(&folder);
    text(run, "prompt").clone_into(&mut wanted.prompt.text);
    let negative = run["negative"].as_str().unwrap_or_default();
    negative.clone_into(&mut wanted.prompt.negative);
    wanted.seed = Seed(run["seed"].as_u64().expect("a seed"));
    let side = |key: &str| run[key].as_u64().expect("a side") as u32;
    wanted.size = PixelSize::new(side("width"), side("height")).expect("a possible size");
    let steps = run["steps"].as_i64().expect("steps");
    wanted.params.set("steps", ParamValue::Int(steps));
    let guidance = run["guidance"].as_f64().expect("a scale").max(1.0);
    wanted.params.set("guidance", ParamValue::Float(guidance));
    if let Some(source) = run["source"].as_str() {
        let share = run["strength"].as_f64().expect("a strength");
        wanted.task = Task::Vary {
            source: Source {
                file: golden_path(source),
                sha256: None,
            },
            strength: Strength::new(share).expect("a share"),
        };
    }
    let mut pipeline = open(&folder);
    let pictures = Recorder::default().run(pipeline.as_mut(), &wanted);
    pictures.expect("it draws").remove(0).pixels
}

/// Gives a model the scheduler of a run, with all of its options.
fn obey(folder: &std::path::Path, scheduler: &Value) {
    let mut config = scheduler["config"].clone();
    config["_class_name"] = scheduler["class"].clone();
    let path = folder.join("scheduler/scheduler_config.json");
    write_atomically(&path, |out| out.write_all(config.to_string().as_bytes()))
        .expect("the copy can be changed");
}

fn text<'a>(run: &'a Value, key: &str) -> &'a str {
    run[key].as_str().expect("a text")
}
