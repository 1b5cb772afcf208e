//! What the doctor says of a folder.

use std::path::Path;

use egui::{CollapsingHeader, Label, RichText, Ui};
use lucide_icons::Icon;

use crate::app::{Action, Checkup, ModelAction, Studio};
use crate::doctor::{Finding, GraphSheet, Report, Verdict, axes_text, element_name, size_text};
use crate::domain::Severity;
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::fact_row;

/// Draws the buttons that call the doctor, and what it said.
pub(super) fn checkup_ui(ui: &mut Ui, folder: &Path, studio: &Studio, desk: &mut Desk<'_>) {
    let shelf = studio.shelf();
    let checkup = shelf.checkup(folder);
    if checkup == Some(Checkup::Looking) {
        busy_ui(ui, "models-examining", desk);
        return;
    }
    if let Some(report) = shelf.report(folder) {
        report_ui(ui, report, desk);
    }
    if checkup == Some(Checkup::Testing) {
        busy_ui(ui, "models-testing", desk);
        return;
    }
    ui.horizontal_wrapped(|ui| {
        let examine = ui.button(desk.text("models-examine"));
        let examine = examine.on_hover_text(desk.text("models-examine-help"));
        if examine.clicked() {
            let examine = ModelAction::Examine(folder.to_owned());
            desk.ask(Action::Model(examine));
        }
        if shelf.models().iter().any(|model| model.path == folder) {
            test_ui(ui, folder, studio, desk);
        }
    });
}

/// The button that has a step drawn; not while a job runs, which needs the memory.
fn test_ui(ui: &mut Ui, folder: &Path, studio: &Studio, desk: &mut Desk<'_>) {
    let is_possible = studio.press().running().is_none();
    let test = egui::Button::new(desk.text("models-test"));
    let test = ui.add_enabled(is_possible, test);
    let test = test.on_hover_text(desk.text("models-test-help"));
    let test = test.on_disabled_hover_text(desk.text("models-test-later"));
    if test.clicked() {
        let test = ModelAction::TestStep(folder.to_owned());
        desk.ask(Action::Model(test));
    }
}

fn busy_ui(ui: &mut Ui, key: &'static str, desk: &Desk<'_>) {
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(quiet(&desk.text(key), desk));
    });
}

fn report_ui(ui: &mut Ui, report: &Report, desk: &Desk<'_>) {
    let verdict = report.verdict();
    ui.horizontal(|ui| {
        let color = &desk.theme.color;
        let (icon, color) = match verdict {
            Verdict::Runs => (Icon::CircleCheck, color.accent),
            Verdict::RunsWithRemarks => (
                Icon::TriangleAlert,
                desk.theme.of_severity(Severity::Warning),
            ),
            Verdict::DoesNotRun => (Icon::CircleX, desk.theme.of_severity(Severity::Error)),
        };
        ui.label(theme::icon(icon).color(color));
        ui.strong(desk.message(&verdict.label()));
    });
    for finding in &report.findings {
        finding_ui(ui, finding, desk);
    }
    let probe = report.probe.map(|_| report.probe_fact(desk.strings));
    for (name, text) in report.facts(desk.strings).into_iter().chain(probe) {
        fact_row(ui, &name, &text, desk);
    }
    for graph in &report.graphs {
        graph_ui(ui, graph, desk);
    }
    ui.add_space(desk.theme.space.tiny);
}

fn finding_ui(ui: &mut Ui, finding: &Finding, desk: &Desk<'_>) {
    ui.horizontal_top(|ui| {
        let color = desk.theme.of_severity(finding.severity);
        let icon = match finding.severity {
            Severity::Error => Icon::CircleX,
            Severity::Warning => Icon::TriangleAlert,
            Severity::Info => Icon::Info,
        };
        ui.label(theme::icon(icon).color(color));
        ui.vertical(|ui| {
            let what = Label::new(desk.message(&finding.what));
            ui.add(what.wrap().selectable(true));
            if let Some(advice) = &finding.advice {
                let advice = quiet(&desk.message(advice), desk);
                ui.add(Label::new(advice).wrap().selectable(true));
            }
        });
    });
}

/// A graph, and folded under it what it takes and gives.
fn graph_ui(ui: &mut Ui, graph: &GraphSheet, desk: &Desk<'_>) {
    let size = desk.message(&size_text(graph.file_bytes));
    let title = RichText::new(format!("{} · {size}", graph.file)).small();
    CollapsingHeader::new(title)
        .id_salt(&graph.file)
        .show(ui, |ui| {
            let made_by = format!("{}, opset {}", graph.producer, graph.opset);
            fact_row(ui, &desk.text("doctor-producer"), &made_by, desk);
            let inputs = graph.inputs.iter().map(|port| ("→", port));
            let outputs = graph.outputs.iter().map(|port| ("←", port));
            for (way, port) in inputs.chain(outputs) {
                let kind = element_name(port.element);
                let line = format!("{way} {}  {kind} {}", port.name, axes_text(port));
                let text = RichText::new(line).monospace().small();
                ui.add(Label::new(text).wrap().selectable(true));
            }
        });
}

fn quiet(text: &str, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
