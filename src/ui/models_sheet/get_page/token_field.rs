//! The field for a hub's token: what is written there is never shown.

use egui::{Key, Label, RichText, TextEdit, Ui, vec2};

use crate::app::{Action, FetchAction, Studio, TokenState};
use crate::domain::Message;
use crate::hub::Token;
use crate::ui::panel::Desk;

const FIELD_WIDTH: f32 = 280.0;

/// What is being written.
#[derive(Default)]
pub(super) struct TokenField {
    written: String,
}

impl TokenField {
    /// Draws the field, and how it went with the token before.
    pub(super) fn ui(&mut self, ui: &mut Ui, host: &str, studio: &Studio, desk: &mut Desk<'_>) {
        let name = Message::new("get-token").with("host", host);
        let name = desk.message(&name);
        ui.horizontal_wrapped(|ui| {
            let field = TextEdit::singleline(&mut self.written)
                .password(true)
                .hint_text(name.clone())
                .desired_width(FIELD_WIDTH)
                .margin(vec2(8.0, 6.0));
            let field = ui.add(field);
            field.widget_info(|| egui::WidgetInfo::labeled(egui::Role::PasswordInput, true, &name));
            desk.theme.ring_focus(ui, &field);
            let is_entered = field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter));
            let token = Token::new(&self.written);
            let button = egui::Button::new(desk.text("get-token-keep"));
            let is_clicked = ui.add_enabled(token.is_some(), button).clicked();
            if let Some(token) = token.filter(|_| is_clicked || is_entered) {
                self.written.clear();
                desk.ask(Action::Fetch(FetchAction::KeepToken(token)));
            }
        });
        state_ui(ui, host, studio.fetching().token(), desk);
    }
}

fn state_ui(ui: &mut Ui, host: &str, state: &TokenState, desk: &Desk<'_>) {
    let color = &desk.theme.color;
    let (text, color) = match state {
        TokenState::Ungiven => (desk.text("get-token-help"), color.text_secondary),
        TokenState::Keeping => (desk.text("get-token-keeping"), color.text_secondary),
        TokenState::Kept => {
            let kept = Message::new("hub-token-kept").with("host", host);
            (desk.message(&kept), color.pick)
        }
        TokenState::NotKept(notice) => (desk.message(&notice.headline), color.error),
    };
    ui.add(Label::new(RichText::new(text).small().color(color)).wrap());
}
