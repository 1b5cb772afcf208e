//! What a sampler draws with: the model, its adapters, and how much of the text encoder is heard.

use serde_json::Value;

use crate::domain::CLIP_SKIP;
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;

use super::graph::{Place, Walk};

/// Where the file of a model is set.
const MODELS: [&str; 5] = [
    "ckpt_name",
    "unet_name",
    "gguf_name",
    "model_name",
    "model_path",
];
/// What stands for no adapter.
const NO_ADAPTER: &str = "None";

/// An adapter on the way, with both its weights.
type Found = (String, (f64, f64));

/// Reads the chain of models: adapters in the order in which they are applied, and the model.
pub(super) fn model<'g>(
    walk: &mut Walk<'g>,
    last: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    let mut adapters = Vec::new();
    let mut place = last;
    loop {
        adapters.extend(adapter(walk, place)?);
        adapters.extend(listed_adapters(walk, place).into_iter().rev());
        if let Some(name) = walk.first_value(place, &MODELS)? {
            draft.model(Some(name), None);
            break;
        }
        match walk.first_link(place, &["model", "model1"])? {
            Some(earlier) => place = earlier,
            None => break,
        }
    }
    for (name, weights) in adapters.into_iter().rev() {
        draft.adapter(&name, weights, None);
    }
    Ok(())
}

/// Reads the chain of text encoders: the layer that is heard, counted from the end as -1.
pub(super) fn text_encoder<'g>(
    walk: &mut Walk<'g>,
    last: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    let mut place = last;
    loop {
        if let Some(told) = walk.value(place, "stop_at_clip_layer")? {
            let layer = told.strip_prefix('-').unwrap_or(&told).to_owned();
            draft.set(&CLIP_SKIP, &place.name("stop_at_clip_layer"), Some(layer));
        }
        match walk.link(place, "clip")? {
            Some(earlier) => place = earlier,
            None => return Ok(()),
        }
    }
}

/// The adapter of `LoraLoader` and its like.
fn adapter<'g>(walk: &mut Walk<'g>, place: Place<'g>) -> Result<Option<Found>, RecipeFault> {
    if !place.has("lora_name") {
        return Ok(None);
    }
    let Some(name) = walk.value(place, "lora_name")? else {
        return Ok(None);
    };
    let weight = walk.first_value(
        place,
        &["strength_model", "lora_model_strength", "strength"],
    )?;
    let weight = weight.as_deref().and_then(number).unwrap_or(1.0);
    let for_text = walk.first_value(place, &["strength_clip", "lora_clip_strength"])?;
    let for_text = for_text.as_deref().and_then(number).unwrap_or(weight);
    Ok(Some((name, (weight, for_text))).filter(|(name, _)| name != NO_ADAPTER))
}

/// The adapters of loaders that take many: objects with a file, a strength, and whether it is on.
fn listed_adapters<'g>(walk: &mut Walk<'g>, place: Place<'g>) -> Vec<Found> {
    let mut adapters = Vec::new();
    for (input, value) in place.inputs() {
        let (Some(name), Some(weight)) = (value["lora"].as_str(), value["strength"].as_f64())
        else {
            continue;
        };
        // One that is off stays to be listed.
        if value["on"] != Value::Bool(false) && name != NO_ADAPTER {
            let for_text = value["strengthTwo"].as_f64().unwrap_or(weight);
            adapters.push((name.to_owned(), (weight, for_text)));
            walk.take(place, input);
        }
    }
    adapters
}
