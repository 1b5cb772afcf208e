//! The bar on top: workspaces, model, provider, notices, menus.

use egui::{Align, ComboBox, Layout, Popup, PopupCloseBehavior, RichText, ScrollArea, Ui};
use lucide_icons::Icon;

use crate::app::{Action, ComposeAction, NoticeAction, RuntimeState, SettingsAction, Studio};
use crate::domain::{Message, Severity};
use crate::settings::{self, Settings};
use crate::strings::Language;

use super::panel::Desk;
use super::shortcut;
use super::theme::{self, Theme};
use super::view::{Sheet, Workspace};
use super::widget::{IconButton, notice_card};

/// The bar's height in points.
pub(super) const HEIGHT: f32 = 40.0;
const MODEL_WIDTH: f32 = 168.0;
const MENU_HEIGHT: f32 = 480.0;
const BOARD_WIDTH: f32 = 380.0;

/// Draws the bar.
pub(super) fn ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    ui.horizontal_centered(|ui| {
        ui.label(RichText::new("Maquette").heading().strong());
        ui.add_space(desk.theme.space.medium);
        workspaces_ui(ui, desk);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            menu_ui(ui, studio.settings(), desk);
            let settings = shortcut::tip(ui.ctx(), desk.strings, "settings");
            let is_open = desk.view.sheet == Some(Sheet::Settings);
            let gear = IconButton::new(Icon::Settings, &settings).on(is_open);
            if gear.show(ui, desk.theme).clicked() {
                desk.view.toggle(Sheet::Settings);
            }
            notices_ui(ui, studio, desk);
            ui.add_space(desk.theme.space.small);
            provider_ui(ui, studio, desk);
            model_ui(ui, studio, desk);
        });
    });
}

fn workspaces_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    for workspace in Workspace::ALL {
        let is_shown = desk.view.workspace == workspace;
        let name = desk.text(workspace.title_key());
        let color = if is_shown {
            desk.theme.color.text
        } else {
            desk.theme.color.text_secondary
        };
        let tab = egui::Button::selectable(false, RichText::new(name.clone()).color(color));
        let response = ui.add(tab);
        response.widget_info(|| {
            egui::WidgetInfo::selected(egui::Role::Tab, response.enabled(), is_shown, &name)
        });
        if is_shown {
            let line = response.rect.bottom() + 3.0;
            let stroke = egui::Stroke::new(2.0, desk.theme.color.accent);
            ui.painter()
                .hline(response.rect.x_range().shrink(8.0), line, stroke);
        }
        let tip = shortcut::tip(ui.ctx(), desk.strings, workspace.shortcut_id());
        if response.on_hover_text(tip).clicked() {
            desk.view.show(workspace);
        }
    }
}

fn model_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let current = studio.model();
    let shown = match current {
        Some(model) => model.name.clone(),
        None if studio.shelf().is_scanned() => desk.text("window-no-model"),
        None => desk.text("window-models-coming"),
    };
    let label = desk.text("window-model");
    let menu = ComboBox::from_id_salt("model")
        .selected_text(shown.clone())
        .width(MODEL_WIDTH)
        .height(MENU_HEIGHT)
        .icon(theme::menu_arrow)
        .truncate();
    let response = menu.show_ui(ui, |ui| {
        command_ui(ui, "models", desk, |desk| desk.view.toggle(Sheet::Models));
        ui.separator();
        for model in studio.shelf().models() {
            let is_current = current.is_some_and(|current| current.id == model.id);
            let row = ui.selectable_label(is_current, &model.name);
            if row.on_hover_text(&model.description).clicked() {
                let choose = ComposeAction::ChooseModel(model.id.clone());
                desk.ask(Action::Compose(choose));
            }
        }
    });
    response.response.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ComboBox, true, &label);
        info.current_text_value = Some(shown.clone());
        info
    });
}

fn provider_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let room = studio.engine_room();
    let (color, text, tip) = match room.runtime() {
        RuntimeState::Unknown => (
            desk.theme.color.text_disabled,
            desk.text("window-runtime-unknown"),
            None,
        ),
        RuntimeState::Missing(notice) => (
            desk.theme.color.error,
            desk.text("window-runtime-missing"),
            Some(desk.message(&notice.headline)),
        ),
        RuntimeState::Installing { .. } => (
            desk.theme.color.info,
            desk.text("window-runtime-installing"),
            None,
        ),
        RuntimeState::Ready(facts) => {
            let runtime = Message::new("window-runtime-ready").with("version", &facts.version);
            (
                desk.theme.color.pick,
                provider_name(studio),
                Some(desk.message(&runtime)),
            )
        }
    };
    let label = desk.text("window-provider");
    let dot = egui::Atom::paint(egui::vec2(8.0, 8.0), move |ui, place| {
        ui.painter().circle_filled(place.rect.center(), 4.0, color);
    });
    let button = egui::Button::new((
        dot,
        RichText::new(&text).color(desk.theme.color.text_secondary),
    ))
    .frame_when_inactive(false);
    let response = ui.add(button);
    response.widget_info(|| {
        egui::WidgetInfo::labeled(egui::Role::Button, true, format!("{label}: {text}"))
    });
    let response = match tip {
        Some(tip) => response.on_hover_text(tip),
        None => response,
    };
    Popup::menu(&response).show(|ui| {
        roomy(desk.theme).show(ui, |ui| {
            super::settings_card::provider_menu(ui, studio, desk);
        });
    });
}

