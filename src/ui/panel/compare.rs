//! One picture against another: beside it, split by a line, or in turns, at the same place of each.

use std::collections::BTreeSet;
use std::time::Duration;

use egui::{
    Align, Button, Layout, Rect, Response, RichText, Role, Sense, Stroke, TextStyle, Ui, Vec2,
    WidgetInfo, vec2,
};

use crate::app::{Action, GalleryAction, Studio};
use crate::domain::{PictureId, Recipe};
use crate::gallery::Entry;
use crate::pipeline::FAMILIES;
use crate::ui::look_around::look_around;
use crate::ui::looking_bar::looking_bar;
use crate::ui::picture_tile::{frame_of, picture_tile};
use crate::ui::view::{Comparison, Mode};
use crate::ui::viewport::Viewport;
use crate::ui::widget::{MARKS_HEIGHT, paint_marks, picture_name};
use crate::ui::{compared, shortcut};

use super::{Desk, Panel};

const GAP: f32 = 8.0;
const TURN: Duration = Duration::from_millis(700);
const DIFFERENCES_HEIGHT: f32 = 84.0;
const HANDLE_WIDTH: f32 = 12.0;
const NAMES_WIDTH: f32 = 110.0;

/// The same look at all pictures, and where the line stands.
struct Compare {
    viewport: Viewport,
    /// Where the line is, as a share of the width.
    line: f32,
    described: BTreeSet<PictureId>,
}

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    Box::new(Compare {
        viewport: Viewport::Fit,
        line: 0.5,
        described: BTreeSet::new(),
    })
}

impl Panel for Compare {
    fn id(&self) -> &'static str {
        "compare"
    }

    fn title_key(&self) -> &'static str {
        "compare-title"
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, desk.theme.color.ground);
        let entries = compared::entries(studio, desk.view);
        let [first, .., last] = &*entries else {
            desk.view.mode = Mode::Grid;
            return;
        };
        for entry in &entries {
            self.describe(entry.id, studio, desk);
        }
        if shortcut::is_free(ui.ctx(), desk) {
            let up = egui::Key::ArrowUp;
            if ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, up)) {
                compared::swap(studio, desk);
            }
        }
        looking_bar(ui, "compare-hint", studio, desk, ways_ui);
        let mut room = ui.available_rect_before_wrap();
        let below = room
            .split_top_bottom_at_y(room.bottom() - DIFFERENCES_HEIGHT)
            .1;
        room.max.y = below.top();
        let room = room.shrink(GAP);
        // With more than two there is no line and no turn.
        let comparison = if entries.len() > 2 {
            Comparison::Beside
        } else {
            desk.view.comparison
        };
        match comparison {
            Comparison::Beside => self.beside_ui(ui, room, &entries, studio, desk),
            Comparison::Split => self.split_ui(ui, room, [first, last], studio, desk),
            Comparison::Flicker => self.flicker_ui(ui, room, [first, last], studio, desk),
        }
        differences_ui(ui, below.shrink2(vec2(GAP, 4.0)), &entries, studio, desk);
    }
}

impl Compare {
    /// Has a picture described, once.
    fn describe(&mut self, id: PictureId, studio: &Studio, desk: &mut Desk<'_>) {
        if studio.wall().record(id).is_some() {
            self.described.remove(&id);
        } else if self.described.insert(id) {
            desk.ask(Action::Gallery(GalleryAction::Describe(id)));
        }
    }

    fn beside_ui(
        &mut self,
        ui: &Ui,
        room: Rect,
        entries: &[Entry],
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let width = (room.width() + GAP) / entries.len() as f32;
        for (place, entry) in entries.iter().enumerate() {
            let corner = room.min + vec2(place as f32 * width, 0.0);
            let cell = Rect::from_min_size(corner, vec2(width - GAP, room.height()));
            let mut area = cell;
            area.max.y -= MARKS_HEIGHT;
            let response = self.look_around(ui, area, entry, desk);
            picture_tile(ui, area, area, entry, self.viewport, desk);
            Self::caption_ui(ui, cell, entry, studio, desk);
            name_ui(&response, entry, studio, desk);
            if response.clicked() {
                compared::turn_to(entry.id, studio, desk);
            }
        }
    }

