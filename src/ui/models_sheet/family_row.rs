//! The family of a model: the one that is recognised, or the one that the artist chooses.

use std::path::Path;

use egui::{ComboBox, Ui};

use crate::app::{Action, ModelAction, Studio};
use crate::domain::Message;
use crate::pipeline::FAMILIES;
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::value_row;

use super::listing::family_name;

/// Draws the menu of families; `recognised` is the one that a model is taken for.
pub(super) fn family_row(
    ui: &mut Ui,
    folder: &Path,
    recognised: Option<&str>,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    let chosen = studio.shelf().chosen_family(folder);
    let shown = match (chosen, recognised) {
        (Some(id), _) => family_name(id),
        (None, Some(id)) => {
            let automatic = Message::new("models-family-recognised");
            desk.message(&automatic.with("family", family_name(id)))
        }
        (None, None) => desk.text("models-family-automatic"),
    };
    let mut asked = None;
    let name = desk.text("models-family");
    let label = value_row(ui, &name, desk, |ui, label| {
        let menu = ComboBox::from_id_salt("family")
            .selected_text(shown)
            .width(ui.available_width())
            .icon(theme::menu_arrow)
            .truncate();
        let menu = menu.show_ui(ui, |ui| asked = menu_ui(ui, folder, chosen, desk));
        menu.response.labelled_by(label);
    });
    label.on_hover_text(desk.text("models-family-help"));
    if let Some(choose) = asked {
        desk.ask(Action::Model(choose));
    }
}

/// What can be chosen; tells what was clicked.
///
/// The same once more is a wish, too: it repairs a file that keeps the choice.
fn menu_ui(
    ui: &mut Ui,
    folder: &Path,
    chosen: Option<&str>,
    desk: &Desk<'_>,
) -> Option<ModelAction> {
    let automatic = (None, desk.text("models-family-automatic"));
    let families = FAMILIES.iter().map(|family| family.id());
    let families = families.map(|id| (Some(id), family_name(id)));
    let mut asked = None;
    for (family, name) in std::iter::once(automatic).chain(families) {
        if ui.selectable_label(family == chosen, name).clicked() {
            let folder = folder.to_owned();
            asked = Some(ModelAction::ChooseFamily { folder, family });
        }
    }
    asked
}
