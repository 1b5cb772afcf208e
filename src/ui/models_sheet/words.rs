//! The words that the artist keeps about a model: tags to find it by, trigger words to write.

use egui::{Key, TextEdit, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, ComposeAction, Studio};
use crate::domain::Message;
use crate::ui::panel::Desk;
use crate::ui::widget::{IconButton, heading};

use super::details::Chosen;

const FIELD_WIDTH: f32 = 168.0;
/// The longest word that is kept, in characters.
const MAX_LENGTH: usize = 80;

/// What is being written into the two fields.
#[derive(Default)]
pub(super) struct Words {
    tag: String,
    trigger_word: String,
}

impl Words {
    /// Draws both lists, and changes the note as the artist does.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        chosen: &mut Chosen<'_>,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        heading(ui, "models-trigger-words", None, desk);
        let prompt = studio.compose().draft().prompt.text.clone();
        let mut written = None;
        list_ui(
            ui,
            &mut chosen.note.trigger_words,
            &mut self.trigger_word,
            "models-add-trigger-word",
            desk,
            |ui, word| {
                let is_written = holds(&prompt, word);
                let chip = ui.add(egui::Button::new(word).selected(is_written));
                let tip = Message::new("models-write-trigger-word").with("word", word);
                if chip.on_hover_text(desk.message(&tip)).clicked() && !is_written {
                    written = Some(with_word(&prompt, word));
                }
            },
        );
        if let Some(written) = written {
            let mut draft = studio.compose().draft().clone();
            draft.prompt.text = written;
            desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
        }
        heading(ui, "models-tags", None, desk);
        let tags = &mut chosen.note.tags;
        list_ui(
            ui,
            tags,
            &mut self.tag,
            "models-add-tag",
            desk,
            |ui, tag| {
                let margin = vec2(desk.theme.space.small, desk.theme.space.tiny);
                egui::Frame::new()
                    .fill(desk.theme.color.raised)
                    .corner_radius(desk.theme.field_radius())
                    .inner_margin(margin)
                    .show(ui, |ui| ui.label(tag));
            },
        );
    }
}

/// Draws the words, each with a way to remove it, and a field for further ones.
fn list_ui(
    ui: &mut Ui,
    words: &mut Vec<String>,
    written: &mut String,
    add_key: &'static str,
    desk: &Desk<'_>,
    mut word_ui: impl FnMut(&mut Ui, &str),
) {
    let mut removed = None;
    ui.horizontal_wrapped(|ui| {
        for (place, word) in words.iter().enumerate() {
            // A word and its button stay together at the end of a line.
            ui.scope(|ui| {
                ui.spacing_mut().item_spacing.x = 0.0;
                word_ui(ui, word);
                let remove = Message::new("models-remove-word").with("word", word);
                let remove = desk.message(&remove);
                let button = IconButton::new(Icon::X, &remove).small();
                if button.show(ui, desk.theme).clicked() {
                    removed = Some(place);
                }
            });
        }
        let name = desk.text(add_key);
        let field = TextEdit::singleline(written)
            .hint_text(name.clone())
            .desired_width(FIELD_WIDTH)
            .char_limit(MAX_LENGTH)
            .margin(vec2(8.0, 6.0));
        let field = ui.add(field);
        let value = written.clone();
        field.widget_info(|| {
            let mut info = egui::WidgetInfo::labeled(egui::Role::TextInput, true, &name);
            info.current_text_value = Some(value.clone());
            info
        });
        desk.theme.ring_focus(ui, &field);
        if field.lost_focus() && ui.input(|input| input.key_pressed(Key::Enter)) {
            add_words(words, written);
            written.clear();
            field.request_focus();
        }
    });
    if let Some(place) = removed {
        words.remove(place);
    }
}

/// Adds what stands between the commas of `written` and is not there yet.
fn add_words(words: &mut Vec<String>, written: &str) {
    let written = written.split(',').map(str::trim);
    for word in written.filter(|word| !word.is_empty()) {
        if words.iter().all(|known| known != word) {
            words.push(word.to_owned());
        }
    }
}

/// Whether a prompt has a word, as a whole.
fn holds(prompt: &str, word: &str) -> bool {
    let is_part = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
    prompt.match_indices(word).any(|(start, _)| {
        let before = prompt[..start].chars().next_back();
        let after = prompt[start + word.len()..].chars().next();
        !is_part(before) && !is_part(after)
    })
}

/// A prompt with a word more at its end.
fn with_word(prompt: &str, word: &str) -> String {
    let written = prompt.trim_end();
    let gap = match written.chars().next_back() {
        None => "",
        Some(',') => " ",
        Some(_) => ", ",
    };
    format!("{written}{gap}{word}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_added_once_and_apart() {
        let mut words = vec!["soft".to_owned()];
        add_words(&mut words, " ink , soft,, line art");
        assert_eq!(words, ["soft", "ink", "line art"]);
    }

    #[test]
    fn a_word_is_written_after_what_stands_there() {
        assert_eq!(with_word("", "ink"), "ink");
        assert_eq!(with_word("a fox, ", "ink"), "a fox, ink");
        assert_eq!(with_word("a fox", "ink"), "a fox, ink");
        assert!(holds("(ink:1.2), fox", "ink") && !holds("pink fox", "ink"));
    }
}
