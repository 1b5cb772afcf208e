//! Getting a model: which one, what it is, and the one on its way.

mod incoming_card;
mod offer_view;
mod token_field;

use std::path::PathBuf;

use egui::{Align, Id, Key, Label, Layout, RichText, ScrollArea, TextEdit, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, FetchAction, Looked, Refusal, RefusalRemedy, Studio};
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::view::Sheet;
use crate::ui::widget::{IconButton, details_ui};

use self::incoming_card::IncomingCard;
use self::token_field::TokenField;

const FIELD_WIDTH: f32 = 460.0;
/// How wide lines of text may become before they are hard to read.
const TEXT_WIDTH: f32 = 640.0;

/// What the page remembers.
#[derive(Default)]
pub(super) struct GetPage {
    wanted: String,
    token: TokenField,
    incoming: IncomingCard,
    incoming_height: f32,
    /// The pass in which it was last drawn.
    last_pass: u64,
}

impl GetPage {
    /// Draws the page; gives the folder of a model that is to be shown among the others.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) -> Option<PathBuf> {
        let pass = ui.ctx().cumulative_pass_nr();
        let is_new = pass > self.last_pass + 1;
        self.last_pass = pass;
        head_ui(ui, desk);
        self.wanted_ui(ui, is_new, studio, desk);
        ui.add_space(desk.theme.space.small);
        if let Some(incoming) = studio.fetching().incoming() {
            // Above, since notices lie over the lower end of the sheet.
            let frame = egui::Frame::new().inner_margin(egui::Margin {
                bottom: desk.theme.space.medium as i8,
                ..egui::Margin::ZERO
            });
            let shown = egui::Panel::top("incoming-model")
                .resizable(false)
                .frame(frame)
                .show(ui, |ui| self.incoming.ui(ui, incoming, desk));
            // A panel is as high as what it held in the frame before.
            let height = shown.response.rect.height();
            if (height - self.incoming_height).abs() > 0.5 {
                self.incoming_height = height;
                ui.ctx().request_repaint();
            }
            ui.add_space(desk.theme.space.medium);
        }
        match studio.fetching().looked() {
            Looked::Nothing => help_ui(ui, desk),
            Looked::Asking => asking_ui(ui, desk),
            Looked::Refused(refusal) => {
                ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
                    ui.set_max_width(TEXT_WIDTH);
                    self.refusal_ui(ui, refusal, studio, desk);
                });
            }
            Looked::Found(offer) => {
                return offer_view::ui(ui, offer, &mut self.token, studio, desk);
            }
        }
        None
    }

    /// The field for the model's name, and the button that looks it up.
    fn wanted_ui(&mut self, ui: &mut Ui, is_new: bool, studio: &Studio, desk: &mut Desk<'_>) {
        ui.horizontal(|ui| {
            let name = desk.text("get-wanted");
            let field = TextEdit::singleline(&mut self.wanted)
                .id(Id::unique("get-wanted"))
                .hint_text(desk.text("get-wanted-hint"))
                .desired_width(FIELD_WIDTH.min(ui.available_width() * 0.6))
                .margin(vec2(8.0, 6.0));
            let field = ui.add(field);
            let value = self.wanted.clone();
            field.widget_info(|| {
                let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, &name);
                info.current_text_value = Some(value.clone());
                info
            });
            desk.theme.ring_focus(ui, &field);
            if is_new {
                field.request_focus();
            }
            let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let is_asking = *studio.fetching().looked() == Looked::Asking;
            let is_possible = !self.wanted.trim().is_empty() && !is_asking;
            let button = egui::Button::new(desk.text("get-look-up"));
            let is_clicked = ui.add_enabled(is_possible, button).clicked();
            if is_possible && (is_clicked || is_entered) {
                let look_up = FetchAction::LookUp(self.wanted.trim().to_owned());
                desk.ask(Action::Fetch(look_up));
            }
        });
    }

    /// Why it cannot be had, and what helps.
    fn refusal_ui(&mut self, ui: &mut Ui, refusal: &Refusal, studio: &Studio, desk: &mut Desk<'_>) {
        let notice = &refusal.notice;
        ui.horizontal_top(|ui| {
            let color = desk.theme.of_severity(notice.severity);
            let icon = match refusal.remedy {
                RefusalRemedy::Folder(_) => Icon::Folders,
                RefusalRemedy::AskAgain | RefusalRemedy::Token { .. } => Icon::TriangleAlert,
            };
            ui.label(theme::icon(icon).color(color));
            let headline = desk.message(&notice.headline);
            ui.add(Label::new(headline).wrap().selectable(true));
        });
        ui.add_space(desk.theme.space.tiny);
        match &refusal.remedy {
            RefusalRemedy::Folder(folders) => {
                for folder in folders {
                    if ui.button(folder).clicked() {
                        let choose = FetchAction::ChooseFolder(folder.clone());
                        desk.ask(Action::Fetch(choose));
                    }
                }
                return;
            }
            RefusalRemedy::Token { host, page } => {
                if let Some(page) = page {
                    page_link(ui, page, desk);
                }
                self.token.ui(ui, host, studio, desk);
            }
            RefusalRemedy::AskAgain => {}
        }
        details_ui(ui, 0, notice, desk);
        if let Some(wish) = studio.fetching().wish()
            && ui.button(desk.text("remedy-retry")).clicked()
        {
            desk.ask(Action::Fetch(FetchAction::LookUp(wish.text.clone())));
        }
    }
}

/// The way back, and where one is.
fn head_ui(ui: &mut Ui, desk: &mut Desk<'_>) {
    ui.horizontal(|ui| {
        let back = desk.text("shortcut-models");
        let button = IconButton::new(Icon::ArrowLeft, &back);
        if button.show(ui, desk.theme).clicked() {
            desk.view.sheet = Some(Sheet::Models);
        }
        let title = RichText::new(desk.text("get-title"));
        ui.label(title.text_style(theme::title_style()));
    });
}

/// The address of a page, which opens it.
fn page_link(ui: &mut Ui, page: &str, desk: &mut Desk<'_>) {
    let link = ui.link(page).on_hover_text(desk.text("get-open-page"));
    if link.clicked() {
        desk.ask(Action::Fetch(FetchAction::OpenPage(page.to_owned())));
    }
}

fn help_ui(ui: &mut Ui, desk: &Desk<'_>) {
    ui.set_max_width(TEXT_WIDTH.min(ui.available_width()));
    let help = RichText::new(desk.text("get-help"));
    let help = help.color(desk.theme.color.text_secondary);
    ui.add(Label::new(help).wrap());
}

fn asking_ui(ui: &mut Ui, desk: &Desk<'_>) {
    ui.with_layout(Layout::left_to_right(Align::Min), |ui| {
        ui.spinner();
        ui.label(RichText::new(desk.text("get-asking")).color(desk.theme.color.text_secondary));
    });
}
