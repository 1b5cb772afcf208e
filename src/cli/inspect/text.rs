//! The doctor's report as text.

use crate::doctor::{Finding, GraphSheet, MemoryEstimate, Report, SchedulerSheet, element_name};
use crate::domain::{Message, Severity};
use crate::models::{Axis, PortOutline};
use crate::strings::Strings;

use super::table::aligned;

/// The lines of a report, in that language; `with_probe` tells of the test step, too.
pub(super) fn lines(report: &Report, with_probe: bool, strings: &Strings) -> Vec<String> {
    let mut lines = vec![
        report.folder.display().to_string(),
        strings.message(&report.verdict().label()),
        String::new(),
    ];
    let mut facts = facts(report, strings);
    if with_probe {
        facts.push(vec![
            strings.text("doctor-probe").into_owned(),
            probe(report, strings),
        ]);
    }
    lines.extend(aligned(&facts));
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

/// The lengths of axes, free ones by their names.
fn axes_text(port: &PortOutline) -> String {
    let axes = port.axes.iter().map(|axis| match axis {
        Axis::Fixed(length) => length.to_string(),
        Axis::Free(name) if name.is_empty() => "?".to_owned(),
        Axis::Free(name) => name.clone(),
    });
    format!("[{}]", axes.collect::<Vec<_>>().join(", "))
}

/// A number of bytes as people read it: three digits and a unit of a thousand.
fn size(bytes: u64) -> Message {
    let mut value = bytes as f64;
    let mut unit = "doctor-size-bytes";
    for larger in [
        "doctor-size-kilobytes",
        "doctor-size-megabytes",
        "doctor-size-gigabytes",
    ] {
        if value < 999.5 {
            break;
        }
        value /= 1000.0;
        unit = larger;
    }
    let digits = usize::from(value < 99.5 && bytes > 999);
    Message::new(unit).with("value", format!("{value:.digits$}"))
}

fn facts(report: &Report, strings: &Strings) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = |key: &'static str, text: String| {
        rows.push(vec![strings.text(key).into_owned(), text]);
    };
    if !report.evidence.is_empty() {
        row("doctor-layout", layout(report, strings));
    }
    let family = match report.family {
        Some(family) => family.to_owned(),
        None => strings.text("doctor-family-unknown").into_owned(),
    };
    row("doctor-family", family);
    if let Some(precision) = report.precision() {
        row("doctor-precision", precision.to_owned());
    }
    if let Some(sheet) = &report.scheduler {
        row("doctor-scheduler", scheduler(sheet, strings));
    }
    row("doctor-files", strings.message(&size(report.file_bytes)));
    if let Some(estimate) = &report.memory {
        row("doctor-memory", memory(estimate, strings));
    }
    rows
}

fn layout(report: &Report, strings: &Strings) -> String {
    let name = match report.layout {
        Some(layout) => strings.message(&layout.label()),
        None => strings.text("doctor-layout-unknown").into_owned(),
    };
    let evidence = report.evidence.iter().map(|it| strings.message(it));
    let evidence: Vec<String> = evidence.collect();
    format!("{name} ({})", evidence.join("; "))
}

fn scheduler(sheet: &SchedulerSheet, strings: &Strings) -> String {
    let line = Message::new("doctor-scheduler-line")
        .with("class", &sheet.class)
        .with("prediction", sheet.prediction)
        .with("steps", sheet.training_steps);
    strings.message(&line)
}

fn memory(estimate: &MemoryEstimate, strings: &Strings) -> String {
    let bytes = |bytes| strings.message(&size(bytes));
    let line = Message::new("doctor-memory-line")
        .with("size", estimate.size)
        .with("total", bytes(estimate.total_bytes()))
        .with("weights", bytes(estimate.weight_bytes))
        .with("working", bytes(estimate.working_bytes));
    strings.message(&line)
}

fn probe(report: &Report, strings: &Strings) -> String {
    let key = match report.probe {
        Some(true) => "doctor-probe-passed",
        Some(false) => "doctor-verdict-not",
        None => "doctor-probe-skipped",
    };
    strings.text(key).into_owned()
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
        let kinds = kinds.map(|(kind, bytes)| format!("{kind} {}", strings.message(&size(*bytes))));
        vec![
            graph.file.clone(),
            graph.opset.to_string(),
            grouped(graph.parameters),
            strings.message(&size(graph.file_bytes)),
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

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('\u{a0}');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::strings::Language;

    #[test]
    fn numbers_are_short_and_readable() {
        let strings = Strings::new(Language::English);
        let check = |bytes, expected| assert_eq!(strings.message(&size(bytes)), expected);
        check(0, "0 B");
        check(999, "999 B");
        check(1_499, "1.5 kB");
        check(123_456_789, "123 MB");
        check(3_440_000_000, "3.4 GB");
        check(999_999, "1.0 MB");
        check(9_000_000_000_000, "9000 GB");
        assert_eq!(grouped(859_520_964), "859\u{a0}520\u{a0}964");
        assert_eq!(grouped(12), "12");
    }
}
