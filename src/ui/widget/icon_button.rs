//! Buttons: those that show an icon and say their name, and the one for the main action.

use egui::{Atom, Button, Response, RichText, Ui, Vec2, WidgetInfo};
use lucide_icons::Icon;

use crate::ui::theme::{self, ROW_HEIGHT, Theme};

/// A square button with an icon; its name is its tooltip and what screen readers say.
#[must_use = "a button does nothing until it is shown"]
pub struct IconButton<'a> {
    icon: Icon,
    name: &'a str,
    is_on: bool,
    side: f32,
}

impl<'a> IconButton<'a> {
    /// A button of that name.
    pub fn new(icon: Icon, name: &'a str) -> Self {
        Self {
            icon,
            name,
            is_on: false,
            side: ROW_HEIGHT,
        }
    }

    /// Shows it as switched on.
    pub fn on(mut self, is_on: bool) -> Self {
        self.is_on = is_on;
        self
    }

    /// Makes it small, for corners of cells.
    pub fn small(mut self) -> Self {
        self.side = 20.0;
        self
    }

    /// Draws it.
    pub fn show(self, ui: &mut Ui, theme: &Theme) -> Response {
        let color = if self.is_on {
            theme.color.accent
        } else {
            theme.color.text_secondary
        };
        let size = if self.side < ROW_HEIGHT { 13.0 } else { 16.0 };
        let glyph = theme::icon(self.icon).size(size).color(color);
        let button = Button::new(glyph)
            .frame_when_inactive(false)
            .min_size(Vec2::splat(self.side));
        let response = ui
            .scope(|ui| {
                ui.spacing_mut().button_padding = Vec2::ZERO;
                ui.spacing_mut().interact_size = Vec2::splat(self.side);
                ui.add(button)
            })
            .inner;
        let (name, is_on) = (self.name, self.is_on);
        response.widget_info(|| {
            WidgetInfo::selected(egui::Role::Button, response.enabled(), is_on, name)
        });
        response.on_hover_text(name)
    }
}

/// The button of the main action, as wide as there is room; `keys` stand on its right.
pub fn accent_button(ui: &mut Ui, theme: &Theme, name: &str, keys: &str) -> Response {
    let color = &theme.color;
    let height = 36.0;
    let response = ui
        .scope(|ui| {
            let is_possible = ui.is_enabled();
            let widgets = &mut ui.visuals_mut().widgets;
            widgets.inactive.weak_bg_fill = color.accent;
            widgets.hovered.weak_bg_fill = color.accent_hover;
            widgets.active.weak_bg_fill = color.accent_pressed;
            for state in [
                &mut widgets.inactive,
                &mut widgets.hovered,
                &mut widgets.active,
            ] {
                state.fg_stroke.color = color.on_accent;
                state.bg_stroke.color = color.accent;
            }
            widgets.active.bg_stroke.color = color.text;
            if !is_possible {
                widgets.inactive.weak_bg_fill = color.raised;
                widgets.inactive.fg_stroke.color = color.text_secondary;
                widgets.inactive.bg_stroke.color = color.hairline;
                widgets.noninteractive = widgets.inactive;
            }
            let text = RichText::new(name).size(14.0);
            let keys = RichText::new(keys).small();
            let button = Button::new((Atom::grow(), text, Atom::grow(), keys))
                .min_size(Vec2::new(ui.available_width(), height));
            ui.add(button)
        })
        .inner;
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, response.enabled(), name));
    response
}
