//! The doctor's test step: the real runtime, in a process that may die.

use std::path::{Path, PathBuf};
use std::process::Command;

use maquette::doctor::{Report, Verdict, examine, probe};
use maquette::domain::CancelToken;
use maquette::engine::Child;
use maquette::files::Folders;
use maquette::jobs::EngineConfig;
use maquette::runtime::{ProviderId, locate};
use serde_json::Value;

use crate::damage::{Patient, initializer, tiny};

const PROGRAM: &str = env!("CARGO_BIN_EXE_maquette");

fn runtime() -> PathBuf {
    let folders = Folders::find().expect("a home folder");
    let location = locate(None, &folders).unwrap_or_else(|error| {
        panic!("{error}\nrun `cargo xtask test`, which installs ONNX Runtime first")
    });
    location.library
}

/// Examines a folder and draws a step with it.
fn probed(folder: &Path) -> Report {
    let mut report = examine(folder, None);
    let config = EngineConfig {
        runtime: Some(runtime()),
        ..EngineConfig::default()
    };
    let mut engine = Child::new(PathBuf::from(PROGRAM), config);
    let cpu = ProviderId::new("cpu");
    probe(&mut report, &mut engine, &cpu, &CancelToken::default()).unwrap();
    report
}

#[track_caller]
fn assert_fails(report: &Report, key: &str) {
    assert_eq!(report.probe, Some(false), "{:#?}", report.findings);
    assert_eq!(report.verdict(), Verdict::DoesNotRun);
    assert_eq!(report.first_cause().unwrap().what.key, key);
}

#[test]
fn a_healthy_model_draws_its_step() {
    let report = probed(&tiny("stable_diffusion"));
    assert_eq!(report.probe, Some(true), "{:#?}", report.findings);
    assert_eq!(report.verdict(), Verdict::Runs);
}

#[test]
fn weights_that_give_no_numbers_are_found() {
    let before = examine(&tiny("nan_unet"), None);
    assert_eq!(
        before.verdict(),
        Verdict::Runs,
        "nothing of it is seen in its files"
    );
    assert_fails(&probed(&tiny("nan_unet")), "error-pipeline-not-finite");
}

#[test]
fn a_graph_that_ends_the_process_is_told() {
    let patient = Patient::copy_of("stable_diffusion");
    patient.remove("model.toml");
    patient.add_to_graph("unet/model.onnx", &deadly());
    assert_eq!(examine(patient.folder(), None).verdict(), Verdict::Runs);
    let report = probed(patient.folder());
    let cause = &report.first_cause().unwrap().what.key;
    assert!(cause.starts_with("error-"), "{report:#?}");
    assert_eq!(report.probe, Some(false));
}

#[test]
fn an_altered_file_is_told_from_the_manifest() {
    let patient = Patient::copy_of("stable_diffusion");
    let config = "scheduler/scheduler_config.json";
    patient.replace_text(config, "0.012", "0.013");
    assert_fails(&probed(patient.folder()), "error-model-altered");
}

#[test]
fn a_model_that_does_not_run_is_not_tried() {
    let patient = Patient::copy_of("stable_diffusion");
    patient.remove("unet");
    assert_eq!(probed(patient.folder()).probe, None);
}

#[test]
fn the_command_ends_as_the_verdict_says() {
    let patient = Patient::copy_of("stable_diffusion");
    patient.remove("vae_decoder");
    let check = |folder: &Path, arguments: &[&str], code: i32, verdict: &str| {
        let home = tempfile::tempdir().unwrap();
        let output = Command::new(PROGRAM)
            .arg("inspect")
            .arg(folder)
            .args(arguments)
            .args(["--json", "--size", "128x64"])
            .env("MAQUETTE_HOME", home.path())
            .env("ORT_DYLIB_PATH", runtime())
            .env("LC_ALL", "C")
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(code), "{output:?}");
        let object: Value = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(object["verdict"], verdict);
        assert_eq!(output.stderr.is_empty(), code == 0, "{output:?}");
        object
    };
    let healthy = check(&tiny("stable_diffusion"), &["--probe"], 0, "runs");
    assert_eq!(healthy["memory"]["size"], "128x64");
    assert_eq!(healthy["graphs"].as_array().unwrap().len(), 4);
    assert_eq!(healthy["graphs"][1]["inputs"][0]["axes"][1], 4);
    assert_eq!(healthy["probe"], "passed");
    assert_eq!(healthy["inpainting"], false);
    let inpaint = check(&tiny("sd15_inpaint"), &[], 0, "runs");
    assert_eq!(inpaint["inpainting"], true);
    let damaged = check(patient.folder(), &[], 3, "does-not-run");
    assert_eq!(damaged["findings"][0]["key"], "doctor-missing-decoder");
    assert!(damaged["findings"][0]["advice"].is_string());
    check(
        &tiny("nan_unet"),
        &["--probe", "--provider", "cpu"],
        5,
        "does-not-run",
    );
    check(&patient.path("gone"), &[], 3, "does-not-run");
}

#[test]
fn the_command_prints_tables() {
    let output = Command::new(PROGRAM)
        .arg("inspect")
        .arg(tiny("stable_diffusion_v"))
        .env("LC_ALL", "ru_RU.UTF-8")
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[1], "Работает");
    assert!(text.contains("v_prediction"), "{text}");
    let port = lines.iter().find(|line| line.contains("→ timestep"));
    assert!(port.unwrap().contains("int64"), "{text}");
}

/// A pad that leaves an axis of −6, and a slice of what is left, over which ONNX Runtime 1.32
/// aborts while it infers shapes.
fn deadly() -> Vec<u8> {
    use crate::damage::{field, number};

    let whole = |name: &str, values: &[i64]| {
        let raw: Vec<u8> = values.iter().flat_map(|it| it.to_le_bytes()).collect();
        let axis = number(1, values.len() as u64);
        let name = field(8, name.as_bytes());
        field(5, &[axis, number(2, 7), name, field(9, &raw)].concat())
    };
    let node = |operator: &str, inputs: &[&str], output: &str| {
        let inputs = inputs.iter().flat_map(|name| field(1, name.as_bytes()));
        let output = field(2, output.as_bytes());
        let operator = field(4, operator.as_bytes());
        field(1, &[inputs.collect(), output, operator].concat())
    };
    [
        initializer(&[4], &[0.0; 4]),
        whole("pads", &[-10, 0]),
        whole("starts", &[0]),
        whole("ends", &[2]),
        node("Pad", &["stranger", "pads"], "padded"),
        node("Slice", &["padded", "starts", "ends"], "sliced"),
    ]
    .concat()
}
