//! How many pictures: one less, a number, one more.

use std::num::NonZeroU32;

use egui::{DragValue, Id, Ui};
use lucide_icons::Icon;

use crate::ui::panel::Desk;

use super::IconButton;

/// The most pictures that the window asks for at once.
const MAX: u32 = 16;

/// Draws the stepper, named by the label of that id.
pub fn count_stepper(ui: &mut Ui, count: &mut NonZeroU32, label: Id, desk: &Desk<'_>) {
    let mut number = count.get();
    let (fewer, more) = (
        desk.text("compose-count-fewer"),
        desk.text("compose-count-more"),
    );
    ui.add_enabled_ui(number > 1, |ui| {
        if IconButton::new(Icon::Minus, &fewer)
            .show(ui, desk.theme)
            .clicked()
        {
            number -= 1;
        }
    });
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.x = 36.0;
        let field = DragValue::new(&mut number).range(1..=MAX).speed(0.1);
        ui.add(field).labelled_by(label);
    });
    ui.add_enabled_ui(number < MAX, |ui| {
        if IconButton::new(Icon::Plus, &more)
            .show(ui, desk.theme)
            .clicked()
        {
            number += 1;
        }
    });
    *count = NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
}
