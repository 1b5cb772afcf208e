//! A ring that fills as a job goes on.

use std::f32::consts::{FRAC_PI_2, TAU};

use egui::{Pos2, Rect, Shape, Stroke, Ui, Vec2};

use crate::ui::theme::Theme;

/// How many pieces a full ring is made of.
const PIECES: usize = 64;
/// The part of the ring that goes round while there is nothing to measure.
const SEARCHING: f32 = 0.25;

/// Paints a ring inside `rect`, filled to `fraction` from the top clockwise; `None` goes round.
pub fn progress_ring(ui: &Ui, theme: &Theme, rect: Rect, fraction: Option<f32>) {
    let width = (rect.width() / 9.0).clamp(2.0, 5.0);
    let radius = rect.width() / 2.0 - width / 2.0;
    let painter = ui.painter();
    let track = Stroke::new(width, theme.color.hairline);
    painter.circle_stroke(rect.center(), radius, track);
    let (start, length) = match fraction {
        Some(fraction) => (0.0, fraction.clamp(0.0, 1.0)),
        None if ui.style().animation_time == 0.0 => (0.0, SEARCHING),
        None => {
            ui.request_repaint();
            (ui.input(|input| input.time).fract() as f32, SEARCHING)
        }
    };
    let pieces = (length * PIECES as f32).ceil() as usize;
    if pieces == 0 {
        return;
    }
    let point = |piece: usize| -> Pos2 {
        let turn = start + length * piece as f32 / pieces as f32;
        rect.center() + radius * Vec2::angled(turn * TAU - FRAC_PI_2)
    };
    let arc = (0..=pieces).map(point).collect();
    painter.add(Shape::line(arc, Stroke::new(width, theme.color.accent)));
}
