//! The text that Automatic1111's web UI made a custom: the prompt, the negative prompt, and one
//! line of settings.
//!
//! The grammar is that of its `infotext_utils.py`: the last line counts as settings where it has
//! at least three pairs, keys are words with blanks, values with separators stand in JSON quotes.
//! Extensions write JSON without quotes around it, and lines behind the settings.

use serde::de::IgnoredAny;

use crate::domain::Prompt;

/// So many pairs make a line of settings.
const MIN_PAIRS: usize = 3;
/// The longest key, in bytes.
const MAX_KEY: usize = 100;
/// How often in a line a quoted value may turn out not to be one.
const MAX_SLIPS: u32 = 64;
/// What begins the negative prompt.
const NEGATIVE: &str = "Negative prompt:";

/// A text in its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct SettingsText {
    /// The words.
    pub(super) prompt: Prompt,
    /// What stands behind the settings.
    pub(super) appendix: Option<String>,
    pairs: Vec<(String, String)>,
}

impl SettingsText {
    /// Takes a text apart; `None` when it has no line of settings.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let text = text.trim_end();
        let lines: Vec<&str> = text.lines().collect();
        let (place, pairs) = settings(&lines)?;
        let appendix = lines[place + 1..].join("\n");
        Some(Self {
            prompt: prompt(&lines[..place]),
            appendix: Some(appendix).filter(|lines| !lines.is_empty()),
            pairs,
        })
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.pairs.iter();
        pairs
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    }

    /// The first value of that name.
    pub(super) fn take(&mut self, name: &str) -> Option<String> {
        let place = self.pairs.iter().position(|(known, _)| known == name)?;
        Some(self.pairs.remove(place).1)
    }

    /// What nobody took.
    pub(super) fn rest(self) -> Vec<(String, String)> {
        self.pairs
    }
}

/// The line of settings: the last one, or one that says so by its beginning.
fn settings(lines: &[&str]) -> Option<(usize, Vec<(String, String)>)> {
    let last = lines.len().checked_sub(1)?;
    (0..=last).rev().find_map(|place| {
        let line = lines[place];
        if place != last && !line.starts_with("Steps: ") {
            return None;
        }
        let pairs = pairs(line);
        (pairs.len() >= MIN_PAIRS).then_some((place, pairs))
    })
}

fn prompt(lines: &[&str]) -> Prompt {
    let mut prompt = Prompt::default();
    let mut is_negative = false;
    for line in lines {
        let negative = line.trim_start().strip_prefix(NEGATIVE);
        is_negative |= negative.is_some();
        let text = if is_negative {
            &mut prompt.negative
        } else {
            &mut prompt.text
        };
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(negative.map_or(line, str::trim_start));
    }
    for text in [&mut prompt.text, &mut prompt.negative] {
        text.truncate(text.trim_end().len());
    }
    prompt
}

fn pairs(line: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut rest = line;
    let mut slips = MAX_SLIPS;
    loop {
        rest = rest.trim_start_matches([' ', ',']);
        if rest.is_empty() {
            return pairs;
        }
        if let Some((key, after)) = key(rest) {
            let after = after.trim_start();
            let (value, after) = quoted(after, &mut slips).unwrap_or_else(|| plain(after));
            pairs.push((key.to_owned(), value));
            rest = after;
        } else {
            // Lists come without quotes, too: what is no pair goes on with the one before.
            let (more, after) = plain(rest);
            match pairs.last_mut() {
                Some((_, value)) => {
                    value.push_str(", ");
                    value.push_str(&more);
                }
                None => pairs.push((String::new(), more)),
            }
            rest = after;
        }
    }
}

/// A key and what stands behind its colon.
fn key(rest: &str) -> Option<(&str, &str)> {
    let (key, after) = rest.split_at_checked(rest.find([':', ','])?)?;
    let key = key.trim_end();
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let is_key = key.len() <= MAX_KEY
        && key.starts_with(is_word)
        && key.chars().nth(1).is_some()
        && key
            .chars()
            .all(|character| is_word(character) || matches!(character, ' ' | '-' | '/'));
    Some((key, after.strip_prefix(':').filter(|_| is_key)?))
}

/// A value in JSON quotes, or JSON itself, which stays as it is.
fn quoted<'a>(rest: &'a str, slips: &mut u32) -> Option<(String, &'a str)> {
    if *slips == 0 || !rest.starts_with(['"', '{', '[']) {
        return None;
    }
    let value = if rest.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
        let text = values.next().and_then(Result::ok);
        text.map(|text| (text, values.byte_offset()))
    } else {
        let mut values = serde_json::Deserializer::from_str(rest).into_iter::<IgnoredAny>();
        let is_json = values.next().is_some_and(|value| value.is_ok());
        is_json.then(|| {
            let end = values.byte_offset();
            (rest[..end].to_owned(), end)
        })
    };
    // A quote inside of a plain value is no end of it.
    let value = value.filter(|(_, end)| {
        let after = rest[*end..].trim_start();
        after.is_empty() || after.starts_with(',')
    });
    if value.is_none() {
        *slips -= 1;
    }
    value.map(|(text, end)| (text, &rest[end..]))
}

/// A value up to the next comma.
fn plain(rest: &str) -> (String, &str) {
    let (value, after) = rest.split_once(',').unwrap_or((rest, ""));
    (value.trim().to_owned(), after)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Vec<(String, String)> {
        SettingsText::parse(text).map_or_else(Vec::new, SettingsText::rest)
    }

    fn check(line: &str, expected: &[(&str, &str)]) {
        let expected = expected
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
        assert_eq!(told(line), expected.collect::<Vec<_>>(), "{line}");
    }

    #[test]
    fn values_are_plain_quoted_json_or_lists() {
        check(
            r#"Steps: 20, Model: "a, \"b\": c", Hashes: {"x": [1, 2]}, Skip layers: [7, 8, ], Seed: 1"#,
            &[
                ("Steps", "20"),
                ("Model", "a, \"b\": c"),
                ("Hashes", r#"{"x": [1, 2]}"#),
                ("Skip layers", "[7, 8, ]"),
                ("Seed", "1"),
            ],
        );
        check(
            "Steps: 1, Time: 12:30, Quote: \"never closed, Seed: 2",
            &[
                ("Steps", "1"),
                ("Time", "12:30"),
                ("Quote", "\"never closed"),
                ("Seed", "2"),
            ],
        );
        check("only: two, pairs: here", &[]);
    }

    #[test]
    fn lines_before_the_settings_are_words_and_those_behind_are_kept() {
        let text =
            "a fox\n\na den\nNegative prompt: fog\nrain\nSteps: 1, Seed: 2, Size: 8x8\nTemplate: x";
        let read = SettingsText::parse(text).unwrap();
        assert_eq!(read.prompt.text, "a fox\n\na den");
        assert_eq!(read.prompt.negative, "fog\nrain");
        assert_eq!(read.appendix.as_deref(), Some("Template: x"));
        assert_eq!(read.get("Seed"), Some("2"));
    }
}
