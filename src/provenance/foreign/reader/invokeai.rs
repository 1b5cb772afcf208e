//! `InvokeAI`: JSON under `invokeai_metadata`, before version 3 under `sd-metadata`
//! (`invokeai/app/invocations/metadata.py`; `ldm/invoke/pngwriter.py`).

use serde_json::Value;

use crate::diffusion::{VARIATION_SEED, VARIATION_STRENGTH};
use crate::domain::{CLIP_SKIP, STEPS, STRENGTH};
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::json_fields::{JsonFields, told};
use crate::provenance::foreign::text::Texts;

use super::ForeignReader;

/// Since version 3.
const NEW: &str = "invokeai_metadata";
/// Before.
const OLD: &str = "sd-metadata";

/// `InvokeAI`.
pub(super) struct InvokeAi;

impl ForeignReader for InvokeAi {
    fn program(&self) -> &'static str {
        "InvokeAI"
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let mut draft = Draft::new(self.program(), texts);
        if let Some(text) = texts.get(NEW) {
            draft.heard(NEW);
            return Some(JsonFields::parse(text).map(|fields| new(draft, fields)));
        }
        let text = texts.get(OLD)?;
        draft.heard(OLD);
        Some(JsonFields::parse(text).map(|fields| old(draft, fields)))
    }
}

fn new(mut draft: Draft<'_>, mut fields: JsonFields) -> ForeignRecipe {
    draft.version(fields.take("app_version"));
    draft.words(
        fields.take("positive_prompt"),
        fields.take("negative_prompt"),
    );
    draft.sides(fields.take("width"), fields.take("height"));
    draft.seed("seed", fields.take("seed"));
    draft.set(&STEPS, "steps", fields.take("steps"));
    draft.guidance(
        ("cfg_scale", fields.take("cfg_scale")),
        ("guidance", fields.take("guidance")),
    );
    draft.scheduler("scheduler", fields.take("scheduler"));
    draft.noise("rand_device", fields.take("rand_device"));
    // It counts the layers that are left out; we count the one that is heard.
    let skipped = fields.take("clip_skip");
    let heard = skipped.map(|told| match number(&told) {
        Some(layers) => (layers + 1.0).to_string(),
        None => told,
    });
    draft.set(&CLIP_SKIP, "clip_skip", heard);
    draft.set(&STRENGTH, "strength", fields.take("strength"));
    if let Some(source) = fields.take("init_image") {
        draft.source(source);
    }
    let mut model = fields.take_fields("model");
    draft.model(
        model.take_first(&["name", "model_name"]),
        model.take("hash"),
    );
    if let Some(Value::Array(adapters)) = fields.take_value("loras") {
        for told in adapters {
            adapter(&mut draft, told);
        }
    }
    fields.leave_rest(&mut draft);
    draft.finish()
}

/// `{"model": {"name", "hash"}, "weight"}`; in version 3 `{"lora": {"model_name"}, "weight"}`.
fn adapter(draft: &mut Draft<'_>, value: Value) {
    let whole = told(&value);
    let mut fields = JsonFields::of(Some(value));
    let mut model = fields.take_fields("model");
    let mut lora = fields.take_fields("lora");
    let name = model.take("name").or_else(|| lora.take("model_name"));
    let weight = fields.take("weight").and_then(|told| number(&told));
    match (name, weight) {
        (Some(name), Some(weight)) => draft.adapter(&name, (weight, weight), model.take("hash")),
        _ => draft.leave_some("loras", whole),
    }
}

fn old(mut draft: Draft<'_>, mut fields: JsonFields) -> ForeignRecipe {
    draft.version(fields.take("app_version"));
    let mut image = fields.take_fields("image");
    let (text, negative) = apart(&old_prompt(image.take_value("prompt")));
    draft.words(Some(text), Some(negative));
    draft.sides(image.take("width"), image.take("height"));
    draft.seed("seed", image.take("seed"));
    draft.set(&STEPS, "steps", image.take("steps"));
    draft.guidance(("cfg_scale", image.take("cfg_scale")), ("guidance", None));
    draft.scheduler("sampler", image.take("sampler"));
    draft.set(&STRENGTH, "strength", image.take("strength"));
    if let Some(Value::Array(mut variations)) = image.take_value("variations") {
        // `[[seed, weight]]`; of several, the first is not the whole.
        if let [Value::Array(variation)] = &variations[..]
            && let [seed, weight] = &variation[..]
        {
            draft.set(&VARIATION_SEED, "variations", told(seed));
            draft.set(&VARIATION_STRENGTH, "variations", told(weight));
            variations.clear();
        }
        draft.leave_some("variations", told(&Value::Array(variations)));
    }
    let name = fields.take_first(&["model_weights", "model_id"]);
    draft.model(name, fields.take("model_hash"));
    image.leave_rest(&mut draft);
    fields.leave_rest(&mut draft);
    draft.finish()
}

/// A text, or a list of `{"prompt", "weight"}`.
fn old_prompt(value: Option<Value>) -> String {
    match value {
        Some(Value::String(text)) => text,
        Some(Value::Array(parts)) => {
            let texts = parts
                .iter()
                .filter_map(|part| part["prompt"].as_str().or(part.as_str()));
            texts.collect::<Vec<_>>().join(" ")
        }
        _ => String::new(),
    }
}

/// Words in square brackets are the negative prompt, wherever they stand.
fn apart(prompt: &str) -> (String, String) {
    let (mut text, mut negative) = (String::new(), Vec::new());
    let mut rest = prompt;
    while let Some((before, after)) = rest.split_once('[') {
        let Some((inner, behind)) = after.split_once(']') else {
            break;
        };
        text.push_str(before);
        negative.push(inner.trim());
        rest = behind;
    }
    text.push_str(rest);
    (text.trim().to_owned(), negative.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_hold_the_negative_prompt() {
        let check = |prompt: &str, text: &str, negative: &str| {
            assert_eq!(
                apart(prompt),
                (text.to_owned(), negative.to_owned()),
                "{prompt}"
            );
        };
        check("a fox [fog] in snow [rain]", "a fox  in snow", "fog, rain");
        check("a fox", "a fox", "");
        check("never [closed", "never [closed", "");
    }
}
