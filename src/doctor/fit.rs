//! Whether the graphs of a model are what their folders say, and fit together.

use std::path::Path;

use crate::domain::{Message, Severity};
use crate::models::{Axis, PortOutline};

use super::finding::Finding;
use super::graph_sheet::{GraphSheet, Role};

/// The names under which the ports of each part go.
const LATENTS: [&str; 2] = ["latent_sample", "latent"];
const ENCODED: [&str; 3] = ["latent_parameters", "latent_sample", "latent"];
const HIDDEN: [&str; 1] = ["last_hidden_state"];
const DENOISED: [&str; 3] = ["out_sample", "out_hidden_states", "sample"];

/// What does not fit in the model of that folder.
pub(super) fn misfits(graphs: &[GraphSheet], folder: &Path) -> Vec<Finding> {
    let of = |role| graphs.iter().filter(move |graph| graph.role == role);
    let (denoiser, decoder) = (of(Role::Denoiser).next(), of(Role::VaeDecoder).next());
    let mut findings: Vec<Finding> = graphs.iter().filter_map(wrong_graph).collect();
    if let Some(denoiser) = denoiser {
        let encoders: Vec<&GraphSheet> = of(Role::TextEncoder).collect();
        findings.extend(other_width(denoiser, &encoders));
        findings.extend(decoder.and_then(|decoder| other_channels(denoiser, decoder)));
        findings.extend(one_layer(denoiser, &encoders));
    }
    let encoder = of(Role::VaeEncoder).find(|encoder| encoder.is_random);
    findings.extend(encoder.map(|encoder| {
        let what = Message::new("doctor-random-encoder");
        let advice = Message::new("doctor-advice-random-encoder");
        remark(encoder, what, advice)
    }));
    for finding in &mut findings {
        finding.file = finding.file.take().map(|file| folder.join(file));
    }
    findings
}

fn remark(graph: &GraphSheet, what: Message, advice: Message) -> Finding {
    let finding = Finding::new(Severity::Warning, what).advising(advice);
    finding.about(Path::new(&graph.file))
}

/// A graph that lacks what its part must have.
fn wrong_graph(graph: &GraphSheet) -> Option<Finding> {
    let (inputs, outputs): (&[&[&str]], &[&str]) = match graph.role {
        Role::TextEncoder => (&[&["input_ids"]], &HIDDEN),
        Role::Denoiser => (
            &[
                &["sample", "hidden_states"],
                &["timestep", "t"],
                &["encoder_hidden_states"],
            ],
            &DENOISED,
        ),
        Role::VaeDecoder => (&[&LATENTS], &["sample"]),
        Role::VaeEncoder => (&[&["sample"]], &ENCODED),
        Role::Other => return None,
    };
    let lacking = inputs.iter().find(|names| graph.input(names).is_none());
    let lacking = match lacking {
        Some(names) => names[0],
        None if graph.output(outputs).is_none() => outputs[0],
        None => return None,
    };
    // Whatever it is, pictures can be drawn without what makes latents of them.
    let severity = match graph.role {
        Role::VaeEncoder => Severity::Warning,
        Role::TextEncoder | Role::Denoiser | Role::VaeDecoder | Role::Other => Severity::Error,
    };
    let is_encoder = graph.input(&["sample"]).is_some() && graph.output(&ENCODED).is_some();
    let (what, advice) = if graph.role == Role::VaeDecoder && is_encoder {
        let what = Message::new("doctor-swapped").with("file", &graph.file);
        (what, Message::new("doctor-advice-swap"))
    } else {
        let what = Message::new("doctor-wrong-graph")
            .with("file", &graph.file)
            .with("port", lacking);
        (what, Message::new("doctor-advice-wrong-graph"))
    };
    let finding = Finding::new(severity, what).advising(advice);
    Some(finding.about(Path::new(&graph.file)))
}

/// The words are as wide as one encoder gives them, or as all of them side by side.
fn other_width(denoiser: &GraphSheet, encoders: &[&GraphSheet]) -> Option<Finding> {
    let wanted = last(denoiser.input(&["encoder_hidden_states"])?)?;
    let widths = encoders
        .iter()
        .map(|encoder| last(encoder.output(&HIDDEN)?));
    let widths: Vec<i64> = widths.collect::<Option<_>>()?;
    let together = widths.iter().fold(0_i64, |sum, it| sum.saturating_add(*it));
    if widths.is_empty() || together == wanted || widths.contains(&wanted) {
        return None;
    }
    let what = Message::new("doctor-text-width")
        .with("given", together)
        .with("file", &denoiser.file)
        .with("wanted", wanted);
    Some(of_different_models(denoiser, what))
}

/// A denoiser takes what it gives, or is for inpainting, and gives what the decoder takes.
fn other_channels(denoiser: &GraphSheet, decoder: &GraphSheet) -> Option<Finding> {
    let given = denoiser.output(&DENOISED)?.channels()?;
    let taken = denoiser.input(&["sample", "hidden_states"])?.channels()?;
    let decoded = decoder.input(&LATENTS)?.channels()?;
    let fits = taken == given || denoiser.is_for_inpainting;
    let (from, to, wanted) = if !fits {
        (denoiser, denoiser, taken)
    } else if given != decoded {
        (denoiser, decoder, decoded)
    } else {
        return None;
    };
    let what = Message::new("doctor-channels")
        .with("file", &from.file)
        .with("given", given)
        .with("other", &to.file)
        .with("wanted", wanted);
    Some(of_different_models(to, what))
}

/// Where two encoders read a prompt for a U-Net, it listens to the layer before the last.
fn one_layer(denoiser: &GraphSheet, encoders: &[&GraphSheet]) -> Option<Finding> {
    let [first, _] = encoders else {
        return None;
    };
    let is_hidden = |port: &PortOutline| port.name.starts_with("hidden_states");
    let is_larger = denoiser.input(&["time_ids"]).is_some();
    if !is_larger || first.outputs.iter().any(is_hidden) {
        return None;
    }
    let what = Message::new("doctor-one-layer");
    let advice = Message::new("doctor-advice-one-layer");
    Some(remark(first, what, advice))
}

fn of_different_models(graph: &GraphSheet, what: Message) -> Finding {
    let advice = Message::new("doctor-advice-same-model");
    let finding = Finding::new(Severity::Error, what).advising(advice);
    finding.about(Path::new(&graph.file))
}

/// Numbers for each word: `batch × words × width`.
fn last(port: &PortOutline) -> Option<i64> {
    match port.axes.last() {
        Some(Axis::Fixed(width)) => Some(*width),
        Some(Axis::Free(_)) | None => None,
    }
}
