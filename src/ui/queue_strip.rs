//! The strip of jobs: the running one with its preview, those that wait, those that failed.

use egui::{
    Align, Key, Label, Layout, Modifiers, Rect, Response, RichText, ScrollArea, Sense, Stroke,
    StrokeKind, Ui, UiBuilder, WidgetInfo, pos2, vec2,
};
use lucide_icons::Icon;

use super::shortcut;
use super::textures::Look;
use super::theme;
use super::widget::{IconButton, progress_ring};
use crate::app::{Action, QueueAction, RunningView, Studio};
use crate::domain::{JobId, Message, Notice};
use crate::jobs::Job;

use super::panel::Desk;

/// The strip's height in points.
pub(super) const HEIGHT: f32 = 96.0;
const CELL_HEIGHT: f32 = 72.0;
const RUNNING_WIDTH: f32 = 320.0;
const WAITING_WIDTH: f32 = 184.0;
const FAILED_WIDTH: f32 = 300.0;

/// Draws the strip.
pub(super) fn queue_strip_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let press = studio.press();
    if press.is_empty() {
        empty_ui(ui, desk);
        return;
    }
    ui.horizontal_centered(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let is_long = press.waiting().nth(1).is_some()
                || (press.running().is_some() && press.waiting().next().is_some());
            if is_long {
                let name = shortcut::tip(ui.ctx(), desk.strings, "cancel-all");
                if IconButton::new(Icon::ListX, &name)
                    .show(ui, desk.theme)
                    .clicked()
                {
                    desk.ask(Action::Queue(QueueAction::CancelAll));
                }
            }
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ScrollArea::horizontal().auto_shrink(false).show(ui, |ui| {
                    ui.horizontal_centered(|ui| cells_ui(ui, studio, desk))
                });
            });
        });
    });
}

fn cells_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let press = studio.press();
    for (job, notice) in press.failed() {
        ui.push_id(("failed", job.id), |ui| failed_ui(ui, job, notice, desk));
    }
    if let Some((job, view)) = press.running() {
        let is_cancelling = press.is_cancelling();
        ui.push_id(("running", job.id), |ui| {
            running_ui(ui, job, view, is_cancelling, desk);
        });
    }
    let mut places = Vec::new();
    for (place, job) in press.waiting().enumerate() {
        let response = ui
            .push_id(("waiting", job.id), |ui| waiting_ui(ui, job, place, desk))
            .inner;
        places.push((job.id, response));
    }
    reorder(ui, &places, desk);
}

fn empty_ui(ui: &mut Ui, desk: &Desk<'_>) {
    ui.centered_and_justified(|ui| {
        let keys = shortcut::keys_of(ui.ctx(), "generate");
        let text = desk.message(&Message::new("queue-empty").with("keys", keys));
        ui.label(RichText::new(text).color(desk.theme.color.text_disabled));
    });
}

fn running_ui(
    ui: &mut Ui,
    job: &Job,
    view: &RunningView,
    is_cancelling: bool,
    desk: &mut Desk<'_>,
) {
    let (rect, _) = cell(
        ui,
        RUNNING_WIDTH,
        Sense::hover(),
        desk.theme.hairline(),
        desk,
    );
    let side = CELL_HEIGHT - 8.0;
    let picture = Rect::from_min_size(rect.min + vec2(4.0, 4.0), vec2(side, side));
    preview_ui(ui, picture, job, view, desk);
    let texts = Rect::from_min_max(pos2(picture.right() + 10.0, rect.top() + 8.0), rect.max);
    let mut texts = ui.new_child(column(texts.shrink2(vec2(4.0, 0.0))));
    texts.spacing_mut().item_spacing.y = 2.0;
    title_ui(&mut texts, job, "queue-cancel", desk);
    let line = if is_cancelling {
        desk.text("queue-cancelling")
    } else {
        progress_text(job, view, desk)
    };
    texts.add(Label::new(RichText::new(line).small()).truncate());
    if job.request.count.get() > 1 {
        let pictures = Message::new("queue-picture-of")
            .with_number("picture", f64::from(view.picture + 1))
            .with_number("count", f64::from(job.request.count.get()));
        let pictures = RichText::new(desk.message(&pictures)).small();
        texts.label(pictures.color(desk.theme.color.text_secondary));
    }
}

