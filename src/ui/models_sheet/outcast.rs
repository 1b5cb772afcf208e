//! Folders that are not among the models: refused ones, and those off the list.

use std::path::Path;

use egui::{Label, RichText, ScrollArea, Ui};
use lucide_icons::Icon;

use crate::app::{Action, EngineAction, ModelAction, Studio};
use crate::domain::Notice;
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::{accent_button, details_ui, heading};

use super::checkup::checkup_ui;
use super::details::{file_ui, title_ui};
use super::family_row::family_row;
use super::listing::folder_name;

/// Draws why a folder was refused, and the ways out.
pub(super) fn refused_ui(
    ui: &mut Ui,
    path: &Path,
    notice: &Notice,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    column_ui(ui, path, desk.theme.space.medium, |ui| {
        title_ui(ui, &folder_name(path));
        ui.horizontal_top(|ui| {
            let color = desk.theme.of_severity(notice.severity);
            ui.label(theme::icon(Icon::TriangleAlert).color(color));
            let headline = desk.message(&notice.headline);
            ui.add(Label::new(headline).wrap().selectable(true));
        });
        details_ui(ui, 0, notice, desk);
        family_row(ui, path, None, studio, desk);
        if ui.button(desk.text("remedy-retry")).clicked() {
            desk.ask(Action::Engine(EngineAction::RescanModels));
        }
        heading(ui, "models-checkup", None, desk);
        checkup_ui(ui, path, studio, desk);
        file_ui(ui, path, desk);
    });
}

/// Draws the way back on the list.
pub(super) fn removed_ui(ui: &mut Ui, path: &Path, desk: &mut Desk<'_>) {
    column_ui(ui, path, desk.theme.space.medium, |ui| {
        title_ui(ui, &folder_name(path));
        let help = RichText::new(desk.text("models-removed-help"));
        let help = help.color(desk.theme.color.text_secondary);
        ui.add(Label::new(help).wrap());
        let text = RichText::new(path.display().to_string()).monospace();
        ui.add(Label::new(text).wrap().selectable(true));
        let name = desk.text("models-bring-back");
        if accent_button(ui, desk.theme, &name, "").clicked() {
            desk.ask(Action::Model(ModelAction::BringBack(path.to_owned())));
        }
    });
}

fn column_ui(ui: &mut Ui, path: &Path, margin: f32, add_rows: impl FnOnce(&mut Ui)) {
    ScrollArea::vertical()
        .id_salt(path)
        .auto_shrink(false)
        .show(ui, |ui| {
            egui::Frame::new().inner_margin(margin).show(ui, add_rows);
        });
}
