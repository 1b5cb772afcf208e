//! Draw Things: JSON with short keys as the user comment of an XMP packet
//! (as the program writes it; keys by its export of configurations).

use serde_json::Value;

use crate::domain::{STEPS, STRENGTH};
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::json_fields::{JsonFields, told};
use crate::provenance::foreign::text::Texts;

use super::ForeignReader;

/// What it calls itself as the creator's tool.
const SOFTWARE: &str = "Draw Things";

/// Draw Things.
pub(super) struct DrawThings;

impl ForeignReader for DrawThings {
    fn program(&self) -> &'static str {
        SOFTWARE
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let is_ours = texts.get("Software")?.starts_with(SOFTWARE);
        let text = texts.get("UserComment").filter(|_| is_ours)?;
        let mut draft = Draft::new(self.program(), texts);
        // Its description says the same in one line.
        for keyword in ["Description", "Software", "UserComment"] {
            draft.heard(keyword);
        }
        Some(JsonFields::parse(text).map(|fields| fill(draft, fields)))
    }
}

fn fill(mut draft: Draft<'_>, mut fields: JsonFields) -> ForeignRecipe {
    draft.words(fields.take("c"), fields.take("uc"));
    draft.size("size", fields.take("size"));
    draft.seed("seed", fields.take("seed"));
    draft.set(&STEPS, "steps", fields.take("steps"));
    draft.guidance(("scale", fields.take("scale")), ("guidance", None));
    draft.scheduler("sampler", fields.take("sampler"));
    // 1 where it started from nothing.
    let strength = fields
        .take("strength")
        .filter(|told| number(told) != Some(1.0));
    draft.set(&STRENGTH, "strength", strength);
    draft.model(fields.take("model"), None);
    if let Some(Value::Array(adapters)) = fields.take_value("lora") {
        for value in adapters {
            let name = value["model"].as_str();
            match (name, value["weight"].as_f64()) {
                (Some(name), Some(weight)) => draft.adapter(name, (weight, weight), None),
                _ => draft.leave_some("lora", told(&value)),
            }
        }
    }
    fields.leave_rest(&mut draft);
    draft.finish()
}
