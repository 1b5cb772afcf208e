//! Every family runs a tiny real model from prompt to pixels on the processor.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use maquette::domain::{
    ParamValue, PixelSize, Pixels, Prompt, Recipe, Seed, Source, Strength, Task,
};
use maquette::files::write_atomically;
use maquette::models::ModelFolder;
use maquette::pipeline::{self, FAMILIES, FailureKind, Pipeline, PipelineError};

use crate::bench::{self, Recorder, model, open, request, runtime, tiny};
use maquette::runtime::ProviderId;

/// The models that run, by the family that must recognize them.
const TINY: [(&str, &str); 7] = [
    ("stable_diffusion", "stable_diffusion"),
    ("stable_diffusion", "stable_diffusion_v"),
    ("stable_diffusion", "legacy"),
    ("latent_consistency", "lcm"),
    ("stable_diffusion_xl", "stable_diffusion_xl"),
    ("stable_diffusion_3", "sd3"),
    ("flux", "flux_dev"),
];

#[test]
fn every_family_has_a_tiny_model_and_recognizes_it() {
    for family in FAMILIES {
        assert!(
            TINY.iter().any(|(id, _)| *id == family.id()),
            "no tiny model of {}",
            family.id()
        );
    }
    for (family, name) in TINY {
        let info = pipeline::describe(&tiny(name)).unwrap();
        assert_eq!(info.family, family, "{name}");
    }
}

#[test]
fn a_picture_has_its_size_and_is_decided_by_its_seed() {
    for (_, name) in TINY {
        let mut pipeline = open(&tiny(name));
        let mut draw = |seed| {
            let mut wanted = request(&tiny(name));
            wanted.seed = Seed(seed);
            wanted.size = PixelSize::new(64, 48).unwrap();
            let pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
            assert_eq!(pictures.len(), 1, "{name}");
            pictures.into_iter().next().unwrap()
        };
        let (first, again, other) = (draw(7), draw(7), draw(8));
        assert_eq!(first.pixels.size().to_string(), "64x48", "{name}");
        assert_eq!(first.pixels, again.pixels, "{name}");
        assert_ne!(first.pixels, other.pixels, "{name}");
        assert_eq!(first.recipe, again.recipe, "{name}");
        assert_eq!(first.recipe.fingerprint.len(), 64, "{name}");
        assert_eq!(first.recipe.made_with.provider, "cpu");
        assert!(
            first.recipe.params.get("noise").is_some(),
            "{name}: the recipe is not whole"
        );
        assert!(first.timings.load_secs > 0.0, "{name}");
        assert!(again.timings.load_secs == 0.0, "{name}");
        assert_eq!(first.timings.step_secs.len(), 4, "{name}");
    }
}

#[test]
fn every_parameter_changes_the_picture() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut draw = |id: &str, value: &str| {
        let mut wanted = request(&folder);
        let info = pipeline::describe(&folder).unwrap();
        if let Some(spec) = info.specs.iter().find(|spec| spec.id == id) {
            wanted.params.set(id, spec.parse(value).unwrap());
        }
        info.settle(&mut wanted).unwrap();
        let pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
        pictures.into_iter().next().unwrap().pixels
    };
    let plain = draw("none", "");
    for (id, value) in [
        ("steps", "5"),
        ("guidance", "1"),
        ("scheduler", "euler_ancestral"),
        ("schedule", "karras"),
        ("noise", "philox"),
        ("variation-strength", "0.3"),
    ] {
        assert_ne!(draw(id, value), plain, "{id}");
    }
}

