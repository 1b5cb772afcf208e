//! The preferences.

use std::path::{Path, PathBuf};

use egui::{Align, Align2, Label, Layout, RichText, ScrollArea, Ui, vec2};
use lucide_icons::Icon;

use super::folder_dialog::FolderDialog;
use super::top_bar::theme_key;
use super::widget::{IconButton, value_row};
use crate::app::{Action, EngineAction, RuntimeState, SettingsAction, Studio};
use crate::domain::Message;
use crate::settings::{self, Settings};
use crate::strings::Language;

use super::panel::Desk;

const WIDTH: f32 = 560.0;

/// The settings that a dialog is open for.
#[derive(Clone, Copy)]
enum Wanted {
    Library,
    ModelFolder,
    Runtime,
}

/// What the card remembers while it is open.
#[derive(Default)]
pub(super) struct SettingsCard {
    dialog: FolderDialog,
    wanted: Option<Wanted>,
}

impl SettingsCard {
    /// Draws the card over the workspace.
    pub(super) fn ui(&mut self, ctx: &egui::Context, studio: &Studio, desk: &mut Desk<'_>) {
        let mut edited = studio.settings().clone();
        self.take_picked(&mut edited);
        let mut is_open = true;
        egui::Window::new(desk.text("settings-title"))
            .open(&mut is_open)
            .collapsible(false)
            .resizable(false)
            .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
            .show(ctx, |ui| {
                ui.set_width(WIDTH);
                let height = ctx.content_rect().height() - 160.0;
                ScrollArea::vertical()
                    .max_height(height)
                    .min_scrolled_height(height)
                    // Room for the scroll bar beside the buttons.
                    .content_margin(egui::Margin {
                        right: desk.theme.space.medium as i8,
                        ..egui::Margin::ZERO
                    })
                    .show(ui, |ui| {
                        self.sections_ui(ui, &mut edited, studio, desk);
                    });
            });
        if edited != *studio.settings() {
            desk.ask(Action::Settings(SettingsAction::Edit(Box::new(edited))));
        }
        if !is_open {
            desk.view.sheet = None;
        }
    }

    fn sections_ui(
        &mut self,
        ui: &mut Ui,
        edited: &mut Settings,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        looks_ui(ui, edited, desk);
        section(ui, "settings-pictures", desk);
        self.library_ui(ui, studio, desk);
        ui.checkbox(&mut edited.sidecars, desk.text("settings-sidecars"));
        let help = quiet(desk.text("settings-sidecars-help"), desk).small();
        ui.add(Label::new(help).wrap());
        section(ui, "settings-models", desk);
        self.models_ui(ui, edited, studio, desk);
        section(ui, "settings-engine", desk);
        self.runtime_ui(ui, edited, studio, desk);
        budget_ui(ui, &mut edited.memory_budget_mib, studio, desk);
        provider_rows(ui, &mut edited.provider, studio, desk);
    }

    fn library_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &Desk<'_>) {
        let name = desk.text("settings-library");
        value_row(ui, &name, desk, |ui, _| {
            let choose = desk.text("settings-choose");
            if path_ui(ui, studio.wall().library(), &choose) {
                let title = desk.text("window-choose-library");
                self.ask(ui.ctx(), Wanted::Library, title);
            }
        });
    }

    fn models_ui(
        &mut self,
        ui: &mut Ui,
        edited: &mut Settings,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let mut removed = None;
        for (place, folder) in edited.model_dirs.iter().enumerate() {
            ui.horizontal(|ui| {
                let remove = desk.text("settings-remove-folder");
                ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                    if IconButton::new(Icon::Trash2, &remove)
                        .show(ui, desk.theme)
                        .clicked()
                    {
                        removed = Some(place);
                    }
                    ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                        path_label(ui, folder);
                    });
                });
            });
        }
        if let Some(place) = removed {
            edited.model_dirs.remove(place);
        }
        ui.horizontal_wrapped(|ui| {
            if ui.button(desk.text("settings-add-folder")).clicked() {
                let title = desk.text("settings-add-folder");
                self.ask(ui.ctx(), Wanted::ModelFolder, title);
            }
            if ui.button(desk.text("remedy-rescan-models")).clicked() {
                desk.ask(Action::Engine(EngineAction::RescanModels));
            }
            let count = studio.shelf().models().len() as f64;
            let found = Message::new("settings-models-found").with_number("count", count);
            ui.label(quiet(desk.message(&found), desk));
        });
        for (path, notice) in studio.shelf().refused() {
            let name = path
                .file_name()
                .unwrap_or(path.as_os_str())
                .to_string_lossy();
            let text = format!("{name}: {}", desk.message(&notice.headline));
            let text = RichText::new(text).small().color(desk.theme.color.warn);
            ui.add(Label::new(text).wrap())
                .on_hover_text(notice.details.join("\n"));
        }
    }

    fn runtime_ui(
        &mut self,
        ui: &mut Ui,
        edited: &mut Settings,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let state = studio.engine_room().runtime();
        let found = match state {
            RuntimeState::Ready(facts) => Some(facts.path.as_path()),
            RuntimeState::Unknown | RuntimeState::Missing(_) | RuntimeState::Installing { .. } => {
                edited.runtime.as_deref()
            }
        };
        value_row(ui, "ONNX Runtime", desk, |ui, _| {
            if path_ui(ui, found, &desk.text("settings-choose")) {
                let title = desk.text("engine-choose-runtime");
                self.ask(ui.ctx(), Wanted::Runtime, title);
            }
        });
        ui.horizontal_wrapped(|ui| match state {
            RuntimeState::Ready(facts) => {
                let ready = Message::new("window-runtime-ready").with("version", &facts.version);
                ui.label(quiet(desk.message(&ready), desk));
            }
            RuntimeState::Missing(notice) => {
                ui.label(desk.message(&notice.headline));
                if ui.button(desk.text("remedy-install-runtime")).clicked() {
                    desk.ask(Action::Engine(EngineAction::InstallRuntime));
                }
            }
            RuntimeState::Installing { .. } => {
                ui.label(quiet(desk.text("engine-installing"), desk));
                if ui.button(desk.text("engine-cancel-install")).clicked() {
                    desk.ask(Action::Engine(EngineAction::CancelInstall));
                }
            }
            RuntimeState::Unknown => {
                ui.label(quiet(desk.text("window-runtime-unknown"), desk));
            }
        });
        if edited.runtime.is_some() && ui.button(desk.text("settings-runtime-auto")).clicked() {
            edited.runtime = None;
        }
    }

    fn ask(&mut self, ctx: &egui::Context, wanted: Wanted, title: String) {
        self.wanted = Some(wanted);
        match wanted {
            Wanted::Library | Wanted::ModelFolder => self.dialog.ask_folder(ctx, title),
            Wanted::Runtime => self.dialog.ask_file(ctx, title),
        }
    }

    fn take_picked(&mut self, edited: &mut Settings) {
        let Some(path) = self.dialog.picked() else {
            return;
        };
        match self.wanted.take() {
            Some(Wanted::Library) => edited.library = Some(path),
            Some(Wanted::Runtime) => edited.runtime = Some(path),
            Some(Wanted::ModelFolder) => add_folder(&mut edited.model_dirs, path),
            None => {}
        }
    }
}

