//! A cell with a kept picture: letterboxed, ringed when it is the current one.

use egui::{Color32, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::app::{Action, CullAction, GalleryAction, Studio};
use crate::domain::{Flag, Marks, PictureId};
use crate::gallery::Entry;
use crate::ui::panel::Desk;
use crate::ui::textures::Look;
use crate::ui::view::Mode;
use crate::ui::widget::{MARKS_HEIGHT, damaged_ui, paint_marks, picture_menu, picture_name};

use super::{cell_id, fitted};

/// Room for the ring around a picture.
const RING_ROOM: f32 = 4.0;
const RING_WIDTH: f32 = 2.0;
const FRESH_RADIUS: f32 = 4.0;
/// Below this, a row of marks of its own would leave too little of the picture.
const SMALLEST_WITH_ROW: f32 = 120.0;
/// How much of a rejected picture is left among others.
const FADED: f32 = 0.35;

/// The side of the thumbnail that a cell shows, in pixels of the screen.
pub(super) fn picture_side(cell: Rect, pixels_per_point: f32) -> u32 {
    (cell.shrink(RING_ROOM).width() * pixels_per_point).round() as u32
}

/// Draws the cell and takes its clicks.
pub(super) fn picture_cell(
    ui: &Ui,
    cell: Rect,
    entry: &Entry,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    // Not a stop of the Tab key: the arrow keys walk the grid.
    let response = ui.interact(cell, cell_id(ui, entry.id), Sense::CLICK | Sense::HOVER);
    if ui.is_rect_visible(cell) {
        paint(ui, cell, entry, &response, studio, desk);
    }
    let is_selected = studio.wall().is_selected(entry.id);
    response.widget_info(|| {
        let name = picture_name(entry, studio, desk);
        WidgetInfo::selected(Role::Button, true, is_selected, name)
    });
    let keeps_choice = response.secondary_clicked() && studio.wall().is_selected(entry.id);
    if response.clicked() || response.secondary_clicked() && !keeps_choice {
        ui.memory_mut(egui::Memory::stop_text_input);
        desk.ask(choice(ui, entry.id));
    }
    if response.double_clicked() {
        desk.view.mode = Mode::Loupe;
    }
    response.context_menu(|ui| picture_menu(ui, entry.id, studio, desk));
}

/// What a click chooses: one, one more with Ctrl, a range with Shift.
fn choice(ui: &Ui, id: PictureId) -> Action {
    let modifiers = ui.input(|input| input.modifiers);
    if modifiers.command {
        Action::Cull(CullAction::Toggle(id))
    } else if modifiers.shift {
        Action::Cull(CullAction::SelectTo(id))
    } else {
        Action::Gallery(GalleryAction::Select(id))
    }
}

fn paint(
    ui: &Ui,
    cell: Rect,
    entry: &Entry,
    response: &Response,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    let size = Vec2::new(entry.size.width() as f32, entry.size.height() as f32);
    let mut room = cell.shrink(RING_ROOM);
    let has_row = cell.height() >= SMALLEST_WITH_ROW;
    if has_row {
        room.max.y -= MARKS_HEIGHT - RING_ROOM;
    }
    let picture = fitted(ui, size, room);
    let color = &desk.theme.color;
    let wall = studio.wall();
    let is_current = wall.current() == Some(entry.id);
    let is_chosen = wall.is_selected(entry.id) && !(is_current && wall.selected_count() == 1);
    if is_chosen {
        ui.painter().rect_filled(cell, 3.0, color.raised);
    }
    let painter = ui.painter();
    let look = if entry.missing {
        Look::Missing
    } else {
        let side = picture_side(cell, ui.pixels_per_point());
        desk.textures.thumbnail(entry.id, side, desk.actions)
    };
    match look {
        Look::Ready { texture, .. } => {
            let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
            // Rejected ones step back, where they are shown at all.
            let is_faded = entry.marks.flag == Flag::Rejected && !wall.filter().is_bin();
            let opacity = if is_faded { FADED } else { 1.0 };
            let tint = Color32::WHITE.gamma_multiply(opacity);
            painter.image(texture, picture, whole, tint);
        }
        // No sign of waiting: it would flash while one scrolls.
        Look::Coming => {
            painter.rect_filled(picture, 0.0, color.field);
        }
        Look::Missing => damaged_ui(ui, picture, desk),
    }
    let ring = |color| (Stroke::new(RING_WIDTH, color), StrokeKind::Outside);
    if is_current {
        let (stroke, kind) = ring(color.accent);
        painter.rect_stroke(picture.expand(1.0), 1.0, stroke, kind);
    } else if response.hovered() {
        let (stroke, kind) = ring(color.control_hover);
        painter.rect_stroke(picture.expand(1.0), 1.0, stroke, kind);
    }
    if has_row {
        let top = cell.bottom() - MARKS_HEIGHT;
        let width = picture.width().max(SMALLEST_WITH_ROW - 2.0 * RING_ROOM);
        let middle = picture.center().x;
        let range = middle - width / 2.0..=middle + width / 2.0;
        let row = Rect::from_x_y_ranges(range, top..=cell.bottom());
        paint_marks(painter, row, entry.marks, desk.theme);
    } else if entry.marks != Marks::default() {
        let row = Rect::from_min_max(picture.left_bottom() - Vec2::new(-3.0, 16.0), picture.max);
        let shade = color.ground.gamma_multiply(0.7);
        painter.rect_filled(row.with_min_x(picture.left()), 0.0, shade);
        paint_marks(painter, row, entry.marks, desk.theme);
    }
    if !entry.seen {
        let inset = Vec2::new(-FRESH_RADIUS - 4.0, FRESH_RADIUS + 4.0);
        let spot = picture.right_top() + inset;
        painter.circle(
            spot,
            FRESH_RADIUS,
            color.accent,
            Stroke::new(1.5, color.ground),
        );
    }
}
