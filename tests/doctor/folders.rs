//! The doctor: the right verdict on damaged and odd folders, none of which ends the program.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use maquette::doctor::{Layout, Report, Role, Verdict, examine};
use maquette::domain::Severity;
use maquette::models::{ModelFolder, check_graph};
use maquette::pipeline::{self, choose_family};
use maquette::strings::{Language, Strings};

use crate::damage::{
    LFS_POINTER, Patient, external_initializer, field, initializer, nested, node, number, tiny,
};

use Verdict::{DoesNotRun, Runs, RunsWithRemarks};

const UNET: &str = "unet/model.onnx";
const DECODER: &str = "vae_decoder/model.onnx";
const ENCODER: &str = "vae_encoder/model.onnx";
const SCHEDULER: &str = "scheduler/scheduler_config.json";

/// No look at a folder takes longer, on a machine that does other things besides.
const PATIENCE: Duration = Duration::from_secs(30);

/// A folder that went wrong: what was done, what comes of it, and the first thing that is told.
struct Case {
    what: &'static str,
    model: &'static str,
    damage: fn(&Patient),
    verdict: Verdict,
    told: &'static str,
}

/// What happens to folders of Stable Diffusion 1.5.
const fn case(
    what: &'static str,
    damage: fn(&Patient),
    verdict: Verdict,
    told: &'static str,
) -> Case {
    Case {
        what,
        model: "sd15",
        damage,
        verdict,
        told,
    }
}

/// What happens to folders with weights beside the graph.
const fn external(what: &'static str, damage: fn(&Patient), told: &'static str) -> Case {
    Case {
        what,
        model: "sdxl",
        damage,
        verdict: DoesNotRun,
        told,
    }
}

