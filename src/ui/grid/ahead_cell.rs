//! A cell of the running job: how its picture looks so far, how far it is, how long it takes.

use egui::{Align2, Color32, Pos2, Rect, Role, Sense, TextStyle, Ui, Vec2, WidgetInfo};

use crate::app::{Action, QueueAction, RunningView, Studio};
use crate::domain::{Message, PixelSize};
use crate::jobs::Job;
use crate::ui::panel::Desk;
use crate::ui::textures::Look;
use crate::ui::widget::progress_ring;

use super::arrivals::Ahead;
use super::fitted;

const RING_SIDE: f32 = 26.0;
const CHIP_PADDING: f32 = 5.0;

/// Draws the cell in that slot of the grid.
pub(super) fn ahead_cell(
    ui: &Ui,
    cell: Rect,
    slot: usize,
    kind: Ahead,
    studio: &Studio,
    desk: &mut Desk<'_>,
) {
    let Some((job, view)) = studio.press().running() else {
        // The last picture of a job that has ended: it is in the library in a moment.
        ui.painter()
            .rect_filled(cell.shrink(4.0), 0.0, desk.theme.color.panel);
        return;
    };
    let response = ui.interact(
        cell,
        ui.scope_id().with(("ahead", slot)),
        Sense::CLICK | Sense::HOVER,
    );
    let picture = fitted(ui, shape(job.request.size), cell.shrink(4.0));
    ui.painter()
        .rect_filled(picture, 0.0, desk.theme.color.panel);
    match kind {
        Ahead::Waiting => {}
        Ahead::Running => running(ui, picture, job, view, desk),
        Ahead::Landing => progress_ring(ui, desk.theme, ring_in(picture), Some(1.0)),
    }
    response.widget_info(|| {
        let name = match kind {
            Ahead::Waiting => desk.text("gallery-waiting"),
            Ahead::Running => desk.message(&running_name(job, view)),
            Ahead::Landing => desk.text("gallery-landing"),
        };
        WidgetInfo::labeled(Role::Image, true, name)
    });
    response.context_menu(|ui| {
        if ui.button(desk.text("gallery-cancel")).clicked() {
            desk.ask(Action::Queue(QueueAction::Cancel(job.id)));
        }
    });
}

fn running(ui: &Ui, picture: Rect, job: &Job, view: &RunningView, desk: &mut Desk<'_>) {
    if let Some(pixels) = &view.preview
        && let Look::Ready { texture, .. } = desk.textures.preview(ui.ctx(), pixels)
    {
        let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
        ui.painter().image(texture, picture, whole, Color32::WHITE);
    }
    let fraction = match view.loading {
        Some(loaded) => Some(loaded),
        None if view.steps == 0 => None,
        None => Some(view.step as f32 / view.steps as f32),
    };
    let color = &desk.theme.color;
    let ring = ring_in(picture);
    let text = secs_text(job, view, desk);
    let font = TextStyle::Small.resolve(ui.style());
    let galley = ui.painter().layout_no_wrap(text, font, color.text);
    let mut chip = ring.expand(CHIP_PADDING);
    if galley.size().x > 0.0 {
        chip.max.x += galley.size().x + CHIP_PADDING + 2.0;
    }
    // The chip keeps ring and seconds readable on any picture.
    let corner = (chip.height() / 2.0) as u8;
    ui.painter()
        .rect_filled(chip, corner, color.panel.gamma_multiply(0.85));
    progress_ring(ui, desk.theme, ring, fraction);
    let place = ring.right_center() + Vec2::new(CHIP_PADDING + 1.0, 0.0);
    let rect = Align2::LEFT_CENTER.anchor_size(place, galley.size());
    ui.painter().galley(rect.min, galley, color.text);
}

/// Seconds until this picture is there; empty until they can be told.
fn secs_text(job: &Job, view: &RunningView, desk: &Desk<'_>) -> String {
    let before = view.picture + 1;
    match view.secs_left(before.min(job.request.count.get())) {
        Some(secs) => {
            let message = Message::new("gallery-secs-left").with_number("secs", secs.ceil());
            desk.message(&message)
        }
        None => String::new(),
    }
}

fn running_name(job: &Job, view: &RunningView) -> Message {
    let count = job.request.count.get();
    Message::new("gallery-running")
        .with("number", view.pictures_done + 1)
        .with("count", count)
        .with("step", view.step)
        .with("steps", view.steps)
}

fn ring_in(picture: Rect) -> Rect {
    let corner = picture.left_bottom() + Vec2::new(12.0, -12.0 - RING_SIDE);
    Rect::from_min_size(corner, Vec2::splat(RING_SIDE))
}

fn shape(size: PixelSize) -> Vec2 {
    Vec2::new(size.width() as f32, size.height() as f32)
}
