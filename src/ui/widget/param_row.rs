//! A row for one declared parameter: name, slider, field; or name and menu.

use std::ops::RangeInclusive;

use egui::{Align, ComboBox, DragValue, Id, Label, Layout, Response, Sense, Slider, Ui, vec2};

use crate::domain::{Choice, Message, ParamKind, ParamSpec, ParamValue};
use crate::ui::panel::Desk;
use crate::ui::theme;

/// The share of a row that its name takes.
const NAME_SHARE: f32 = 0.36;
const FIELD_WIDTH: f32 = 50.0;
const HANDLE_HEIGHT: f32 = 16.0;

/// Draws the row of `spec`; gives back the new value when the artist changed it.
///
/// A value other than `default` is marked by a dot; a double click brings the default back.
pub fn param_row(
    ui: &mut Ui,
    spec: &ParamSpec,
    value: &ParamValue,
    default: &ParamValue,
    desk: &Desk<'_>,
) -> Option<ParamValue> {
    let name = desk
        .strings
        .text(&format!("param-{}", spec.id))
        .into_owned();
    let help = desk
        .strings
        .text(&format!("param-{}-help", spec.id))
        .into_owned();
    let mut changed = None;
    let mut wants_default = false;
    let label = value_row(ui, &name, desk, |ui, label| match &spec.kind {
        ParamKind::Int { min, max, .. } => {
            let scale = Scale::of_int(*min, *max);
            let (number, reset) = scale.ui(ui, label, number_of(value));
            changed = number.map(|number| ParamValue::Int(number.round() as i64));
            wants_default = reset;
        }
        ParamKind::Float { min, max, step, .. } => {
            let scale = Scale::of_float(*min, *max, *step);
            let (number, reset) = scale.ui(ui, label, number_of(value));
            changed = number.map(ParamValue::Float);
            wants_default = reset;
        }
        ParamKind::Choice { options, .. } => {
            changed = choice_ui(ui, spec.id, label, &options(), value)
                .map(|id| ParamValue::Text(id.to_owned()));
        }
    });
    let label = if value == default {
        label.on_hover_text(help)
    } else {
        mark(ui, &label, desk);
        let back = Message::new("param-row-changed").with("value", default);
        label.on_hover_text(format!("{help}\n\n{}", desk.message(&back)))
    };
    if label.double_clicked() || wants_default {
        changed = Some(default.clone());
    }
    changed.filter(|changed| changed != value)
}

/// A row with a name on the left and something to change on the right, which is told the id of
/// the name to be labelled by.
pub fn value_row(
    ui: &mut Ui,
    name: &str,
    desk: &Desk<'_>,
    add_value: impl FnOnce(&mut Ui, Id),
) -> Response {
    let width = ui.available_width();
    let height = ui.spacing().interact_size.y;
    ui.allocate_ui_with_layout(
        vec2(width, height),
        Layout::left_to_right(Align::Center),
        |ui| {
            let name_size = vec2(width * NAME_SHARE, height);
            let label = ui
                .allocate_ui_with_layout(name_size, Layout::left_to_right(Align::Center), |ui| {
                    ui.set_min_size(name_size);
                    let text = egui::RichText::new(name).color(desk.theme.color.text_secondary);
                    ui.add(Label::new(text).wrap().sense(Sense::click()))
                })
                .inner;
            add_value(ui, label.id);
            label
        },
    )
    .inner
}

/// The numbers that a slider and a field go through.
struct Scale {
    range: RangeInclusive<f64>,
    step: f64,
    decimals: usize,
}

impl Scale {
    fn of_int(min: i64, max: i64) -> Self {
        Self {
            range: min as f64..=max as f64,
            step: 1.0,
            decimals: 0,
        }
    }

    fn of_float(min: f64, max: f64, step: f64) -> Self {
        Self {
            range: min..=max,
            step,
            // 0.1 is shown with one decimal, 0.05 with two.
            decimals: (-step.log10()).ceil().clamp(0.0, 4.0) as usize,
        }
    }

    /// Slider and field; gives back the new number, and whether the default is wanted.
    fn ui(&self, ui: &mut Ui, label: Id, number: f64) -> (Option<f64>, bool) {
        let mut changed = number;
        let gap = ui.spacing().item_spacing.x;
        ui.spacing_mut().slider_width = (ui.available_width() - FIELD_WIDTH - gap).max(40.0);
        let slider = Slider::new(&mut changed, self.range.clone())
            .step_by(self.step)
            .show_value(false);
        let slider = ui
            .scope(|ui| {
                // The handle is as large as the row is high.
                ui.spacing_mut().interact_size.y = HANDLE_HEIGHT;
                ui.add(slider)
            })
            .inner
            .labelled_by(label);
        ui.spacing_mut().interact_size.x = FIELD_WIDTH;
        let field = DragValue::new(&mut changed)
            .range(self.range.clone())
            .speed(self.step / 4.0)
            .fixed_decimals(self.decimals);
        let field = ui.add(field).labelled_by(label);
        let is_changed = slider.changed() || field.changed();
        (is_changed.then_some(changed), slider.double_clicked())
    }
}

fn choice_ui(
    ui: &mut Ui,
    salt: &str,
    label: Id,
    options: &[Choice],
    value: &ParamValue,
) -> Option<&'static str> {
    let ParamValue::Text(chosen) = value else {
        return None;
    };
    let mut picked = None;
    let shown = options.iter().find(|option| option.id == chosen);
    let menu = ComboBox::from_id_salt(salt)
        .selected_text(shown.map_or(chosen.as_str(), |option| option.label))
        .width(ui.available_width())
        .icon(theme::menu_arrow)
        .truncate();
    let response = menu.show_ui(ui, |ui| {
        for option in options {
            if ui
                .selectable_label(option.id == chosen, option.label)
                .clicked()
            {
                picked = Some(option.id);
            }
        }
    });
    response.response.labelled_by(label);
    picked
}

/// The dot that says: not the model's default.
fn mark(ui: &Ui, label: &Response, desk: &Desk<'_>) {
    let place = label.rect.left_center() - vec2(desk.theme.space.small - 1.0, 0.0);
    ui.painter()
        .circle_filled(place, 2.5, desk.theme.color.accent);
}

fn number_of(value: &ParamValue) -> f64 {
    match value {
        ParamValue::Int(number) => *number as f64,
        ParamValue::Float(number) => *number,
        ParamValue::Text(_) => 0.0,
    }
}
