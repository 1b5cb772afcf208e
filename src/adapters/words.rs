//! Where words that are embeddings stand in a text.

use std::ops::Range;

/// What may stand before an embedding's name, to say that it is one.
pub const EMBEDDING: &str = "embedding:";

/// The first place where one of some names stands as a whole word, `embedding:` before it included,
/// and which of them it is; the longest of those that begin there.
pub fn find_word<'a>(
    text: &str,
    names: impl Iterator<Item = &'a str>,
) -> Option<(Range<usize>, usize)> {
    let places = names.enumerate().filter_map(|(index, name)| {
        let place = place_of(text, name)?;
        Some((place, index))
    });
    places.min_by_key(|(place, _)| (place.start, usize::MAX - place.end))
}

/// Whether a name stands in a text as a whole word.
pub(super) fn names_word(text: &str, name: &str) -> bool {
    place_of(text, name).is_some()
}

/// The names behind `embedding:` in a text.
pub(super) fn named_words(text: &str) -> impl Iterator<Item = &str> {
    let behind = text.split(EMBEDDING).skip(1);
    behind
        .map(|rest| {
            let end = rest.find(|c: char| !is_of_name(c) && c != '.');
            rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
        })
        .filter(|name| !name.is_empty())
}

fn place_of(text: &str, name: &str) -> Option<Range<usize>> {
    let mut from = 0;
    while let Some(found) = find_ignoring_case(&text[from..], name) {
        let (start, end) = (from + found.start, from + found.end);
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        if !before.is_some_and(is_of_name) && !after.is_some_and(is_of_name) {
            let marked = text[..start].strip_suffix(EMBEDDING).map(str::len);
            return Some(marked.unwrap_or(start)..end);
        }
        from = end;
    }
    None
}

/// Tokenizers know no capitals, so neither do the words that they cut.
fn find_ignoring_case(text: &str, name: &str) -> Option<Range<usize>> {
    if name.is_empty() {
        return None;
    }
    text.char_indices().find_map(|(start, _)| {
        let end = start.checked_add(name.len())?;
        let part = text.get(start..end)?;
        let is_same = part == name || part.eq_ignore_ascii_case(name);
        is_same.then_some(start..end)
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_are_found_with_their_mark() {
        let find = |text: &str| find_word(text, ["fog", "fog_v2"].into_iter());
        assert_eq!(find("a Fog, deep"), Some((2..5, 0)));
        assert_eq!(find("in embedding:fog_v2"), Some((3..19, 1)));
        assert_eq!(find("foggy, fog-like, refog"), None);
        assert_eq!(find("fog_v2 fog"), Some((0..6, 1)));
        assert_eq!(find("туман fog"), Some((11..14, 0)));
    }

    #[test]
    fn marked_names_are_listed() {
        let text = "(embedding:bad-hands_5:1.2), embedding:fog. embedding: x";
        let names: Vec<_> = named_words(text).collect();
        assert_eq!(names, ["bad-hands_5", "fog"]);
    }
}
