//! Model folders as different exporters lay them out: recognized, opened, and what is told of them.

use std::fs;
use std::io::Write as _;
use std::num::NonZeroUsize;
use std::path::Path;

use maquette::domain::{CancelToken, Explain as _, Request, Source, Strength, Task};
use maquette::files::write_atomically;
use maquette::models::{FamilyChoice, ModelFolder};
use maquette::pipeline::{self, FailureKind, PipelineError, PromptTokenizer};

use crate::bench::{self, Recorder, copy, cpu, golden_path, request, runtime, tiny};

#[test]
fn every_exporter_s_folder_is_of_the_right_family() {
    for (name, family) in [
        ("sd15", "stable_diffusion"),
        ("sd15_inpaint", "stable_diffusion"),
        ("sd15_legacy", "stable_diffusion"),
        ("sd15_olive", "stable_diffusion"),
        ("sd15_amuse", "stable_diffusion"),
        ("lcm", "latent_consistency"),
        ("sdxl", "stable_diffusion_xl"),
        ("sdxl_amuse", "stable_diffusion_xl"),
        ("sd3", "stable_diffusion_3"),
        ("flux_dev", "flux"),
        ("flux_dev_amuse", "flux"),
    ] {
        let info = pipeline::describe(&tiny(name)).expect("it is of a known family");
        assert_eq!(info.family, family, "{name}");
    }
}

