//! `SwarmUI`: JSON under `sui_image_params`, in `parameters` of a PNG or a user comment of EXIF
//! (`T2IParamInput.cs`, `docs/Image Metadata Format.md`).

use serde_json::Value;

use crate::diffusion::{VARIATION_SEED, VARIATION_STRENGTH};
use crate::domain::{CLIP_SKIP, STEPS, STRENGTH};
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::json_fields::{JsonFields, told};
use crate::provenance::foreign::text::{Text, Texts};

use super::ForeignReader;

/// The field that no other program has.
const PARAMS: &str = "sui_image_params";

/// `SwarmUI`.
pub(super) struct SwarmUi;

impl ForeignReader for SwarmUi {
    fn program(&self) -> &'static str {
        "SwarmUI"
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let is_ours =
            |text: &&Text| text.text.trim_start().starts_with('{') && text.text.contains(PARAMS);
        let text = texts.iter().find(is_ours)?;
        let mut draft = Draft::new(self.program(), texts);
        draft.heard(&text.keyword);
        Some(JsonFields::parse(&text.text).map(|fields| fill(draft, fields)))
    }
}

fn fill(mut draft: Draft<'_>, mut fields: JsonFields) -> ForeignRecipe {
    let mut params = fields.take_fields(PARAMS);
    draft.version(params.take("swarm_version"));
    draft.words(params.take("prompt"), params.take("negativeprompt"));
    draft.sides(params.take("width"), params.take("height"));
    draft.seed("seed", params.take("seed"));
    draft.set(&STEPS, "steps", params.take("steps"));
    draft.guidance(
        ("cfgscale", params.take("cfgscale")),
        ("fluxguidancescale", params.take("fluxguidancescale")),
    );
    draft.scheduler("sampler", params.take_first(&["sampler", "comfyuisampler"]));
    draft.schedule(
        "scheduler",
        params.take_first(&["scheduler", "comfyuischeduler"]),
    );
    draft.set(
        &VARIATION_SEED,
        "variationseed",
        params.take("variationseed"),
    );
    let strength = params.take("variationseedstrength");
    draft.set(&VARIATION_STRENGTH, "variationseedstrength", strength);
    draft.set(
        &STRENGTH,
        "initimagecreativity",
        params.take("initimagecreativity"),
    );
    // Counted from the end: -1 is the last layer.
    let layer = params.take("clipstopatlayer");
    let layer = layer.map(|told| told.trim_start_matches('-').to_owned());
    draft.set(&CLIP_SKIP, "clipstopatlayer", layer);
    let hashes = fields.take_value("sui_models");
    let model = params.take("model");
    draft.model(
        model.clone(),
        model.and_then(|model| hash_of(hashes.as_ref(), &model)),
    );
    adapters(&mut draft, &mut params, hashes.as_ref());
    params.leave_rest(&mut draft);
    fields.leave_rest(&mut draft);
    draft.finish()
}

/// Two lists of one length: names, and weights as texts.
fn adapters(draft: &mut Draft<'_>, params: &mut JsonFields, hashes: Option<&Value>) {
    let names = list(params.take_value("loras"));
    let weights = list(params.take_value("loraweights"));
    for (index, name) in names.iter().enumerate() {
        let weight = weights.get(index).and_then(|weight| number(weight));
        let weight = weight.unwrap_or(1.0);
        draft.adapter(name, (weight, weight), hash_of(hashes, name));
    }
}

/// A list, or one text with commas, as earlier versions have it.
fn list(value: Option<Value>) -> Vec<String> {
    match value {
        Some(Value::Array(items)) => items.iter().filter_map(told).collect(),
        Some(Value::String(items)) => {
            let items = items.split(',').map(str::trim);
            items
                .filter(|item| !item.is_empty())
                .map(str::to_owned)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The hash of a model or an adapter, by its name with or without the ending.
fn hash_of(models: Option<&Value>, name: &str) -> Option<String> {
    let mut models = models?.as_array()?.iter();
    let is_named = |model: &&Value| {
        let known = model["name"].as_str().unwrap_or_default();
        known == name || known.strip_suffix(".safetensors") == Some(name)
    };
    told(&models.find(is_named)?["hash"])
}
