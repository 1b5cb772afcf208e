//! A notice as a card: what happened, why, and the way out as a button.

use egui::{Align, Layout, RichText, Ui};
use lucide_icons::Icon;

use crate::app::{Action, NoticeAction, Posted};
use crate::domain::{Message, Notice, Remedy, Severity};
use crate::ui::panel::Desk;
use crate::ui::theme;

use super::IconButton;

/// Draws a posted notice with everything that can be done about it.
pub fn notice_card(ui: &mut Ui, posted: &Posted, desk: &mut Desk<'_>) {
    let Posted {
        number,
        notice,
        times,
        ..
    } = posted;
    let dismiss = desk.text("notices-dismiss");
    ui.horizontal_top(|ui| {
        severity_icon(ui, notice.severity, desk);
        ui.with_layout(Layout::right_to_left(Align::Min), |ui| {
            let close = IconButton::new(Icon::X, &dismiss).small();
            if close.show(ui, desk.theme).clicked() {
                desk.ask(Action::Notice(NoticeAction::Dismiss(*number)));
            }
            ui.with_layout(Layout::top_down(Align::Min), |ui| {
                ui.add(egui::Label::new(headline(notice, *times, desk)).wrap());
                details_ui(ui, *number, notice, desk);
                if let Some(remedy) = &notice.remedy
                    && ui.button(desk.text(remedy_key(remedy))).clicked()
                {
                    desk.ask(Action::Notice(NoticeAction::Take {
                        number: *number,
                        remedy: remedy.clone(),
                    }));
                }
            });
        });
    });
}

fn headline(notice: &Notice, times: u32, desk: &Desk<'_>) -> String {
    let headline = desk.message(&notice.headline);
    if times < 2 {
        return headline;
    }
    let repeated = Message::new("notices-times").with_number("count", f64::from(times));
    format!("{headline} {}", desk.message(&repeated))
}

/// The technical chain under a fold, with a button that copies it.
pub fn details_ui(ui: &mut Ui, salt: u64, notice: &Notice, desk: &Desk<'_>) {
    if notice.details.is_empty() {
        return;
    }
    let title = RichText::new(desk.text("notices-details"))
        .small()
        .color(desk.theme.color.text_secondary);
    egui::CollapsingHeader::new(title)
        .id_salt(("notice-details", salt))
        .show(ui, |ui| {
            for line in &notice.details {
                let line = RichText::new(line)
                    .monospace()
                    .color(desk.theme.color.text_secondary);
                ui.add(egui::Label::new(line).wrap().selectable(true));
            }
            if ui.small_button(desk.text("notices-copy")).clicked() {
                let text = format!(
                    "{}\n{}",
                    desk.message(&notice.headline),
                    notice.details.join("\n")
                );
                ui.copy_text(text);
            }
        });
}

/// The key of the text on a remedy's button.
pub fn remedy_key(remedy: &Remedy) -> &'static str {
    match remedy {
        Remedy::UseCpu => "remedy-use-cpu",
        Remedy::InstallRuntime => "remedy-install-runtime",
        Remedy::ChooseLibrary => "remedy-choose-library",
        Remedy::RescanModels => "remedy-rescan-models",
        Remedy::Retry => "remedy-retry",
    }
}

fn severity_icon(ui: &mut Ui, severity: Severity, desk: &Desk<'_>) {
    let icon = match severity {
        Severity::Info => Icon::Info,
        Severity::Warning => Icon::TriangleAlert,
        Severity::Error => Icon::CircleAlert,
    };
    ui.label(theme::icon(icon).color(desk.theme.of_severity(severity)));
}
