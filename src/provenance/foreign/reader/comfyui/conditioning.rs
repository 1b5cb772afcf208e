//! What a sampler is told to draw: the words at the end of a chain of conditioning nodes.

use crate::provenance::foreign::draft::Draft;
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::text::TEXT_BYTES;

use super::graph::{Place, Walk};
use super::loaders;

/// Where words are set, those of all encoders first.
const WORDS: [&str; 8] = [
    "text", "text_g", "t5xxl", "clip_g", "text_l", "clip_l", "prompt", "string",
];

/// Towards what, or away from it.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Positive,
    Negative,
}

impl Side {
    /// The input of nodes that have both.
    fn input(self) -> &'static str {
        match self {
            Self::Positive => "positive",
            Self::Negative => "negative",
        }
    }
}

/// What stands at the ends of a chain.
#[derive(Default)]
pub(super) struct Words {
    pub(super) text: String,
    /// The guidance of models that are told it, as those of Flux.
    pub(super) guidance: Option<String>,
}

/// Reads one side of what a sampler or its guider is told.
pub(super) fn read<'g>(
    walk: &mut Walk<'g>,
    guider: Place<'g>,
    side: Side,
    draft: &mut Draft<'_>,
) -> Result<Words, RecipeFault> {
    let mut words = Words::default();
    let inputs: &[&str] = match side {
        // A guider of models without a negative prompt has one input.
        Side::Positive => &["positive", "conditioning", "cond1"],
        Side::Negative => &["negative"],
    };
    if let Some(place) = walk.first_link(guider, inputs)? {
        follow(walk, place, side, &mut words, draft)?;
    }
    Ok(words)
}

fn follow<'g>(
    walk: &mut Walk<'g>,
    place: Place<'g>,
    side: Side,
    words: &mut Words,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    if place.class() == "ConditioningZeroOut" {
        return Ok(());
    }
    // Of a node before Flux's own encoder, or of the encoder: the one that comes last counts.
    if words.guidance.is_none() && place.has("guidance") {
        words.guidance = walk.value(place, "guidance")?;
    }
    let has_weight = place.has("conditioning_to_strength");
    let pairs = [
        ("conditioning_to", "conditioning_from"),
        ("conditioning_1", "conditioning_2"),
    ];
    for (index, (first, second)) in pairs.into_iter().enumerate() {
        let (Some(first), Some(second)) = (walk.link(place, first)?, walk.link(place, second)?)
        else {
            continue;
        };
        follow(walk, first, side, words, draft)?;
        // Chunks behind one another are what A1111 calls a break; any other way to put words
        // together is not ours.
        let is_break = index == 0 && !has_weight;
        append(&mut words.text, if is_break { " BREAK " } else { "\n" })?;
        follow(walk, second, side, words, draft)?;
        if !is_break {
            let both = format!("{} + {}", first.id, second.id);
            draft.leave(&format!("{} {}", place.class(), place.id), both);
        }
        return Ok(());
    }
    let next = walk.first_link(place, &[side.input(), "conditioning"])?;
    if let Some(next) = next {
        return follow(walk, next, side, words, draft);
    }
    if let Some(clip) = walk.link(place, "clip")? {
        loaders::text_encoder(walk, clip, draft)?;
    }
    // Loaders of extensions have the words of both sides themselves.
    let own = if place.has(side.input()) {
        walk.value(place, side.input())?
    } else {
        None
    };
    match own {
        Some(text) => append(&mut words.text, &text),
        None => text(walk, place, &mut words.text),
    }
}

/// Adds the words that are set at a node, or at those that put them together for it.
fn text<'g>(walk: &mut Walk<'g>, place: Place<'g>, out: &mut String) -> Result<(), RecipeFault> {
    if place.has("string_a") && place.has("string_b") {
        let delimiter = walk.value(place, "delimiter")?.unwrap_or_default();
        text_of(walk, place, "string_a", out)?;
        append(out, &delimiter)?;
        return text_of(walk, place, "string_b", out);
    }
    let Some(main) = WORDS.into_iter().find(|input| place.has(input)) else {
        return match walk.value(place, "value")? {
            Some(text) => append(out, &text),
            None => Ok(()),
        };
    };
    text_of(walk, place, main, out)?;
    // Other encoders mostly hear the same; what is different stays to be listed.
    let said = place.input(main);
    for input in WORDS {
        if place.input(input) == said {
            walk.take(place, input);
        }
    }
    Ok(())
}

fn text_of<'g>(
    walk: &mut Walk<'g>,
    place: Place<'g>,
    input: &str,
    out: &mut String,
) -> Result<(), RecipeFault> {
    match walk.link(place, input)? {
        Some(behind) => text(walk, behind, out),
        None => match walk.value(place, input)? {
            Some(text) => append(out, &text),
            None => Ok(()),
        },
    }
}

/// Words that are put together again and again would have no end.
fn append(out: &mut String, text: &str) -> Result<(), RecipeFault> {
    out.push_str(text);
    if out.len() > TEXT_BYTES {
        return Err(RecipeFault::Tangled);
    }
    Ok(())
}
