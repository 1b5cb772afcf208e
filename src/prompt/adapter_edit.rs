//! Changes a prompt's adapters in its text, and nothing else of it.
//!
//! Adapters are counted in the order of their tags, from 0; where there is no such adapter the
//! text stays as it is.

use std::ops::Range;

use super::adapter_tag::{OPEN, adapter_tags};

/// Whether a tag can name an adapter file of this name.
pub fn can_be_named(name: &str) -> bool {
    !name.is_empty() && name.trim() == name && !name.contains(['<', '>', ':'])
}

/// The text with an adapter more at its end, at weight 1.
pub fn add_adapter(text: &str, name: &str) -> String {
    let is_apart = text.is_empty() || text.ends_with(char::is_whitespace);
    let gap = if is_apart { "" } else { " " };
    format!("{text}{gap}{OPEN}{name}:1>")
}

/// The text with another weight for an adapter: the weight of its own for the text encoders stays.
pub fn weigh_adapter(text: &str, index: usize, weight: f64) -> String {
    let Some((place, inner)) = find(text, index) else {
        return text.to_owned();
    };
    let mut fields = inner.splitn(3, ':');
    let name = fields.next().unwrap_or_default();
    let for_text = fields.nth(1).map(|field| format!(":{field}"));
    let numbers = format!("{}{}", shown(weight), for_text.unwrap_or_default());
    with_numbers(text, &place, name, &numbers)
}

/// The text with both weights of an adapter: the denoiser's, and the text encoders'.
pub fn set_adapter_weights(
    text: &str,
    index: usize,
    weight: f64,
    text_encoder_weight: f64,
) -> String {
    let Some((place, inner)) = find(text, index) else {
        return text.to_owned();
    };
    let name = inner.split(':').next().unwrap_or_default();
    let (weight, for_text) = (shown(weight), shown(text_encoder_weight));
    let numbers = if weight == for_text {
        weight
    } else {
        format!("{weight}:{for_text}")
    };
    with_numbers(text, &place, name, &numbers)
}

/// The text without an adapter, and without the blank or comma that only set it apart.
pub fn remove_adapter(text: &str, index: usize) -> String {
    let Some((place, _)) = find(text, index) else {
        return text.to_owned();
    };
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let kept = before.trim_end_matches(' ');
    if kept.is_empty() || kept.ends_with('\n') {
        let rest = after.strip_prefix(',').unwrap_or(after);
        return format!("{before}{}", rest.trim_start_matches(' '));
    }
    let ends_part = after.is_empty() || after.starts_with([' ', ',', '\n']);
    if !ends_part {
        return format!("{before}{after}");
    }
    let is_doubled = after.is_empty() || after.starts_with(',');
    let single = kept.strip_suffix(',').filter(|_| is_doubled);
    format!("{}{after}", single.unwrap_or(kept))
}

/// The bytes of an adapter's tag, and what stands between its colon and its end.
fn find(text: &str, index: usize) -> Option<(Range<usize>, &str)> {
    let (place, _) = adapter_tags(text).into_iter().nth(index)?;
    let inner = place.start + OPEN.len()..place.end - 1;
    let inner = &text[inner];
    Some((place, inner))
}

fn with_numbers(text: &str, place: &Range<usize>, name: &str, numbers: &str) -> String {
    let (before, after) = (&text[..place.start], &text[place.end..]);
    format!("{before}{OPEN}{name}:{numbers}>{after}")
}

/// A weight with two decimals at the most.
fn shown(weight: f64) -> String {
    // Adding 0 turns a negative zero into a plain one.
    format!("{}", (weight * 100.0).round() / 100.0 + 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_changed_in_its_place() {
        let check = |text: &str, index, expected: &str| {
            assert_eq!(weigh_adapter(text, index, 0.8), expected);
        };
        check("<lora:ink>", 0, "<lora:ink:0.8>");
        check(
            "a  fox,<lora:ink:1>  (owl:1.2)",
            0,
            "a  fox,<lora:ink:0.8>  (owl:1.2)",
        );
        check("<lora:a:1> <lora:b:1> 🦊", 1, "<lora:a:1> <lora:b:0.8> 🦊");
        check("<lora:a:1:0.5>", 0, "<lora:a:0.8:0.5>");
        check("{<lora:a:1>|<lora:a:2>}", 1, "{<lora:a:1>|<lora:a:0.8>}");
        check("<lora:<lora:a:1>", 0, "<lora:<lora:a:0.8>");
        check("a fox <lora:>", 0, "a fox <lora:>");
    }

    #[test]
    fn both_weights_are_set_and_written_once_where_they_are_equal() {
        let text = "<lora:a:0.8:0.5>";
        assert_eq!(set_adapter_weights(text, 0, 0.0, -0.0), "<lora:a:0>");
        assert_eq!(set_adapter_weights("<lora:a:0>", 0, 0.8, 0.5), text);
        assert_eq!(set_adapter_weights("<lora:a>", 0, 1.0, 1.0), "<lora:a:1>");
    }

    #[test]
    fn what_only_set_an_adapter_apart_goes_with_it() {
        let check = |text: &str, expected: &str| assert_eq!(remove_adapter(text, 0), expected);
        check("<lora:a:1>", "");
        check("a fox <lora:a:1>", "a fox");
        check("a fox, <lora:a:1>", "a fox");
        check("a fox, <lora:a:1>, snow", "a fox, snow");
        check("a fox <lora:a:1> in snow", "a fox in snow");
        check("<lora:a:1>, a fox", "a fox");
        check("a fox\n<lora:a:1>\nsnow", "a fox\n\nsnow");
        check("(fox<lora:a:1>)", "(fox)");
        check("a fox", "a fox");
    }

    #[test]
    fn what_is_added_is_found_again() {
        let mut text = String::new();
        for name in ["ink wash", "тушь"] {
            text = add_adapter(&text, name);
        }
        assert_eq!(text, "<lora:ink wash:1> <lora:тушь:1>");
        assert_eq!(adapter_tags(&text).len(), 2);
        assert!(can_be_named("ink wash") && !can_be_named("a:b") && !can_be_named(" a"));
    }
}
