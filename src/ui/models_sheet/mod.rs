//! The models: every one as a card, and beside the cards all that is known of the chosen one.

mod card_grid;
mod checkup;
mod details;
mod family_row;
mod get_page;
mod listing;
mod memory_row;
mod model_card;
mod outcast;
mod own_settings;
mod words;

use std::path::{Path, PathBuf};

use egui::{Align, Align2, Id, Key, Label, Layout, Modifiers, RichText, TextEdit, Ui, Vec2, vec2};
use lucide_icons::Icon;

use crate::app::{Action, ComposeAction, EngineAction, Looked, ModelAction, Studio};
use crate::domain::Message;

use super::folder_dialog::FolderDialog;
use super::panel::Desk;
use super::theme;
use super::view::Sheet;
use super::widget::IconButton;

use self::card_grid::{CardGrid, Picked};
use self::details::Details;
use self::get_page::GetPage;
use self::listing::{Listed, listed};

const MAX_SIZE: Vec2 = vec2(1280.0, 860.0);
/// What stays of the window around the sheet, its own title bar included.
const AROUND: Vec2 = vec2(96.0, 190.0);
const DETAILS_WIDTH: f32 = 360.0;
const SEARCH_WIDTH: f32 = 260.0;
const EMPTY_WIDTH: f32 = 380.0;

/// What the sheet remembers.
#[derive(Default)]
pub(super) struct ModelsSheet {
    wanted: String,
    /// The folder of the chosen card.
    chosen: Option<PathBuf>,
    /// The newcomer that was chosen when it came.
    newcomer: Option<PathBuf>,
    grid: CardGrid,
    details: Details,
    get_page: GetPage,
    dialog: FolderDialog,
    /// The pass in which it was last drawn.
    last_pass: u64,
}

impl ModelsSheet {
    /// Draws the sheet over the workspace.
    pub(super) fn ui(&mut self, ctx: &egui::Context, studio: &Studio, desk: &mut Desk<'_>) {
        if let Some(folder) = self.dialog.picked() {
            desk.ask(Action::Model(ModelAction::Add(folder)));
        }
        let pass = ctx.cumulative_pass_nr();
        let is_new = pass > self.last_pass + 1;
        self.last_pass = pass;
        if is_new {
            self.wanted.clear();
        }
        if is_new || self.chosen.is_none() {
            self.choose_used(studio);
        }
        self.follow_newcomer(studio, desk);
        let size = (ctx.content_rect().size() - AROUND).min(MAX_SIZE);
        let mut is_open = true;
        egui::Window::new(desk.text("models-title"))
            .open(&mut is_open)
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
            .show(ctx, |ui| {
                ui.set_min_size(size);
                ui.set_max_size(size);
                if desk.view.sheet == Some(Sheet::GetModel) {
                    self.get_page_ui(ui, studio, desk);
                } else {
                    self.inside_ui(ui, is_new, studio, desk);
                }
            });
        if !is_open {
            desk.view.sheet = None;
        }
    }

    fn choose_used(&mut self, studio: &Studio) {
        self.chosen = studio.model().map(|model| model.path.clone());
        self.grid.show_chosen();
    }

    /// Chooses what was added, or got, once it is found.
    fn follow_newcomer(&mut self, studio: &Studio, desk: &mut Desk<'_>) {
        let newcomer = studio.shelf().newcomer();
        if newcomer != self.newcomer.as_deref() {
            self.newcomer = newcomer.map(Path::to_path_buf);
            self.chosen.clone_from(&self.newcomer);
            self.grid.show_chosen();
            self.wanted.clear();
            // Whoever looks at another model meanwhile stays there.
            if *studio.fetching().looked() == Looked::Nothing {
                desk.view.sheet = Some(Sheet::Models);
            }
        }
    }

