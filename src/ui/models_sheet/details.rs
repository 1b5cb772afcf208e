//! All that is known of a model, section by section.

use std::path::Path;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use lucide_icons::Icon;

use crate::app::{Action, ModelAction, Studio};
use crate::domain::{Message, ModelId};
use crate::pipeline::ModelInfo;
use crate::settings::ModelNote;
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::{IconButton, accent_button, fact_row, heading};

use super::checkup::checkup_ui;
use super::family_row::family_row;
use super::memory_row::MemoryRow;
use super::model_card::size_on_disk;
use super::own_settings::own_settings_ui;
use super::words::Words;

/// What the sections work with.
pub(super) struct Chosen<'a> {
    /// The model as the artist has it.
    pub model: &'a ModelInfo,
    /// The model as its folder says.
    pub own: &'a ModelInfo,
    /// What is kept about it; a section changes it, and it is kept.
    pub note: ModelNote,
}

/// A part of the column; a new one is a function and a line in [`SECTIONS`].
type Section = fn(&mut Details, &mut Ui, &mut Chosen<'_>, &Studio, &mut Desk<'_>);

/// The parts of the column, from the top.
const SECTIONS: &[Section] = &[
    |_, ui, chosen, studio, desk| about_ui(ui, chosen.model, studio, desk),
    |details, ui, chosen, studio, desk| details.words.ui(ui, chosen, studio, desk),
    |_, ui, chosen, _, desk| own_settings_ui(ui, chosen, desk),
    |_, ui, chosen, _, desk| file_ui(ui, &chosen.model.path, desk),
    |details, ui, chosen, studio, desk| {
        heading(ui, "models-checkup", None, desk);
        details.memory_row.ui(ui, chosen.model, desk);
        checkup_ui(ui, &chosen.model.path, studio, desk);
    },
];

/// What the column remembers.
#[derive(Default)]
pub(super) struct Details {
    words: Words,
    memory_row: MemoryRow,
    /// What is being changed while the mouse is down; it is kept once, when that is let go.
    held: Option<(ModelId, ModelNote)>,
}

impl Details {
    /// Draws the column; tells whether the model is to be used.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        model: &ModelInfo,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) -> bool {
        let frame = egui::Frame::new().inner_margin(desk.theme.space.medium);
        let is_in_use = studio.model().is_some_and(|used| used.id == model.id);
        let is_wanted = egui::Panel::bottom("use-model")
            .frame(frame)
            .show(ui, |ui| use_ui(ui, is_in_use, desk))
            .inner;
        let kept = studio.shelf().note(model).cloned().unwrap_or_default();
        let held = self.held.take().filter(|(id, _)| *id == model.id);
        let mut chosen = Chosen {
            model,
            own: studio.shelf().own(&model.id).unwrap_or(model),
            note: held.map_or_else(|| kept.clone(), |(_, note)| note),
        };
        ScrollArea::vertical()
            .id_salt(&model.path)
            .auto_shrink(false)
            .show(ui, |ui| {
                frame.show(ui, |ui| {
                    for section in SECTIONS {
                        // Rows that are read are lower than those that are clicked.
                        ui.scope(|ui| section(self, ui, &mut chosen, studio, desk));
                        ui.add_space(desk.theme.space.small);
                    }
                });
            });
        if chosen.note != kept {
            self.keep(ui, model, chosen.note, desk);
        }
        is_wanted
    }

    fn keep(&mut self, ui: &Ui, model: &ModelInfo, note: ModelNote, desk: &mut Desk<'_>) {
        if ui.input(|input| input.pointer.any_down()) {
            self.held = Some((model.id.clone(), note));
            return;
        }
        desk.ask(Action::Model(ModelAction::Note {
            model: model.id.clone(),
            note: Box::new(note),
        }));
    }
}

/// The title of a card's details.
pub(super) fn title_ui(ui: &mut Ui, name: &str) {
    let title = RichText::new(name).text_style(theme::title_style());
    ui.add(Label::new(title).wrap().selectable(true));
}

