//! Several prompts for one picture: `a cat AND a dog :0.7`.

use super::passage::split_at_word;

/// The word between them.
const AND: &str = "AND";

/// The most prompts of one picture: each costs as much as the picture alone.
const MAX_PARTS: usize = 16;

/// The prompts of a text and their weights; one of weight 1 where there is no `AND`.
///
/// A weight is a number behind a colon at the end of a prompt. A single prompt has none, so that
/// `a screen of 16:9` stays what it is.
pub(super) fn split(text: &str) -> Vec<(&str, f64)> {
    let mut parts = Vec::new();
    let mut rest = text;
    while parts.len() < MAX_PARTS - 1 {
        let Some((before, after)) = split_at_word(rest, AND) else {
            break;
        };
        parts.push(before);
        rest = after;
    }
    if parts.is_empty() {
        return vec![(text, 1.0)];
    }
    parts.push(rest);
    parts.into_iter().map(weighted).collect()
}

fn weighted(part: &str) -> (&str, f64) {
    let text = part.trim_end();
    let weight = text.rsplit_once(':').and_then(|(words, number)| {
        let number = number.trim_start();
        let unsigned = number.strip_prefix(['+', '-']).unwrap_or(number);
        let is_number = unsigned.chars().all(|c| c.is_ascii_digit() || c == '.');
        let weight = number.parse().ok().filter(|_| is_number)?;
        Some((words.trim_end(), weight))
    });
    weight.unwrap_or((text, 1.0))
}