#[rustfmt::skip]
static CASES: &[Case] = &[
    // Pieces that are not there.
    case("no unet", |it| it.remove("unet"), DoesNotRun, "doctor-missing-denoiser"),
    case("no decoder", |it| it.remove("vae_decoder"), DoesNotRun, "doctor-missing-decoder"),
    case("no text encoder", |it| it.remove("text_encoder"), DoesNotRun, "doctor-missing-text-encoder"),
    case("no tokenizer", |it| it.remove("tokenizer"), DoesNotRun, "doctor-missing-tokenizer"),
    case("no encoder of pictures", |it| it.remove("vae_encoder"), RunsWithRemarks, "doctor-missing-encoder"),
    // Files that are something else.
    case("a pointer of Git LFS for a graph", |it| it.put(UNET, LFS_POINTER), DoesNotRun, "error-graph-lfs-pointer"),
    case("a pointer of Git LFS for words", |it| it.put("tokenizer/vocab.json", LFS_POINTER), DoesNotRun, "error-graph-lfs-pointer"),
    case("a web page for a graph", |it| it.put(UNET, b"<!DOCTYPE html><html><body>401"), DoesNotRun, "error-graph-web-page"),
    case("a server's refusal for a graph", |it| it.put(UNET, b"Access to this model is restricted"), DoesNotRun, "error-graph-web-page"),
    case("a pickle for a graph", |it| it.put(UNET, b"\x80\x02}q\x00X\x05\x00\x00\x00state"), DoesNotRun, "error-graph-pickle"),
    case("a zip for a graph", |it| it.put(UNET, b"PK\x03\x04\x14\x00\x00\x00archive/data.pkl"), DoesNotRun, "error-graph-pickle"),
    case("safetensors for a graph", |it| it.put(UNET, b"\x40\0\0\0\0\0\0\0{\"x\":{\"dtype\":\"F32\""), DoesNotRun, "error-graph-weights-alone"),
    // Files that are damaged.
    case("an empty graph", |it| it.put(UNET, b""), DoesNotRun, "error-graph-empty"),
    case("half a graph", |it| it.truncate(UNET, 0.5), DoesNotRun, "error-graph-truncated"),
    case("a graph without its last byte", |it| it.truncate(UNET, 0.999_999), DoesNotRun, "error-graph-truncated"),
    case("flipped bits in a tag", |it| flip(it, UNET, 0, 0x03), DoesNotRun, "error-graph-malformed"),
    case("bytes without meaning", |it| it.put(UNET, &[0xab; 4096]), DoesNotRun, "error-graph-malformed"),
    case("a damaged encoder of pictures", |it| it.truncate(ENCODER, 0.5), RunsWithRemarks, "error-graph-truncated"),
    // Graphs that no exporter made.
    case("an operator of a library", |it| it.add_to_graph(UNET, &node("Steal", "com.example.ops", &[])), DoesNotRun, "error-graph-operator"),
    case("axes beyond all memory", |it| it.add_to_graph(UNET, &initializer(&[1 << 40, 1 << 40], &[])), DoesNotRun, "error-graph-axes"),
    case("axes below zero", |it| it.add_to_graph(UNET, &initializer(&[u64::MAX], &[])), DoesNotRun, "error-graph-axes"),
    case("more axes than data", |it| it.add_to_graph(UNET, &initializer(&[1000], &[0.5])), DoesNotRun, "error-graph-data-length"),
    case("a million nodes in one another", |it| it.add_to_graph(UNET, &nested(5000)), DoesNotRun, "error-graph-excessive"),
    case("a scale below zero", |it| it.add_to_graph(UNET, &negative_scale()), DoesNotRun, "error-graph-scale"),
    case("an opset of the future", future_opset, DoesNotRun, "error-graph-opset"),
    case("a name of control characters", |it| it.add_to_graph(UNET, &node("\x1b[2J", "", &[])), DoesNotRun, "error-graph-malformed"),
    case("numbers of an unknown kind", |it| it.add_to_graph(UNET, &field(5, &number(2, 99))), DoesNotRun, "error-graph-element"),
    // Weights beside the graph.
    external("no external data", |it| it.remove("unet/model.onnx_data"), "error-model-missing"),
    external("half of the external data", |it| it.truncate("unet/model.onnx_data", 0.5), "error-model-length"),
    external("a pointer of Git LFS for external data", |it| it.put("unet/model.onnx_data", LFS_POINTER), "error-graph-lfs-pointer"),
    external("external data above the folder", |it| it.add_to_graph(UNET, &external_initializer("../model_index.json")), "error-model-escapes"),
    external("external data at an absolute path", |it| it.add_to_graph(UNET, &external_initializer("/etc/passwd")), "error-model-escapes"),
    #[cfg(unix)]
    external("external data behind a link", link_out, "error-model-escapes"),
    // Graphs that do not fit.
    case("encoder and decoder exchanged", |it| it.swap("vae_encoder", "vae_decoder"), DoesNotRun, "doctor-swapped"),
    case("a text encoder in the place of the unet", |it| it.transplant("tests/tiny/sd15/text_encoder/model.onnx", UNET), DoesNotRun, "doctor-wrong-graph"),
    case("a text encoder of another width", |it| it.transplant("tests/tiny/sdxl/text_encoder_2/model.onnx", "text_encoder/model.onnx"), DoesNotRun, "doctor-text-width"),
    case("a decoder of other channels", |it| it.transplant("models/maquette-sketch/vae_decoder/model.onnx", DECODER), DoesNotRun, "doctor-channels"),
    case("an encoder that draws random numbers", |it| it.transplant("tests/tiny/legacy/vae_encoder/model.onnx", ENCODER), RunsWithRemarks, "doctor-random-encoder"),
    // Configurations.
    case("a scheduler's config that is no JSON", |it| it.put(SCHEDULER, b"{ \"beta_start\": "), DoesNotRun, "error-diffusion-config-unreadable"),
    case("a scheduler of an unknown class", |it| it.replace_text(SCHEDULER, "PNDMScheduler", "QuantumScheduler"), RunsWithRemarks, "doctor-unknown-scheduler"),
    case("an index of an unknown pipeline", |it| it.replace_text("model_index.json", "StableDiffusionPipeline", "KandinskyPipeline"), RunsWithRemarks, "doctor-unknown-class"),
    case("a list of words of many gigabytes", |it| grow(it, "tokenizer/vocab.json"), DoesNotRun, "doctor-endless"),
    case("a graph of many gigabytes without weights", |it| grow(it, UNET), DoesNotRun, "error-graph-malformed"),
    #[cfg(unix)]
    case("a pipe for an index", pipe_for_index, DoesNotRun, "doctor-endless"),
    case("a chosen family that is none", |it| it.put("maquette.json", b"{\"family\": \"magic\"}"), DoesNotRun, "error-pipeline-unknown-choice"),
    case("a chosen family of other parts", |it| it.put("maquette.json", b"{\"family\": \"flux\"}"), DoesNotRun, "error-pipeline-not-of-family"),
    case("a choice that is no JSON", |it| it.put("maquette.json", b"flux"), DoesNotRun, "error-model-choice-malformed"),
    case("an index that is no JSON", |it| it.put("model_index.json", b"{"), DoesNotRun, "error-model-malformed"),
    // Pickles are told, and never opened.
    case("pickles beside graphs", |it| it.put("unet/diffusion_pytorch_model.bin", b"\x80\x02."), RunsWithRemarks, "doctor-pickles"),
    case("a checkpoint of PyTorch alone", |it| only(it, "model.ckpt"), DoesNotRun, "doctor-pickles-only"),
    case("weights of PyTorch alone", |it| only(it, "unet/diffusion_pytorch_model.safetensors"), DoesNotRun, "doctor-torch-only"),
    case("a folder of notes", |it| only(it, "notes.txt"), DoesNotRun, "doctor-no-graphs"),
];

