//! Zooming and panning by hand.

use egui::{PointerButton, Response, Ui};

use super::view::ZoomWish;
use super::viewport::{Frame, Viewport};

/// Points of scrolling that make a picture e times as large: a notch of a wheel is about a fifth.
const SCROLL_SCALE: f32 = 200.0;

/// The viewport after what the artist does in this frame: by the wheel and by pinching around the
/// pointer, by dragging, by a double click, and by a wish from the keyboard.
pub(super) fn look_around(
    ui: &Ui,
    response: &Response,
    frame: Frame,
    wish: Option<ZoomWish>,
    mut viewport: Viewport,
) -> Viewport {
    let scale = ui.pixels_per_point();
    let pointer = response.hover_pos().map_or(frame.area / 2.0, |pointer| {
        (pointer - response.rect.min) * scale
    });
    if response.contains_pointer() {
        let (scroll, pinch) = ui.input(|input| (input.smooth_scroll_delta.y, input.zoom_delta()));
        let factor = pinch * (scroll / SCROLL_SCALE).exp();
        if (factor - 1.0).abs() > f32::EPSILON {
            viewport = viewport.zoomed(viewport.zoom(frame) * factor, pointer, frame);
        }
    }
    let pans =
        response.dragged_by(PointerButton::Primary) || response.dragged_by(PointerButton::Middle);
    if pans {
        viewport = viewport.panned(response.drag_delta() * scale, frame);
    }
    if response.double_clicked() {
        viewport = viewport.toggled(pointer, frame);
    }
    wish.map_or(viewport, |wish| viewport.wished(wish, pointer, frame))
}
