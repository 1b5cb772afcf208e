//! How much of a prompt the model reads.

use egui::{Label, RichText, Sense, Ui};

use crate::domain::{Message, ModelId};
use crate::pipeline::{ModelInfo, TokenUse};

use crate::ui::panel::Desk;

/// The count of a prompt's tokens, kept until prompt or model change.
#[derive(Default)]
pub struct TokenCount {
    model: Option<ModelId>,
    text: String,
    used: TokenUse,
}

impl TokenCount {
    /// Draws `12 / 75`, and `80 / 150` where the prompt takes two chunks.
    pub fn ui(&mut self, ui: &mut Ui, text: &str, model: Option<&ModelInfo>, desk: &Desk<'_>) {
        let Some(tokenizer) = model.and_then(|model| model.tokenizer.as_ref()) else {
            return;
        };
        let id = model.map(|model| &model.id);
        if self.model.as_ref() != id || self.text != text {
            *self = Self {
                model: id.cloned(),
                text: text.to_owned(),
                used: tokenizer.usage(text),
            };
        }
        let TokenUse { taken, places, .. } = self.used;
        let shown = RichText::new(format!("{taken} / {places}"))
            .monospace()
            .color(desk.theme.color.text_secondary);
        let help = Message::new("compose-tokens-help")
            .with_number("chunks", self.used.chunks as f64)
            .with_number("words", self.used.chunk_words as f64);
        ui.add(Label::new(shown).sense(Sense::hover()))
            .on_hover_text(desk.message(&help));
    }
}
