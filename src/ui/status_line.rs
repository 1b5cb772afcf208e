//! The line at the bottom: what keys do now, and what the machine does.

use egui::{Align, Layout, Modifiers, ProgressBar, RichText, Ui};

use crate::app::{Incoming, IncomingState, LastJob, Studio};
use crate::domain::Message;

use super::panel::Desk;
use super::shortcut::{self, SHORTCUTS};
use super::view::Sheet;

/// The line's height in points.
pub(super) const HEIGHT: f32 = 24.0;
/// The commands that are hinted at while no key is held.
const FIRST_HINTS: [&str; 3] = ["generate", "palette", "shortcuts"];
/// How many commands are shown for a held key.
const HINTS: usize = 6;
const BAR_WIDTH: f32 = 72.0;

/// Draws the line.
pub(super) fn ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    ui.horizontal_centered(|ui| {
        ui.spacing_mut().item_spacing.x = desk.theme.space.large;
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            for fact in facts(studio, desk) {
                ui.label(quiet(fact, desk));
            }
            if let Some(incoming) = studio.fetching().incoming() {
                incoming_ui(ui, incoming, desk);
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                hints_ui(ui, desk);
            });
        });
    });
}

/// The model on its way; a click shows more of it.
fn incoming_ui(ui: &mut Ui, incoming: &Incoming, desk: &mut Desk<'_>) {
    ui.scope(|ui| {
        ui.spacing_mut().item_spacing.x = desk.theme.space.small;
        ui.spacing_mut().interact_size.y = HEIGHT - 4.0;
        ui.spacing_mut().button_padding.y = 0.0;
        let color = if *incoming.state() == IncomingState::Running {
            desk.theme.color.accent
        } else {
            desk.theme.color.text_disabled
        };
        let bar = ProgressBar::new(incoming.fraction())
            .desired_width(BAR_WIDTH)
            .desired_height(4.0)
            .fill(color);
        ui.add(bar);
        let text = Message::new(standing_key(incoming.state()))
            .with("model", incoming.plan().repository.name())
            .with("percent", (incoming.fraction() * 100.0).floor());
        let text = quiet(desk.message(&text), desk);
        let button = egui::Button::new(text).frame_when_inactive(false);
        if ui.add(button).clicked() {
            desk.view.sheet = Some(Sheet::GetModel);
        }
    });
}

fn standing_key(state: &IncomingState) -> &'static str {
    match state {
        IncomingState::Running => "get-line",
        IncomingState::Pausing | IncomingState::Paused | IncomingState::Cancelling => {
            "get-line-paused"
        }
        IncomingState::Failed(_) => "get-line-failed",
    }
}

fn hints_ui(ui: &mut Ui, desk: &Desk<'_>) {
    let held = ui.input(|input| input.modifiers);
    let ids: Vec<&str> = if held == Modifiers::NONE {
        FIRST_HINTS.to_vec()
    } else {
        let called = SHORTCUTS.iter().filter(|shortcut| {
            // A held Shift shows its own commands, not those of Ctrl with Shift.
            held.matches_exact(shortcut.keys.modifiers)
        });
        called.map(|shortcut| shortcut.id).take(HINTS).collect()
    };
    for id in ids {
        let hint = shortcut::hint(ui.ctx(), desk.strings, id);
        ui.add(egui::Label::new(quiet(hint, desk)).truncate());
    }
}

/// From the right to the left.
fn facts(studio: &Studio, desk: &Desk<'_>) -> Vec<String> {
    let room = studio.engine_room();
    let mut facts = Vec::new();
    if let Some(job) = room.last_job() {
        facts.push(last_job(job, desk));
    }
    if let Some(status) = room.status() {
        facts.push(status.device.clone());
        let memory = Message::new("window-in-memory")
            .with_number("megabytes", megabytes(status.model_bytes));
        facts.push(desk.message(&memory));
    }
    if studio.wall().unkept() > 0 {
        let unkept = studio.wall().unkept() as f64;
        let unkept = Message::new("window-unkept").with_number("count", unkept);
        facts.push(desk.message(&unkept));
    }
    facts
}

/// What the last job took, each beside what was expected.
fn last_job(job: &LastJob, desk: &Desk<'_>) -> String {
    let expected = |text: Option<String>| {
        let text = text.map(|text| Message::new("window-expected").with("amount", text));
        text.map_or_else(String::new, |text| format!(" {}", desk.message(&text)))
    };
    let secs = desk.message(&duration_text(job.secs));
    let expected_secs = job.expected.and_then(|it| it.secs);
    let expected_secs = expected_secs.map(|secs| desk.message(&duration_text(secs)));
    let mut text = format!("{secs}{}", expected(expected_secs));
    if let Some(bytes) = job.peak_bytes {
        let memory = |bytes| desk.message(&memory_text(bytes));
        let expected_memory = job.expected.map(|it| memory(it.memory_bytes));
        text = format!("{text}, {}{}", memory(bytes), expected(expected_memory));
    }
    desk.message(&Message::new("window-last-job").with("took", text))
}

/// A duration, about as precise as it is felt.
pub(super) fn duration_text(secs: f64) -> Message {
    let digits = usize::from(secs < 9.95);
    if secs < 99.5 {
        return Message::new("window-secs").with("value", format!("{secs:.digits$}"));
    }
    let minutes = secs / 60.0;
    let digits = usize::from(minutes < 9.95);
    Message::new("window-minutes").with("value", format!("{minutes:.digits$}"))
}

/// An amount of memory, in the units that the system's monitor shows.
pub(super) fn memory_text(bytes: u64) -> Message {
    let megabytes = megabytes(bytes);
    if megabytes < 999.5 {
        return Message::new("window-megabytes").with("value", format!("{megabytes:.0}"));
    }
    let gigabytes = megabytes / 1024.0;
    Message::new("window-gigabytes").with("value", format!("{gigabytes:.1}"))
}

/// Whole megabytes, at least one.
pub(super) fn megabytes(bytes: u64) -> f64 {
    bytes.div_ceil(1 << 20) as f64
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text)
        .small()
        .color(desk.theme.color.text_secondary)
}
