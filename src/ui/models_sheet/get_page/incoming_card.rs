//! The model on its way: how much is here, how fast it comes, and what can be done about it.

use egui::{Align, Label, Layout, ProgressBar, RichText, Ui};
use lucide_icons::Icon;

use crate::app::{Action, FetchAction, Incoming, IncomingState};
use crate::domain::Message;
use crate::ui::panel::Desk;
use crate::ui::queue_strip::time_left;
use crate::ui::theme;
use crate::ui::widget::{details_ui, shown_bytes};

/// From how many bytes on a cancel is asked about, since it would throw hours away.
const MUCH_BYTES: u64 = 100_000_000;

/// What the card remembers.
#[derive(Default)]
pub(super) struct IncomingCard {
    /// Whether the cancel waits for a yes.
    asks_cancel: bool,
}

impl IncomingCard {
    /// Draws the card.
    pub(super) fn ui(&mut self, ui: &mut Ui, incoming: &Incoming, desk: &mut Desk<'_>) {
        ui.horizontal(|ui| {
            ui.label(theme::icon(Icon::Download).color(desk.theme.color.accent));
            ui.add(Label::new(incoming.plan().model_id()).truncate());
            let text = RichText::new(progress_text(incoming, desk));
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.label(text.color(desk.theme.color.text_secondary));
            });
        });
        progress_bar(ui, incoming, desk);
        if let IncomingState::Failed(notice) = incoming.state() {
            ui.horizontal_top(|ui| {
                let color = desk.theme.of_severity(notice.severity);
                ui.label(theme::icon(Icon::CircleAlert).color(color));
                let headline = desk.message(&notice.headline);
                ui.add(Label::new(headline).wrap().selectable(true));
            });
            details_ui(ui, 1, notice, desk);
        }
        ui.horizontal_wrapped(|ui| self.buttons_ui(ui, incoming, desk));
    }

    fn buttons_ui(&mut self, ui: &mut Ui, incoming: &Incoming, desk: &mut Desk<'_>) {
        if *incoming.state() == IncomingState::Cancelling {
            self.asks_cancel = false;
            return;
        }
        if self.asks_cancel {
            self.question_ui(ui, incoming, desk);
            return;
        }
        let steps: &[(&'static str, FetchAction)] = match incoming.state() {
            IncomingState::Running => &[("get-pause", FetchAction::Pause)],
            IncomingState::Paused => &[("get-resume", FetchAction::GoOn)],
            IncomingState::Failed(_) => &[("remedy-retry", FetchAction::GoOn)],
            IncomingState::Pausing | IncomingState::Cancelling => &[],
        };
        for (key, action) in steps {
            if ui.button(desk.strings.text(key)).clicked() {
                desk.ask(Action::Fetch(action.clone()));
            }
        }
        if ui.button(desk.text("get-cancel")).clicked() {
            if incoming.done_bytes() < MUCH_BYTES {
                desk.ask(Action::Fetch(FetchAction::Cancel));
            } else {
                self.asks_cancel = true;
            }
        }
    }

    fn question_ui(&mut self, ui: &mut Ui, incoming: &Incoming, desk: &mut Desk<'_>) {
        let here = desk.message(&shown_bytes(incoming.done_bytes()));
        let question = Message::new("get-cancel-question").with("size", here);
        ui.label(desk.message(&question));
        if ui.button(desk.text("get-cancel-yes")).clicked() {
            self.asks_cancel = false;
            desk.ask(Action::Fetch(FetchAction::Cancel));
        }
        if ui.button(desk.text("get-cancel-no")).clicked() {
            self.asks_cancel = false;
        }
    }
}

fn progress_bar(ui: &mut Ui, incoming: &Incoming, desk: &Desk<'_>) {
    let color = match incoming.state() {
        IncomingState::Running => desk.theme.color.accent,
        IncomingState::Failed(_) => desk.theme.color.error,
        IncomingState::Pausing | IncomingState::Paused | IncomingState::Cancelling => {
            desk.theme.color.text_disabled
        }
    };
    let bar = ProgressBar::new(incoming.fraction())
        .desired_height(6.0)
        .fill(color);
    let bar = ui.add(bar);
    let (name, share) = (incoming.plan().model_id(), incoming.fraction());
    bar.widget_info(|| {
        let mut info = egui::WidgetInfo::labeled(egui::Role::ProgressIndicator, true, &name);
        info.value = Some(f64::from((share * 100.0).floor()));
        info
    });
}

/// Bytes, share, and what there is to say of speed and time, or of the standstill.
fn progress_text(incoming: &Incoming, desk: &Desk<'_>) -> String {
    let bytes = |bytes: u64| desk.message(&shown_bytes(bytes));
    let of = Message::new("get-done-of")
        .with("done", bytes(incoming.done_bytes()))
        .with("total", bytes(incoming.plan().bytes()))
        .with("percent", (incoming.fraction() * 100.0).floor());
    let mut facts = vec![desk.message(&of)];
    match incoming.state() {
        IncomingState::Running if incoming.is_checking() => {
            facts.push(desk.text("get-checking"));
        }
        IncomingState::Running => {
            if let Some(speed) = incoming.bytes_per_sec() {
                let speed = Message::new("get-speed").with("size", bytes(speed as u64));
                facts.push(desk.message(&speed));
            }
            if let Some(secs) = incoming.secs_left() {
                facts.push(desk.message(&time_left(secs)));
            }
        }
        IncomingState::Pausing => facts.push(desk.text("get-pausing")),
        IncomingState::Paused => facts.push(desk.text("get-paused")),
        IncomingState::Failed(_) => facts.push(desk.text("get-stopped")),
        IncomingState::Cancelling => facts.push(desk.text("get-cancelling")),
    }
    facts.join(" · ")
}
