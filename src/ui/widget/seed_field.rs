//! The seed: a number to read and to write, a lock, and dice.

use egui::{Id, TextEdit, TextStyle, Ui};
use lucide_icons::Icon;

use crate::domain::Seed;
use crate::ui::panel::Desk;
use crate::ui::shortcut;

use super::IconButton;

/// What the artist did with the seed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SeedChange {
    /// Wrote a number, which is meant to be kept.
    Written(Seed),
    /// Closed or opened the lock.
    Locked(bool),
    /// Threw the dice.
    Rolled,
}

/// Draws the field; gives back what was done with it.
pub fn seed_field(
    ui: &mut Ui,
    seed: Seed,
    is_locked: bool,
    label: Id,
    desk: &Desk<'_>,
) -> Option<SeedChange> {
    let mut change = None;
    let buttons = 2.0 * (ui.spacing().interact_size.y + ui.spacing().item_spacing.x);
    let width = ui.available_width() - buttons;
    let id = ui.scope_id().with("seed");
    let is_writing = ui.memory(|memory| memory.has_focus(id));
    let mut text = ui
        .data(|data| data.get_temp::<String>(id))
        .filter(|_| is_writing)
        .unwrap_or_else(|| seed.to_string());
    let color = if is_locked {
        desk.theme.color.text
    } else {
        desk.theme.color.text_secondary
    };
    let field = TextEdit::singleline(&mut text)
        .id(id)
        .font(TextStyle::Monospace)
        .text_color(color)
        .desired_width(width)
        .min_size(egui::vec2(width, ui.spacing().interact_size.y))
        .align(egui::Align2::LEFT_CENTER)
        .char_limit(20);
    let response = ui.add(field).labelled_by(label);
    let response = response.on_hover_text(desk.text("compose-seed-help"));
    desk.theme.ring_focus(ui, &response);
    if response.changed() {
        change = text.parse().ok().map(SeedChange::Written);
    }
    ui.data_mut(|data| data.insert_temp(id, text));
    let (icon, name) = if is_locked {
        (Icon::Lock, desk.text("compose-seed-unlock"))
    } else {
        (Icon::LockOpen, desk.text("compose-seed-lock"))
    };
    if IconButton::new(icon, &name)
        .on(is_locked)
        .show(ui, desk.theme)
        .clicked()
    {
        change = Some(SeedChange::Locked(!is_locked));
    }
    let roll = shortcut::tip(ui.ctx(), desk.strings, "roll");
    if IconButton::new(Icon::Dices, &roll)
        .show(ui, desk.theme)
        .clicked()
    {
        change = Some(SeedChange::Rolled);
    }
    change
}
