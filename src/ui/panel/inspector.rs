//! How the current picture was made, and what can be made from it.

use std::time::Duration;

use egui::{
    Button, Color32, Label, Rect, RichText, Role, ScrollArea, Sense, Ui, Vec2, WidgetInfo, vec2,
};

use crate::app::{Action, GalleryAction, Studio};
use crate::domain::{Message, ParamKind, ParamSpec, ParamValue, PictureId, Recipe, Task, Timings};
use crate::gallery::Record;
use crate::pipeline::FAMILIES;
use crate::provenance;
use crate::ui::shortcut;
use crate::ui::textures::Look;
use crate::ui::widget::{fact_row, heading, number_row, picture_name, shown_date};

use super::{Desk, Panel};

/// Characters of a prompt that are shown before the artist asks for all of it.
const SHORT_LENGTH: usize = 360;
/// How long the last picture's rows stay until the next one's are known.
const PATIENCE: Duration = Duration::from_millis(300);
const RELATIVE_SIDE: f32 = 56.0;
/// Relatives that are shown.
const RELATIVES: usize = 12;
/// What the panel offers to do.
const COMMANDS: [&str; 4] = ["use-settings", "start-from", "variants", "make-again"];

#[derive(Default)]
struct Inspector {
    shown: Option<Box<Record>>,
    shown_at: Duration,
    is_unfolded: bool,
}

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    Box::<Inspector>::default()
}

impl Panel for Inspector {
    fn id(&self) -> &'static str {
        "inspector"
    }

    fn title_key(&self) -> &'static str {
        "inspector-title"
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        self.follow(studio, desk.now);
        let space = desk.theme.space;
        let frame = egui::Frame::new().inner_margin(space.medium);
        let Some(record) = self.shown.take() else {
            if studio.wall().current().is_none() {
                frame.show(ui, |ui| {
                    ui.add(Label::new(quiet(desk.text("inspector-none"), desk)).wrap());
                });
            }
            return;
        };
        egui::Panel::bottom("inspector-commands")
            .frame(frame)
            .show(ui, |ui| commands_ui(ui, studio, desk));
        ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
            frame.show(ui, |ui| {
                self.prompt_ui(ui, &record.recipe, desk);
                recipe_ui(ui, &record, studio, desk);
                file_ui(ui, &record, desk);
                relatives_ui(ui, &record, studio, desk);
            });
        });
        self.shown = Some(record);
    }
}

impl Inspector {
    /// Takes the current picture's record once it is known; keeps the last one for a moment
    /// until then, so that nothing flickers while one steps through the pictures.
    fn follow(&mut self, studio: &Studio, now: Duration) {
        let current = studio.wall().current();
        if let Some(record) = current.and_then(|id| studio.wall().record(id)) {
            if self.shown.as_deref() != Some(record) {
                let is_other = |shown: &Record| shown.entry.id != record.entry.id;
                if self.shown.as_deref().is_none_or(is_other) {
                    self.is_unfolded = false;
                }
                self.shown = Some(Box::new(record.clone()));
            }
            self.shown_at = now;
        } else if current.is_none() || now.saturating_sub(self.shown_at) > PATIENCE {
            self.shown = None;
        }
    }

    fn prompt_ui(&mut self, ui: &mut Ui, recipe: &Recipe, desk: &Desk<'_>) {
        let copies = (recipe.prompt.text.as_str(), "picture-copy-prompt");
        heading(ui, "inspector-prompt", Some(copies), desk);
        if recipe.prompt.text.is_empty() {
            ui.label(quiet(desk.text("inspector-no-prompt"), desk));
        }
        let is_long = recipe.prompt.text.chars().count() > SHORT_LENGTH;
        let shown: String = if is_long && !self.is_unfolded {
            let start = recipe.prompt.text.chars().take(SHORT_LENGTH);
            start.chain(['…']).collect()
        } else {
            recipe.prompt.text.clone()
        };
        ui.add(Label::new(shown).wrap().selectable(true));
        if is_long {
            let key = if self.is_unfolded {
                "inspector-less"
            } else {
                "inspector-more"
            };
            if ui.link(desk.text(key)).clicked() {
                self.is_unfolded = !self.is_unfolded;
            }
        }
        if !recipe.prompt.negative.is_empty() {
            let negative = recipe.prompt.negative.as_str();
            heading(ui, "inspector-negative", None, desk);
            ui.add(Label::new(negative).wrap().selectable(true));
        }
    }
}

fn recipe_ui(ui: &mut Ui, record: &Record, studio: &Studio, desk: &Desk<'_>) {
    let recipe = &record.recipe;
    let all = provenance::parameters_text(recipe);
    let copies = (all.as_str(), "picture-copy-all");
    heading(ui, "inspector-recipe", Some(copies), desk);
    let model = studio.shelf().find(&recipe.model);
    let name = model.map_or(recipe.model.as_str(), |model| &model.name);
    fact_row(ui, &desk.text("inspector-model"), name, desk);
    if let Some(licence) = model.and_then(|model| model.licence.as_ref()) {
        fact_row(ui, &desk.text("inspector-licence"), &licence.id, desk);
    }
    if let Task::Vary {
        source, strength, ..
    } = &recipe.task
    {
        let name = source.file.file_name().unwrap_or(source.file.as_os_str());
        let start = fact_row(
            ui,
            &desk.text("inspector-start"),
            &name.to_string_lossy(),
            desk,
        );
        start.on_hover_text(source.file.display().to_string());
        let label = desk.text("param-strength");
        number_row(ui, &label, &strength.to_string(), None, desk);
    }
    let seed = recipe.seed.to_string();
    let label = desk.text("inspector-seed");
    number_row(ui, &label, &seed, Some("picture-copy-seed"), desk);
    let size = Message::new("inspector-pixels")
        .with("width", recipe.size.width())
        .with("height", recipe.size.height());
    let label = desk.text("inspector-size");
    number_row(ui, &label, &desk.message(&size), None, desk);
    for spec in specs_of(recipe) {
        let Some(value) = recipe.params.get(spec.id) else {
            continue;
        };
        let label = desk
            .strings
            .text(&format!("param-{}", spec.id))
            .into_owned();
        number_row(ui, &label, &shown_value(spec, value), None, desk);
    }
}