/// The inside of a popup that is read rather than clicked through.
fn roomy(theme: &Theme) -> egui::Frame {
    egui::Frame::new().inner_margin(theme.space.small)
}

/// What jobs run on: as the engine says once a model is loaded, else as the settings choose.
fn provider_name(studio: &Studio) -> String {
    let room = studio.engine_room();
    let RuntimeState::Ready(facts) = room.runtime() else {
        return String::new();
    };
    let chosen = studio.settings().provider.as_str();
    let in_use = room
        .status()
        .map_or(chosen, |status| status.provider.as_str());
    let info = facts
        .providers
        .iter()
        .find(|info| info.id.as_str() == in_use)
        .or_else(|| facts.providers.iter().find(|info| info.available));
    info.map_or_else(|| in_use.to_owned(), |info| info.label.clone())
}

fn notices_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let posted = studio.notices().all();
    let count = Message::new("notices-count").with_number("count", posted.len() as f64);
    let name = desk.message(&count);
    let response = IconButton::new(Icon::Bell, &name).show(ui, desk.theme);
    if let Some(worst) = posted.iter().map(|posted| posted.notice.severity).max() {
        badge_ui(ui, response.rect, posted.len(), worst, desk);
    }
    Popup::from_toggle_button_response(&response)
        .close_behavior(PopupCloseBehavior::CloseOnClickOutside)
        .accessible_name(&name)
        .show(|ui| roomy(desk.theme).show(ui, |ui| board_ui(ui, studio, desk)));
}

/// The number of notices in the bell's corner, in the colour of the worst; it moves nothing.
fn badge_ui(ui: &Ui, bell: egui::Rect, count: usize, worst: Severity, desk: &Desk<'_>) {
    let text = if count > 9 {
        "9+".to_owned()
    } else {
        count.to_string()
    };
    let place = bell.right_top() + egui::vec2(-6.0, 7.0);
    let size = egui::vec2(if count > 9 { 18.0 } else { 13.0 }, 13.0);
    let disc = egui::Rect::from_center_size(place, size);
    ui.painter()
        .rect_filled(disc, 6.5, desk.theme.of_severity(worst));
    let font = egui::FontId::proportional(10.0);
    let color = desk.theme.color.panel;
    ui.painter()
        .text(place, egui::Align2::CENTER_CENTER, text, font, color);
}

fn board_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    ui.set_width(BOARD_WIDTH);
    let posted = studio.notices().all();
    ui.horizontal(|ui| {
        ui.label(RichText::new(desk.text("notices-title")).heading());
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            if !posted.is_empty() && ui.button(desk.text("notices-dismiss-all")).clicked() {
                desk.ask(Action::Notice(NoticeAction::DismissAll));
            }
        });
    });
    if posted.is_empty() {
        ui.label(RichText::new(desk.text("notices-none")).color(desk.theme.color.text_secondary));
    }
    ScrollArea::vertical().max_height(480.0).show(ui, |ui| {
        for posted in posted.iter().rev() {
            ui.push_id(posted.number, |ui| notice_card(ui, posted, desk));
            ui.separator();
        }
    });
}

fn menu_ui(ui: &mut Ui, settings: &Settings, desk: &mut Desk<'_>) {
    let name = desk.text("window-menu");
    let response = IconButton::new(Icon::Menu, &name).show(ui, desk.theme);
    Popup::menu(&response).accessible_name(&name).show(|ui| {
        ui.set_min_width(220.0);
        command_ui(ui, "palette", desk, |desk| desk.view.toggle(Sheet::Palette));
        command_ui(ui, "shortcuts", desk, |desk| {
            desk.view.toggle(Sheet::Shortcuts);
        });
        ui.separator();
        if ui.button(desk.text("window-reset-layout")).clicked() {
            desk.view.wants_default_layout = true;
        }
        ui.separator();
        let mut edited = settings.clone();
        for theme in settings::Theme::ALL {
            ui.radio_value(&mut edited.theme, theme, desk.text(theme_key(theme)));
        }
        ui.separator();
        for language in Language::ALL {
            ui.radio_value(&mut edited.language, language, language.own_name());
        }
        if edited != *settings {
            desk.ask(Action::Settings(SettingsAction::Edit(Box::new(edited))));
        }
    });
}

/// The key of a theme's name.
pub(super) fn theme_key(theme: settings::Theme) -> &'static str {
    match theme {
        settings::Theme::Dark => "settings-theme-dark",
        settings::Theme::Light => "settings-theme-light",
    }
}

fn command_ui(ui: &mut Ui, id: &str, desk: &mut Desk<'_>, run: impl FnOnce(&mut Desk<'_>)) {
    let Some(command) = shortcut::find(id) else {
        return;
    };
    let keys = RichText::new(shortcut::keys_text(ui.ctx(), command)).small();
    let button = egui::Button::new(desk.text(command.name_key)).shortcut_text(keys);
    if ui.add(button).clicked() {
        run(desk);
    }
}
