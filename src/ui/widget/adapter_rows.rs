//! The adapters that a prompt asks for, as rows; the prompt's text is the one place where they are.

use std::collections::BTreeMap;

use egui::{
    Align, Checkbox, DragValue, Layout, Popup, RichText, ScrollArea, Slider, SliderClamping, Ui,
    vec2,
};
use lucide_icons::Icon;

use crate::adapters::AdapterInfo;
use crate::app::Studio;
use crate::domain::Message;
use crate::prompt::{
    AdapterTag, adapter_tags, add_adapter, can_be_named, remove_adapter, set_adapter_weights,
    weigh_adapter,
};
use crate::ui::panel::Desk;

use super::IconButton;

/// The weights that the slider goes through; the field takes others, too.
const WEIGHTS: std::ops::RangeInclusive<f64> = 0.0..=1.5;
const STEP: f64 = 0.05;
/// A double click goes back to it.
const FULL: f64 = 1.0;
const NAME_SHARE: f32 = 0.42;
const FIELD_WIDTH: f32 = 44.0;
const HANDLE_HEIGHT: f32 = 16.0;
const MENU_HEIGHT: f32 = 320.0;

/// A tag of the prompt.
struct Row<'a> {
    /// Its place among the tags, from 0.
    index: usize,
    tag: &'a AdapterTag,
    /// Whether there is a file of its name, as far as it was looked for.
    is_known: bool,
}

impl Row<'_> {
    fn is_on(&self) -> bool {
        self.tag.weight != 0.0 || self.tag.text_encoder_weight != 0.0
    }
}

/// The rows, and the weights of adapters that are switched off.
#[derive(Default)]
pub struct AdapterRows {
    /// By name: the denoiser's weight, and the text encoders'.
    silenced: BTreeMap<String, (f64, f64)>,
}

impl AdapterRows {
    /// Draws them where there is something to draw, and changes the text as the artist does.
    pub fn ui(&mut self, ui: &mut Ui, text: &mut String, studio: &Studio, desk: &Desk<'_>) {
        let known = studio.shelf().adapters();
        let tags: Vec<AdapterTag> = adapter_tags(text).into_iter().map(|(_, tag)| tag).collect();
        if tags.is_empty() && known.is_empty() {
            return;
        }
        if let Some(name) = head_ui(ui, known, &tags, desk) {
            *text = add_adapter(text, &name);
        }
        for (index, tag) in tags.iter().enumerate() {
            let row = Row {
                index,
                tag,
                is_known: known.iter().any(|adapter| adapter.name == tag.name)
                    || !studio.shelf().is_scanned(),
            };
            let changed = ui.push_id(("adapter", index), |ui| self.row_ui(ui, text, &row, desk));
            if let Some(changed) = changed.inner {
                *text = changed;
                // The other tags stand in other places now.
                ui.ctx().request_repaint();
                break;
            }
        }
    }

    /// Draws a row; gives back the text when the artist changed it.
    fn row_ui(
        &mut self,
        ui: &mut Ui,
        text: &str,
        row: &Row<'_>,
        desk: &Desk<'_>,
    ) -> Option<String> {
        let mut changed = None;
        ui.horizontal(|ui| {
            if switch_ui(ui, row, desk) {
                changed = Some(self.switched(text, row));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                let remove = Message::new("compose-adapter-remove").with("name", &row.tag.name);
                let remove = desk.message(&remove);
                let button = IconButton::new(Icon::X, &remove).small();
                if button.show(ui, desk.theme).clicked() {
                    changed = Some(remove_adapter(text, row.index));
                }
                if let Some(weight) = weight_ui(ui, row.tag, desk) {
                    changed = Some(weigh_adapter(text, row.index, weight));
                }
            });
        });
        changed
    }

    /// The text with an adapter switched: off is a weight of 0, on is what it was before.
    fn switched(&mut self, text: &str, row: &Row<'_>) -> String {
        let Row { index, tag, .. } = *row;
        if row.is_on() {
            let weights = (tag.weight, tag.text_encoder_weight);
            self.silenced.insert(tag.name.clone(), weights);
            return set_adapter_weights(text, index, 0.0, 0.0);
        }
        let weights = self.silenced.remove(&tag.name);
        let (weight, for_text) = weights.unwrap_or((FULL, FULL));
        set_adapter_weights(text, index, weight, for_text)
    }
}

