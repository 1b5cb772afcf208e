//! What a picture is called where it cannot be seen.

use jiff::tz::TimeZone;

use crate::app::Studio;
use crate::domain::{Message, Timestamp};
use crate::gallery::Entry;
use crate::ui::panel::Desk;

use super::marks::marks_text;

/// Characters of a prompt that name a picture.
const LENGTH: usize = 60;

/// The first words of its prompt, seed and size; its date while those are not known.
pub fn picture_name(entry: &Entry, studio: &Studio, desk: &Desk<'_>) -> String {
    let message = match studio.wall().record(entry.id) {
        Some(record) => {
            let prompt: String = record.recipe.prompt.text.chars().take(LENGTH).collect();
            Message::new("picture-name")
                .with("prompt", prompt)
                .with("seed", record.recipe.seed)
        }
        None => Message::new("picture-name-by-date").with("date", shown_date(entry.created)),
    };
    let mut name = desk.message(&message.with("size", entry.size));
    let marks = marks_text(entry.marks, desk);
    if !marks.is_empty() {
        name = format!("{name}, {marks}");
    }
    if !entry.seen {
        name = desk.message(&Message::new("picture-fresh").with("name", name));
    }
    if entry.missing {
        name = desk.message(&Message::new("picture-missing").with("name", name));
    }
    name
}

/// A moment by the clock on the artist's wall, as ISO 8601 writes it.
pub fn shown_date(moment: Timestamp) -> String {
    let Ok(moment) = jiff::Timestamp::from_millisecond(moment.0) else {
        return String::new();
    };
    let local = moment.to_zoned_datetime(TimeZone::system());
    local.strftime("%Y-%m-%d %H:%M").to_string()
}