#[test]
fn pictures_of_one_request_equal_single_runs_of_their_recipes() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut check = |noise: &str, variation: f64, seeds: [u64; 3]| {
        let mut many = request(&folder);
        many.count = NonZeroU32::new(3).unwrap();
        let text = |value: &str| ParamValue::Text(value.to_owned());
        many.params.set("scheduler", text("euler_ancestral"));
        many.params.set("noise", text(noise));
        let strength = ParamValue::Float(variation);
        many.params.set("variation-strength", strength);
        let together = Recorder::default().run(pipeline.as_mut(), &many).unwrap();
        assert_eq!(together.len(), 3);
        for picture in &together {
            let alone = picture.recipe.request();
            let alone = Recorder::default().run(pipeline.as_mut(), &alone).unwrap();
            assert_eq!(
                alone[0].pixels, picture.pixels,
                "{noise}, {:?}",
                picture.recipe
            );
            assert_eq!(alone[0].recipe, picture.recipe, "{noise}");
        }
        assert_ne!(together[0].pixels, together[1].pixels, "{noise}");
        let found = together.iter().map(|picture| picture.recipe.seed.0);
        assert!(found.eq(seeds), "{noise}");
    };
    check("torch-cpu", 0.0, [7, 8, 9]);
    check("torch-cpu", 0.3, [7, 7, 7]);
    check("philox", 0.0, [7, 8, 9]);
    check("torch-cpu-batch", 0.0, [7, 7, 7]);
    check("torch-cpu-batch", 0.3, [7, 7, 7]);
}

#[test]
fn progress_counts_every_step_once_and_shows_previews_between() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut wanted = request(&folder);
    wanted.count = NonZeroU32::new(2).unwrap();
    for scheduler in ["ddim", "heun"] {
        wanted
            .params
            .set("scheduler", ParamValue::Text(scheduler.into()));
        let mut recorder = Recorder::default();
        recorder.run(pipeline.as_mut(), &wanted).unwrap();
        let expected = (0..2).flat_map(|picture| (1..=4).map(move |done| (picture, done, 4)));
        assert!(
            recorder.steps().into_iter().eq(expected),
            "{scheduler}: {:?}",
            recorder.steps()
        );
        for picture in 0..2 {
            let previews = recorder.previews(picture);
            assert!(!previews.is_empty(), "{scheduler}: picture {picture}");
            assert!(
                previews.len() <= 3,
                "{scheduler}: the last step is the picture itself"
            );
            // Once it was seen clearly it is not blurred again.
            let sides = previews.iter().map(|preview| preview.size().width());
            assert!(sides.is_sorted(), "{scheduler}: picture {picture}");
        }
    }
}

#[test]
fn loading_is_told_until_it_is_done() {
    let folder = tiny("stable_diffusion");
    let mut recorder = Recorder::default();
    let opened = pipeline::open(&folder, &runtime(), &bench::cpu(), &mut recorder).unwrap();
    assert!(opened.bytes() > 30_000);
    let fractions = recorder.loading();
    assert!(fractions.is_sorted(), "{fractions:?}");
    assert!(
        (fractions.last().unwrap() - 1.0).abs() < 1e-6,
        "{fractions:?}"
    );
}

#[test]
fn a_cancel_between_steps_ends_the_run_with_that_step() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut recorder = Recorder::cancelling_after_step(2);
    let error = recorder
        .run(pipeline.as_mut(), &request(&folder))
        .unwrap_err();
    assert!(matches!(error, PipelineError::Cancelled), "{error}");
    assert_eq!(recorder.steps().len(), 2);
    // The model is as good as before.
    Recorder::default()
        .run(pipeline.as_mut(), &request(&folder))
        .unwrap();
}

#[test]
fn a_cancel_interrupts_a_long_inference_within_a_second() {
    let folder = tiny("slow_unet");
    let mut pipeline = open(&folder);
    let mut recorder = Recorder::default();
    let cancel = recorder.token();
    let canceller = std::thread::Builder::new()
        .name("cancel".into())
        .spawn(move || {
            std::thread::sleep(Duration::from_millis(300));
            cancel.cancel();
            Instant::now()
        });
    let error = recorder
        .run(pipeline.as_mut(), &request(&folder))
        .unwrap_err();
    let ended = Instant::now();
    let cancelled = canceller.unwrap().join().unwrap();
    assert!(matches!(error, PipelineError::Cancelled), "{error}");
    assert!(ended > cancelled, "the run ended by itself");
    assert!(
        ended - cancelled < Duration::from_secs(1),
        "{:?}",
        ended - cancelled
    );
}