/// The title, and the menu of what can be added; gives back the name that was picked.
fn head_ui(
    ui: &mut Ui,
    known: &[AdapterInfo],
    tags: &[AdapterTag],
    desk: &Desk<'_>,
) -> Option<String> {
    let mut picked = None;
    ui.horizontal(|ui| {
        let title = RichText::new(desk.text("compose-adapters"));
        ui.label(title.color(desk.theme.color.text_secondary));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let add = desk.text("compose-adapter-add");
            let button = IconButton::new(Icon::Plus, &add).show(ui, desk.theme);
            Popup::menu(&button).show(|ui| picked = menu_ui(ui, known, tags, desk));
        });
    });
    picked
}

fn menu_ui(
    ui: &mut Ui,
    known: &[AdapterInfo],
    tags: &[AdapterTag],
    desk: &Desk<'_>,
) -> Option<String> {
    let mut picked = None;
    ui.set_min_width(200.0);
    ScrollArea::vertical()
        .max_height(MENU_HEIGHT)
        .show(ui, |ui| {
            for adapter in known {
                let name = &adapter.name;
                let is_used = tags.iter().any(|tag| tag.name == *name);
                let row = egui::Button::selectable(is_used, name.as_str());
                let mut row = ui.add_enabled(can_be_named(name) && !is_used, row);
                if let Some(tip) = tip(adapter, desk) {
                    row = row.on_hover_text(tip);
                }
                if row.clicked() {
                    picked = Some(name.clone());
                }
            }
            if known.is_empty() {
                ui.label(desk.text("compose-adapter-none"));
            }
        });
    picked
}

/// What an adapter's file says of itself.
fn tip(adapter: &AdapterInfo, desk: &Desk<'_>) -> Option<String> {
    let base = adapter.base_model.as_ref().map(|base| {
        let base = Message::new("compose-adapter-base").with("base", base);
        desk.message(&base)
    });
    let words = (!adapter.trigger_words.is_empty()).then(|| {
        let words = adapter.trigger_words.join(", ");
        desk.message(&Message::new("compose-adapter-words").with("words", words))
    });
    let lines: Vec<String> = base.into_iter().chain(words).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// The name with its switch; tells whether it was switched.
fn switch_ui(ui: &mut Ui, row: &Row<'_>, desk: &Desk<'_>) -> bool {
    let color = if !row.is_known {
        desk.theme.color.warn
    } else if row.is_on() {
        desk.theme.color.text
    } else {
        desk.theme.color.text_secondary
    };
    let mut is_on = row.is_on();
    let name = RichText::new(&row.tag.name).color(color);
    let width = ui.available_width() * NAME_SHARE;
    let size = vec2(width, ui.spacing().interact_size.y);
    let layout = Layout::left_to_right(Align::Center);
    let response = ui
        .allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_width(width);
            ui.set_max_width(width);
            ui.style_mut().wrap_mode = Some(egui::TextWrapMode::Truncate);
            ui.add(Checkbox::new(&mut is_on, name))
        })
        .inner;
    let mut tip = row.tag.name.clone();
    if !row.is_known {
        tip = format!("{tip}\n{}", desk.text("compose-adapter-missing"));
    }
    response.on_hover_text(tip).changed()
}

/// Slider and field, from the right; gives back the new weight.
fn weight_ui(ui: &mut Ui, tag: &AdapterTag, desk: &Desk<'_>) -> Option<f64> {
    let name = Message::new("compose-adapter-weight").with("name", &tag.name);
    let name = desk.message(&name);
    let mut weight = tag.weight;
    let field = ui
        .scope(|ui| {
            ui.spacing_mut().interact_size.x = FIELD_WIDTH;
            let field = DragValue::new(&mut weight)
                .speed(STEP / 4.0)
                .range(-4.0..=4.0)
                .fixed_decimals(2);
            ui.add(field)
        })
        .inner;
    let slider = ui
        .scope(|ui| {
            ui.spacing_mut().slider_width = ui.available_width();
            ui.spacing_mut().interact_size.y = HANDLE_HEIGHT;
            let slider = Slider::new(&mut weight, WEIGHTS)
                .step_by(STEP)
                .clamping(SliderClamping::Edits)
                .show_value(false);
            ui.add(slider)
        })
        .inner;
    for response in [&field, &slider] {
        response.widget_info(|| egui::WidgetInfo::slider(true, weight, &name));
    }
    if slider.double_clicked() {
        return Some(FULL);
    }
    (field.changed() || slider.changed()).then_some(weight)
}
