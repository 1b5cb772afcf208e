//! Models as real exporters write them draw what diffusers' own pipelines draw of the same weights.
//!
//! `UPDATE_PARITY=1 cargo test --test drawing parity` writes the figures into `docs/parity.md`.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use maquette::adapters::{AdapterFolders, AdapterSet, AdapterShelf};
use maquette::diffusion::Latents;
use maquette::domain::{ParamValue, PixelSize, Request, Seed, Source, Strength, Task};
use maquette::files::{Folders, write_atomically};
use maquette::models::ModelFolder;
use maquette::pipeline;
use serde_json::Value;

use crate::bench::{
    self, Recorder, golden, golden_path, golden_picture, open, psnr_db, request, tiny,
};

/// Both compute in single precision, in another order.
const SINGLE: Tolerance = Tolerance {
    picture_db: 50.0,
    latents: 2e-3,
};
/// Half precision rounds every layer to three digits, which adds up over layers and steps.
const HALF: Tolerance = Tolerance {
    picture_db: 35.0,
    latents: 0.02,
};

struct Tolerance {
    picture_db: f64,
    /// Of the difference's norm to that of the latents.
    latents: f64,
}

/// How far a run is from diffusers'.
struct Distance {
    picture_db: f64,
    latents: f64,
}

#[test]
fn pictures_equal_those_of_diffusers() {
    let mut table = Table::default();
    for run in golden("parity.json")["runs"].as_array().expect("a list") {
        let model = text(run, "model");
        let single = checked(model, run, &SINGLE);
        let half = format!("{model}_fp16");
        let half = checked(&half, run, &HALF);
        table.add(run, &single, &half);
    }
    table.check();
}

/// The same weights in the layouts of other exporters, with weights of half precision behind
/// inputs of full.
#[test]
fn every_layout_draws_the_same() {
    let golden = golden("parity.json");
    let runs = golden["runs"].as_array().expect("a list of runs");
    for (layout, model, tolerance) in [
        ("sd15_legacy", "sd15", &SINGLE),
        ("sd15_olive", "sd15", &HALF),
        ("sd15_amuse", "sd15", &HALF),
        ("flux_dev_amuse", "flux_dev", &HALF),
    ] {
        let of_layout = |run: &&Value| text(run, "model") == model && run["source"].is_null();
        let mut count = 0;
        for run in runs.iter().filter(of_layout) {
            checked(layout, run, tolerance);
            count += 1;
        }
        assert!(count >= 3, "{layout}: only {count} runs");
    }
}

fn checked(name: &str, run: &Value, tolerance: &Tolerance) -> Distance {
    let distance = distance(name, run);
    let said = format!("{name}: {}", text(run, "name"));
    let Distance {
        picture_db,
        latents,
    } = distance;
    assert!(
        picture_db >= tolerance.picture_db,
        "{said}: {picture_db:.1} dB"
    );
    assert!(
        latents <= tolerance.latents,
        "{said}: latents off by {latents:.1e}"
    );
    distance
}

fn distance(name: &str, run: &Value) -> Distance {
    let copy = tempfile::tempdir().expect("there is room for temporary files");
    let path = copy.path().join(text(run, "model"));
    bench::copy(tiny(name).path(), &path);
    obey(&path, &run["scheduler"]);
    let folder = ModelFolder::open(&path).expect("it is a model");
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
    let picture = |key: &str| {
        let file = golden_path(run[key].as_str()?);
        Some(Source { file, sha256: None })
    };
    if let Some(source) = picture("source") {
        let share = run["strength"].as_f64().expect("a strength");
        wanted.task = Task::Vary {
            source,
            strength: Strength::new(share).expect("a share"),
            mask: picture("mask"),
        };
    }
    if let Some(skipped) = run["clip_skip"].as_i64() {
        // Diffusers counts the layers that are skipped.
        wanted.params.set("clip-skip", ParamValue::Int(skipped + 1));
    }
    let mut pipeline = open(&folder);
    pipeline.wear(&fitted(&wanted, &folder), &mut Recorder::default());
    let mut recorder = Recorder::default();
    let pictures = recorder.run(pipeline.as_mut(), &wanted);
    let pixels = pictures.expect("it draws").remove(0).pixels;
    Distance {
        picture_db: psnr_db(&pixels, &golden_picture(text(run, "picture"))),
        latents: off(&recorder.latents[0], &run["latents"]),
    }
}

/// What a request changes in the model's graphs.
fn fitted(request: &Request, folder: &ModelFolder) -> Arc<AdapterSet> {
    let nowhere = AdapterFolders::of(&Folders::under(folder.path()));
    let skipped = pipeline::skipped_layers(&request.params);
    let mut shelf = AdapterShelf::new(nowhere);
    let set = shelf.fit(&request.prompt, skipped, folder.path(), &mut |notice| {
        panic!("{notice:?}")
    });
    set.expect("nothing is read but graphs")
}

