//! The chosen pictures beside each other, as large as they fit, until the best one remains.

use egui::{
    Rect, RichText, Role, Sense, Stroke, StrokeKind, Ui, UiBuilder, Vec2, WidgetInfo, vec2,
};
use lucide_icons::Icon;

use crate::app::{Action, CullAction, GalleryAction, Studio};
use crate::domain::Message;
use crate::gallery::Entry;
use crate::ui::looking_bar::looking_bar;
use crate::ui::picture_tile::{picture_tile, whole_rect};
use crate::ui::view::Mode;
use crate::ui::viewport::Viewport;
use crate::ui::widget::{IconButton, MARKS_HEIGHT, paint_marks, picture_menu, picture_name};

use super::{Desk, Panel};

const GAP: f32 = 12.0;
const RING_WIDTH: f32 = 2.0;
/// More would be too small to judge; the grid is for those.
const MOST: usize = 60;

struct Survey;

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    Box::new(Survey)
}

impl Panel for Survey {
    fn id(&self) -> &'static str {
        "survey"
    }

    fn title_key(&self) -> &'static str {
        "survey-title"
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let wall = studio.wall();
        let chosen = wall.first_selected(MOST).into_iter();
        let entries: Vec<Entry> = chosen.filter_map(|id| wall.entry(id)).copied().collect();
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, desk.theme.color.ground);
        if entries.is_empty() {
            desk.view.mode = Mode::Grid;
            return;
        }
        let count = wall.selected_count() as f64;
        let count = Message::new("gallery-count").with_number("count", count);
        looking_bar(ui, "survey-hint", studio, desk, |ui, desk| {
            let quiet = desk.theme.color.text_secondary;
            ui.label(RichText::new(desk.message(&count)).color(quiet));
        });
        let area = ui.available_rect_before_wrap();
        let cells = cells(area.shrink(GAP / 2.0), &entries);
        for (entry, cell) in entries.iter().zip(cells) {
            cell_ui(ui, cell.shrink(GAP / 2.0), entry, studio, desk);
        }
    }
}

fn cell_ui(ui: &mut Ui, cell: Rect, entry: &Entry, studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let id = ui.scope_id().with(entry.id);
    let response = ui.interact(cell, id, Sense::CLICK | Sense::HOVER);
    let mut picture = cell;
    picture.max.y -= MARKS_HEIGHT;
    picture_tile(ui, picture, picture, entry, Viewport::Fit, desk);
    let whole = whole_rect(ui, picture, entry);
    let row = Rect::from_min_size(whole.left_bottom(), vec2(whole.width(), MARKS_HEIGHT));
    paint_marks(ui.painter(), row, entry.marks, desk.theme);
    let is_current = wall.current() == Some(entry.id);
    let color = &desk.theme.color;
    if is_current {
        let stroke = Stroke::new(RING_WIDTH, color.accent);
        let rect = whole.expand(1.0);
        ui.painter()
            .rect_stroke(rect, 1.0, stroke, StrokeKind::Outside);
    }
    response.widget_info(|| {
        let name = picture_name(entry, studio, desk);
        WidgetInfo::selected(Role::Button, true, is_current, name)
    });
    if response.clicked() || response.secondary_clicked() {
        desk.ask(Action::Cull(CullAction::TurnTo(entry.id)));
    }
    if response.double_clicked() {
        desk.ask(Action::Gallery(GalleryAction::Select(entry.id)));
        desk.view.mode = Mode::Loupe;
    }
    response.context_menu(|ui| picture_menu(ui, entry.id, studio, desk));
    if response.contains_pointer() && wall.selected_count() > 1 {
        let side = Vec2::splat(20.0);
        let corner = whole.right_bottom() - vec2(side.x, 0.0);
        let corner = Rect::from_min_size(corner, side);
        let name = desk.text("survey-let-go");
        let builder = UiBuilder::new().max_rect(corner);
        let button = IconButton::new(Icon::X, &name).small();
        let pressed = ui.scope_builder(builder, |ui| button.show(ui, desk.theme));
        if pressed.inner.clicked() {
            desk.ask(Action::Cull(CullAction::LetGo(entry.id)));
        }
    }
}

/// Equal cells in rows, in the number of columns that shows the pictures largest.
fn cells(area: Rect, entries: &[Entry]) -> Vec<Rect> {
    let count = entries.len();
    let size_of = |columns: usize| {
        let rows = count.div_ceil(columns);
        area.size() / vec2(columns as f32, rows as f32)
    };
    let smallest = |columns: &usize| {
        let cell = size_of(*columns) - vec2(GAP, GAP + MARKS_HEIGHT);
        let scales = entries.iter().map(|entry| {
            let scale = cell / vec2(entry.size.width() as f32, entry.size.height() as f32);
            scale.x.min(scale.y)
        });
        scales.fold(f32::INFINITY, f32::min)
    };
    let best = (1..=count).max_by(|a, b| smallest(a).total_cmp(&smallest(b)));
    let columns = best.unwrap_or(1);
    let cell = size_of(columns);
    let rect = |place: usize| {
        let row = place / columns;
        // The last row stands in the middle.
        let in_row = columns.min(count - row * columns);
        let indent = (columns - in_row) as f32 * cell.x / 2.0;
        let corner = vec2(
            (place % columns) as f32 * cell.x + indent,
            row as f32 * cell.y,
        );
        Rect::from_min_size(area.min + corner, cell)
    };
    (0..count).map(rect).collect()
}

#[cfg(test)]
mod tests {
    use egui::Pos2;

    use super::*;
    use crate::domain::{Marks, PictureId, PixelSize, Timestamp};

    fn entries(count: u8, width: u32, height: u32) -> Vec<Entry> {
        let entry = |number| Entry {
            id: PictureId::from_random([number; 16]),
            size: PixelSize::new(width, height).unwrap(),
            created: Timestamp(0),
            seen: true,
            marks: Marks::default(),
            missing: false,
        };
        (0..count).map(entry).collect()
    }

    #[test]
    fn pictures_take_the_room_that_their_shape_allows() {
        let area = Rect::from_min_size(Pos2::ZERO, vec2(1200.0, 700.0));
        let columns = |entries: &[Entry]| {
            let cells = cells(area, entries);
            assert_eq!(cells.len(), entries.len());
            for (place, cell) in cells.iter().enumerate() {
                assert!(area.expand(0.1).contains_rect(*cell), "{cell:?}");
                let overlaps = |other: &Rect| other.intersect(cell.shrink(0.1)).is_positive();
                assert!(!cells[..place].iter().any(overlaps));
            }
            (area.width() / cells[0].width()).round() as usize
        };
        assert_eq!(columns(&entries(1, 512, 512)), 1);
        assert_eq!(columns(&entries(3, 512, 512)), 3);
        assert_eq!(columns(&entries(3, 1536, 512)), 1);
        assert_eq!(columns(&entries(6, 512, 512)), 3);
    }
}
