//! What an empty wall shows: something to begin with.

use egui::{Align, Label, Layout, RichText, Sense, Ui, vec2};

use crate::app::{Action, ComposeAction, Studio};
use crate::domain::Message;
use crate::ui::theme;

use crate::ui::panel::Desk;

/// How many of the model's example prompts are shown.
const EXAMPLES: usize = 3;
const CARD_WIDTH: f32 = 420.0;

/// Draws the examples of the current model as cards to click, and where pictures will go.
pub fn welcome_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let width = CARD_WIDTH.min(ui.available_width() - 2.0 * desk.theme.space.huge);
    ui.vertical_centered(|ui| {
        ui.add_space((ui.available_height() * 0.2).min(160.0));
        ui.label(RichText::new(desk.text("welcome-title")).text_style(theme::title_style()));
        let examples = studio.model().map_or(&[][..], |model| &model.examples);
        let hint_key = if examples.is_empty() {
            "welcome-write"
        } else {
            "welcome-examples"
        };
        ui.label(quiet(desk.text(hint_key), desk));
        ui.add_space(desk.theme.space.large);
        for example in examples.iter().take(EXAMPLES) {
            example_ui(ui, example, width, studio, desk);
        }
        if let Some(library) = studio.wall().library() {
            ui.add_space(desk.theme.space.large);
            let place = Message::new("welcome-library").with("path", library.display());
            ui.set_max_width(width);
            ui.add(Label::new(quiet(desk.message(&place), desk).small()).wrap());
        }
    });
}

fn example_ui(ui: &mut Ui, example: &str, width: f32, studio: &Studio, desk: &mut Desk<'_>) {
    let button = egui::Button::new(example)
        .wrap()
        .min_size(vec2(width, 44.0))
        .sense(Sense::click());
    let response = ui
        .allocate_ui_with_layout(vec2(width, 44.0), Layout::top_down(Align::Center), |ui| {
            ui.add(button)
        })
        .inner;
    if response
        .on_hover_text(desk.text("welcome-example-help"))
        .clicked()
    {
        let mut draft = studio.compose().draft().clone();
        example.clone_into(&mut draft.prompt.text);
        desk.ask(Action::Compose(ComposeAction::Edit(Box::new(draft))));
        desk.view.wants_prompt = true;
    }
}

fn quiet(text: String, desk: &Desk<'_>) -> RichText {
    RichText::new(text).color(desk.theme.color.text_secondary)
}
