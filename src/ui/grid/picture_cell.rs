//! A cell with a kept picture: letterboxed, ringed when it is the current one.

use egui::{Color32, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, Ui, Vec2, WidgetInfo};

use crate::app::{Action, GalleryAction, Studio};
use crate::gallery::Entry;
use crate::ui::panel::Desk;
use crate::ui::textures::Look;
use crate::ui::widget::{damaged_ui, picture_menu, picture_name};

use super::{cell_id, fitted};

/// Room for the ring around a picture.
const RING_ROOM: f32 = 4.0;
const RING_WIDTH: f32 = 2.0;
const FRESH_RADIUS: f32 = 4.0;

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
    let is_current = studio.wall().current() == Some(entry.id);
    response.widget_info(|| {
        let name = picture_name(entry, studio, desk);
        WidgetInfo::selected(Role::Button, true, is_current, name)
    });
    if response.clicked() || response.secondary_clicked() {
        ui.memory_mut(egui::Memory::stop_text_input);
        desk.ask(Action::Gallery(GalleryAction::Select(entry.id)));
    }
    if response.double_clicked() {
        desk.view.is_viewing = true;
    }
    response.context_menu(|ui| picture_menu(ui, entry.id, studio, desk));
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
    let picture = fitted(ui, size, cell.shrink(RING_ROOM));
    let color = &desk.theme.color;
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
            painter.image(texture, picture, whole, Color32::WHITE);
        }
        // No sign of waiting: it would flash while one scrolls.
        Look::Coming => {
            painter.rect_filled(picture, 0.0, color.field);
        }
        Look::Missing => damaged_ui(ui, picture, desk),
    }
    let ring = |color| (Stroke::new(RING_WIDTH, color), StrokeKind::Outside);
    if studio.wall().current() == Some(entry.id) {
        let (stroke, kind) = ring(color.accent);
        painter.rect_stroke(picture.expand(1.0), 1.0, stroke, kind);
    } else if response.hovered() {
        let (stroke, kind) = ring(color.control_hover);
        painter.rect_stroke(picture.expand(1.0), 1.0, stroke, kind);
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
