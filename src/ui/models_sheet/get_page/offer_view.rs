//! A model that can be had: what it is, what it holds, what room it takes, and the button.

use std::path::PathBuf;

use egui::{Align, Label, Layout, RichText, ScrollArea, Ui};
use lucide_icons::Icon;

use crate::app::{Action, FetchAction, Offer, OfferPlace, Studio};
use crate::domain::Message;
use crate::hub::PlannedFile;
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::{accent_button, fact_row, heading, shown_bytes};

use super::page_link;
use super::token_field::TokenField;
use crate::ui::models_sheet::details::title_ui;

const FILES_SHARE: f32 = 0.46;
const BUTTON_HEIGHT: f32 = 36.0;
/// How much of a commit's hash names it to a person.
const COMMIT_LETTERS: usize = 10;

/// Draws the offer; gives the folder of the model where it is here and wanted to be shown.
pub(super) fn ui(
    ui: &mut Ui,
    offer: &Offer,
    token: &mut TokenField,
    studio: &Studio,
    desk: &mut Desk<'_>,
) -> Option<PathBuf> {
    let files_frame = egui::Frame::new().fill(desk.theme.color.panel);
    egui::Panel::right("offered-files")
        .exact_size(ui.available_width() * FILES_SHARE)
        .resizable(false)
        .frame(files_frame.inner_margin(desk.theme.space.medium))
        .show(ui, |ui| files_ui(ui, &offer.plan.files, desk));
    let right = egui::Margin {
        right: desk.theme.space.large as i8,
        ..egui::Margin::ZERO
    };
    let target = offer.plan.target();
    let incoming = studio.fetching().incoming();
    let is_this = incoming.is_some_and(|incoming| incoming.plan().target() == target);
    let mut shown = None;
    if !is_this {
        let frame = egui::Frame::new().inner_margin(right);
        egui::Panel::bottom("get-model")
            .exact_size(BUTTON_HEIGHT)
            .resizable(false)
            .show_separator_line(false)
            .frame(frame)
            .show(ui, |ui| shown = button_ui(ui, offer, studio, desk));
    }
    ScrollArea::vertical()
        .id_salt("offer")
        .auto_shrink(false)
        .content_margin(right)
        .show(ui, |ui| {
            ui.scope(|ui| about_ui(ui, offer, is_this, desk));
            if !is_this {
                ui.add_space(desk.theme.space.small);
                remarks_ui(ui, offer, studio, desk);
            }
            if offer.plan.is_gated {
                heading(ui, "get-gated", None, desk);
                let help = Message::new("get-gated-help").with("page", &offer.plan.page);
                ui.add(Label::new(desk.message(&help)).wrap().selectable(true));
                token.ui(ui, &offer.host, studio, desk);
            }
        });
    shown
}

/// What it is; where it is on its way, that tells how much of it is here.
fn about_ui(ui: &mut Ui, offer: &Offer, is_on_its_way: bool, desk: &mut Desk<'_>) {
    let plan = &offer.plan;
    title_ui(ui, &plan.model_id());
    ui.add_space(desk.theme.space.tiny);
    fact_ui(ui, desk, "get-licence", &plan.licence.id);
    let commit = plan.commit.get(..COMMIT_LETTERS).unwrap_or(&plan.commit);
    let commit = format!("{} · {commit}", plan.repository.revision());
    fact_ui(ui, desk, "get-revision", &commit);
    fact_ui(ui, desk, "get-size", &bytes_text(plan.bytes(), desk));
    if offer.received_bytes > 0 && offer.place == OfferPlace::Free && !is_on_its_way {
        let here = Message::new("get-received-of")
            .with("here", bytes_text(offer.received_bytes, desk))
            .with("missing", bytes_text(offer.missing_bytes(), desk));
        fact_ui(ui, desk, "get-received", &desk.message(&here));
    }
    if let Some(free_bytes) = offer.free_bytes {
        fact_ui(ui, desk, "get-free", &bytes_text(free_bytes, desk));
    }
    let target = plan.target().display().to_string();
    fact_ui(ui, desk, "get-into", &target);
    heading(ui, "get-page", Some((&plan.page, "get-copy-page")), desk);
    page_link(ui, &plan.page, desk);
}