fn preview_ui(ui: &Ui, rect: Rect, job: &Job, view: &RunningView, desk: &mut Desk<'_>) {
    ui.painter().rect_filled(rect, 4.0, desk.theme.color.ground);
    let fraction = view.fraction(job.request.count.get());
    let preview = view.preview.as_ref();
    let look = preview.map(|pixels| desk.textures.preview(ui.ctx(), pixels));
    let measured = (view.steps > 0).then_some(fraction).or(view.loading);
    match look {
        Some(Look::Ready { texture, size }) => {
            let scale = (rect.width() / size.x).min(rect.height() / size.y);
            let shown = Rect::from_center_size(rect.center(), size * scale);
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter()
                .image(texture, shown, whole, egui::Color32::WHITE);
            let corner = rect.right_bottom() - vec2(12.0, 12.0);
            ui.painter()
                .circle_filled(corner, 10.0, desk.theme.color.panel);
            let ring = Rect::from_center_size(corner, vec2(16.0, 16.0));
            progress_ring(ui, desk.theme, ring, measured);
        }
        Some(Look::Coming | Look::Missing) | None => {
            let ring = Rect::from_center_size(rect.center(), vec2(30.0, 30.0));
            progress_ring(ui, desk.theme, ring, measured);
        }
    }
}

fn progress_text(job: &Job, view: &RunningView, desk: &Desk<'_>) -> String {
    if let Some(fraction) = view.loading {
        let percent = f64::from((fraction * 100.0).round());
        return desk.message(&Message::new("queue-loading").with_number("percent", percent));
    }
    if view.steps == 0 {
        return desk.text("queue-starting");
    }
    let step = Message::new("queue-step")
        .with_number("step", f64::from(view.step))
        .with_number("steps", f64::from(view.steps));
    let step = desk.message(&step);
    match view.secs_left(job.request.count.get()) {
        Some(secs) => format!("{step} · {}", desk.message(&time_left(secs))),
        None => step,
    }
}

/// How long something still takes.
pub(super) fn time_left(secs: f64) -> Message {
    let secs = secs.ceil();
    if secs < 60.0 {
        return Message::new("queue-secs-left").with_number("secs", secs);
    }
    let minutes = (secs / 60.0).floor();
    Message::new("queue-minutes-left")
        .with_number("minutes", minutes)
        .with("secs", format!("{:02}", secs - minutes * 60.0))
}

fn waiting_ui(ui: &mut Ui, job: &Job, place: usize, desk: &mut Desk<'_>) -> Response {
    let (rect, response) = cell(
        ui,
        WAITING_WIDTH,
        Sense::click_and_drag(),
        desk.theme.hairline(),
        desk,
    );
    let name = Message::new("queue-waiting-name")
        .with_number("place", (place + 1) as f64)
        .with("prompt", start_of(job, desk));
    let name = desk.message(&name);
    response.widget_info(|| WidgetInfo::labeled(egui::Role::Button, true, &name));
    let mut texts = ui.new_child(column(rect.shrink2(vec2(10.0, 8.0))));
    texts.spacing_mut().item_spacing.y = 2.0;
    title_ui(&mut texts, job, "queue-drop", desk);
    let what = Message::new("queue-what")
        .with_number("count", f64::from(job.request.count.get()))
        .with("size", size_text(job));
    let what = RichText::new(desk.message(&what)).small();
    texts.add(Label::new(what.color(desk.theme.color.text_secondary)).truncate());
    response.on_hover_text(desk.text("queue-waiting-help"))
}

fn failed_ui(ui: &mut Ui, job: &Job, notice: &Notice, desk: &mut Desk<'_>) {
    let stroke = Stroke::new(1.0, desk.theme.of_severity(notice.severity));
    let (rect, _) = cell(ui, FAILED_WIDTH, Sense::hover(), stroke, desk);
    let mut texts = ui.new_child(column(rect.shrink2(vec2(10.0, 6.0))));
    texts.spacing_mut().item_spacing.y = 2.0;
    texts.horizontal_top(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let dismiss = desk.text("queue-dismiss");
            if IconButton::new(Icon::X, &dismiss)
                .small()
                .show(ui, desk.theme)
                .clicked()
            {
                desk.ask(Action::Queue(QueueAction::Cancel(job.id)));
            }
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                let icon = theme::icon(Icon::CircleAlert).size(14.0);
                ui.label(icon.color(desk.theme.of_severity(notice.severity)));
                let headline = desk.message(&notice.headline);
                ui.add(Label::new(RichText::new(&headline).small()).truncate())
                    .on_hover_text(headline);
            });
        });
    });
    desk.theme.dress_card(&mut texts);
    texts.horizontal(|ui| {
        if ui.button(desk.text("queue-retry")).clicked() {
            desk.ask(Action::Queue(QueueAction::Retry(job.id)));
        }
        let prompt = RichText::new(start_of(job, desk)).small();
        ui.add(Label::new(prompt.color(desk.theme.color.text_secondary)).truncate());
    });
}

