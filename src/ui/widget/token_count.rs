//! How much of a prompt the model reads.

use egui::{Label, RichText, Sense, Ui};

use crate::domain::{Message, ModelId};
use crate::pipeline::ModelInfo;

use crate::ui::panel::Desk;

/// The count of a prompt's tokens, kept until prompt or model change.
#[derive(Default)]
pub struct TokenCount {
    model: Option<ModelId>,
    text: String,
    count: usize,
    limit: usize,
    cut: Option<String>,
}

impl TokenCount {
    /// Draws `12 / 30`; warns of the words that will be cut.
    pub fn ui(&mut self, ui: &mut Ui, text: &str, model: Option<&ModelInfo>, desk: &Desk<'_>) {
        let Some(tokenizer) = model.and_then(|model| model.tokenizer.as_ref()) else {
            return;
        };
        let id = model.map(|model| &model.id);
        if self.model.as_ref() != id || self.text != text {
            *self = Self {
                model: id.cloned(),
                text: text.to_owned(),
                count: tokenizer.count(text),
                limit: tokenizer.limit(),
                cut: tokenizer.encode(text).cut,
            };
        }
        let color = if self.cut.is_some() {
            desk.theme.color.warn
        } else {
            desk.theme.color.text_secondary
        };
        let shown = RichText::new(format!("{} / {}", self.count, self.limit))
            .monospace()
            .color(color);
        let help = match &self.cut {
            None => desk.text("compose-tokens-help"),
            Some(cut) => desk.message(&Message::new("compose-tokens-cut").with("words", cut)),
        };
        ui.add(Label::new(shown).sense(Sense::hover()))
            .on_hover_text(help);
    }
}
