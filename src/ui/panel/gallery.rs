//! All pictures, newest first.

use std::time::Duration;

use egui::{Align, Layout, RichText, Slider, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, SettingsAction, Studio};
use crate::domain::Message;
use crate::ui::grid::Grid;
use crate::ui::theme;
use crate::ui::view::ZoomWish;
use crate::ui::widget::welcome_ui;

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
        if wall.entries().is_empty() && studio.press().running().is_none() {
            welcome_ui(ui, studio, desk);
            return;
        }
        let width = self.bar_ui(ui, studio, desk);
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
                let count = studio.wall().entries().len();
                let count = Message::new("gallery-count").with_number("count", count as f64);
                let quiet = desk.theme.color.text_secondary;
                ui.label(RichText::new(desk.message(&count)).color(quiet));
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
