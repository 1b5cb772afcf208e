//! All pictures, newest first.

use std::time::Duration;

use egui::{Align, Layout, RichText, Slider, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, CullAction, Filter, Reach, SearchAction, SettingsAction, Studio};
use crate::domain::{Flag, Mark, Message};
use crate::ui::filter_row::filter_row_ui;
use crate::ui::grid::Grid;
use crate::ui::search_row::SearchRow;
use crate::ui::theme;
use crate::ui::view::{Sheet, ZoomWish};
use crate::ui::widget::{command_button, welcome_ui};

use super::{Desk, Panel};

/// How wide cells can be, in points.
const CELL_WIDTHS: std::ops::RangeInclusive<u32> = 96..=480;
/// What a key press adds to their width.
const CELL_STEP: u32 = 32;
const BAR_HEIGHT: f32 = 36.0;
/// How long the library may take to open before its place is called empty.
const OPENING: Duration = Duration::from_secs(1);
const SLIDER_WIDTH: f32 = 120.0;
const SLIDER_HEIGHT: f32 = 16.0;

/// A grid, and the bar above it; both workspaces have one, each with its own place in it.
struct Gallery {
    id: &'static str,
    title_key: &'static str,
    grid: Grid,
    search: SearchRow,
    /// The width of the cells while the slider is held.
    held_width: Option<u32>,
}

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    grid_panel("gallery", "gallery-title")
}

/// A grid under another name.
pub(super) fn grid_panel(id: &'static str, title_key: &'static str) -> Box<dyn Panel> {
    Box::new(Gallery {
        id,
        title_key,
        grid: Grid::default(),
        search: SearchRow::default(),
        held_width: None,
    })
}

impl Panel for Gallery {
    fn id(&self) -> &'static str {
        self.id
    }

    fn title_key(&self) -> &'static str {
        self.title_key
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, desk.theme.color.ground);
        let wall = studio.wall();
        if wall.library().is_none() && desk.now < OPENING {
            // The wall is not empty, it is not known yet.
            return;
        }
        if wall.kept() == 0 && studio.press().running().is_none() {
            welcome_ui(ui, studio, desk);
            return;
        }
        let width = self.bar_ui(ui, studio, desk);
        if is_filtering(studio, desk) {
            self.search.ui(ui, studio, desk);
            filter_row_ui(ui, studio, desk);
        }
        if wall.shown() == 0 && wall.is_narrow() && !wall.search().is_waiting() {
            nothing_ui(ui, studio, desk);
            return;
        }
        self.grid.ui(ui, width as f32, studio, desk);
    }
}

impl Gallery {
    /// Draws the bar; gives back the width of the cells.
    fn bar_ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) -> u32 {
        let kept = studio.settings().thumbnail_px;
        let width = self.held_width.unwrap_or(kept);
        let mut wanted = match desk.view.zoom_wish.take() {
            Some(ZoomWish::Closer) => width + CELL_STEP,
            Some(ZoomWish::Farther) => width.saturating_sub(CELL_STEP),
            Some(ZoomWish::Fit | ZoomWish::Toggle) | None => width,
        };
        let size = vec2(ui.available_width(), BAR_HEIGHT);
        let is_held = ui
            .allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
                ui.set_min_size(size);
                ui.add_space(desk.theme.space.medium);
                let quiet = desk.theme.color.text_secondary;
                let count = desk.message(&count(studio));
                ui.label(RichText::new(count).color(quiet));
                ui.add_space(desk.theme.space.small);
                commands_ui(ui, studio, desk);
                let layout = Layout::right_to_left(Align::Center);
                ui.with_layout(layout, |ui| slider_ui(ui, &mut wanted, desk))
                    .inner
            })
            .inner;
        let wanted = wanted.clamp(*CELL_WIDTHS.start(), *CELL_WIDTHS.end());
        // Settings are written once, when the slider is let go.
        self.held_width = is_held.then_some(wanted);
        if !is_held && wanted != kept {
            let mut settings = studio.settings().clone();
            settings.thumbnail_px = wanted;
            desk.ask(Action::Settings(SettingsAction::Edit(Box::new(settings))));
        }
        wanted
    }
}