#[test]
fn a_cancel_before_or_while_loading_loads_nothing() {
    let folder = tiny("stable_diffusion");
    let runtime = runtime();
    let mut recorder = Recorder::default();
    recorder.token().cancel();
    let outcome = pipeline::open(&folder, &runtime, &bench::cpu(), &mut recorder);
    assert!(matches!(outcome.err(), Some(PipelineError::Cancelled)));
    let mut recorder = Recorder::cancelling_while_loading();
    let outcome = pipeline::open(&folder, &runtime, &bench::cpu(), &mut recorder);
    assert!(matches!(outcome.err(), Some(PipelineError::Cancelled)));
}

#[test]
fn a_model_that_gives_no_numbers_is_an_error_that_names_the_step() {
    let folder = tiny("nan_unet");
    let mut pipeline = open(&folder);
    let error = Recorder::default()
        .run(pipeline.as_mut(), &request(&folder))
        .unwrap_err();
    assert!(
        matches!(
            error,
            PipelineError::NotFinite {
                step: 1..,
                total: 4
            }
        ),
        "{error}"
    );
    assert_eq!(error.kind(), FailureKind::Running);
}

/// The picture of a prompt, and the keys of what was told.
fn draw_prompt(pipeline: &mut dyn Pipeline, text: &str, negative: &str) -> (Pixels, Vec<String>) {
    let mut wanted = request(&tiny("stable_diffusion"));
    wanted.prompt = Prompt {
        text: text.to_owned(),
        negative: negative.to_owned(),
    };
    let mut recorder = Recorder::default();
    let pictures = recorder.run(pipeline, &wanted);
    let mut pictures = pictures.expect("the model draws");
    let told = recorder.notices.iter();
    let told = told.map(|notice| format!("{:?}", notice.headline));
    (pictures.remove(0).pixels, told.collect())
}

#[test]
fn a_long_prompt_is_read_to_its_end() {
    let long = "a fox ".repeat(80);
    for name in ["stable_diffusion", "stable_diffusion_xl"] {
        let mut pipeline = open(&tiny(name));
        let mut draw = |text: &str, negative: &str| {
            let (pixels, told) = draw_prompt(pipeline.as_mut(), text, negative);
            assert!(told.is_empty(), "{name}: {told:?}");
            pixels
        };
        let plain = draw(&long, "");
        assert_ne!(draw(&format!("{long} zebra"), ""), plain, "{name}");
        assert_ne!(draw(&long, &format!("{long} zebra")), plain, "{name}");
        assert_ne!(draw("a BREAK fox", ""), draw("a fox", ""), "{name}");
    }
}

#[test]
fn a_denoiser_of_fixed_length_reads_what_fits_and_the_rest_is_told() {
    let copy = tempfile::tempdir().unwrap();
    bench::copy(tiny("legacy").path(), copy.path());
    fix_tokens(&copy.path().join("unet/model.onnx"));
    let mut pipeline = open(&ModelFolder::open(copy.path()).unwrap());
    let (short, told) = draw_prompt(pipeline.as_mut(), &"a ".repeat(75), "");
    assert!(told.is_empty(), "{told:?}");
    let long = format!("{}zebra", "a ".repeat(75));
    let (cut, told) = draw_prompt(pipeline.as_mut(), &long, &long);
    assert_ne!(cut, short, "the negative prompt is read, too");
    assert_eq!(told.len(), 2, "{told:?}");
    for key in ["notice-prompt-cut", "notice-negative-prompt-cut"] {
        let is_told = |told: &String| told.contains(key) && told.contains("\"zebra\"");
        assert!(told.iter().any(is_told), "{told:?}");
    }
    let (cut, _) = draw_prompt(pipeline.as_mut(), &long, "");
    assert_eq!(cut, short);
}

/// Makes a graph take 77 tokens and no others: a number in place of the name `sequence`.
fn fix_tokens(file: &Path) {
    let mut bytes = std::fs::read(file).expect("the graph is there");
    let named = b"\x0A\x0A\x12\x08sequence";
    // A length that is written in as many bytes as the name had.
    let fixed = b"\x0A\x0A\x08\xCD\x80\x80\x80\x80\x80\x80\x80\x00";
    let place = bytes
        .windows(named.len())
        .position(|window| window == named);
    let place = place.expect("the length has that name");
    bytes[place..place + named.len()].copy_from_slice(fixed);
    let written = write_atomically(file, |file| std::io::Write::write_all(file, &bytes));
    written.expect("it can be written");
}

