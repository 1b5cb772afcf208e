//! Everything on screen: the frame around the panels, and the panels in their places.

use std::time::Duration;

use egui_tiles::{SimplificationOptions, TileId, UiResponse};

use crate::app::{Action, ModelAction, SettingsAction, Studio};
use crate::domain::Seed;
use crate::settings::Settings;
use crate::strings::Strings;

use super::layout::{self, Layout};
use super::models_sheet::ModelsSheet;
use super::panel::{Desk, PANELS, Panel};
use super::queue_strip;
use super::settings_card::SettingsCard;
use super::sheet::{self, Palette};
use super::textures::Textures;
use super::theme::{self, Motion, Theme};
use super::view::{Mode, Sheet, View, Workspace};
use super::widget::dropped_folder;
use super::{shortcut, status_line, toasts, top_bar};

/// Bytes of pictures that stay on the graphics card beyond those on screen.
const TEXTURE_BUDGET_BYTES: usize = 512 << 20;

/// The window's own state: looks, places, and what is on the graphics card.
pub struct Window {
    /// Pictures on the graphics card.
    pub textures: Textures,
    /// The texts in the artist's language.
    pub strings: Strings,
    /// What is looked at.
    pub view: View,
    theme: Theme,
    dressed_for: Settings,
    layout: Layout,
    remembered: Layout,
    panels: Vec<Box<dyn Panel>>,
    /// The widths that the workspaces were laid out for, in points.
    widths: [f32; Workspace::ALL.len()],
    /// What the system was last asked for.
    is_full_screen: bool,
    palette: Palette,
    settings: SettingsCard,
    models: ModelsSheet,
}

impl Window {
    /// Dresses the window as the settings say, with the panels where they were.
    pub fn new(ctx: &egui::Context, studio: &Studio) -> Self {
        theme::install_fonts(ctx);
        let settings = studio.settings().clone();
        let layout = Layout::read(studio.layout());
        let window = Self {
            textures: Textures::new(TEXTURE_BUDGET_BYTES),
            strings: Strings::new(settings.language),
            view: View {
                is_more_open: layout.is_more_open,
                ..View::default()
            },
            theme: Theme::of(settings.theme),
            dressed_for: settings,
            remembered: layout.clone(),
            layout,
            panels: PANELS.iter().map(|new| new()).collect(),
            widths: [0.0; Workspace::ALL.len()],
            is_full_screen: false,
            palette: Palette::default(),
            settings: SettingsCard::default(),
            models: ModelsSheet::default(),
        };
        window.dress(ctx);
        window
    }

    /// Draws the studio; what the artist asks for is added to `actions`.
    pub fn ui(
        &mut self,
        ui: &mut egui::Ui,
        studio: &Studio,
        now: Duration,
        actions: &mut Vec<Action>,
    ) {
        self.follow_settings(ui.ctx(), studio.settings());
        if std::mem::take(&mut self.view.wants_default_layout) {
            self.layout = Layout::default();
            self.widths = [0.0; Workspace::ALL.len()];
        }
        let mut desk = Desk {
            actions,
            textures: &mut self.textures,
            view: &mut self.view,
            theme: &self.theme,
            strings: &self.strings,
            dice: &mut random_seed,
            now,
        };
        let called = shortcut::called(ui.ctx(), &mut desk);
        let mut above_bottom = 0.0;
        if !desk.view.is_bare && !desk.view.is_full_screen {
            frame_ui(ui, studio, &mut desk);
            above_bottom = status_line::HEIGHT + queue_strip::HEIGHT;
        }
        let workspace = desk.view.workspace;
        let tree = self.layout.panels(workspace);
        let (width, known) = (ui.available_width(), &mut self.widths[workspace as usize]);
        if (width - *known).abs() >= 1.0 {
            layout::keep_side_widths(tree, width);
            *known = width;
        }
        let mut places = Places {
            studio,
            desk: &mut desk,
            panels: &mut self.panels,
        };
        if places.desk.view.is_full_screen {
            places.full_screen_ui(ui);
        } else if places.desk.view.is_bare {
            places.middle_ui(ui, workspace);
        } else {
            tree.ui(&mut places, ui);
        }
        for shortcut in called {
            (shortcut.run)(studio, &mut desk);
            ui.request_repaint();
        }
        if let Some(folder) = dropped_folder(ui.ctx()) {
            desk.ask(Action::Model(ModelAction::Add(folder)));
            desk.view.sheet = Some(Sheet::Models);
        }
        match desk.view.sheet {
            Some(Sheet::Shortcuts) => sheet::shortcuts_ui(ui.ctx(), &mut desk),
            Some(Sheet::Palette) => self.palette.ui(ui.ctx(), studio, &mut desk),
            Some(Sheet::Models | Sheet::GetModel) => self.models.ui(ui.ctx(), studio, &mut desk),
            Some(Sheet::Settings) => self.settings.ui(ui.ctx(), studio, &mut desk),
            Some(Sheet::EmptyBin) => sheet::empty_bin_ui(ui.ctx(), studio, &mut desk),
            None => {}
        }
        toasts::ui(ui.ctx(), studio, &mut desk, above_bottom);
        self.follow_full_screen(ui.ctx());
        self.remember_layout(ui, actions);
    }

