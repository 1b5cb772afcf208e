//! Models with adapters draw what diffusers draws with the same files.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::Arc;

use maquette::adapters::{
    AdapterError, AdapterFolders, AdapterInfo, AdapterKind, AdapterSet, AdapterShelf, scan,
};
use maquette::domain::{
    Explain as _, Message, Notice, ParamValue, PixelSize, Pixels, Prompt, Seed,
};
use maquette::files::{sha256_of, write_atomically};
use maquette::models::ModelFolder;
use maquette::pipeline::{self, Pipeline};
use maquette::runtime::Retouch as _;
use serde_json::Value;

use crate::bench::{
    self, Recorder, cpu, golden, golden_path, golden_picture, open, psnr_db, request, runtime, tiny,
};

/// Both compute in single precision, in another order.
const SINGLE_DB: f64 = 45.0;
/// Half precision rounds every layer, and every changed weight, to three digits; small models bear
/// it well.
const HALF_DB: f64 = 45.0;
/// How much farther from the plain picture an adapter leads than references may be apart.
const MARGIN_DB: f64 = 3.0;

#[test]
fn pictures_with_adapters_equal_those_of_diffusers() {
    for run in runs() {
        let found = draw(&run, text(&run, "model"), &prompt_of(&run));
        check(&run, &found, SINGLE_DB);
    }
}

#[test]
fn weights_of_half_precision_take_adapters_too() {
    for run in runs() {
        let model = format!("{}_fp16", text(&run, "model"));
        check(&run, &draw(&run, &model, &prompt_of(&run)), HALF_DB);
    }
}

#[test]
fn graphs_of_other_exporters_take_adapters_too() {
    let run = &runs()[0];
    for model in ["sd15_legacy", "sd15_olive", "sd15_amuse"] {
        check(run, &draw(run, model, &prompt_of(run)), HALF_DB);
    }
}

#[test]
fn the_same_adapter_draws_the_same_in_every_style_of_names() {
    let runs = runs();
    for (run, styles) in [
        (
            "ink",
            ["ink_kohya", "ink_diffusers", "ink_processor"].as_slice(),
        ),
        ("xl_ink", &["xl_ink"]),
    ] {
        let run = runs.iter().find(|it| it["name"] == run).unwrap();
        let model = text(run, "model");
        let expected = draw(run, model, &prompt_of(run));
        for style in styles {
            let name = text(&run["loras"][0], "name");
            let prompt = prompt_of(run).replace(name, style);
            assert_eq!(draw(run, model, &prompt), expected, "{style}");
        }
    }
}

#[test]
fn other_adapters_put_down_what_they_change_and_nothing_else() {
    let folder = tiny("sd15");
    let bytes = |part: &str| {
        let file = folder.path().join(part).join("model.onnx");
        file.metadata().unwrap().len()
    };
    let (denoiser, encoder) = (bytes("unet"), bytes("text_encoder"));
    let mut pipeline = open(&folder);
    let mut shelf = shelf();
    let mut draw = |prompt: &str| {
        let adapters = fit(&mut shelf, &folder, prompt).0;
        let mut recorder = Recorder::default();
        let before = pipeline.bytes();
        pipeline.wear(&adapters, &mut recorder);
        let put_down = before - pipeline.bytes();
        let mut wanted = request(&folder);
        prompt.clone_into(&mut wanted.prompt.text);
        let picture = recorder.run(pipeline.as_mut(), &wanted).unwrap().remove(0);
        assert_eq!(picture.recipe.made_with.adapters, adapters.files());
        (picture.pixels, put_down)
    };
    let (plain, put_down) = draw("a fox");
    assert_eq!(put_down, 0);
    let (with, put_down) = draw("a fox <lora:ink_peft:0.8>");
    assert_ne!(with, plain);
    assert_eq!(put_down, denoiser + encoder);
    assert_eq!(draw("a fox <lora:ink_peft:0.8>").1, 0, "the same again");
    let (other, put_down) = draw("a fox <lora:ink_peft:0.5:0.8>");
    assert_ne!(other, with);
    assert_eq!(put_down, denoiser, "the text encoder keeps its weights");
    let both = "a fox <lora:loha:0.5><lora:ink_peft:0.5:0.8>";
    assert_eq!(draw(both).1, denoiser);
    assert_eq!(draw("a fox"), (plain, denoiser + encoder));
}

