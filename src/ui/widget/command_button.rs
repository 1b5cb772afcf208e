//! A button for a command of the window.

use egui::Ui;
use lucide_icons::Icon;

use crate::app::Studio;
use crate::ui::panel::Desk;
use crate::ui::shortcut;

use super::IconButton;

/// Draws the command's icon, lit where it is on, with its name and keys as tooltip; runs it.
pub fn command_button(
    ui: &mut Ui,
    icon: Icon,
    id: &str,
    is_on: bool,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    let tip = shortcut::tip(ui.ctx(), desk.strings, id);
    let button = IconButton::new(icon, &tip).on(is_on);
    if button.show(ui, desk.theme).clicked()
        && let Some(shortcut) = shortcut::find(id)
    {
        (shortcut.run)(studio, desk);
    }
}
