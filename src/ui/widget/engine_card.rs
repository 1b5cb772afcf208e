//! What stands between a request and its pictures, with the way out right there.

use egui::{ProgressBar, RichText, Ui};

use crate::app::{Action, EngineAction, RuntimeState, Studio};
use crate::domain::{Message, Notice};
use crate::ui::status_line::megabytes;
use crate::ui::view::Sheet;
use crate::ui::widget::details_ui;

use crate::ui::panel::Desk;

/// Why nothing can be generated now.
pub enum Obstacle<'a> {
    /// The runtime or the models are still being looked for.
    Looking,
    /// There is no model.
    NoModel,
    /// There is no ONNX Runtime.
    NoRuntime(&'a Notice),
    /// ONNX Runtime is on its way.
    Installing {
        /// Bytes so far.
        done_bytes: u64,
        /// Bytes in all.
        total_bytes: u64,
    },
}

impl<'a> Obstacle<'a> {
    /// What is in the way now, if anything.
    pub fn of(studio: &'a Studio) -> Option<Self> {
        match studio.engine_room().runtime() {
            RuntimeState::Missing(notice) => Some(Self::NoRuntime(notice)),
            RuntimeState::Installing {
                done_bytes,
                total_bytes,
            } => Some(Self::Installing {
                done_bytes: *done_bytes,
                total_bytes: *total_bytes,
            }),
            RuntimeState::Ready(_) if studio.model().is_some() => None,
            RuntimeState::Ready(_) if studio.shelf().is_scanned() => Some(Self::NoModel),
            RuntimeState::Unknown | RuntimeState::Ready(_) => Some(Self::Looking),
        }
    }
}

/// Draws the card.
pub fn engine_card(ui: &mut Ui, obstacle: &Obstacle<'_>, desk: &mut Desk<'_>) {
    desk.theme.card().show(ui, |ui| {
        ui.set_width(ui.available_width());
        desk.theme.dress_card(ui);
        match obstacle {
            Obstacle::Looking => {
                ui.label(quiet(desk.text("engine-looking"), desk));
            }
            Obstacle::NoModel => no_model_ui(ui, desk),
            Obstacle::NoRuntime(notice) => no_runtime_ui(ui, notice, desk),
            Obstacle::Installing {
                done_bytes,
                total_bytes,
            } => installing_ui(ui, *done_bytes, *total_bytes, desk),
        }
    });
}

fn no_model_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    ui.label(desk.text("engine-no-model"));
    ui.horizontal_wrapped(|ui| {
        if ui.button(desk.text("engine-add-folder")).clicked() {
            desk.view.sheet = Some(Sheet::Models);
        }
        if ui.button(desk.text("remedy-rescan-models")).clicked() {
            desk.ask(Action::Engine(EngineAction::RescanModels));
        }
    });
}

fn no_runtime_ui(ui: &mut Ui, notice: &Notice, desk: &mut Desk<'_>) {
    ui.label(desk.message(&notice.headline));
    ui.label(quiet(desk.text("engine-install-help"), desk).small());
    details_ui(ui, 0, notice, desk);
    ui.horizontal_wrapped(|ui| {
        if ui.button(desk.text("remedy-install-runtime")).clicked() {
            desk.ask(Action::Engine(EngineAction::InstallRuntime));
        }
        if ui.button(desk.text("engine-choose-runtime")).clicked() {
            desk.view.sheet = Some(Sheet::Settings);
        }
    });
}

fn installing_ui(ui: &mut Ui, done_bytes: u64, total_bytes: u64, desk: &mut Desk<'_>) {
    ui.label(desk.text("engine-installing"));
    let fraction = done_bytes as f32 / total_bytes.max(1) as f32;
    let bar = ProgressBar::new(fraction)
        .desired_height(6.0)
        .fill(desk.theme.color.accent);
    ui.add(bar);
    ui.horizontal(|ui| {
        let done = Message::new("engine-megabytes")
            .with_number("done", megabytes(done_bytes))
            .with_number("total", megabytes(total_bytes));
        ui.label(quiet(desk.message(&done), desk).small());
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            if ui.button(desk.text("engine-cancel-install")).clicked() {
                desk.ask(Action::Engine(EngineAction::CancelInstall));
            }
        });
    });
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
