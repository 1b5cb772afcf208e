//! The doctor's report as one object for programs.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Serialize;

use crate::doctor::{
    Finding, GraphSheet, Layout, MemoryEstimate, Report, Role, SchedulerSheet, element_name,
};
use crate::domain::Severity;
use crate::models::{Axis, PortOutline};
use crate::strings::Strings;

/// The whole report; names are never reworded, texts are in the language of `strings`.
#[derive(Serialize)]
pub(super) struct Object<'a> {
    folder: &'a Path,
    verdict: &'static str,
    layout: Option<&'static str>,
    evidence: Vec<String>,
    pipeline: Option<&'a str>,
    family: Option<&'static str>,
    /// Whether a person chose the family.
    family_chosen: bool,
    /// Whether the denoiser is shown a mask and a masked picture, too.
    inpainting: bool,
    precision: Option<&'static str>,
    file_bytes: u64,
    scheduler: Option<Scheduler<'a>>,
    memory: Option<Memory>,
    /// `passed`, `failed` or `skipped`; missing where no test step was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    probe: Option<&'static str>,
    findings: Vec<Found<'a>>,
    graphs: Vec<Graph<'a>>,
}

#[derive(Serialize)]
struct Scheduler<'a> {
    class: &'a str,
    id: Option<&'static str>,
    prediction: &'static str,
    training_steps: usize,
}

#[derive(Serialize)]
struct Memory {
    size: String,
    weight_bytes: u64,
    working_bytes: u64,
}

#[derive(Serialize)]
struct Found<'a> {
    severity: &'static str,
    /// The text's name, the same in every language.
    key: &'a str,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    advice: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<&'a Path>,
    details: &'a [String],
}

#[derive(Serialize)]
struct Graph<'a> {
    file: &'a str,
    role: &'static str,
    opset: u64,
    producer: &'a str,
    parameters: u64,
    weight_bytes: &'a BTreeMap<&'static str, u64>,
    file_bytes: u64,
    inputs: Vec<Port<'a>>,
    outputs: Vec<Port<'a>>,
}

#[derive(Serialize)]
struct Port<'a> {
    name: &'a str,
    kind: &'static str,
    axes: Vec<Length<'a>>,
}

/// A fixed length as a number, a free one by its name.
#[derive(Serialize)]
#[serde(untagged)]
enum Length<'a> {
    Fixed(i64),
    Free(&'a str),
}

/// The object of a report; `with_probe` tells of the test step, too.
pub(super) fn object<'a>(report: &'a Report, with_probe: bool, strings: &Strings) -> Object<'a> {
    let findings = report.findings.iter();
    Object {
        folder: &report.folder,
        verdict: report.verdict().id(),
        layout: report.layout.map(Layout::id),
        evidence: report
            .evidence
            .iter()
            .map(|it| strings.message(it))
            .collect(),
        pipeline: report.class_name.as_deref(),
        family: report.family,
        family_chosen: report.is_family_chosen,
        inpainting: report.is_for_inpainting(),
        precision: report.precision(),
        file_bytes: report.file_bytes,
        scheduler: report.scheduler.as_ref().map(scheduler),
        memory: report.memory.as_ref().map(memory),
        probe: with_probe.then_some(match report.probe {
            Some(true) => "passed",
            Some(false) => "failed",
            None => "skipped",
        }),
        findings: findings.map(|finding| found(finding, strings)).collect(),
        graphs: report.graphs.iter().map(graph).collect(),
    }
}

fn scheduler(sheet: &SchedulerSheet) -> Scheduler<'_> {
    Scheduler {
        class: &sheet.class,
        id: sheet.id,
        prediction: sheet.prediction,
        training_steps: sheet.training_steps,
    }
}

fn memory(estimate: &MemoryEstimate) -> Memory {
    Memory {
        size: estimate.size.to_string(),
        weight_bytes: estimate.weight_bytes,
        working_bytes: estimate.working_bytes,
    }
}

fn found<'a>(finding: &'a Finding, strings: &Strings) -> Found<'a> {
    Found {
        severity: match finding.severity {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Error => "error",
        },
        key: &finding.what.key,
        what: strings.message(&finding.what),
        advice: finding.advice.as_ref().map(|it| strings.message(it)),
        file: finding.file.as_deref(),
        details: &finding.details,
    }
}

fn graph(sheet: &GraphSheet) -> Graph<'_> {
    Graph {
        file: &sheet.file,
        role: match sheet.role {
            Role::TextEncoder => "text_encoder",
            Role::Denoiser => "denoiser",
            Role::VaeDecoder => "vae_decoder",
            Role::VaeEncoder => "vae_encoder",
            Role::Other => "other",
        },
        opset: sheet.opset,
        producer: &sheet.producer,
        parameters: sheet.parameters,
        weight_bytes: &sheet.weight_bytes,
        file_bytes: sheet.file_bytes,
        inputs: sheet.inputs.iter().map(port).collect(),
        outputs: sheet.outputs.iter().map(port).collect(),
    }
}

fn port(port: &PortOutline) -> Port<'_> {
    let axes = port.axes.iter().map(|axis| match axis {
        Axis::Fixed(length) => Length::Fixed(*length),
        Axis::Free(name) => Length::Free(name),
    });
    Port {
        name: &port.name,
        kind: element_name(port.element),
        axes: axes.collect(),
    }
}
