//! Rows of what is known: a name, and a text or a number that can be copied.

use egui::{Align, Label, Layout, RichText, Ui, vec2};
use lucide_icons::Icon;

use crate::ui::panel::Desk;

use super::IconButton;

const LABEL_SHARE: f32 = 0.34;

/// A title, and the button that copies what stands below it: what, and the key of its name.
pub fn heading(
    ui: &mut Ui,
    key: &'static str,
    copies: Option<(&str, &'static str)>,
    desk: &Desk<'_>,
) {
    ui.add_space(desk.theme.space.small);
    ui.scope(|ui| {
        // As high as its text.
        ui.spacing_mut().interact_size.y = 0.0;
        ui.horizontal(|ui| {
            let text = RichText::new(desk.text(key)).small();
            ui.label(text.color(desk.theme.color.text_secondary));
            if let Some((text, name_key)) = copies {
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    copy_button(ui, text, name_key, desk);
                });
            }
        });
    });
}

fn copy_button(ui: &mut Ui, text: &str, name_key: &'static str, desk: &Desk<'_>) {
    let name = desk.text(name_key);
    let button = IconButton::new(Icon::Copy, &name).small();
    if button.show(ui, desk.theme).clicked() {
        ui.copy_text(text.to_owned());
    }
}

/// A row of a name and a text.
pub fn fact_row(ui: &mut Ui, name: &str, value: &str, desk: &Desk<'_>) -> egui::Response {
    labelled(ui, name, desk, |ui| {
        let top_down = Layout::top_down(Align::Min);
        let add_value = |ui: &mut Ui| ui.add(Label::new(value).wrap().selectable(true));
        ui.with_layout(top_down, add_value).inner
    })
}

/// A row of a name and a number, which can be copied where `copy_key` names that.
pub fn number_row(
    ui: &mut Ui,
    name: &str,
    value: &str,
    copy_key: Option<&'static str>,
    desk: &Desk<'_>,
) -> egui::Response {
    labelled(ui, name, desk, |ui| {
        let text = RichText::new(value).monospace();
        let response = ui.add(Label::new(text).wrap().selectable(true));
        if let Some(copy_key) = copy_key {
            copy_button(ui, value, copy_key, desk);
        }
        response
    })
}

fn labelled(
    ui: &mut Ui,
    name: &str,
    desk: &Desk<'_>,
    add_value: impl FnOnce(&mut Ui) -> egui::Response,
) -> egui::Response {
    let name_width = ui.available_width() * LABEL_SHARE;
    ui.spacing_mut().item_spacing.y = desk.theme.space.tiny;
    // Rows are as high as their text: this is read, not clicked.
    ui.spacing_mut().interact_size.y = 0.0;
    ui.horizontal_top(|ui| {
        let top_down = Layout::top_down(Align::Min);
        ui.allocate_ui_with_layout(vec2(name_width, 0.0), top_down, |ui| {
            ui.set_min_width(name_width);
            ui.add(Label::new(quiet(name.to_owned(), desk)).wrap());
        });
        add_value(ui)
    })
    .inner
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
