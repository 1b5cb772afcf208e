//! The newest notices, in front of the work for a few seconds; they never ask for anything.

use std::time::Duration;

use egui::{Align2, Area, Id, Order, vec2};

use crate::app::Studio;

use super::panel::Desk;
use super::widget::notice_card;

const WIDTH: f32 = 360.0;
/// More would hide the work; the rest is on the board.
const SHOWN: usize = 3;

/// Draws them above the strip of height `above_bottom`, in the middle: at the sides they would
/// lie over the panels' buttons.
pub(super) fn ui(ctx: &egui::Context, studio: &Studio, desk: &mut Desk<'_>, above_bottom: f32) {
    let toasts: Vec<_> = studio.notices().toasts(desk.now).collect();
    if toasts.is_empty() {
        return;
    }
    // One more frame is needed to take them away.
    ctx.request_repaint_after(Duration::from_millis(500));
    let margin = desk.theme.space.large;
    Area::new(Id::unique("toasts"))
        .order(Order::Foreground)
        .anchor(Align2::CENTER_BOTTOM, vec2(0.0, -above_bottom - margin))
        .show(ctx, |ui| {
            for posted in toasts.iter().rev().take(SHOWN).rev() {
                let stripe = desk.theme.of_severity(posted.notice.severity);
                let frame = desk
                    .theme
                    .card()
                    .stroke(egui::Stroke::new(1.0, stripe))
                    .shadow(ui.visuals().popup_shadow);
                frame.show(ui, |ui| {
                    ui.set_width(WIDTH);
                    desk.theme.dress_card(ui);
                    ui.push_id(posted.number, |ui| notice_card(ui, posted, desk));
                });
            }
        });
}
