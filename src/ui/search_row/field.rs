//! The field in which a search is written, with the values that could complete it.

use std::sync::Arc;

use egui::text::{CCursor, CCursorRange, LayoutJob, TextFormat};
use egui::text_edit::TextEditState;
use egui::{
    CompletionPopup, FontSelection, Galley, Id, RectAlign, Stroke, Suggestion, TextBuffer,
    TextEdit, Ui, WidgetInfo, vec2,
};

use crate::app::{Action, SearchAction, Studio};
use crate::domain::Severity;
use crate::gallery::{OpenValue, Query};
use crate::ui::panel::Desk;
use crate::ui::theme::Theme;

/// Characters of a search; a pasted prompt has its room.
const MAX_LENGTH: usize = 2000;

/// Draws the field; what is written is searched at once.
pub(super) fn field_ui(ui: &mut Ui, width: f32, studio: &Studio, desk: &mut Desk<'_>) {
    let search = studio.wall().search();
    let id = ui.make_persistent_id("search");
    let mut text = search.text().to_owned();
    let name = desk.text("search-name");
    let mut layouter =
        |ui: &Ui, text: &dyn TextBuffer, _: f32| galley(ui, text.as_str(), desk.theme);
    let field = TextEdit::singleline(&mut text)
        .hint_text(desk.text("search-hint"))
        .desired_width(width)
        .char_limit(MAX_LENGTH)
        .margin(vec2(8.0, 6.0))
        .layouter(&mut layouter);
    let mut open = None;
    let shown = CompletionPopup::new(id)
        .align(RectAlign::BOTTOM_START)
        .show(ui, field, |query| {
            let cursor = byte_of(query.text, query.word_range.end.0);
            let value = OpenValue::at(query.text, cursor);
            let values = value
                .as_ref()
                .map(|value| value.completions(search.known()));
            open = value.map(|value| (value, query.text.to_owned()));
            values.into_iter().flatten().map(Suggestion::new).collect()
        });
    if let (Some(taken), Some((value, before))) = (shown.accepted, open) {
        let (completed, cursor) = value.completed(&before, &taken.insert);
        let cursor = completed[..cursor].chars().count();
        text = completed;
        put_cursor(ui, id, cursor..cursor);
    }
    let response = shown.text_edit.response.response;
    response.widget_info(|| {
        let mut info = WidgetInfo::labeled(egui::Role::TextInput, true, &name);
        info.current_text_value = Some(text.clone());
        info
    });
    desk.theme.ring_focus(ui, &response);
    if std::mem::take(&mut desk.view.wants_search) {
        response.request_focus();
        put_cursor(ui, id, 0..text.chars().count());
    }
    if response.gained_focus() {
        desk.ask(Action::Search(SearchAction::Begin));
    }
    response.on_hover_text(desk.text("search-help"));
    if text != search.text() {
        desk.ask(Action::Search(SearchAction::Write(text)));
    }
}

/// The text, with a line under what cannot be understood.
fn galley(ui: &Ui, text: &str, theme: &Theme) -> Arc<Galley> {
    let font = FontSelection::default().resolve(ui.style());
    let plain = TextFormat::simple(font, ui.visuals().text_color());
    let wrong = TextFormat {
        underline: Stroke::new(1.5, theme.of_severity(Severity::Error)),
        ..plain.clone()
    };
    let mut job = LayoutJob::default();
    let mut done = 0;
    for error in Query::parse(text).err().into_iter().flatten() {
        job.append(&text[done..error.span.start], 0.0, plain.clone());
        job.append(&text[error.span.clone()], 0.0, wrong.clone());
        done = error.span.end;
    }
    job.append(&text[done..], 0.0, plain);
    job.wrap.max_width = f32::INFINITY;
    ui.painter().layout_job(job)
}

/// Selects characters; of an empty range it puts the cursor there.
fn put_cursor(ui: &Ui, id: Id, chars: std::ops::Range<usize>) {
    let mut state = TextEditState::load(ui.ctx(), id).unwrap_or_default();
    let range = CCursorRange::two(CCursor::new(chars.start), CCursor::new(chars.end));
    state.cursor.set_char_range(Some(range));
    state.store(ui.ctx(), id);
}

/// Where a character begins.
fn byte_of(text: &str, character: usize) -> usize {
    let mut places = text.char_indices().map(|(place, _)| place);
    places.nth(character).unwrap_or(text.len())
}