#[test]
fn a_model_opened_with_adapters_is_not_loaded_twice() {
    let folder = tiny("sd15");
    let (adapters, _) = fit(&mut shelf(), &folder, "<lora:ink_peft:1>");
    let retouched = runtime().retouched(Arc::<AdapterSet>::clone(&adapters));
    let mut recorder = Recorder::default();
    let mut pipeline = pipeline::open(&folder, &retouched, &cpu(), &mut recorder).unwrap();
    let bytes = pipeline.bytes();
    pipeline.wear(&adapters, &mut recorder);
    assert_eq!(pipeline.bytes(), bytes);
}

#[test]
fn a_set_that_was_fitted_is_not_fitted_again() {
    let folder = tiny("sd15");
    let mut shelf = shelf();
    let (first, _) = fit(&mut shelf, &folder, "a <lora:ink_peft:1> fox");
    assert_eq!(first.files()[0].name, "ink_peft");
    let path = golden_path("adapters/ink_peft.safetensors");
    assert_eq!(first.files()[0].sha256, sha256_of(&path).unwrap());
    let (again, _) = fit(&mut shelf, &folder, "the cat <lora:ink_peft:1>");
    assert!(Arc::ptr_eq(&first, &again));
    let unet = folder.path().join("unet/model.onnx");
    let (other, _) = fit(&mut shelf, &folder, "<lora:ink_peft:0.9>");
    assert_ne!(first.stamp(&unet), other.stamp(&unet));
    assert_eq!(
        first.stamp(&folder.path().join("vae_decoder/model.onnx")),
        ""
    );
}

#[test]
fn names_that_are_not_there_are_told_with_those_like_them() {
    let folder = tiny("sd15");
    let (set, told) = fit(&mut shelf(), &folder, "<lora:Ink_Pefd:1> embedding:mst");
    assert!(set.is_empty());
    let keys: Vec<_> = told.iter().map(|it| it.headline.key.as_ref()).collect();
    assert_eq!(keys, ["notice-adapter-missing", "notice-embedding-missing"]);
    let near = |notice: &Notice| format!("{:?}", notice.headline.args["near"]);
    assert!(near(&told[0]).contains("ink_peft"), "{told:?}");
    assert!(near(&told[1]).contains("mist"), "{told:?}");
}

#[test]
fn what_does_not_fit_is_told_and_nothing_at_all_is_refused() {
    let (_, told) = fit(&mut shelf(), &tiny("sd15"), "<lora:xl_ink:1>");
    let expected = Message::new("notice-adapter-partly")
        .with("name", "xl_ink")
        .with_number("placed", 2.0)
        .with_number("total", 5.0);
    assert_eq!(told[0].headline, expected);
    let told = told[0].details.join(", ");
    assert!(
        told.contains("text_model_encoder_layers_1_self_attn_out_proj"),
        "{told}"
    );
    let error = fit_error(&tiny("stable_diffusion"), "<lora:lokr:1>");
    assert!(matches!(error, AdapterError::NothingFits { .. }), "{error}");
    let (set, told) = fit(&mut shelf(), &tiny("sd15"), "an xl_mist");
    assert!(set.is_empty());
    assert_eq!(told[0].headline.key, "notice-embedding-other-model");
}