#[test]
fn weights_schedules_and_further_prompts_change_the_picture() {
    let mut pipeline = open(&tiny("stable_diffusion"));
    let mut draw = |text: &str| draw_prompt(pipeline.as_mut(), text, "").0;
    let (fox, owl) = (draw("a fox in snow"), draw("a owl in snow"));
    assert_ne!(fox, owl);
    for same in [
        "(a fox in snow:1)",
        "a [fox:fox:0.5] in snow",
        "a [fox|fox] in snow",
    ] {
        assert_eq!(draw(same), fox, "{same}");
    }
    assert_eq!(draw("a [fox:owl:1.0] in snow"), fox);
    assert_eq!(draw("a [fox:owl:0] in snow"), owl);
    for other in [
        "a (fox:1.4) in snow",
        "a [fox:owl:0.5] in snow",
        "a [fox|owl] in snow",
        "a fox in snow AND a owl in snow",
        "a fox in snow AND a owl in snow :-1",
    ] {
        let drawn = draw(other);
        assert_ne!(drawn, fox, "{other}");
        assert_ne!(drawn, owl, "{other}");
    }
}

#[test]
fn several_prompts_are_followed_without_guidance_too() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut draw = |text: &str| {
        let mut wanted = request(&folder);
        wanted.params.set("guidance", ParamValue::Float(1.0));
        wanted.prompt.text = text.to_owned();
        let mut pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
        pictures.remove(0).pixels
    };
    assert_ne!(draw("a fox AND a owl"), draw("a fox"));
}

#[test]
fn the_way_of_emphasis_changes_pictures_with_weights_only() {
    let folder = tiny("stable_diffusion");
    let mut pipeline = open(&folder);
    let mut draw = |emphasis: &str, text: &str| {
        let mut wanted = request(&folder);
        let value = ParamValue::Text(emphasis.to_owned());
        wanted.params.set("emphasis", value);
        wanted.prompt.text = text.to_owned();
        let mut pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
        pictures.remove(0).pixels
    };
    let plain = draw("original", "a fox");
    for emphasis in ["no-norm", "ignore", "none"] {
        assert_eq!(draw(emphasis, "a fox"), plain, "{emphasis}");
    }
    let weighted = "a (fox:1.5)";
    assert_eq!(draw("ignore", weighted), plain);
    assert_ne!(draw("no-norm", weighted), plain);
    assert_ne!(draw("none", weighted), plain);
    assert_ne!(draw("original", weighted), draw("no-norm", weighted));
}

#[test]
fn the_tags_of_adapters_are_not_read_as_words() {
    let mut pipeline = open(&tiny("stable_diffusion"));
    let (plain, _) = draw_prompt(pipeline.as_mut(), "a fox", "");
    let (drawn, _) = draw_prompt(pipeline.as_mut(), "a fox<lora:ink:0.8>", "");
    assert_eq!(drawn, plain);
}

#[test]
fn what_is_not_followed_in_a_scheduler_config_is_told_when_the_model_is_opened() {
    let copy = tempfile::tempdir().unwrap();
    bench::copy(tiny("legacy").path(), copy.path());
    let config = copy.path().join("scheduler/scheduler_config.json");
    let text = std::fs::read_to_string(&config).unwrap();
    let contradictory = text.replacen(
        '{',
        r#"{"use_karras_sigmas": true, "use_exponential_sigmas": true,"#,
        1,
    );
    let write = |out: &mut dyn std::io::Write| out.write_all(contradictory.as_bytes());
    write_atomically(&config, |out| write(out)).unwrap();
    let folder = ModelFolder::open(copy.path()).unwrap();
    let mut recorder = Recorder::default();
    pipeline::open(&folder, &runtime(), &bench::cpu(), &mut recorder).unwrap();
    let told = format!("{:?}", recorder.notices);
    assert!(told.contains("use_exponential_sigmas"), "{told}");
}