/// Gives a model the scheduler of a run, with all of its options.
fn obey(folder: &Path, scheduler: &Value) {
    let mut config = scheduler["config"].clone();
    config["_class_name"] = scheduler["class"].clone();
    let path = folder.join("scheduler/scheduler_config.json");
    fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a new folder");
    write_atomically(&path, |out| out.write_all(config.to_string().as_bytes()))
        .expect("the copy can be changed");
}

/// How far latents are from the reference: the norm of the difference, relative to the
/// reference's.
fn off(found: &Latents, reference: &Value) -> f64 {
    let bytes = BASE64_STANDARD.decode(text(reference, "float32"));
    let bytes = bytes.expect("goldens are in base64");
    let (values, _) = bytes.as_chunks::<4>();
    let expected = values
        .iter()
        .map(|value| f64::from(f32::from_le_bytes(*value)));
    let expected: Vec<f64> = expected.collect();
    assert_eq!(found.values().len(), expected.len());
    let pairs = found.values().iter().zip(&expected);
    let difference: f64 = pairs.map(|(a, b)| (f64::from(*a) - b).powi(2)).sum();
    let whole: f64 = expected.iter().map(|value| value * value).sum();
    (difference / whole).sqrt()
}

/// The table of `docs/parity.md`.
#[derive(Default)]
struct Table {
    rows: String,
    names: Vec<String>,
}

impl Table {
    const HEAD: &'static str = "\
# How near Maquette comes to diffusers

Tiny models of every family, with random weights in the exact architectures, exported by
optimum-onnx, against diffusers' own pipelines with the same weights in PyTorch: the same prompt,
size, steps, scheduler options and seed through `torch-cpu`.
Latents are compared before they are decoded, by the norm of the difference relative to the
reference's; pictures by their peak signal-to-noise ratio (equal = every byte is).
Half precision means fp16 weights and ports, against the reference in full precision.

The bounds are 2e-3 and 50 dB, in half precision 35 dB. `tests/drawing/parity.rs` checks them and
writes this file (`UPDATE_PARITY=1`); the last digits depend on the processor.

Turbo models have the graphs of the families that they were distilled from: their rows run those
graphs with Turbo's schedulers. Diffusers' pipelines of Stable Diffusion 3 and Flux take one class
of schedulers each, or two; their rows vary what its options change.

Schedulers alone are held to diffusers over 4, 20 and 50 steps, every schedule and option, by
`tests/schedulers`: to 1e-5, with zero terminal SNR to 1e-4. Apart on purpose are

- DDIM, DDPM and PLMS with linspace spacing: diffusers steps to `t - 1000 / steps` and goes on as if
  it had stepped to the next timestep. We step to the next one.
- PLMS on models that predict v: diffusers takes the mean of the predictions, though v means
  something else at every level. We take the mean of the noise, as its paper does.
- Euler on the beta schedule with zero terminal SNR: 1.1e-4, as diffusers' own formula is from
  itself in double precision.
- The highest timestep of the exponential and beta schedules with DPM-Solver, UniPC and DEIS: on
  some betas diffusers' single precision tells the model 998 instead of 999.

| model | run | scheduler | latents | picture | picture, half precision |
| --- | --- | --- | --- | --- | --- |
";

    fn add(&mut self, run: &Value, single: &Distance, half: &Distance) {
        let start = if run["source"].is_null() || run["strength"] == 1.0 {
            "text to picture"
        } else {
            "picture to picture"
        };
        let scheduler = text(&run["scheduler"], "class");
        let scheduler = scheduler.trim_end_matches("Scheduler");
        let decibels = |db: f64| {
            if db.is_finite() {
                format!("{db:.0} dB")
            } else {
                "equal".to_owned()
            }
        };
        let name = text(run, "name");
        writeln!(
            self.rows,
            "| {} | {start} | {scheduler}: `{name}` | {:.0e} | {} | {} |",
            text(run, "model"),
            single.latents,
            decibels(single.picture_db),
            decibels(half.picture_db),
        )
        .expect("texts take whatever is written");
        self.names.push(format!("`{name}`"));
    }

    /// Writes the file where that is asked for; else it must have a row for every run.
    fn check(&self) {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/parity.md");
        if env::var_os("UPDATE_PARITY").is_some() {
            let text = format!("{}{}", Self::HEAD, self.rows);
            write_atomically(&path, |out| out.write_all(text.as_bytes())).expect("it is written");
        }
        let written = fs::read_to_string(&path).expect("docs/parity.md is there");
        for name in &self.names {
            assert!(written.contains(name), "docs/parity.md has no row {name}");
        }
    }
}

fn text<'a>(run: &'a Value, key: &str) -> &'a str {
    run[key].as_str().expect("a text")
}