#[test]
fn each_damage_gets_its_verdict_and_its_first_cause() {
    let mut wrong = Vec::new();
    for case in CASES {
        let patient = Patient::copy_of(case.model);
        (case.damage)(&patient);
        let report = look(patient.folder());
        let told = report.findings.first().map(|it| it.what.key.as_ref());
        if (report.verdict(), told) != (case.verdict, Some(case.told)) {
            wrong.push(format!("{}: {:?} {told:?}", case.what, report.verdict()));
        }
    }
    assert!(CASES.len() >= 40);
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn healthy_models_run() {
    let check = |model: &str, verdict, layout, precision| {
        let report = look(&tiny(model));
        assert_eq!(report.verdict(), verdict, "{model}: {:#?}", report.findings);
        assert_eq!(report.layout, Some(layout), "{model}");
        assert_eq!(report.precision(), Some(precision), "{model}");
        assert!(
            report.family.is_some() && report.memory.is_some(),
            "{model}"
        );
    };
    check("sd15", Runs, Layout::Optimum, "float32");
    check("sd15_fp16", Runs, Layout::Optimum, "float16");
    check("sd2_v", Runs, Layout::Optimum, "float32");
    check("sdxl", Runs, Layout::Optimum, "float32");
    check("sdxl_fp16", Runs, Layout::Optimum, "float16");
    check("stable_diffusion", Runs, Layout::Optimum, "float32");
    check("stable_diffusion_v", Runs, Layout::Optimum, "float32");
    check("stable_diffusion_xl", Runs, Layout::Optimum, "float32");
    check("slow_unet", Runs, Layout::Optimum, "float32");
    check("sd15_inpaint", Runs, Layout::Optimum, "float32");
    check("lcm", Runs, Layout::Optimum, "float32");
    check("sd3", Runs, Layout::Optimum, "float32");
    check("sd3_fp16", Runs, Layout::Optimum, "float16");
    check("flux_dev", Runs, Layout::Optimum, "float32");
    check("flux_schnell", Runs, Layout::Optimum, "float32");
    check("sd15_olive", Runs, Layout::Olive, "float16");
    let legacy = Layout::DiffusersLegacy;
    check("legacy", RunsWithRemarks, legacy, "float32");
    // Their encoders of pictures draw random numbers.
    check("sd15_legacy", RunsWithRemarks, legacy, "float32");
    check("sd15_amuse", RunsWithRemarks, Layout::Amuse, "float16");
    check("sdxl_amuse", RunsWithRemarks, Layout::Amuse, "float16");
    check("flux_dev_amuse", RunsWithRemarks, Layout::Amuse, "float16");
}

#[test]
fn a_report_says_what_is_in_the_folder() {
    let report = look(&tiny("sdxl"));
    let roles: Vec<Role> = report.graphs.iter().map(|graph| graph.role).collect();
    assert_eq!(
        roles,
        [
            Role::TextEncoder,
            Role::TextEncoder,
            Role::Denoiser,
            Role::VaeDecoder,
            Role::VaeEncoder
        ]
    );
    let unet = &report.graphs[2];
    let names: Vec<&str> = unet.inputs.iter().map(|port| port.name.as_str()).collect();
    let expected = [
        "sample",
        "timestep",
        "encoder_hidden_states",
        "text_embeds",
        "time_ids",
    ];
    assert_eq!(names, expected);
    assert_eq!((unet.opset, unet.producer.as_str()), (18, "pytorch 2.11.0"));
    let weights = fs::metadata(tiny("sdxl/unet/model.onnx_data"))
        .unwrap()
        .len();
    assert!(unet.file_bytes > weights);
    assert!(unet.parameters >= weights / 4, "{}", unet.parameters);
    let scheduler = report.scheduler.as_ref().unwrap();
    assert_eq!(scheduler.class, "EulerDiscreteScheduler");
    assert_eq!(
        (scheduler.id, scheduler.prediction),
        (Some("euler"), "epsilon")
    );
    assert_eq!(
        report.class_name.as_deref(),
        Some("StableDiffusionXLPipeline")
    );
}

#[test]
fn a_family_that_was_chosen_by_hand_is_told_as_such() {
    let patient = Patient::copy_of("sd15");
    let index = "model_index.json";
    patient.replace_text(index, "StableDiffusionPipeline", "KandinskyPipeline");
    assert!(!look(patient.folder()).is_family_chosen);
    choose_family(patient.folder(), Some("latent_consistency")).unwrap();
    let report = look(patient.folder());
    assert_eq!(report.verdict(), Runs, "{:#?}", report.findings);
    let facts = report.facts(&Strings::new(Language::English));
    let chosen = "latent_consistency, chosen by hand";
    assert!(facts.iter().any(|(_, text)| text == chosen), "{facts:?}");
}

#[test]
fn models_for_inpainting_are_told_from_the_others() {
    let check = |model: &str, is_for_inpainting: bool| {
        let report = look(&tiny(model));
        assert_eq!(report.is_for_inpainting(), is_for_inpainting, "{model}");
        let facts = report.facts(&Strings::new(Language::English));
        let told = facts.iter().any(|(_, text)| text.starts_with("inpainting"));
        assert_eq!(told, is_for_inpainting, "{model}: {facts:?}");
        let folder = ModelFolder::open(&tiny(model)).unwrap();
        let info = pipeline::describe(&folder).unwrap();
        assert_eq!(info.is_for_inpainting, is_for_inpainting, "{model}");
    };
    check("sd15_inpaint", true);
    check("sd15_inpaint_fp16", true);
    check("sd15", false);
    check("lcm", false);
    check("sdxl", false);
    check("sd3", false);
    check("flux_dev", false);
}

#[test]
fn memory_grows_with_the_picture() {
    let bytes = |size: &str| {
        let report = examine(&tiny("sd15"), Some(size.parse().unwrap()));
        report.memory.unwrap().total_bytes()
    };
    assert!(bytes("512x512") > bytes("64x64"));
}

#[test]
fn a_missing_scheduler_is_told_with_its_remedy() {
    let patient = Patient::copy_of("sd15");
    patient.remove("scheduler");
    let report = look(patient.folder());
    assert_ne!(report.verdict(), Runs);
    let missing = "doctor-missing-scheduler";
    let finding = report.findings.iter().find(|it| it.what.key == missing);
    assert!(finding.unwrap().advice.is_some());
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
}

#[test]
fn places_that_are_no_model_folders_are_told_apart() {
    let patient = Patient::named("пустая папка");
    assert_first(&look(patient.folder()), "doctor-empty");
    assert_first(&look(&patient.path("gone")), "doctor-not-there");
    patient.put("file", b"a file");
    assert_first(&look(&patient.path("file")), "doctor-no-folder");
    for number in 0..1100 {
        patient.put(&format!("pictures/{number}.png"), b"");
    }
    assert_first(&look(patient.folder()), "doctor-too-many-files");
}

#[test]
fn a_name_of_any_letters_is_fine() {
    let patient = Patient::named("модель кисти № 5");
    let copy = Patient::copy_of("sd15");
    fs::rename(copy.folder(), patient.path("с пробелом")).unwrap();
    let report = look(&patient.path("с пробелом"));
    assert_eq!(report.verdict(), Runs, "{:#?}", report.findings);
}

#[cfg(unix)]
#[test]
fn a_folder_that_may_not_be_read_is_told() {
    use std::os::unix::fs::PermissionsExt as _;

    let patient = Patient::copy_of("sd15");
    let allow = |mode| {
        let permissions = fs::Permissions::from_mode(mode);
        fs::set_permissions(patient.folder(), permissions).unwrap();
    };
    allow(0o000);
    // The superuser may read everything, so for him there is nothing to tell.
    let is_forbidden = fs::read_dir(patient.folder()).is_err();
    let report = look(patient.folder());
    allow(0o755);
    let expected = if is_forbidden { DoesNotRun } else { Runs };
    assert_eq!(report.verdict(), expected, "{:#?}", report.findings);
}

#[test]
fn no_flipped_bit_ends_the_look_at_a_graph() {
    let patient = Patient::copy_of("stable_diffusion");
    let whole = patient.read(UNET);
    let mut refused = 0;
    for place in (0..whole.len()).step_by(61) {
        let mut bytes = whole.clone();
        bytes[place] ^= 1 << (place % 8);
        patient.put(UNET, &bytes);
        refused += u32::from(check_graph(&patient.path(UNET)).is_err());
    }
    assert!(refused > 10, "{refused} of {}", whole.len() / 61);
}

#[test]
fn a_cut_of_a_graph_is_seen_wherever_it_is() {
    let patient = Patient::copy_of("stable_diffusion");
    let whole = patient.read(DECODER);
    for length in (0..whole.len()).rev().step_by(11) {
        patient.put(DECODER, &whole[..length]);
        // The opset stands at the end of the file, so that a cut leaves no whole one.
        assert!(check_graph(&patient.path(DECODER)).is_err(), "{length}");
    }
}

#[test]
fn a_look_at_many_gigabytes_takes_no_time() {
    let patient = Patient::copy_of("sdxl");
    grow(&patient, "unet/model.onnx_data");
    let started = Instant::now();
    check_graph(&patient.path(UNET)).unwrap();
    assert!(started.elapsed() < PATIENCE, "{:?}", started.elapsed());
}

/// Examines a folder, and checks that it took no time and that nothing is told twice.
fn look(folder: &Path) -> Report {
    let started = Instant::now();
    let report = examine(folder, None);
    assert!(started.elapsed() < PATIENCE, "{}", folder.display());
    let severities: Vec<Severity> = report.findings.iter().map(|it| it.severity).collect();
    assert!(severities.is_sorted_by(|a, b| a >= b), "causes come first");
    for (place, finding) in report.findings.iter().enumerate() {
        let again = &report.findings[place + 1..];
        assert!(!again.contains(finding), "{finding:#?}");
    }
    report
}

fn assert_first(report: &Report, key: &str) {
    assert_eq!(report.verdict(), DoesNotRun);
    assert_eq!(report.findings.len(), 1, "{:#?}", report.findings);
    assert_eq!(report.findings[0].what.key, key);
}

fn flip(patient: &Patient, name: &str, place: usize, bits: u8) {
    let mut bytes = patient.read(name);
    bytes[place] ^= bits;
    patient.put(name, &bytes);
}

/// A node that resizes by −2, and the constant that says so.
fn negative_scale() -> Vec<u8> {
    let scales = initializer(&[4], &[1.0, 1.0, -2.0, 2.0]);
    [scales, node("Resize", "", &["x", "", "stranger"])].concat()
}

fn future_opset(patient: &Patient) {
    // Of two versions for the same operators the first counts, so the new one goes before.
    let mut bytes = field(8, &[field(1, b""), number(2, 999)].concat());
    bytes.extend(patient.read(UNET));
    patient.put(UNET, &bytes);
}

#[cfg(unix)]
fn link_out(patient: &Patient) {
    let data = patient.path("unet/model.onnx_data");
    let outside = patient.folder().with_file_name("outside");
    fs::rename(&data, &outside).unwrap();
    std::os::unix::fs::symlink(outside, data).unwrap();
}

/// Leaves nothing but a file, and the index.
fn only(patient: &Patient, name: &str) {
    for part in [
        "unet",
        "text_encoder",
        "vae_decoder",
        "vae_encoder",
        "tokenizer",
    ] {
        patient.remove(part);
    }
    patient.put(name, b"\x80\x02 whatever");
}

#[test]
fn files_over_which_the_runtime_falls_are_refused() {
    let check = |name: &str, expected: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/hostile-onnx");
        let found = match check_graph(&path.join(name)) {
            Ok(_) => "fine".to_owned(),
            Err(error) => error.to_string(),
        };
        assert!(found.contains(expected), "{name}: {found}");
    };
    check("rich.onnx", "fine");
    check("a1310.onnx", "bytes instead of");
    check("a1376.onnx", "resizes by -2");
}

/// Makes a file 64 GiB long: a hole, which takes no space on the disk.
fn grow(patient: &Patient, name: &str) {
    let file = fs::OpenOptions::new().write(true).open(patient.path(name));
    file.unwrap().set_len(1 << 36).unwrap();
}

#[cfg(unix)]
fn pipe_for_index(patient: &Patient) {
    let index = patient.path("model_index.json");
    fs::remove_file(&index).unwrap();
    let made = std::process::Command::new("mkfifo").arg(index).status();
    assert!(made.unwrap().success());
}
