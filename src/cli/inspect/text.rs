//! The doctor's report as text.

use crate::doctor::{Finding, GraphSheet, Report, axes_text, element_name, grouped, size_text};
use crate::domain::Severity;
use crate::strings::Strings;

use super::table::aligned;

/// The lines of a report, in that language; `with_probe` tells of the test step, too.
pub(super) fn lines(report: &Report, with_probe: bool, strings: &Strings) -> Vec<String> {
    let mut lines = vec![
        report.folder.display().to_string(),
        strings.message(&report.verdict().label()),
        String::new(),
    ];
    let mut facts = report.facts(strings);
    facts.extend(report.memory.map(|estimate| estimate.fact(strings)));
    facts.extend(with_probe.then(|| report.probe_fact(strings)));
    let facts = facts.into_iter().map(|(name, text)| vec![name, text]);
    lines.extend(aligned(&facts.collect::<Vec<_>>()));
    if !report.findings.is_empty() {
        lines.push(String::new());
        lines.push(strings.text("doctor-findings").into_owned());
        lines.extend(report.findings.iter().flat_map(|it| finding(it, strings)));
    }
    if !report.graphs.is_empty() {
        lines.push(String::new());
        lines.extend(aligned(&graph_rows(&report.graphs, strings)));
        lines.push(String::new());
        lines.extend(aligned(&port_rows(&report.graphs, strings)));
    }
    lines.iter().map(|line| harmless(line)).collect()
}

/// A line without what could give orders to a terminal: names come from strangers' files.
fn harmless(line: &str) -> String {
    line.replace(char::is_control, "\u{fffd}")
}

fn finding(finding: &Finding, strings: &Strings) -> Vec<String> {
    let mark = match finding.severity {
        Severity::Error => '✗',
        Severity::Warning => '!',
        Severity::Info => '·',
    };
    let mut lines = vec![format!("{mark} {}", strings.message(&finding.what))];
    if let Some(advice) = &finding.advice {
        lines.push(format!("  → {}", strings.message(advice)));
    }
    lines.extend(finding.details.iter().map(|detail| format!("    {detail}")));
    lines
}

fn graph_rows(graphs: &[GraphSheet], strings: &Strings) -> Vec<Vec<String>> {
    let keys = [
        "doctor-graph",
        "doctor-opset",
        "doctor-parameters",
        "doctor-bytes",
        "doctor-precision",
        "doctor-producer",
    ];
    let head = keys.map(|key| strings.text(key).into_owned()).to_vec();
    let row = |graph: &GraphSheet| {
        let kinds = graph.weight_bytes.iter();
        let kinds =
            kinds.map(|(kind, bytes)| format!("{kind} {}", strings.message(&size_text(*bytes))));
        vec![
            graph.file.clone(),
            graph.opset.to_string(),
            grouped(graph.parameters),
            strings.message(&size_text(graph.file_bytes)),
            kinds.collect::<Vec<_>>().join(", "),
            graph.producer.clone(),
        ]
    };
    std::iter::once(head)
        .chain(graphs.iter().map(row))
        .collect()
}

fn port_rows(graphs: &[GraphSheet], strings: &Strings) -> Vec<Vec<String>> {
    let keys = [
        "doctor-graph",
        "doctor-port",
        "doctor-port-kind",
        "doctor-port-axes",
    ];
    let mut rows = vec![keys.map(|key| strings.text(key).into_owned()).to_vec()];
    for graph in graphs {
        let inputs = graph.inputs.iter().map(|port| ("→", port));
        let outputs = graph.outputs.iter().map(|port| ("←", port));
        for (place, (way, port)) in inputs.chain(outputs).enumerate() {
            let file = if place == 0 { graph.file.as_str() } else { "" };
            rows.push(vec![
                file.to_owned(),
                format!("{way} {}", port.name),
                element_name(port.element).to_owned(),
                axes_text(port),
            ]);
        }
    }
    rows
}