/// The providers as a menu, for the top bar.
pub(super) fn provider_menu(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    ui.set_min_width(280.0);
    let mut edited = studio.settings().clone();
    provider_rows(ui, &mut edited.provider, studio, desk);
    if edited != *studio.settings() {
        desk.ask(Action::Settings(SettingsAction::Edit(Box::new(edited))));
    }
}

/// The row of the memory that models may take: nothing named means what the engine finds fit.
fn budget_ui(ui: &mut Ui, budget_mib: &mut Option<u64>, studio: &Studio, desk: &Desk<'_>) {
    const GIB: f64 = 1024.0;
    let name = desk.text("settings-budget");
    let row = value_row(ui, &name, desk, |ui, label| {
        let mut is_automatic = budget_mib.is_none();
        let automatic = desk.text("settings-budget-auto");
        if ui.checkbox(&mut is_automatic, automatic).changed() {
            let status = studio.engine_room().status();
            let found = status.map_or(4 << 10, |status| status.budget_bytes >> 20);
            *budget_mib = (!is_automatic).then_some(found);
        }
        if let Some(mib) = budget_mib {
            let mut gib = *mib as f64 / GIB;
            let field = egui::DragValue::new(&mut gib)
                .range(0.5..=1024.0)
                .speed(0.1)
                .max_decimals(1)
                .suffix(" GB");
            if ui.add(field).labelled_by(label).changed() {
                *mib = (gib * GIB).round() as u64;
            }
        }
    });
    row.on_hover_text(desk.text("settings-budget-help"));
}

fn provider_rows(ui: &mut Ui, provider: &mut String, studio: &Studio, desk: &Desk<'_>) {
    ui.radio_value(
        provider,
        "auto".to_owned(),
        desk.text("settings-provider-auto"),
    );
    let RuntimeState::Ready(facts) = studio.engine_room().runtime() else {
        return;
    };
    for info in &facts.providers {
        let id = info.id.as_str().to_owned();
        let text = if info.device.is_empty() {
            info.label.clone()
        } else {
            format!("{} · {}", info.label, info.device)
        };
        ui.add_enabled_ui(info.available, |ui| ui.radio_value(provider, id, text));
        if let Some(why_not) = &info.why_not {
            let why_not = quiet(desk.message(why_not), desk).small();
            ui.indent(info.id.as_str(), |ui| ui.add(Label::new(why_not).wrap()));
        }
    }
}

fn looks_ui(ui: &mut Ui, edited: &mut Settings, desk: &Desk<'_>) {
    section(ui, "settings-looks", desk);
    let name = desk.text("settings-language");
    value_row(ui, &name, desk, |ui, _| {
        for language in Language::ALL {
            ui.radio_value(&mut edited.language, language, language.own_name());
        }
    });
    let name = desk.text("settings-theme");
    value_row(ui, &name, desk, |ui, _| {
        for theme in settings::Theme::ALL {
            ui.radio_value(&mut edited.theme, theme, desk.text(theme_key(theme)));
        }
    });
    ui.checkbox(
        &mut edited.reduce_motion,
        desk.text("settings-reduce-motion"),
    );
    ui.checkbox(&mut edited.auto_advance, desk.text("settings-auto-advance"));
}

fn section(ui: &mut Ui, key: &'static str, desk: &Desk<'_>) {
    ui.add_space(desk.theme.space.small);
    ui.label(RichText::new(desk.text(key)).heading());
}

/// A path and a button for another one; tells whether that is wanted.
fn path_ui(ui: &mut Ui, path: Option<&Path>, choose: &str) -> bool {
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let is_wanted = ui.button(choose).clicked();
        if let Some(path) = path {
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                path_label(ui, path);
            });
        }
        is_wanted
    })
    .inner
}

fn path_label(ui: &mut Ui, path: &Path) {
    let text = RichText::new(path.display().to_string()).monospace();
    ui.add(Label::new(text).truncate().selectable(true))
        .on_hover_text(path.display().to_string());
}

fn add_folder(folders: &mut Vec<PathBuf>, folder: PathBuf) {
    if !folders.contains(&folder) {
        folders.push(folder);
    }
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