/// How many pictures are shown, of how many, or how many are chosen.
fn count(studio: &Studio) -> Message {
    let wall = studio.wall();
    let message = match wall.selected_count() {
        0 | 1 if wall.is_narrow() => Message::new("gallery-count-of"),
        0 | 1 => Message::new("gallery-count"),
        chosen => Message::new("gallery-count-chosen").with_number("chosen", chosen as f64),
    };
    let kept = wall.kept() - wall.rejected();
    message
        .with_number("count", wall.shown() as f64)
        .with_number("all", kept as f64)
}

/// Draws buttons for the filters, the bin, and what comes after a mark.
fn commands_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    ui.spacing_mut().item_spacing.x = desk.theme.space.tiny;
    let wall = studio.wall();
    let is_bin = wall.filter().is_bin();
    let is_filtering = is_filtering(studio, desk);
    let is_advancing = studio.settings().auto_advance;
    command_button(ui, Icon::ListFilter, "filters", is_filtering, studio, desk);
    command_button(
        ui,
        Icon::FastForward,
        "auto-advance",
        is_advancing,
        studio,
        desk,
    );
    if wall.rejected() > 0 || is_bin {
        command_button(ui, Icon::Trash2, "bin", is_bin, studio, desk);
        let quiet = desk.theme.color.text_secondary;
        ui.label(RichText::new(wall.rejected().to_string()).color(quiet));
    }
    if is_bin && wall.rejected() > 0 {
        ui.add_space(desk.theme.space.small);
        if ui.button(desk.text("shortcut-empty-bin")).clicked() {
            desk.view.sheet = Some(Sheet::EmptyBin);
        }
        if ui.button(desk.text("bin-restore")).clicked() {
            let ids = wall.all_rejected();
            desk.ask(Action::Cull(CullAction::Mark {
                mark: Mark::Flag(Flag::Unflagged),
                reach: Reach::These(ids),
                advances: false,
            }));
        }
    }
}

/// Whether the rows of search and filters are shown: where they leave out pictures they are.
fn is_filtering(studio: &Studio, desk: &Desk<'_>) -> bool {
    let wall = studio.wall();
    let is_filtered = wall.filter().is_narrow() && !wall.filter().is_bin();
    desk.view.is_filtering || is_filtered || !wall.search().text().is_empty()
}

/// Says why nothing is shown, and offers the way back.
fn nothing_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let (text, way_out) = if wall.search().is_on() {
        ("search-none", "filter-clear")
    } else if wall.filter().is_bin() {
        ("bin-is-empty", "bin-close")
    } else {
        ("filter-none", "filter-clear")
    };
    ui.vertical_centered(|ui| {
        ui.add_space(ui.available_height() * 0.3);
        let quiet = desk.theme.color.text_secondary;
        ui.label(RichText::new(desk.text(text)).color(quiet));
        ui.add_space(desk.theme.space.small);
        if ui.button(desk.text(way_out)).clicked() {
            desk.ask(Action::Cull(CullAction::Show(Filter::default())));
            desk.ask(Action::Search(SearchAction::Write(String::new())));
        }
    });
}

/// Draws the slider; tells whether it is held.
fn slider_ui(ui: &mut Ui, width: &mut u32, desk: &Desk<'_>) -> bool {
    let quiet = desk.theme.color.text_secondary;
    ui.add_space(desk.theme.space.medium);
    ui.label(theme::icon(Icon::Image).color(quiet));
    ui.spacing_mut().slider_width = SLIDER_WIDTH;
    ui.spacing_mut().interact_size.y = SLIDER_HEIGHT;
    let slider = ui.add(Slider::new(width, CELL_WIDTHS).show_value(false));
    let name = desk.text("gallery-cell-width");
    slider.widget_info(|| egui::WidgetInfo::slider(true, f64::from(*width), &name));
    let is_held = slider.dragged();
    slider.on_hover_text(name);
    ui.label(theme::icon(Icon::Image).size(11.0).color(quiet));
    is_held
}
