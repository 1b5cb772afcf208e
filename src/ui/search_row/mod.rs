//! The row of the search above the grid: kept searches, the field, and a star that keeps it.

mod field;
mod saved;

use egui::{Align, Label, Layout, RichText, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, SearchAction, Studio};
use crate::domain::{Message, Severity};

use super::panel::Desk;
use super::theme::ROW_HEIGHT;
use super::widget::IconButton;

use self::saved::SavedMenu;

const HEIGHT: f32 = 32.0;

/// The row; what is half-written in its menus stays until it is done.
#[derive(Default)]
pub(super) struct SearchRow {
    saved: SavedMenu,
}

impl SearchRow {
    /// Draws the row, and below it what is wrong with the search.
    pub(super) fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let size = vec2(ui.available_width(), HEIGHT);
        ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
            ui.set_min_size(size);
            ui.spacing_mut().item_spacing.x = desk.theme.space.tiny;
            ui.add_space(desk.theme.space.medium);
            self.saved.menu_ui(ui, studio, desk);
            let buttons = 2.0 * (ROW_HEIGHT + desk.theme.space.tiny) + desk.theme.space.medium;
            let width = ui.available_width() - buttons;
            field::field_ui(ui, width, studio, desk);
            if !studio.wall().search().text().is_empty() {
                let name = desk.text("search-clear");
                if IconButton::new(Icon::X, &name)
                    .show(ui, desk.theme)
                    .clicked()
                {
                    desk.ask(Action::Search(SearchAction::Write(String::new())));
                }
                self.saved.star_ui(ui, studio, desk);
            }
        });
        errors_ui(ui, studio, desk);
    }
}

fn errors_ui(ui: &mut Ui, studio: &Studio, desk: &Desk<'_>) {
    let search = studio.wall().search();
    for error in search.errors() {
        let before = &search.text()[..error.span.start];
        let text = Message::new("search-error")
            .with_number("place", before.chars().count() as f64 + 1.0)
            .with("problem", desk.message(&error.message()));
        let color = desk.theme.of_severity(Severity::Error);
        ui.horizontal(|ui| {
            ui.add_space(desk.theme.space.medium);
            let text = RichText::new(desk.message(&text)).color(color);
            ui.add(Label::new(text).wrap());
        });
    }
}
