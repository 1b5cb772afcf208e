//! The settings that a model starts with: its own, or what the artist keeps in their place.

use egui::Ui;
use lucide_icons::Icon;

use crate::diffusion;
use crate::domain::{ParamSpec, ParamValue, Params};
use crate::pipeline::ModelInfo;
use crate::ui::panel::Desk;
use crate::ui::widget::{param_row, size_rows};

use super::details::{Chosen, heading_with};

/// Draws them, and changes the note as the artist does.
pub(super) fn own_settings_ui(ui: &mut Ui, chosen: &mut Chosen<'_>, desk: &Desk<'_>) {
    let note = &mut chosen.note;
    let is_changed = note.size.is_some() || note.defaults != Params::default();
    let reset = desk.text("models-reset");
    let icon = Icon::RotateCcw;
    if heading_with(ui, "models-settings", icon, &reset, is_changed, desk) {
        note.size = None;
        note.defaults = Params::default();
    }
    size_rows(ui, &mut note.size, &chosen.own.sizes, desk);
    note.size = note.size.filter(|size| *size != chosen.own.sizes.default);
    let Ok(settled) = note.defaults.settle(chosen.own.specs, &chosen.own.defaults) else {
        return;
    };
    for spec in chosen.own.specs {
        let Some(value) = settled.get(spec.id) else {
            continue;
        };
        if !diffusion::is_heard(spec, &settled) {
            continue;
        }
        let own = own_default(spec, chosen.own);
        if let Some(changed) = param_row(ui, spec, value, &own, desk) {
            if changed == own {
                note.defaults.unset(spec.id);
            } else {
                note.defaults.set(spec.id, changed);
            }
        }
    }
}

fn own_default(spec: &ParamSpec, own: &ModelInfo) -> ParamValue {
    let value = own.defaults.get(spec.id);
    value
        .and_then(|value| spec.accept(value).ok())
        .unwrap_or_else(|| spec.default_value())
}
