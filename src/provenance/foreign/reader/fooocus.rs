//! Fooocus: JSON of its own scheme, or A1111's settings with keys of its own, told apart by
//! `fooocus_scheme`; in JPEG and WebP in EXIF (`modules/meta_parser.py`).
//!
//! The JSON of its log has labels for keys, which the program itself still reads.

use serde_json::Value;

use crate::domain::{CLIP_SKIP, Prompt, STEPS};
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::{ForeignRecipe, stem};
use crate::provenance::foreign::json_fields::{JsonFields, told};
use crate::provenance::foreign::settings_text::SettingsText;
use crate::provenance::foreign::text::{Text, Texts};

use super::{ForeignReader, a1111};

/// What it calls itself in its version.
const NAME: &str = "Fooocus";
/// Adapters of a picture, by number.
const MAX_ADAPTERS: u32 = 20;

/// Fooocus.
pub(super) struct Fooocus;

impl ForeignReader for Fooocus {
    fn program(&self) -> &'static str {
        NAME
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let is_marked = texts
            .get("fooocus_scheme")
            .is_some_and(|scheme| !scheme.is_empty())
            || texts
                .get("Software")
                .is_some_and(|software| software.starts_with(NAME));
        let mut draft = Draft::new(self.program(), texts);
        for keyword in ["fooocus_scheme", "Software"] {
            draft.heard(keyword);
        }
        let is_json = |text: &&Text| {
            let has_keys = || text.text.contains("base_model") || text.text.contains("Base Model");
            text.text.trim_start().starts_with('{')
                && has_keys()
                && (is_marked || text.text.contains(NAME))
        };
        if let Some(text) = texts.iter().find(is_json) {
            draft.heard(&text.keyword);
            return Some(JsonFields::parse(&text.text).map(|fields| own(draft, fields)));
        }
        let (text, settings) = a1111::find(texts)?;
        let version = settings.get("Version").unwrap_or_default();
        (is_marked || version.starts_with(NAME)).then_some(())?;
        draft.heard(&text.keyword);
        Some(Ok(as_a1111(draft, settings)))
    }
}

/// Each value under its key, or under its label in the log.
fn own(mut draft: Draft<'_>, mut fields: JsonFields) -> ForeignRecipe {
    draft.version(fields.take_first(&["version", "Version"]));
    fields.take("metadata_scheme");
    let text = fields.take_first(&["prompt", "Prompt"]);
    draft.words(
        text,
        fields.take_first(&["negative_prompt", "Negative Prompt"]),
    );
    let size = fields.take_first(&["resolution", "Resolution"]);
    draft.size("resolution", size.map(|told| as_size(&told)));
    draft.seed("seed", fields.take_first(&["seed", "Seed"]));
    draft.set(&STEPS, "steps", fields.take_first(&["steps", "Steps"]));
    let scale = fields.take_first(&["guidance_scale", "Guidance Scale"]);
    draft.guidance(("guidance_scale", scale), ("guidance", None));
    draft.scheduler("sampler", fields.take_first(&["sampler", "Sampler"]));
    draft.schedule("scheduler", fields.take_first(&["scheduler", "Scheduler"]));
    draft.set(
        &CLIP_SKIP,
        "clip_skip",
        fields.take_first(&["clip_skip", "CLIP Skip"]),
    );
    let model = fields.take_first(&["base_model", "Base Model"]);
    draft.model(model, fields.take("base_model_hash"));
    adapters(&mut draft, &mut fields);
    fields.leave_rest(&mut draft);
    draft.finish()
}

/// `lora_combined_1`: `name : weight`, and the hashes in `loras`: `[[name, weight, hash]]`.
fn adapters(draft: &mut Draft<'_>, fields: &mut JsonFields) {
    for number in 1..=MAX_ADAPTERS {
        let names = [format!("lora_combined_{number}"), format!("LoRA {number}")];
        if let Some(told) = fields.take_first(&names.each_ref().map(String::as_str)) {
            adapter(draft, &names[0], &told, " : ");
        }
    }
    let Some(Value::Array(listed)) = fields.take_value("loras") else {
        return;
    };
    for entry in listed {
        match (entry[0].as_str(), entry[1].as_f64(), entry[2].as_str()) {
            (Some(name), Some(weight), hash) => {
                let known = &draft.recipe().adapters;
                if !known.iter().any(|adapter| adapter.name == stem(name)) {
                    draft.adapter(name, (weight, weight), None);
                }
                if let Some(hash) = hash {
                    draft.adapter_hash(name, hash.to_owned());
                }
            }
            _ => draft.leave_some("loras", told(&entry)),
        }
    }
}

/// A name and a weight with something between them; before them may stand whether it is on.
fn adapter(draft: &mut Draft<'_>, name: &str, told: &str, between: &str) {
    let fields = told.rsplit_once(between);
    match fields.and_then(|(name, weight)| Some((name, number(weight)?))) {
        Some((named, weight)) => {
            if named.starts_with("False : ") {
                return draft.leave(name, told);
            }
            let named = named.strip_prefix("True : ").unwrap_or(named);
            draft.adapter(named.trim(), (weight, weight), None);
        }
        None => draft.leave(name, told),
    }
}

/// `(1152, 896)` as `1152x896`; anything else as it is.
fn as_size(told: &str) -> String {
    let inner = told.trim_matches(|edge: char| matches!(edge, '(' | ')' | '[' | ']'));
    let sides = inner.split_once(',');
    sides.map_or_else(
        || told.to_owned(),
        |(width, height)| {
            let quotes = |side: &str| side.trim().trim_matches('\'').to_owned();
            format!("{}x{}", quotes(width), quotes(height))
        },
    )
}

/// Its head is the prompt with all styles worked in; what the artist wrote stands in the settings.
fn as_a1111(mut draft: Draft<'_>, mut settings: SettingsText) -> ForeignRecipe {
    draft.version(settings.take("Version"));
    let raw = settings.take("Raw prompt");
    let raw_negative = settings.take("Raw negative prompt");
    if let Some(text) = raw {
        let raw = Prompt {
            text,
            negative: raw_negative.unwrap_or_default(),
        };
        let full = std::mem::replace(&mut settings.prompt, raw);
        for (name, full, raw) in [
            ("Full prompt", full.text, &settings.prompt.text),
            (
                "Full negative prompt",
                full.negative,
                &settings.prompt.negative,
            ),
        ] {
            if full != *raw {
                draft.leave(name, full);
            }
        }
    }
    draft.schedule("Scheduler", settings.take("Scheduler"));
    let weights = settings.take("Lora weights");
    for pair in weights.iter().flat_map(|told| told.split(',')) {
        adapter(&mut draft, "Lora weights", pair.trim(), ":");
    }
    a1111::fill(draft, settings)
}
