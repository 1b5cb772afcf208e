//! What can be done with a picture, on a right click: the same commands as the keys.

use egui::{Button, Role, Ui, WidgetInfo};

use crate::app::Studio;
use crate::domain::PictureId;
use crate::gallery::Record;
use crate::provenance;
use crate::ui::panel::Desk;
use crate::ui::shortcut;

/// The commands, by what belongs together.
const COMMANDS: [&[&str]; 3] = [
    &["view", "full-screen", "survey", "compare"],
    &["pick", "reject", "unflag"],
    &["use-settings", "start-from", "variants", "make-again"],
];

/// Draws the menu of the current picture.
pub fn picture_menu(ui: &mut Ui, id: PictureId, studio: &Studio, desk: &mut Desk<'_>) {
    for group in COMMANDS {
        for command in group {
            command_ui(ui, command, studio, desk);
        }
        ui.separator();
    }
    let record = studio.wall().record(id);
    for (key, copied) in COPIES {
        let button = Button::new(desk.text(key));
        let response = ui.add_enabled(record.is_some(), button);
        if response.clicked()
            && let Some(record) = record
        {
            ui.copy_text(copied(record));
        }
    }
}

fn command_ui(ui: &mut Ui, id: &str, studio: &Studio, desk: &mut Desk<'_>) {
    let Some(shortcut) = shortcut::find(id) else {
        return;
    };
    let keys = shortcut::keys_text(ui.ctx(), shortcut);
    let name = desk.text(shortcut.name_key);
    let response = ui.add(Button::new(&name).shortcut_text(keys));
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.clicked() {
        (shortcut.run)(studio, desk);
    }
}

/// What can be copied of a picture: the key of its name, and the text.
pub type Copied = (&'static str, fn(&Record) -> String);

/// Everything that can be copied.
pub static COPIES: [Copied; 4] = [
    ("picture-copy-prompt", |record| {
        record.recipe.prompt.text.clone()
    }),
    ("picture-copy-seed", |record| record.recipe.seed.to_string()),
    ("picture-copy-all", |record| {
        provenance::parameters_text(&record.recipe)
    }),
    ("picture-copy-path", |record| {
        record.file.display().to_string()
    }),
];