fn fact_ui(ui: &mut Ui, desk: &Desk<'_>, key: &'static str, value: &str) {
    fact_row(ui, &desk.text(key), value, desk);
}

fn bytes_text(bytes: u64, desk: &Desk<'_>) -> String {
    desk.message(&shown_bytes(bytes))
}

/// Every file with its size, the largest first.
fn files_ui(ui: &mut Ui, files: &[PlannedFile], desk: &Desk<'_>) {
    let count = Message::new("get-files").with_number("count", files.len() as f64);
    let count = RichText::new(desk.message(&count)).small();
    ui.label(count.color(desk.theme.color.text_secondary));
    ui.spacing_mut().interact_size.y = 0.0;
    ui.spacing_mut().item_spacing.y = desk.theme.space.tiny;
    let height = ui.text_style_height(&egui::TextStyle::Body);
    ScrollArea::vertical()
        .id_salt("files")
        .auto_shrink(false)
        .content_margin(egui::Margin {
            right: desk.theme.space.large as i8,
            ..egui::Margin::ZERO
        })
        .show_rows(ui, height, files.len(), |ui, rows| {
            for file in &files[rows] {
                file_ui(ui, file, desk);
            }
        });
}

fn file_ui(ui: &mut Ui, file: &PlannedFile, desk: &Desk<'_>) {
    ui.horizontal(|ui| {
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
            let size = RichText::new(bytes_text(file.bytes, desk)).monospace();
            ui.label(size.color(desk.theme.color.text_secondary));
            ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
                ui.add(Label::new(&file.path).truncate());
            });
        });
    });
}

/// The button for what can be done with it; none while it is on its way.
fn button_ui(ui: &mut Ui, offer: &Offer, studio: &Studio, desk: &mut Desk<'_>) -> Option<PathBuf> {
    if offer.place == OfferPlace::Here {
        let show = accent_button(ui, desk.theme, &desk.text("get-show"), "");
        return show.clicked().then(|| offer.plan.target());
    }
    let name = if offer.received_bytes > 0 {
        desk.text("get-go-on")
    } else {
        desk.text("get-it")
    };
    let is_possible = offer.is_possible() && studio.fetching().incoming().is_none();
    let button = |ui: &mut Ui| accent_button(ui, desk.theme, &name, "");
    if ui.add_enabled_ui(is_possible, button).inner.clicked() {
        desk.ask(Action::Fetch(FetchAction::Get));
    }
    None
}

/// What there is to know before it is got, or why it cannot be.
fn remarks_ui(ui: &mut Ui, offer: &Offer, studio: &Studio, desk: &Desk<'_>) {
    let (icon, color, text) = match offer.place {
        OfferPlace::Here => {
            let text = desk.text("get-here");
            (Icon::CircleCheck, desk.theme.color.pick, text)
        }
        OfferPlace::Occupied => {
            let path = offer.plan.target();
            let occupied = Message::new("error-hub-occupied").with("path", path.display());
            let text = desk.message(&occupied);
            (Icon::TriangleAlert, desk.theme.color.warn, text)
        }
        OfferPlace::Free if !offer.fits() => {
            let free_bytes = offer.free_bytes.unwrap_or_default();
            let full = Message::new("get-no-room")
                .with("needed", bytes_text(offer.missing_bytes(), desk))
                .with("free", bytes_text(free_bytes, desk));
            let text = desk.message(&full);
            (Icon::TriangleAlert, desk.theme.color.warn, text)
        }
        OfferPlace::Free if studio.fetching().incoming().is_some() => {
            let text = desk.text("get-one-at-a-time");
            (Icon::Info, desk.theme.color.info, text)
        }
        OfferPlace::Free => return,
    };
    remark_ui(ui, icon, color, text);
}

fn remark_ui(ui: &mut Ui, icon: Icon, color: egui::Color32, text: String) {
    ui.horizontal_top(|ui| {
        ui.label(theme::icon(icon).color(color));
        ui.add(Label::new(text).wrap().selectable(true));
    });
}