/// Without any index, by the configurations of the parts, and without those by the graphs.
#[test]
fn a_denoiser_tells_its_family_where_no_index_does() {
    for (name, family, steps) in [
        ("sd15", "stable_diffusion", "20"),
        ("sd2_v", "stable_diffusion", "20"),
        ("lcm", "latent_consistency", "4"),
        ("sdxl", "stable_diffusion_xl", "25"),
        ("sd3", "stable_diffusion_3", "28"),
        ("flux_dev", "flux", "28"),
        ("flux_schnell", "flux", "4"),
    ] {
        let home = tempfile::tempdir().expect("a writable folder");
        // Its name tells nothing.
        let path = home.path().join("model");
        copy(tiny(name).path(), &path);
        let described = |what: &str| {
            let info = pipeline::describe(&opened(&path)).expect("it is of a known family");
            assert_eq!(info.family, family, "{name}, {what}");
            let default = info.defaults.get("steps").map(ToString::to_string);
            assert_eq!(default.as_deref(), Some(steps), "{name}, {what}");
        };
        let index = path.join("model_index.json");
        put(&index, r#"{"_class_name": "SomebodysOwnPipeline"}"#);
        described("with an index that tells nothing");
        fs::remove_file(&index).expect("it is there");
        described("by its configurations");
        for part in ["unet", "transformer"] {
            fs::remove_file(path.join(part).join("config.json")).ok();
        }
        described("by its graphs");
    }
}

#[test]
fn the_family_that_a_person_chose_goes_before_the_index() {
    let home = tempfile::tempdir().expect("a writable folder");
    let path = home.path();
    copy(tiny("sdxl").path(), path);
    let index = path.join("model_index.json");
    let text = fs::read_to_string(&index).expect("it is there");
    put(
        &index,
        &text.replace("StableDiffusionXLPipeline", "StableDiffusionPipeline"),
    );
    let family = || pipeline::describe(&opened(path)).map(|info| info.family);
    assert_eq!(family().expect("it is known"), "stable_diffusion");

    let unchosen = fingerprint(path);
    pipeline::choose_family(path, Some("stable_diffusion_xl")).expect("its files are there");
    assert_eq!(family().expect("it is known"), "stable_diffusion_xl");
    assert_ne!(
        fingerprint(path),
        unchosen,
        "other pictures have other names"
    );
    let folder = opened(path);
    let pictures = Recorder::default().run(bench::open(&folder).as_mut(), &request(&folder));
    assert_eq!(pictures.expect("it draws").len(), 1);

    pipeline::choose_family(path, None).expect("it can be written");
    assert_eq!(family().expect("it is known"), "stable_diffusion");
    assert_eq!(fingerprint(path), unchosen);
}

#[test]
fn a_family_that_a_folder_cannot_be_of_is_not_kept() {
    let home = tempfile::tempdir().expect("a writable folder");
    let path = home.path();
    copy(tiny("sd15").path(), path);
    let refused = pipeline::choose_family(path, Some("flux")).expect_err("it has a U-Net");
    assert!(refused.to_string().contains("transformer"), "{refused}");
    assert!(!path.join(FamilyChoice::FILE_NAME).exists());

    put(
        &path.join(FamilyChoice::FILE_NAME),
        r#"{"family": "magic"}"#,
    );
    let error = pipeline::describe(&opened(path)).expect_err("there is no such family");
    assert_eq!(error.kind(), FailureKind::Refused);
    let told = error.explain().headline;
    assert_eq!(told.key, "error-pipeline-unknown-choice");
    let args = format!("{:?}", told.args);
    for words in [FamilyChoice::FILE_NAME, "magic", "stable_diffusion_xl"] {
        assert!(args.contains(words), "{args}");
    }
}

#[test]
fn distilled_models_start_at_few_steps_and_others_at_what_suits_them() {
    for (name, steps, guidance) in [
        ("sd15", "20", "7"),
        ("lcm", "4", "8.5"),
        ("sd3", "28", "4.5"),
        ("flux_dev", "28", "3.5"),
        ("flux_schnell", "4", "1"),
    ] {
        let info = pipeline::describe(&tiny(name)).expect("it is of a known family");
        let default = |id: &str| info.defaults.get(id).map(ToString::to_string);
        assert_eq!(default("steps").as_deref(), Some(steps), "{name}");
        assert_eq!(default("guidance").as_deref(), Some(guidance), "{name}");
    }
}

#[test]
fn what_a_folder_lacks_is_told_and_it_draws_all_the_same() {
    let check = |name: &str, wanted: &dyn Fn(&mut Request), keys: &[&str]| {
        let folder = tiny(name);
        let mut recorder = Recorder::default();
        let pipeline = pipeline::open(&folder, &runtime(), &cpu(), &mut recorder);
        let mut asked = request(&folder);
        wanted(&mut asked);
        let pictures = recorder.run(pipeline.expect("it opens").as_mut(), &asked);
        assert_eq!(pictures.expect("it draws").len(), 1, "{name}");
        let notices = recorder.notices.iter();
        let told: Vec<&str> = notices.map(|notice| notice.headline.key.as_ref()).collect();
        assert_eq!(told, keys, "{name}");
    };
    let from_nothing = |_: &mut Request| {};
    let from_a_picture = |request: &mut Request| request.task = varied(None);
    check("sd15", &from_a_picture, &[]);
    check("sd15_amuse", &from_nothing, &["notice-model-no-scheduler"]);
    check(
        "flux_dev_amuse",
        &from_nothing,
        &["notice-model-no-scheduler"],
    );
    check(
        "sdxl_amuse",
        &from_nothing,
        &["notice-model-no-scheduler", "notice-no-hidden-states"],
    );
    check("sd15_legacy", &from_a_picture, &["notice-encoder-draws"]);
    check("sd15_inpaint", &from_nothing, &[]);
    check("sd15_inpaint", &from_a_picture, &[]);
}

#[test]
fn a_mask_is_refused_where_nothing_would_look_at_it() {
    let folder = tiny("sd15");
    let mut wanted = request(&folder);
    wanted.task = varied(Some("parity/mask.png"));
    let refused = Recorder::default().run(bench::open(&folder).as_mut(), &wanted);
    let error = refused.expect_err("the mask would have no effect");
    assert!(
        matches!(error, PipelineError::NoRepainting { .. }),
        "{error}"
    );
    assert_eq!(error.kind(), FailureKind::Refused);
}

#[test]
fn a_sentence_piece_vocabulary_cuts_as_the_same_in_json() {
    let tokens = NonZeroUsize::new(64).expect("it is not 0");
    let open = |folder: &ModelFolder| {
        PromptTokenizer::open_t5(folder, "tokenizer_2", tokens).expect("a vocabulary")
    };
    let json = open(&tiny("flux_dev"));
    let piece = open(&tiny("flux_dev_amuse"));
    for text in [
        "",
        "a red fox in the snow, watercolor",
        "  two  spaces, ﬁne Ligatures and １２３ ",
        "лис (в снегу:1.2)",
    ] {
        assert_eq!(json.ids(text), piece.ids(text), "{text:?}");
    }
    assert_eq!(json.rules(), piece.rules());
}

fn opened(path: &Path) -> ModelFolder {
    ModelFolder::open(path).expect("it is a model")
}

fn fingerprint(path: &Path) -> String {
    let print = opened(path).check(&CancelToken::default(), &mut |_| {});
    print.expect("its files can be read").to_string()
}

fn put(path: &Path, text: &str) {
    write_atomically(path, |file| file.write_all(text.as_bytes())).expect("it can be written");
}

fn varied(mask: Option<&str>) -> Task {
    let picture = |name| Source {
        file: golden_path(name),
        sha256: None,
    };
    Task::Vary {
        source: picture("parity/source.png"),
        strength: Strength::default(),
        mask: mask.map(picture),
    }
}