    fn split_ui(
        &mut self,
        ui: &Ui,
        room: Rect,
        [first, last]: [&Entry; 2],
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let mut area = room;
        area.max.y -= MARKS_HEIGHT;
        let response = self.look_around(ui, area, first, desk);
        name_ui(&response, last, studio, desk);
        let x = egui::lerp(area.x_range(), self.line);
        let (left, right) = area.split_left_right_at_x(x);
        picture_tile(ui, area, left, first, self.viewport, desk);
        picture_tile(ui, area, right, last, self.viewport, desk);
        let handle = Rect::from_x_y_ranges(
            x - HANDLE_WIDTH / 2.0..=x + HANDLE_WIDTH / 2.0,
            area.y_range(),
        );
        let id = ui.scope_id().with("line");
        let grip = ui.interact(handle, id, Sense::DRAG | Sense::HOVER);
        if grip.dragged() {
            let moved = self.line + grip.drag_delta().x / area.width();
            self.line = moved.clamp(0.0, 1.0);
        }
        let color = if grip.hovered() || grip.dragged() {
            ui.set_cursor_icon(egui::CursorIcon::ResizeHorizontal);
            desk.theme.color.accent
        } else {
            desk.theme.color.text
        };
        let stroke = Stroke::new(1.5, color);
        ui.painter().vline(x, area.y_range(), stroke);
        ui.painter().circle_filled(handle.center(), 5.0, color);
        let line = desk.text("compare-line");
        grip.widget_info(|| WidgetInfo::slider(true, f64::from(self.line), &line));
        let (left, right) = room.split_left_right_at_x(room.center().x);
        Self::caption_ui(ui, left, first, studio, desk);
        Self::caption_ui(ui, right, last, studio, desk);
    }

    fn flicker_ui(
        &mut self,
        ui: &Ui,
        room: Rect,
        pair: [&Entry; 2],
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let turns = desk.now.as_millis() / TURN.as_millis();
        let into = Duration::from_millis((desk.now.as_millis() % TURN.as_millis()) as u64);
        ui.request_repaint_after(TURN.saturating_sub(into));
        let entry = pair[(turns % 2) as usize];
        let mut area = room;
        area.max.y -= MARKS_HEIGHT;
        let response = self.look_around(ui, area, entry, desk);
        name_ui(&response, entry, studio, desk);
        // Both, so that neither has to be waited for at its turn.
        for one in pair {
            let clip = if one.id == entry.id {
                area
            } else {
                Rect::NOTHING
            };
            picture_tile(ui, area, clip, one, self.viewport, desk);
        }
        Self::caption_ui(ui, room, entry, studio, desk);
    }

    /// Marks below a picture, and which of the two it is.
    fn caption_ui(ui: &Ui, cell: Rect, entry: &Entry, studio: &Studio, desk: &Desk<'_>) {
        let row = Rect::from_min_max(cell.left_bottom() - vec2(0.0, MARKS_HEIGHT), cell.max);
        paint_marks(ui.painter(), row, entry.marks, desk.theme);
        let is_fixed = desk.view.compared_to == Some(entry.id);
        let is_current = studio.wall().current() == Some(entry.id);
        let (key, color) = if is_fixed {
            ("compare-select", desk.theme.color.text_secondary)
        } else if is_current {
            ("compare-candidate", desk.theme.color.accent)
        } else {
            return;
        };
        let font = TextStyle::Small.resolve(ui.style());
        let middle = egui::Align2::CENTER_CENTER;
        ui.painter()
            .text(row.center(), middle, desk.text(key), font, color);
    }

    /// Zooms and pans all pictures at once.
    fn look_around(&mut self, ui: &Ui, area: Rect, entry: &Entry, desk: &mut Desk<'_>) -> Response {
        let id = ui.scope_id().with(("compared", entry.id));
        let response = ui.interact(area, id, Sense::CLICK | Sense::DRAG | Sense::HOVER);
        let frame = frame_of(ui, area, 0.0, entry);
        let wish = desk.view.zoom_wish.take();
        self.viewport = look_around(ui, &response, frame, wish, self.viewport);
        response
    }
}