#[test]
fn damaged_and_hostile_files_are_refused_with_their_names() {
    let sound = fs::read(golden_path("adapters/ink_peft.safetensors")).unwrap();
    let length = u64::from_le_bytes(sound[..8].try_into().unwrap()) as usize;
    let with = |start: usize, bytes: &[u8]| {
        let mut file = sound.clone();
        file[start..start + bytes.len()].copy_from_slice(bytes);
        file
    };
    let header = String::from_utf8(sound[8..8 + length].to_vec()).unwrap();
    let other_shape = header.replacen("[2,8]", "[8,2]", 1);
    assert_ne!(other_shape, header);
    for (case, file, expected) in [
        ("empty", Vec::new(), "too short"),
        (
            "truncated",
            sound[..sound.len() - 5].to_vec(),
            "it should have",
        ),
        (
            "longer",
            [sound.as_slice(), &[0; 9]].concat(),
            "it should have",
        ),
        (
            "header of 2⁶³ bytes",
            with(0, &u64::MAX.to_le_bytes()),
            "header would be",
        ),
        (
            "header beyond the end",
            with(0, &99_999_u64.to_le_bytes()),
            "header would be",
        ),
        ("no JSON", with(8, b"!"), "expected value"),
        (
            "NaN",
            with(8 + length, &f32::NAN.to_le_bytes()),
            "NaN or infinity",
        ),
        (
            "other shape",
            with(8, other_shape.as_bytes()),
            "another shape",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("bad.safetensors");
        write_atomically(&path, |out| out.write_all(&file)).unwrap();
        let said = refusal(folder.path(), "<lora:bad:1>");
        assert!(said.contains(expected), "{case}: {said}");
        assert!(said.contains("bad.safetensors"), "{case}: {said}");
    }
}

#[test]
fn pickles_are_refused_with_the_way_out() {
    for ending in ["ckpt", "pt", "pth", "bin"] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(format!("old.{ending}"));
        write_atomically(&path, |out| out.write_all(b"\x80\x02}q\x00.")).unwrap();
        let said = refusal(folder.path(), "<lora:old:1>");
        assert!(said.contains("pickle"), "{ending}: {said}");
        assert!(scan(&folders(folder.path())).is_empty());
    }
}

#[test]
fn a_scan_tells_what_adapters_say_of_themselves() {
    let found = scan(&folders(&golden_path("adapters")));
    let named = |name: &str, kind| {
        let is_it = |info: &&AdapterInfo| info.name == name && info.kind == kind;
        found
            .iter()
            .find(is_it)
            .unwrap_or_else(|| panic!("{name} is in {found:?}"))
    };
    let oil = named("oil", AdapterKind::Lora);
    assert_eq!(oil.base_model.as_deref(), Some("sd_v1"));
    assert_eq!(oil.trigger_words, ["oil paint", "impasto"]);
    let ink = named("xl_ink", AdapterKind::Lora);
    assert_eq!(ink.base_model.as_deref(), Some("Stable Diffusion XL"));
    let mist = named("xl_mist", AdapterKind::Embedding);
    assert_eq!(mist.base_model.as_deref(), Some("Stable Diffusion XL"));
}

fn runs() -> Vec<Value> {
    let golden = golden("adapters.json");
    golden["runs"].as_array().expect("a list of runs").clone()
}

fn folders(root: &Path) -> AdapterFolders {
    AdapterFolders {
        loras: root.to_owned(),
        embeddings: root.to_owned(),
    }
}

fn shelf() -> AdapterShelf {
    AdapterShelf::new(folders(&golden_path("adapters")))
}

/// What a prompt's adapters change in a model, and what was told.
fn fit(
    shelf: &mut AdapterShelf,
    model: &ModelFolder,
    prompt: &str,
) -> (Arc<AdapterSet>, Vec<Notice>) {
    let mut told = Vec::new();
    let prompt = Prompt {
        text: prompt.to_owned(),
        negative: String::new(),
    };
    let set = shelf.fit(&prompt, 0, model.path(), &mut |notice| told.push(notice));
    (set.expect("they fit"), told)
}

fn fit_error(model: &ModelFolder, prompt: &str) -> AdapterError {
    let prompt = Prompt {
        text: prompt.to_owned(),
        negative: String::new(),
    };
    let outcome = shelf().fit(&prompt, 0, model.path(), &mut |_| {});
    outcome.expect_err("it does not fit")
}