/// The prompt's start, and a button that takes the job out of the strip.
fn title_ui(ui: &mut Ui, job: &Job, cancel_key: &'static str, desk: &mut Desk<'_>) {
    let prompt = start_of(job, desk);
    ui.horizontal_top(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let name = desk.text(cancel_key);
            if IconButton::new(Icon::X, &name)
                .small()
                .show(ui, desk.theme)
                .clicked()
            {
                desk.ask(Action::Queue(QueueAction::Cancel(job.id)));
            }
            ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
                ui.add(Label::new(&prompt).truncate());
            });
        });
    });
}

/// The inside of a cell, filled from the top.
fn column(rect: Rect) -> UiBuilder {
    UiBuilder::new()
        .max_rect(rect)
        .layout(Layout::top_down(Align::Min))
}

fn cell(
    ui: &mut Ui,
    width: f32,
    sense: Sense,
    stroke: Stroke,
    desk: &Desk<'_>,
) -> (Rect, Response) {
    let (rect, response) = ui.allocate_exact_size(vec2(width, CELL_HEIGHT), sense);
    let stroke = if response.has_focus() {
        ui.visuals().widgets.active.bg_stroke
    } else {
        stroke
    };
    let radius = f32::from(desk.theme.card_radius());
    let fill = desk.theme.color.raised;
    ui.painter()
        .rect(rect, radius, fill, stroke, StrokeKind::Inside);
    (rect, response)
}

/// Moves a waiting job to where its cell is dropped, or by Alt with an arrow; Delete drops it.
fn reorder(ui: &Ui, places: &[(JobId, Response)], desk: &mut Desk<'_>) {
    for (place, (job, response)) in places.iter().enumerate() {
        let job = *job;
        if response.has_focus() {
            let pressed = |modifiers, key| ui.input_mut(|input| input.consume_key(modifiers, key));
            if pressed(Modifiers::ALT, Key::ArrowLeft) && place > 0 {
                desk.ask(move_job(job, place - 1));
            }
            if pressed(Modifiers::ALT, Key::ArrowRight) {
                desk.ask(move_job(job, place + 1));
            }
            if pressed(Modifiers::NONE, Key::Delete) {
                desk.ask(Action::Queue(QueueAction::Cancel(job)));
            }
        }
        let Some(pointer) = response.interact_pointer_pos() else {
            continue;
        };
        let to = drop_place(places, pointer.x);
        if response.dragged() {
            drop_mark(ui, places, place, to, desk);
        }
        if response.drag_stopped() && to != place {
            desk.ask(move_job(job, to));
        }
    }
}

fn move_job(job: JobId, to: usize) -> Action {
    Action::Queue(QueueAction::Move { job, to })
}

/// The place of the cell that the pointer is over.
fn drop_place(places: &[(JobId, Response)], x: f32) -> usize {
    let before = places
        .iter()
        .filter(|(_, response)| response.rect.right() < x);
    before.count().min(places.len().saturating_sub(1))
}

fn drop_mark(ui: &Ui, places: &[(JobId, Response)], from: usize, to: usize, desk: &Desk<'_>) {
    let Some((_, target)) = places.get(to).filter(|_| to != from) else {
        return;
    };
    let gap = ui.spacing().item_spacing.x / 2.0;
    let x = if to < from {
        target.rect.left() - gap
    } else {
        target.rect.right() + gap
    };
    let stroke = Stroke::new(2.0, desk.theme.color.accent);
    ui.painter().vline(x, target.rect.y_range(), stroke);
}

fn start_of(job: &Job, desk: &Desk<'_>) -> String {
    let text = job.request.prompt.text.trim();
    let line = text.lines().next().unwrap_or_default();
    if line.is_empty() {
        return desk.text("queue-no-prompt");
    }
    line.chars().take(120).collect()
}

fn size_text(job: &Job) -> String {
    format!(
        "{} × {}",
        job.request.size.width(),
        job.request.size.height()
    )
}