fn ways_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    for comparison in Comparison::ALL {
        let key = match comparison {
            Comparison::Beside => "compare-beside",
            Comparison::Split => "compare-split",
            Comparison::Flicker => "compare-flicker",
        };
        let is_on = desk.view.comparison == comparison;
        let button = Button::selectable(is_on, desk.text(key));
        if ui.add(button).clicked() {
            desk.view.comparison = comparison;
        }
    }
}

fn name_ui(response: &Response, entry: &Entry, studio: &Studio, desk: &Desk<'_>) {
    let is_current = studio.wall().current() == Some(entry.id);
    response.widget_info(|| {
        let name = picture_name(entry, studio, desk);
        WidgetInfo::selected(Role::Image, true, is_current, name)
    });
}

/// Lists what the pictures were made with, as far as it differs.
fn differences_ui(ui: &mut Ui, area: Rect, entries: &[Entry], studio: &Studio, desk: &Desk<'_>) {
    let recipes: Option<Vec<&Recipe>> = entries
        .iter()
        .map(|entry| Some(&studio.wall().record(entry.id)?.recipe))
        .collect();
    let Some(recipes) = recipes else { return };
    let rows = differences(&recipes, desk);
    let builder = egui::UiBuilder::new().max_rect(area);
    ui.scope_builder(builder, |ui| {
        let quiet = desk.theme.color.text_secondary;
        if rows.is_empty() {
            ui.label(RichText::new(desk.text("compare-same")).color(quiet));
            return;
        }
        let room = area.width() - NAMES_WIDTH;
        let column = (room / recipes.len() as f32 - desk.theme.space.large).max(NAMES_WIDTH);
        egui::ScrollArea::vertical().show(ui, |ui| {
            egui::Grid::new("differences")
                .num_columns(1 + recipes.len())
                .spacing(Vec2::new(desk.theme.space.large, 2.0))
                .min_col_width(NAMES_WIDTH)
                .max_col_width(column)
                .show(ui, |ui| {
                    for (name, values) in rows {
                        ui.label(RichText::new(name).color(quiet));
                        for value in values {
                            let size = vec2(column, ui.text_style_height(&TextStyle::Body));
                            let layout = Layout::left_to_right(Align::Center);
                            ui.allocate_ui_with_layout(size, layout, |ui| {
                                ui.add(egui::Label::new(value).truncate());
                            });
                        }
                        ui.end_row();
                    }
                });
        });
    });
}

/// The name of each setting that differs, with its value in every recipe.
fn differences(recipes: &[&Recipe], desk: &Desk<'_>) -> Vec<(String, Vec<String>)> {
    let mut rows: Vec<(String, Vec<String>)> = Vec::new();
    let mut row = |name: String, value: &dyn Fn(&Recipe) -> String| {
        let values: Vec<String> = recipes.iter().map(|recipe| value(recipe)).collect();
        if values.iter().any(|value| *value != values[0]) {
            rows.push((name, values));
        }
    };
    row(desk.text("inspector-model"), &|recipe| {
        recipe.model.to_string()
    });
    row(desk.text("inspector-seed"), &|recipe| {
        recipe.seed.to_string()
    });
    row(desk.text("compose-prompt"), &|recipe| {
        recipe.prompt.text.clone()
    });
    row(desk.text("compose-negative"), &|recipe| {
        recipe.prompt.negative.clone()
    });
    row(desk.text("inspector-size"), &|recipe| {
        recipe.size.to_string()
    });
    let mut known = BTreeSet::new();
    for spec in FAMILIES.iter().flat_map(|family| family.params()) {
        if known.insert(spec.id) {
            let name = desk
                .strings
                .text(&format!("param-{}", spec.id))
                .into_owned();
            row(name, &|recipe| {
                recipe
                    .params
                    .get(spec.id)
                    .map_or_else(|| "–".to_owned(), ToString::to_string)
            });
        }
    }
    rows
}