    /// The page on which a model is got.
    fn get_page_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        if let Some(folder) = self.get_page.ui(ui, studio, desk) {
            self.chosen = Some(folder);
            self.grid.show_chosen();
            self.wanted.clear();
            desk.view.sheet = Some(Sheet::Models);
        }
    }

    fn inside_ui(&mut self, ui: &mut Ui, is_new: bool, studio: &Studio, desk: &mut Desk<'_>) {
        let is_writing = self.head_ui(ui, is_new, studio, desk);
        ui.add_space(desk.theme.space.tiny);
        let listed = listed(studio.shelf(), &self.wanted);
        let is_for_cards = is_writing || ui.memory(|memory| memory.focused().is_none());
        if is_for_cards && !egui::Popup::is_any_open(ui.ctx()) {
            self.obey_keys(ui, &listed, is_writing, desk);
        }
        if listed.is_empty() {
            self.empty_ui(ui, studio, desk);
            return;
        }
        let chosen = self.place_of_chosen(&listed);
        let frame = egui::Frame::new().fill(desk.theme.color.panel);
        egui::Panel::right("model-details")
            .exact_size(DETAILS_WIDTH)
            .resizable(false)
            .frame(frame)
            .show(ui, |ui| {
                if let Some(place) = chosen {
                    self.details_ui(ui, listed[place], studio, desk);
                }
            });
        match self.grid.ui(ui, &listed, chosen, studio, desk) {
            Some(Picked::Chosen(place)) => {
                self.chosen = Some(listed[place].path().to_owned());
                // The details are drawn before the cards.
                ui.ctx().request_repaint();
            }
            Some(Picked::Used(place)) => use_model(listed[place], desk),
            None => {}
        }
    }

    /// Steps by the arrows, and uses the chosen model by Enter.
    fn obey_keys(&mut self, ui: &Ui, listed: &[Listed<'_>], is_writing: bool, desk: &mut Desk<'_>) {
        let chosen = self.place_of_chosen(listed);
        let is_in_words = is_writing && !self.wanted.is_empty();
        if let Some(place) = self.grid.step(ui, listed.len(), chosen, is_in_words) {
            self.chosen = Some(listed[place].path().to_owned());
            self.grid.show_chosen();
        }
        let is_enter = ui.input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter));
        if let Some(place) = self.place_of_chosen(listed).filter(|_| is_enter) {
            use_model(listed[place], desk);
        }
    }

    fn place_of_chosen(&self, listed: &[Listed<'_>]) -> Option<usize> {
        let mut paths = listed.iter().map(|listed| listed.path());
        let chosen = self.chosen.as_deref();
        let place = paths.position(|path| Some(path) == chosen);
        place.or_else(|| (!listed.is_empty()).then_some(0))
    }

    /// Search, count and what can be added; tells whether the search has the keyboard.
    fn head_ui(&mut self, ui: &mut Ui, is_new: bool, studio: &Studio, desk: &mut Desk<'_>) -> bool {
        ui.horizontal(|ui| {
            let is_writing = self.search_ui(ui, is_new, desk);
            ui.label(RichText::new(count(studio, desk)).color(desk.theme.color.text_secondary));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                self.add_ui(ui, desk);
                let again = desk.text("remedy-rescan-models");
                let again = IconButton::new(Icon::RefreshCw, &again);
                if again.show(ui, desk.theme).clicked() {
                    desk.ask(Action::Engine(EngineAction::RescanModels));
                }
            });
            is_writing
        })
        .inner
    }

    fn search_ui(&mut self, ui: &mut Ui, is_new: bool, desk: &Desk<'_>) -> bool {
        let name = desk.text("models-search");
        let id = Id::unique("models-search");
        // Enter takes the keyboard from the field, so what it had before is asked.
        let is_writing = ui.memory(|memory| memory.has_focus(id));
        let field = TextEdit::singleline(&mut self.wanted)
            .id(id)
            .hint_text(name.clone())
            .desired_width(SEARCH_WIDTH)
            .margin(vec2(8.0, 6.0));
        let field = ui.add(field);
        let value = self.wanted.clone();
        field.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, &name);
            info.current_text_value = Some(value.clone());
            info
        });
        desk.theme.ring_focus(ui, &field);
        if is_new {
            field.request_focus();
        }
        if field.changed() {
            self.grid.show_chosen();
        }
        is_writing
    }

    /// The two ways to come by models.
    fn add_ui(&mut self, ui: &mut Ui, desk: &mut Desk<'_>) {
        let add = desk.text("models-add");
        if ui.button(add.clone()).clicked() {
            self.dialog.ask_folder(ui.ctx(), add);
        }
        if ui.button(desk.text("models-get")).clicked() {
            desk.view.sheet = Some(Sheet::GetModel);
        }
    }

    /// What to do where there is nothing to show.
    fn empty_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let shelf = studio.shelf();
        let quiet = |text: String| RichText::new(text).color(desk.theme.color.text_secondary);
        ui.vertical_centered(|ui| {
            ui.add_space(ui.available_height() * 0.25);
            if !shelf.is_scanned() {
                ui.label(quiet(desk.text("window-models-coming")));
                return;
            }
            if !self.wanted.is_empty() {
                let none = Message::new("models-none-found").with("wanted", &self.wanted);
                ui.label(quiet(desk.message(&none)));
                return;
            }
            let title = RichText::new(desk.text("models-none"));
            ui.label(title.text_style(theme::title_style()));
            ui.set_max_width(EMPTY_WIDTH.min(ui.available_width()));
            ui.add(Label::new(quiet(desk.text("models-none-help"))).wrap());
            ui.add_space(desk.theme.space.medium);
            self.add_ui(ui, desk);
        });
    }

    fn details_ui(
        &mut self,
        ui: &mut Ui,
        listed: Listed<'_>,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        match listed {
            Listed::Model(model) => {
                if self.details.ui(ui, model, studio, desk) {
                    use_model(listed, desk);
                }
            }
            Listed::Refused(path, notice) => outcast::refused_ui(ui, path, notice, studio, desk),
            Listed::Removed(path) => outcast::removed_ui(ui, path, desk),
        }
    }
}

/// Writes for a model from now on, and goes back to the work.
fn use_model(listed: Listed<'_>, desk: &mut Desk<'_>) {
    if let Listed::Model(model) = listed {
        let choose = ComposeAction::ChooseModel(model.id.clone());
        desk.ask(Action::Compose(choose));
        desk.view.sheet = None;
    }
}

fn count(studio: &Studio, desk: &Desk<'_>) -> String {
    let shelf = studio.shelf();
    if shelf.is_adding() {
        return desk.text("models-adding");
    }
    if !shelf.is_scanned() {
        return String::new();
    }
    let found =
        Message::new("settings-models-found").with_number("count", shelf.models().len() as f64);
    let mut text = desk.message(&found);
    if !shelf.refused().is_empty() {
        let refused = shelf.refused().len() as f64;
        let refused = Message::new("models-refused-count").with_number("count", refused);
        text = format!("{text} · {}", desk.message(&refused));
    }
    text
}