    /// Lets Tab hide the chrome where it would not move the keyboard from one widget to the next.
    pub fn filter_input(&mut self, ctx: &egui::Context, input: &mut egui::RawInput) {
        let is_free = ctx.memory(|memory| memory.focused().is_none());
        if !is_free || self.view.sheet.is_some() {
            return;
        }
        let is_tab = |event: &egui::Event| {
            matches!(
                event,
                egui::Event::Key {
                    key: egui::Key::Tab,
                    modifiers: egui::Modifiers::NONE,
                    ..
                }
            )
        };
        let is_pressed = |event: &egui::Event| {
            is_tab(event) && matches!(event, egui::Event::Key { pressed: true, .. })
        };
        if input.events.iter().any(is_pressed) {
            self.view.is_bare = !self.view.is_bare;
        }
        input.events.retain(|event| !is_tab(event));
    }

    fn follow_full_screen(&mut self, ctx: &egui::Context) {
        if self.view.is_full_screen != self.is_full_screen {
            self.is_full_screen = self.view.is_full_screen;
            let command = egui::ViewportCommand::Fullscreen(self.is_full_screen);
            ctx.send_viewport_cmd(command);
        }
    }

    fn follow_settings(&mut self, ctx: &egui::Context, settings: &Settings) {
        if *settings == self.dressed_for {
            return;
        }
        if settings.language != self.dressed_for.language {
            self.strings = Strings::new(settings.language);
        }
        self.theme = Theme::of(settings.theme);
        self.dressed_for = settings.clone();
        self.dress(ctx);
    }

    fn dress(&self, ctx: &egui::Context) {
        let motion = if self.dressed_for.reduce_motion {
            Motion::Reduced
        } else {
            Motion::Full
        };
        self.theme.apply(ctx, self.dressed_for.theme, motion);
    }

    /// Hands the layout to the studio once a drag has ended.
    fn remember_layout(&mut self, ui: &egui::Ui, actions: &mut Vec<Action>) {
        self.layout.is_more_open = self.view.is_more_open;
        let is_dragging = ui.input(|input| input.pointer.any_down());
        if is_dragging || self.layout == self.remembered {
            return;
        }
        self.remembered = self.layout.clone();
        if let Some(layout) = self.layout.write() {
            actions.push(Action::Settings(SettingsAction::RememberLayout(layout)));
        }
    }
}

/// The bars around the panels.
fn frame_ui(ui: &mut egui::Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let margin =
        |side: f32| egui::Frame::new().inner_margin(egui::Margin::symmetric(side as i8, 0));
    let frame = margin(desk.theme.space.medium).fill(desk.theme.color.panel);
    egui::Panel::top("top-bar")
        .exact_size(top_bar::HEIGHT)
        .frame(frame)
        .show(ui, |ui| top_bar::ui(ui, studio, desk));
    egui::Panel::bottom("status-line")
        .exact_size(status_line::HEIGHT)
        .frame(frame)
        .show(ui, |ui| status_line::ui(ui, studio, desk));
    egui::Panel::bottom("queue")
        .exact_size(queue_strip::HEIGHT)
        .frame(frame)
        .show(ui, |ui| queue_strip::queue_strip_ui(ui, studio, desk));
}

/// A random seed: 32 bits, since every other program can read such a number.
fn random_seed() -> Seed {
    let random = uuid::Uuid::new_v4().as_u128();
    Seed(u64::from(random as u32))
}

/// Draws the panels in their tiles.
struct Places<'a, 'desk> {
    studio: &'a Studio,
    desk: &'a mut Desk<'desk>,
    panels: &'a mut [Box<dyn Panel>],
}