/// A folder's path, and what can be done with the folder.
pub(super) fn file_ui(ui: &mut Ui, path: &Path, desk: &mut Desk<'_>) {
    let shown = path.display().to_string();
    heading(
        ui,
        "models-folder",
        Some((&shown, "models-copy-path")),
        desk,
    );
    let text = RichText::new(&shown).monospace();
    ui.add(Label::new(text).wrap().selectable(true));
    ui.horizontal_wrapped(|ui| {
        if ui.button(desk.text("models-open-folder")).clicked() {
            let open = ModelAction::OpenFolder(path.to_owned());
            desk.ask(Action::Model(open));
        }
        let remove = ui.button(desk.text("models-remove"));
        let remove = remove.on_hover_text(desk.text("models-remove-help"));
        if remove.clicked() {
            desk.ask(Action::Model(ModelAction::Remove(path.to_owned())));
        }
    });
}

fn use_ui(ui: &mut Ui, is_in_use: bool, desk: &Desk<'_>) -> bool {
    if is_in_use {
        let used = RichText::new(desk.text("models-in-use"));
        ui.horizontal(|ui| {
            ui.set_min_height(36.0);
            ui.label(theme::icon(Icon::CircleCheck).color(desk.theme.color.accent));
            ui.label(used.color(desk.theme.color.text_secondary));
        });
        return false;
    }
    let name = desk.text("models-use");
    accent_button(ui, desk.theme, &name, "").clicked()
}

fn about_ui(ui: &mut Ui, model: &ModelInfo, studio: &Studio, desk: &mut Desk<'_>) {
    title_ui(ui, &model.name);
    let quiet = |text: &str| RichText::new(text).color(desk.theme.color.text_secondary);
    if !model.description.is_empty() {
        ui.add(
            Label::new(quiet(&model.description))
                .wrap()
                .selectable(true),
        );
    }
    ui.add_space(desk.theme.space.tiny);
    family_row(ui, &model.path, Some(model.family), studio, desk);
    if model.is_for_inpainting {
        let (label, text) = (desk.text("doctor-made-for"), desk.text("doctor-inpainting"));
        fact_row(ui, &label, &text, desk);
    }
    if let Some(precision) = model.precision {
        let label = desk.text("models-precision");
        let row = fact_row(ui, &label, precision.label(), desk);
        row.on_hover_text(desk.text("models-precision-help"));
    }
    let size = desk.message(&size_on_disk(model));
    fact_row(ui, &desk.text("models-files"), &size, desk);
    let sizes = Message::new("models-draws")
        .with("size", shown_size(model))
        .with("most", model.sizes.max_side);
    fact_row(ui, &desk.text("models-sizes"), &desk.message(&sizes), desk);
    licence_ui(ui, model, desk);
}

fn shown_size(model: &ModelInfo) -> String {
    let size = model.sizes.default;
    format!("{} × {}", size.width(), size.height())
}

fn licence_ui(ui: &mut Ui, model: &ModelInfo, desk: &Desk<'_>) {
    let label = desk.text("inspector-licence");
    let Some(licence) = &model.licence else {
        let unknown = desk.text("models-licence-unknown");
        fact_row(ui, &label, &unknown, desk);
        return;
    };
    fact_row(ui, &label, &licence.id, desk);
    let holder = desk.text("models-licence-holder");
    fact_row(ui, &holder, &licence.holder, desk);
    let text = RichText::new(&licence.text).color(desk.theme.color.text_secondary);
    ui.add(Label::new(text).wrap().selectable(true));
}

/// A title with a button on its right; tells whether that was pressed.
pub(super) fn heading_with(
    ui: &mut Ui,
    key: &'static str,
    icon: Icon,
    button: &str,
    is_possible: bool,
    desk: &Desk<'_>,
) -> bool {
    ui.horizontal(|ui| {
        let text = RichText::new(desk.text(key)).small();
        ui.label(text.color(desk.theme.color.text_secondary));
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            ui.add_enabled_ui(is_possible, |ui| {
                IconButton::new(icon, button).small().show(ui, desk.theme)
            })
            .inner
            .clicked()
        })
        .inner
    })
    .inner
}