#[test]
fn an_empty_negative_prompt_of_sdxl_is_zeros_where_its_index_says_so() {
    let folder = tiny("stable_diffusion_xl");
    let mut pipeline = open(&folder);
    let mut draw = |negative: &str| {
        let mut wanted = request(&folder);
        negative.clone_into(&mut wanted.prompt.negative);
        let pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
        pictures.into_iter().next().unwrap().pixels
    };
    // A space makes no token, so both would be encoded alike.
    assert_ne!(draw(""), draw(" "));
}

#[test]
fn an_empty_prompt_is_a_prompt() {
    let folder = tiny("stable_diffusion");
    let mut wanted = request(&folder);
    wanted.prompt.text.clear();
    let pictures = Recorder::default()
        .run(open(&folder).as_mut(), &wanted)
        .unwrap();
    assert_eq!(pictures.len(), 1);
}

#[test]
fn a_size_or_parameter_that_the_model_cannot_draw_is_refused_with_what_it_can() {
    let folder = tiny("stable_diffusion");
    let info = pipeline::describe(&folder).unwrap();
    let mut wanted = request(&folder);
    wanted.size = PixelSize::new(60, 64).unwrap();
    let error = info.settle(&mut wanted).unwrap_err();
    assert!(error.to_string().contains("multiples of 16"), "{error}");
    let mut wanted = request(&folder);
    wanted
        .params
        .set("scheduler", ParamValue::Text("magic".into()));
    let error = info.settle(&mut wanted).unwrap_err();
    assert!(error.to_string().contains("euler"), "{error}");
    assert_eq!(error.kind(), FailureKind::Refused);
}

#[test]
fn an_altered_a_truncated_and_a_missing_file_are_refused_by_name() {
    let check = |change: &dyn Fn(&Path), expected: &str| {
        let copy = tempfile::tempdir().unwrap();
        bench::copy(tiny("stable_diffusion").path(), copy.path());
        let file = copy.path().join("unet/model.onnx");
        change(&file);
        // Where the file is gone the family is, too; the manifest still knows better.
        let folder = ModelFolder::open(copy.path()).unwrap();
        let error = folder
            .check(&Recorder::default().token(), &mut |_| {})
            .unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(error.to_string().contains("unet/model.onnx"), "{error}");
        let outcome = pipeline::open(&folder, &runtime(), &bench::cpu(), &mut Recorder::default());
        assert_eq!(outcome.err().unwrap().kind(), FailureKind::Refused);
    };
    check(&|file| bench::flip_a_bit(file), "SHA-256");
    check(&|file| bench::truncate(file), "instead of");
    check(&|file| std::fs::remove_file(file).unwrap(), "missing");
}

#[test]
fn a_graph_that_the_runtime_refuses_is_a_refused_file() {
    let copy = tempfile::tempdir().unwrap();
    bench::copy(tiny("legacy").path(), copy.path());
    bench::truncate(&copy.path().join("unet/model.onnx"));
    let folder = ModelFolder::open(copy.path()).unwrap();
    let outcome = pipeline::open(&folder, &runtime(), &bench::cpu(), &mut Recorder::default());
    let error = outcome.err().unwrap();
    assert_eq!(error.kind(), FailureKind::Refused);
    assert!(error.to_string().contains("unet/model.onnx"), "{error}");
}

/// The picture of a request that starts from a file, and its recipe.
fn vary(
    pipeline: &mut dyn Pipeline,
    file: &Path,
    sha256: Option<String>,
    strength: f64,
) -> Result<(Pixels, Recipe), PipelineError> {
    let mut wanted = request(&tiny("stable_diffusion"));
    wanted.task = Task::Vary {
        source: Source {
            file: file.to_owned(),
            sha256,
        },
        strength: Strength::new(strength).expect("tests name shares"),
        mask: None,
    };
    let mut pictures = Recorder::default().run(pipeline, &wanted)?;
    let picture = pictures.remove(0);
    Ok((picture.pixels, picture.recipe))
}

