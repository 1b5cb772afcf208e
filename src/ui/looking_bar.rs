//! The bar above pictures that are looked at together: the way back, what is at hand, a hint.

use egui::{Align, Layout, RichText, Ui, vec2};
use lucide_icons::Icon;

use crate::app::Studio;

use super::panel::Desk;
use super::widget::command_button;

const HEIGHT: f32 = 36.0;

/// Draws the bar; `add` fills it behind the way back.
pub(super) fn looking_bar(
    ui: &mut Ui,
    hint_key: &'static str,
    studio: &Studio,
    desk: &mut Desk<'_>,
    add: impl FnOnce(&mut Ui, &mut Desk<'_>),
) {
    let size = vec2(ui.available_width(), HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.add_space(desk.theme.space.small);
        command_button(ui, Icon::LayoutGrid, "back", false, studio, desk);
        ui.add_space(desk.theme.space.small);
        add(ui, desk);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_space(desk.theme.space.small);
            let hint = RichText::new(desk.text(hint_key)).small();
            ui.label(hint.color(desk.theme.color.text_secondary));
        });
    });
}