/// What is said of an adapter that cannot be used, be it when it is fitted or when it is merged.
fn refusal(loras: &Path, prompt: &str) -> String {
    let folder = tiny("sd15");
    let prompt = Prompt {
        text: prompt.to_owned(),
        negative: String::new(),
    };
    let mut shelf = AdapterShelf::new(folders(loras));
    let notice = match shelf.fit(&prompt, 0, folder.path(), &mut |_| {}) {
        Err(error) => error.explain(),
        Ok(adapters) => {
            let mut pipeline = open(&folder);
            let mut recorder = Recorder::default();
            pipeline.wear(&adapters, &mut recorder);
            let outcome = recorder.run(pipeline.as_mut(), &request(&folder));
            outcome.expect_err("it is refused").explain()
        }
    };
    notice.details.join("\n")
}

/// A run's prompt with the tags of its adapters.
fn prompt_of(run: &Value) -> String {
    let loras = run["loras"].as_array().expect("a list of adapters");
    let tags = loras.iter().map(|lora| {
        let weights = [&lora["weight"], &lora["text_encoder_weight"]];
        format!(
            "<lora:{}:{}:{}>",
            text(lora, "name"),
            weights[0],
            weights[1]
        )
    });
    format!("{}{}", text(run, "prompt"), tags.collect::<String>())
}

fn draw(run: &Value, model: &str, prompt: &str) -> Pixels {
    let copy = tempfile::tempdir().expect("there is room for temporary files");
    bench::copy(tiny(model).path(), copy.path());
    obey(copy.path(), &run["scheduler"]);
    let folder = ModelFolder::open(copy.path()).expect("it is a model");
    let mut wanted = request(&folder);
    prompt.clone_into(&mut wanted.prompt.text);
    wanted.seed = Seed(run["seed"].as_u64().expect("a seed"));
    let side = |key: &str| run[key].as_u64().expect("a side") as u32;
    wanted.size = PixelSize::new(side("width"), side("height")).expect("a possible size");
    let steps = run["steps"].as_i64().expect("steps");
    wanted.params.set("steps", ParamValue::Int(steps));
    let guidance = run["guidance"].as_f64().expect("a scale");
    wanted.params.set("guidance", ParamValue::Float(guidance));

    let (adapters, told) = fit(&mut shelf(), &folder, prompt);
    assert!(told.is_empty(), "{}: {told:?}", text(run, "name"));
    let retouched = runtime().retouched(Arc::<AdapterSet>::clone(&adapters));
    let mut recorder = Recorder::default();
    let mut pipeline: Box<dyn Pipeline> =
        pipeline::open(&folder, &retouched, &cpu(), &mut recorder).expect("it opens");
    pipeline.wear(&adapters, &mut recorder);
    let pictures = recorder.run(pipeline.as_mut(), &wanted);
    pictures.expect("it draws").remove(0).pixels
}

/// Compares with the reference, and with the plain picture, which must be another one.
fn check(run: &Value, found: &Pixels, least_db: f64) {
    let name = text(run, "name");
    let psnr_db = psnr_db(found, &golden_picture(text(run, "picture")));
    assert!(psnr_db >= least_db, "{name}: {psnr_db:.1} dB");
    // Else the reference without adapters would do as well.
    let plain_db = bench::psnr_db(found, &golden_picture(text(run, "plain")));
    let most_db = least_db - MARGIN_DB;
    assert!(plain_db < most_db, "{name}: {plain_db:.1} dB from plain");
}

/// Gives a model the scheduler of a run, with all of its options.
fn obey(folder: &Path, scheduler: &Value) {
    let mut config = scheduler["config"].clone();
    config["_class_name"] = scheduler["class"].clone();
    let folder = folder.join("scheduler");
    fs::create_dir_all(&folder).expect("the copy can be changed");
    let path = folder.join("scheduler_config.json");
    write_atomically(&path, |out| out.write_all(config.to_string().as_bytes()))
        .expect("the copy can be changed");
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().expect("a text")
}