#[test]
fn a_picture_made_from_another_keeps_the_less_of_it_the_stronger() {
    let mut pipeline = open(&tiny("stable_diffusion"));
    let source = bench::golden_path("pipeline_ddim.png");
    let mut steps = |strength| {
        let mut recorder = Recorder::default();
        let mut wanted = request(&tiny("stable_diffusion"));
        wanted.task = Task::Vary {
            source: Source {
                file: source.clone(),
                sha256: None,
            },
            strength: Strength::new(strength).unwrap(),
            mask: None,
        };
        recorder.run(pipeline.as_mut(), &wanted).unwrap();
        recorder.steps().len()
    };
    assert_eq!([0.01, 0.5, 1.0].map(&mut steps), [1, 2, 4]);
}

#[test]
fn the_recipe_of_a_varied_picture_knows_its_source() {
    let mut pipeline = open(&tiny("stable_diffusion"));
    let source = bench::golden_path("pipeline_ddim.png");
    let (pixels, recipe) = vary(pipeline.as_mut(), &source, None, 0.5).unwrap();
    let Task::Vary { source: named, .. } = &recipe.task else {
        panic!("{recipe:?}");
    };
    assert_eq!(named.file, source);
    let (again, _) = vary(pipeline.as_mut(), &source, named.sha256.clone(), 0.5).unwrap();
    assert_eq!(pixels, again);

    let other = bench::golden_path("pipeline_euler.png");
    let error = vary(pipeline.as_mut(), &other, named.sha256.clone(), 0.5).unwrap_err();
    assert_eq!(error.kind(), FailureKind::Refused);
    assert!(error.to_string().contains("pipeline_euler.png"), "{error}");
    let gone = vary(pipeline.as_mut(), Path::new("gone.png"), None, 0.5).unwrap_err();
    assert!(gone.to_string().contains("gone.png"), "{gone}");
}

#[test]
fn the_model_of_the_studio_draws_what_diffusers_draws() {
    let golden = bench::golden("pipeline.json");
    let text = |key: &str| golden[key].as_str().unwrap().to_owned();
    let folder = model(&text("model"));
    let info = pipeline::describe(&folder).unwrap();
    let mut pipeline = open(&folder);
    for (name, run) in golden["runs"].as_object().unwrap() {
        let scheduler = name.strip_suffix("_from_picture").unwrap_or(name);
        let mut wanted = request(&folder);
        wanted.size = info.sizes.default;
        wanted.prompt.text = text("prompt");
        wanted.prompt.negative = text("negative");
        wanted.seed = Seed(golden["seed"].as_u64().unwrap());
        for id in ["steps", "guidance"] {
            let spec = info.specs.iter().find(|spec| spec.id == id).unwrap();
            wanted
                .params
                .set(id, spec.parse(&golden[id].to_string()).unwrap());
        }
        let choice = ParamValue::Text(scheduler.to_owned());
        wanted.params.set("scheduler", choice);
        if let Some(source) = run["source"].as_str() {
            wanted.task = Task::Vary {
                source: Source {
                    file: bench::golden_path(source),
                    sha256: None,
                },
                strength: Strength::new(run["strength"].as_f64().unwrap()).unwrap(),
                mask: None,
            };
        }
        info.settle(&mut wanted).unwrap();
        let pictures = Recorder::default().run(pipeline.as_mut(), &wanted).unwrap();
        let reference = bench::golden_picture(run["picture"].as_str().unwrap());
        let psnr_db = bench::psnr_db(&pictures[0].pixels, &reference);
        eprintln!("{name}: {psnr_db:.1} dB");
        assert!(psnr_db >= 45.0, "{name}: {psnr_db:.1} dB");
    }
}

#[test]
fn every_provider_says_what_it_runs_on_or_what_it_lacks() {
    let runtime = runtime();
    assert!(runtime.version().starts_with("1."), "{}", runtime.version());
    for info in runtime.providers() {
        assert_eq!(info.available, info.why_not.is_none(), "{info:?}");
        assert_eq!(info.available, !info.device.is_empty(), "{info:?}");
        let chosen = runtime.choose(&info.id);
        assert_eq!(chosen.is_ok(), info.available, "{info:?}");
    }
    let error = runtime.choose(&ProviderId::new("abacus")).unwrap_err();
    assert!(error.to_string().contains("cpu, webgpu"), "{error}");
}