fn file_ui(ui: &mut Ui, record: &Record, desk: &Desk<'_>) {
    let path = record.file.display().to_string();
    let copies = (path.as_str(), "picture-copy-path");
    heading(ui, "inspector-file", Some(copies), desk);
    let name = record.file.file_name().unwrap_or_default();
    let name = fact_row(
        ui,
        &desk.text("inspector-name"),
        &name.to_string_lossy(),
        desk,
    );
    name.on_hover_text(&path);
    let date = shown_date(record.entry.created);
    number_row(ui, &desk.text("inspector-date"), &date, None, desk);
    if let Some(timings) = &record.timings {
        let took = Message::new("inspector-secs").with("secs", format!("{:.1}", secs(timings)));
        let label = desk.text("inspector-took");
        let took = number_row(ui, &label, &desk.message(&took), None, desk);
        took.on_hover_text(desk.message(&stages(timings)));
    }
    let made_with = &record.recipe.made_with;
    if !made_with.provider.is_empty() {
        let with = format!("{}, ONNX Runtime {}", made_with.provider, made_with.runtime);
        fact_row(ui, &desk.text("inspector-made-with"), &with, desk);
    }
}

/// The pictures that this one descends from, and those that descend from it.
fn relatives_ui(ui: &mut Ui, record: &Record, studio: &Studio, desk: &mut Desk<'_>) {
    let groups = [
        ("inspector-parents", &record.recipe.parents),
        ("inspector-children", &record.children),
    ];
    for (key, relatives) in groups {
        let known: Vec<PictureId> = relatives
            .iter()
            .map(|relative| relative.picture)
            .filter(|picture| studio.wall().place(*picture).is_some())
            .collect();
        if known.is_empty() {
            continue;
        }
        heading(ui, key, None, desk);
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = Vec2::splat(desk.theme.space.tiny);
            for picture in known.iter().take(RELATIVES) {
                relative_ui(ui, *picture, studio, desk);
            }
            if known.len() > RELATIVES {
                let more = format!("+{}", known.len() - RELATIVES);
                ui.label(quiet(more, desk));
            }
        });
    }
}

fn relative_ui(ui: &mut Ui, id: PictureId, studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let Some(entry) = wall.entry(id) else {
        return;
    };
    let (rect, response) = ui.allocate_exact_size(Vec2::splat(RELATIVE_SIDE), Sense::click());
    let color = &desk.theme.color;
    ui.painter().rect_filled(rect, 0.0, color.ground);
    let side = (RELATIVE_SIDE * ui.pixels_per_point()) as u32;
    if let Look::Ready { texture, size } = desk.textures.thumbnail(id, side, desk.actions) {
        let fitted = size * (RELATIVE_SIDE / size.max_elem());
        let place = Rect::from_center_size(rect.center(), fitted);
        let whole = Rect::from_min_max(egui::Pos2::ZERO, egui::pos2(1.0, 1.0));
        ui.painter().image(texture, place, whole, Color32::WHITE);
    }
    if response.hovered() || response.has_focus() {
        let stroke = egui::Stroke::new(2.0, color.accent);
        ui.painter()
            .rect_stroke(rect, 0.0, stroke, egui::StrokeKind::Inside);
    }
    let name = picture_name(entry, studio, desk);
    response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
    if response.on_hover_text(&name).clicked() {
        desk.ask(Action::Gallery(GalleryAction::Select(id)));
    }
}

fn commands_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    for id in COMMANDS {
        let Some(shortcut) = shortcut::find(id) else {
            continue;
        };
        let keys = RichText::new(shortcut::keys_text(ui.ctx(), shortcut)).small();
        let name = desk.text(shortcut.name_key);
        let button = Button::new(&name)
            .shortcut_text(keys)
            .min_size(vec2(ui.available_width(), 0.0));
        let response = ui.add(button);
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, &name));
        if response.clicked() {
            (shortcut.run)(studio, desk);
        }
    }
}

/// The declarations of a recipe's parameters, in the order of their family.
fn specs_of(recipe: &Recipe) -> Vec<&'static ParamSpec> {
    let mut specs: Vec<&'static ParamSpec> = Vec::new();
    for spec in FAMILIES.iter().flat_map(|family| family.params()) {
        let is_new = specs.iter().all(|known| known.id != spec.id);
        if is_new && recipe.params.get(spec.id).is_some() {
            specs.push(spec);
        }
    }
    specs
}

fn shown_value(spec: &ParamSpec, value: &ParamValue) -> String {
    match (&spec.kind, value) {
        (ParamKind::Choice { options, .. }, ParamValue::Text(id)) => options()
            .iter()
            .find(|choice| choice.id == id)
            .map_or_else(|| id.clone(), |choice| choice.label.to_owned()),
        _ => value.to_string(),
    }
}

fn secs(timings: &Timings) -> f64 {
    timings.load_secs + timings.drawing_secs()
}

fn stages(timings: &Timings) -> Message {
    let shown = |secs: f64| format!("{secs:.1}");
    Message::new("inspector-stages")
        .with("load", shown(timings.load_secs))
        .with("encode", shown(timings.encode_secs))
        .with("steps", shown(timings.step_secs.iter().sum()))
        .with("decode", shown(timings.decode_secs))
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
