//! A picture in a part of the window, through a viewport: its thumbnail until all of it is there.

use egui::{Color32, Pos2, Rect, Ui, Vec2};

use crate::gallery::Entry;
use crate::imaging::{PicturePlace, TEXEL_ZOOM};

use super::panel::Desk;
use super::textures::{FullLook, Look, THUMBNAIL_SIDES};
use super::viewport::{Frame, Viewport};
use super::widget::damaged_ui;

/// What a viewport looks through and at, in pixels of the screen.
pub fn frame_of(ui: &Ui, area: Rect, margin: f32, entry: &Entry) -> Frame {
    let scale = ui.pixels_per_point();
    Frame {
        area: area.size() * scale,
        margin: margin * scale,
        picture: Vec2::new(entry.size.width() as f32, entry.size.height() as f32),
    }
}

/// Where all of a picture stands inside `area`, in points.
pub fn whole_rect(ui: &Ui, area: Rect, entry: &Entry) -> Rect {
    placed(ui, area, frame_of(ui, area, 0.0, entry), Viewport::Fit)
}

/// Paints a picture; nothing of it outside `clip`.
pub fn picture_tile(
    ui: &Ui,
    area: Rect,
    clip: Rect,
    entry: &Entry,
    viewport: Viewport,
    desk: &mut Desk<'_>,
) {
    let frame = frame_of(ui, area, 0.0, entry);
    if entry.missing {
        damaged_ui(ui, area, desk);
        return;
    }
    let shown = placed(ui, area, frame, viewport);
    let painter = ui.painter().with_clip_rect(clip.intersect(area));
    let largest = THUMBNAIL_SIDES[THUMBNAIL_SIDES.len() - 1];
    let side = shown.size().max_elem() * ui.pixels_per_point();
    let is_small = side <= largest as f32;
    let full = if is_small {
        FullLook::Coming
    } else {
        desk.textures.full(entry.id, desk.actions)
    };
    match full {
        FullLook::Ready(picture) => {
            let zoom = viewport.zoom(frame);
            let scale = ui.pixels_per_point();
            let origin = (area.min.to_vec2() * scale).round() + viewport.origin(frame);
            let place = PicturePlace {
                origin: origin.into(),
                zoom,
                shows_texels: zoom >= TEXEL_ZOOM && viewport != Viewport::Fit,
            };
            let clip = clip.intersect(area);
            desk.textures.paint(&painter, clip, &picture, place, 1.0);
        }
        FullLook::Missing => damaged_ui(ui, area, desk),
        FullLook::Coming => {
            let side = if is_small { side as u32 } else { largest };
            if let Look::Ready { texture, .. } =
                desk.textures.thumbnail(entry.id, side, desk.actions)
            {
                let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
                painter.image(texture, shown, whole, Color32::WHITE);
            } else {
                painter.rect_filled(shown, 0.0, desk.theme.color.field);
            }
        }
    }
}

fn placed(ui: &Ui, area: Rect, frame: Frame, viewport: Viewport) -> Rect {
    let scale = ui.pixels_per_point();
    let origin = (area.min.to_vec2() * scale).round() + viewport.origin(frame);
    let size = frame.picture * viewport.zoom(frame);
    Rect::from_min_size((origin / scale).to_pos2(), size / scale)
}
