//! JSON as Python writes it.

use std::borrow::Cow;

/// The numbers that Python writes and JSON does not know.
const NOT_NUMBERS: [&str; 3] = ["-Infinity", "Infinity", "NaN"];

/// The text with `null` in the place of endless and undefined numbers outside of strings.
///
/// Diffusers itself writes `"lambda_min_clipped": -Infinity`.
pub(crate) fn without_endless_numbers(text: &str) -> Cow<'_, str> {
    if !NOT_NUMBERS.iter().any(|word| text.contains(word)) {
        return Cow::Borrowed(text);
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    let mut in_string = false;
    while let Some(next) = rest.chars().next() {
        let word = NOT_NUMBERS.iter().find(|word| rest.starts_with(**word));
        if let (Some(word), false) = (word, in_string) {
            plain.push_str("null");
            rest = &rest[word.len()..];
            continue;
        }
        // An escaped character never ends a string.
        let is_escape = in_string && next == '\\';
        if next == '"' {
            in_string = !in_string;
        }
        let taken: usize = rest
            .chars()
            .take(if is_escape { 2 } else { 1 })
            .map(char::len_utf8)
            .sum();
        plain.push_str(&rest[..taken]);
        rest = &rest[taken..];
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn endless_numbers_are_nothing_and_strings_stay() {
        let text = r#"{"a": -Infinity, "b\"NaN": [NaN, Infinity], "c": "-Infinity"}"#;
        let expected = r#"{"a": null, "b\"NaN": [null, null], "c": "-Infinity"}"#;
        assert_eq!(without_endless_numbers(text), expected);
        assert!(matches!(without_endless_numbers("{}"), Cow::Borrowed(_)));
    }
}