impl Places<'_, '_> {
    /// The one panel that stays when the chrome is hidden.
    fn middle_ui(&mut self, ui: &mut egui::Ui, workspace: Workspace) {
        let id = match workspace {
            Workspace::Create => "results",
            Workspace::Gallery => "gallery",
        };
        let ground = self.desk.theme.color.ground;
        ui.painter().rect_filled(ui.max_rect(), 0.0, ground);
        self.panel_ui(ui, id);
    }

    /// What is looked at, and nothing else; of a grid the current picture.
    fn full_screen_ui(&mut self, ui: &mut egui::Ui) {
        let id = match self.desk.view.mode {
            Mode::Grid | Mode::Loupe => "viewer",
            Mode::Survey => "survey",
            Mode::Compare => "compare",
        };
        self.panel_ui(ui, id);
    }

    /// Draws a panel; pictures that are looked at take the place of the grids.
    fn panel_ui(&mut self, ui: &mut egui::Ui, id: &str) {
        let id = match (id, self.desk.view.mode) {
            ("results" | "gallery", Mode::Loupe) => "viewer",
            ("results" | "gallery", Mode::Survey) => "survey",
            ("results" | "gallery", Mode::Compare) => "compare",
            _ => id,
        };
        if let Some(panel) = self.panels.iter_mut().find(|panel| panel.id() == id) {
            panel.ui(ui, self.studio, self.desk);
        }
    }
}

impl egui_tiles::Behavior<String> for Places<'_, '_> {
    fn pane_ui(&mut self, ui: &mut egui::Ui, _tile: TileId, id: &mut String) -> UiResponse {
        let color = &self.desk.theme.color;
        let fill = if layout::is_middle(id) {
            color.ground
        } else {
            color.panel
        };
        ui.painter().rect_filled(ui.max_rect(), 0.0, fill);
        self.panel_ui(ui, id);
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, id: &String) -> egui::WidgetText {
        let panel = self.panels.iter().find(|panel| panel.id() == id);
        match panel {
            Some(panel) => self.desk.text(panel.title_key()).into(),
            None => id.as_str().into(),
        }
    }

    fn retain_pane(&mut self, id: &String) -> bool {
        self.panels.iter().any(|panel| panel.id() == id)
    }

    fn simplification_options(&self) -> SimplificationOptions {
        SimplificationOptions {
            all_panes_must_have_tabs: true,
            ..SimplificationOptions::default()
        }
    }

    fn tab_bar_height(&self, _style: &egui::Style) -> f32 {
        28.0
    }

    fn tab_title_spacing(&self, _visuals: &egui::Visuals) -> f32 {
        self.desk.theme.space.medium
    }

    fn tab_bar_color(&self, _visuals: &egui::Visuals) -> egui::Color32 {
        self.desk.theme.color.panel
    }

    fn tab_bg_color(
        &self,
        _visuals: &egui::Visuals,
        _tiles: &egui_tiles::Tiles<String>,
        _tile: TileId,
        _state: &egui_tiles::TabState,
    ) -> egui::Color32 {
        egui::Color32::TRANSPARENT
    }

    fn tab_outline_stroke(
        &self,
        _visuals: &egui::Visuals,
        _tiles: &egui_tiles::Tiles<String>,
        _tile: TileId,
        _state: &egui_tiles::TabState,
    ) -> egui::Stroke {
        egui::Stroke::NONE
    }

    fn tab_bar_hline_stroke(&self, _visuals: &egui::Visuals) -> egui::Stroke {
        egui::Stroke::NONE
    }

    fn tab_text_color(
        &self,
        _visuals: &egui::Visuals,
        _tiles: &egui_tiles::Tiles<String>,
        _tile: TileId,
        state: &egui_tiles::TabState,
    ) -> egui::Color32 {
        if state.active {
            self.desk.theme.color.text_secondary
        } else {
            self.desk.theme.color.text_disabled
        }
    }

    fn resize_stroke(&self, _style: &egui::Style, state: egui_tiles::ResizeState) -> egui::Stroke {
        match state {
            egui_tiles::ResizeState::Idle => self.desk.theme.hairline(),
            egui_tiles::ResizeState::Hovering | egui_tiles::ResizeState::Dragging => {
                egui::Stroke::new(2.0, self.desk.theme.color.accent)
            }
        }
    }
}
