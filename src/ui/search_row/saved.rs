//! The searches that are kept under a name: the menu of them, and the star that adds one.

use egui::{Key, Popup, PopupCloseBehavior, RichText, TextEdit, Ui, WidgetInfo, vec2};
use lucide_icons::Icon;

use crate::app::{Action, SearchAction, Studio};
use crate::domain::Message;
use crate::gallery::SavedSearch;
use crate::ui::panel::Desk;
use crate::ui::widget::IconButton;

/// Characters of a name.
const MAX_LENGTH: usize = 80;
const NAME_WIDTH: f32 = 220.0;

/// Names that are being written.
#[derive(Default)]
pub(super) struct SavedMenu {
    /// The name for the search in the field.
    name: String,
    /// The search that gets another name, and that name.
    renamed: Option<(String, String)>,
}

impl SavedMenu {
    /// Draws the button of the menu, and the menu while it is open.
    pub(super) fn menu_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let name = desk.text("search-saved");
        let button = IconButton::new(Icon::Bookmark, &name).show(ui, desk.theme);
        let shown = Popup::from_toggle_button_response(&button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(&name)
            .show(|ui| self.list_ui(ui, studio, desk));
        if shown.is_none() {
            self.renamed = None;
        }
    }

    /// Draws the star; its card asks for the name under which the search is kept.
    pub(super) fn star_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let search = studio.wall().search();
        let is_kept = search.saved().iter().any(|one| one.text == search.text());
        let name = desk.text("search-save");
        let button = IconButton::new(Icon::Star, &name)
            .on(is_kept)
            .show(ui, desk.theme);
        let is_opened =
            button.clicked() && !Popup::is_id_open(ui.ctx(), Popup::default_response_id(&button));
        if is_opened {
            search
                .text()
                .chars()
                .take(MAX_LENGTH)
                .collect::<String>()
                .clone_into(&mut self.name);
        }
        Popup::from_toggle_button_response(&button)
            .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
            .accessible_name(&name)
            .show(|ui| self.name_ui(ui, is_opened, studio, desk));
    }

    fn list_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let saved = studio.wall().search().saved();
        if saved.is_empty() {
            let quiet = desk.theme.color.text_secondary;
            ui.label(RichText::new(desk.text("search-saved-none")).color(quiet));
        }
        for search in saved {
            ui.horizontal(|ui| match &mut self.renamed {
                Some((name, _)) if *name == search.name => self.rename_ui(ui, saved, desk),
                _ => self.saved_ui(ui, search, desk),
            });
        }
    }

    fn saved_ui(&mut self, ui: &mut Ui, search: &SavedSearch, desk: &mut Desk<'_>) {
        let name = egui::Button::selectable(false, &search.name).min_size(vec2(NAME_WIDTH, 0.0));
        if ui.add(name).on_hover_text(&search.text).clicked() {
            desk.ask(Action::Search(SearchAction::Write(search.text.clone())));
            ui.close();
        }
        let rename = desk.message(&Message::new("search-rename").with("name", &search.name));
        let button = IconButton::new(Icon::Pencil, &rename).small();
        if button.show(ui, desk.theme).clicked() {
            self.renamed = Some((search.name.clone(), search.name.clone()));
        }
        let delete = desk.message(&Message::new("search-delete").with("name", &search.name));
        let button = IconButton::new(Icon::Trash2, &delete).small();
        if button.show(ui, desk.theme).clicked() {
            desk.ask(Action::Search(SearchAction::Delete(search.name.clone())));
        }
    }

    fn rename_ui(&mut self, ui: &mut Ui, saved: &[SavedSearch], desk: &mut Desk<'_>) {
        let Some((from, to)) = &mut self.renamed else {
            return;
        };
        let is_entered = name_field(ui, to, desk);
        let name = to.trim();
        let is_free = !name.is_empty() && saved.iter().all(|other| other.name != name);
        let button = ui.add_enabled(is_free, egui::Button::new(desk.text("search-rename-do")));
        if is_free && (is_entered || button.clicked()) {
            desk.ask(Action::Search(SearchAction::Rename {
                from: from.clone(),
                to: name.to_owned(),
            }));
            self.renamed = None;
        }
    }

    fn name_ui(&mut self, ui: &mut Ui, is_opened: bool, studio: &Studio, desk: &mut Desk<'_>) {
        ui.horizontal(|ui| {
            let is_entered = name_field(ui, &mut self.name, desk);
            let name = self.name.trim();
            let saved = studio.wall().search().saved();
            let key = if saved.iter().any(|other| other.name == name) {
                "search-save-instead"
            } else {
                "search-save-do"
            };
            let can_keep = !name.is_empty();
            let button = ui.add_enabled(can_keep, egui::Button::new(desk.text(key)));
            if !is_opened && can_keep && (is_entered || button.clicked()) {
                desk.ask(Action::Search(SearchAction::Save(name.to_owned())));
                ui.close();
            }
        });
    }
}

/// Draws a field for a name; whether Enter was pressed in it.
fn name_field(ui: &mut Ui, name: &mut String, desk: &Desk<'_>) -> bool {
    let label = desk.text("search-save-name");
    let field = TextEdit::singleline(name)
        .hint_text(label.clone())
        .desired_width(NAME_WIDTH)
        .char_limit(MAX_LENGTH);
    let field = ui.add(field);
    let value = name.clone();
    field.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::TextInput, true, &label);
        info.current_text_value = Some(value.clone());
        info
    });
    desk.theme.ring_focus(ui, &field);
    let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
    if !field.has_focus() && !is_entered && ui.memory(|memory| memory.focused().is_none()) {
        field.request_focus();
    }
    is_entered
}
