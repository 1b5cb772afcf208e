//! The request being written: words, size, count, seed, and under a fold the family's parameters.

use egui::{Align, CollapsingHeader, Id, Label, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::app::{Action, ComposeAction, Studio};
use crate::diffusion;
use crate::domain::{Message, ParamSpec, ParamValue};
use crate::pipeline::{Estimate, ModelInfo};
use crate::settings::Draft;
use crate::ui::shortcut;
use crate::ui::status_line::{duration_text, memory_text};
use crate::ui::widget::{
    AdapterRows, Obstacle, SeedChange, StartRows, TokenCount, accent_button, count_stepper,
    engine_card, param_row, seed_field, size_rows, value_row,
};

use super::{Desk, Panel};

const PROMPT_ROWS: usize = 5;
/// Beyond this height a prompt scrolls inside its field, in points.
const PROMPT_MAX_HEIGHT: f32 = 260.0;
const NEGATIVE_MAX_HEIGHT: f32 = 120.0;

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    Box::new(Compose::default())
}

#[derive(Default)]
struct Compose {
    tokens: TokenCount,
    adapters: AdapterRows,
    start: StartRows,
}

impl Panel for Compose {
    fn id(&self) -> &'static str {
        "compose"
    }

    fn title_key(&self) -> &'static str {
        "compose-title"
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let space = desk.theme.space;
        let margin = egui::Margin::symmetric(space.medium as i8, space.small as i8);
        let wants_pictures = egui::Panel::bottom("compose-generate")
            .resizable(false)
            .show_separator_line(false)
            .frame(egui::Frame::new().inner_margin(margin))
            .show(ui, |ui| generate_ui(ui, studio, desk))
            .inner;
        ScrollArea::vertical()
            .auto_shrink(false)
            .content_margin(margin)
            .show(ui, |ui| {
                let mut draft = studio.compose().draft().clone();
                self.draft_ui(ui, &mut draft, studio, desk);
                if draft != *studio.compose().draft() {
                    desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
                }
            });
        // A number that is still being written is taken over by the click on the button.
        if wants_pictures {
            let fresh = desk.fresh_seed();
            desk.ask(Action::Compose(ComposeAction::Generate { fresh }));
        }
    }
}

impl Compose {
    fn draft_ui(&mut self, ui: &mut Ui, draft: &mut Draft, studio: &Studio, desk: &mut Desk<'_>) {
        let model = studio.model();
        self.prompt_ui(ui, draft, model, desk);
        self.adapters.ui(ui, &mut draft.prompt.text, studio, desk);
        negative_ui(ui, draft, desk);
        self.start.ui(ui, draft, studio, desk);
        if let Some(model) = model {
            size_rows(ui, &mut draft.size, &model.sizes, desk);
        }
        let name = desk.text("compose-count");
        value_row(ui, &name, desk, |ui, label| {
            count_stepper(ui, &mut draft.count, label, desk);
        })
        .on_hover_text(desk.text("compose-count-help"));
        seed_ui(ui, draft, desk);
        if let Some(model) = model {
            more_ui(ui, draft, model, desk);
        }
    }

    fn prompt_ui(
        &mut self,
        ui: &mut Ui,
        draft: &mut Draft,
        model: Option<&ModelInfo>,
        desk: &mut Desk<'_>,
    ) {
        let label = ui
            .scope(|ui| {
                // Labels above fields are as high as their text.
                ui.spacing_mut().interact_size.y = 0.0;
                ui.horizontal(|ui| {
                    let label = field_label(ui, "compose-prompt", desk);
                    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                        self.tokens.ui(ui, &draft.prompt.text, model, desk);
                    });
                    label
                })
                .inner
            })
            .inner;
        let id = Id::unique("prompt");
        ScrollArea::vertical()
            .id_salt("prompt-scroll")
            .max_height(PROMPT_MAX_HEIGHT)
            .show(ui, |ui| {
                let field = TextEdit::multiline(&mut draft.prompt.text)
                    .id(id)
                    .hint_text(desk.text("compose-prompt-hint"))
                    .desired_rows(PROMPT_ROWS)
                    .margin(vec2(8.0, 6.0))
                    .desired_width(f32::INFINITY);
                let field = ui.add(field).labelled_by(label);
                desk.theme.ring_focus(ui, &field);
            });
        if std::mem::take(&mut desk.view.wants_prompt) {
            ui.memory_mut(|memory| memory.request_focus(id));
        }
    }
}

fn field_label(ui: &mut Ui, key: &'static str, desk: &Desk<'_>) -> Id {
    let text = RichText::new(desk.text(key)).color(desk.theme.color.text_secondary);
    ui.label(text).id
}

fn negative_ui(ui: &mut Ui, draft: &mut Draft, desk: &Desk<'_>) {
    let label = field_label(ui, "compose-negative", desk);
    ScrollArea::vertical()
        .id_salt("negative-scroll")
        .max_height(NEGATIVE_MAX_HEIGHT)
        .show(ui, |ui| {
            let field = TextEdit::multiline(&mut draft.prompt.negative)
                .hint_text(desk.text("compose-negative-hint"))
                .desired_rows(1)
                .margin(vec2(8.0, 6.0))
                .desired_width(f32::INFINITY);
            let field = ui.add(field).labelled_by(label);
            desk.theme.ring_focus(ui, &field);
        });
}

fn seed_ui(ui: &mut Ui, draft: &mut Draft, desk: &mut Desk<'_>) {
    let name = desk.text("compose-seed");
    let mut change = None;
    value_row(ui, &name, desk, |ui, label| {
        change = seed_field(ui, draft.seed, draft.seed_locked, label, desk);
    });
    match change {
        Some(SeedChange::Written(seed)) => {
            draft.seed = seed;
            draft.seed_locked = true;
        }
        Some(SeedChange::Locked(is_locked)) => draft.seed_locked = is_locked,
        Some(SeedChange::Rolled) => draft.seed = desk.fresh_seed(),
        None => {}
    }
}

/// The fold with the family's parameters.
fn more_ui(ui: &mut Ui, draft: &mut Draft, model: &ModelInfo, desk: &mut Desk<'_>) {
    let Ok(settled) = draft.params.settle(model.specs, &model.defaults) else {
        return;
    };
    let title = RichText::new(desk.text("compose-more")).color(desk.theme.color.text_secondary);
    let fold = CollapsingHeader::new(title)
        .id_salt("more")
        .default_open(desk.view.is_more_open)
        .show_unindented(ui, |ui| {
            for spec in model.specs {
                if !diffusion::is_heard(spec, &settled) {
                    continue;
                }
                let Some(value) = settled.get(spec.id) else {
                    continue;
                };
                let default = default_of(spec, model);
                if let Some(changed) = param_row(ui, spec, value, &default, desk) {
                    if changed == default {
                        draft.params.unset(spec.id);
                    } else {
                        draft.params.set(spec.id, changed);
                    }
                }
            }
        });
    desk.view.is_more_open = fold.openness > 0.5;
}

/// What the model does where nothing is said.
fn default_of(spec: &ParamSpec, model: &ModelInfo) -> ParamValue {
    let own = model.defaults.get(spec.id);
    own.and_then(|own| spec.accept(own).ok())
        .unwrap_or_else(|| spec.default_value())
}

/// The button, and above it what is in its way; tells whether it was pressed.
fn generate_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) -> bool {
    let obstacle = Obstacle::of(studio);
    if let Some(obstacle) = &obstacle {
        engine_card(ui, obstacle, desk);
    }
    let name = desk.text("compose-generate");
    let keys = shortcut::keys_of(ui.ctx(), "generate");
    let is_possible = obstacle.is_none();
    let response = ui
        .add_enabled_ui(is_possible, |ui| {
            accent_button(ui, desk.theme, &name, &keys)
        })
        .inner;
    if let Some(estimate) = studio.estimate().filter(|_| is_possible) {
        estimate_ui(ui, estimate, desk);
    }
    response.clicked()
}

/// What the draft will take, below the button.
fn estimate_ui(ui: &mut Ui, estimate: Estimate, desk: &Desk<'_>) {
    let memory = desk.message(&memory_text(estimate.memory_bytes));
    let message = match estimate.secs {
        Some(secs) => {
            Message::new("compose-estimate").with("time", desk.message(&duration_text(secs)))
        }
        None => Message::new("compose-estimate-unmeasured"),
    };
    let text = desk.message(&message.with("memory", memory));
    let text = RichText::new(text).small();
    ui.add(Label::new(text.color(desk.theme.color.text_secondary)).wrap())
        .on_hover_text(desk.text("compose-estimate-help"));
}
