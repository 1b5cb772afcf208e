//! The text that Automatic1111's web UI puts into its files, and nearly every program reads.

use crate::diffusion::{
    BATCH_INDEX, BATCH_SIZE, VARIATION_SEED, VARIATION_STRENGTH, noise, schedule, scheduler,
};
use crate::domain::{CLIP_SKIP, GUIDANCE, ParamKind, ParamSpec, ParamValue, Recipe, STEPS, Task};
use crate::prompt::EMPHASIS;

/// Our parameters under the names that A1111 gives them, in its order.
static NAMES: [(&ParamSpec, &str); 4] = [
    (&STEPS, "Steps"),
    (&scheduler::PARAM, "Sampler"),
    (&schedule::PARAM, "Schedule type"),
    (&GUIDANCE, "CFG scale"),
];
/// Further parameters under its names, said only where they are not as usual.
static UNUSUAL: [(&ParamSpec, &str); 6] = [
    (&VARIATION_SEED, "Variation seed"),
    (&VARIATION_STRENGTH, "Variation seed strength"),
    (&BATCH_INDEX, "Batch index"),
    (&BATCH_SIZE, "Batch size"),
    (&EMPHASIS, "Emphasis"),
    (&CLIP_SKIP, "Clip skip"),
];
/// Digits of a model's hash that A1111 shows.
const HASH_DIGITS: usize = 10;

/// The recipe as A1111 words it: the prompt, the negative prompt, one line of settings.
///
/// The words of the prompt stand as they are; a NUL, which no PNG text may hold, becomes a space.
pub fn parameters_text(recipe: &Recipe) -> String {
    let mut text = recipe.prompt.text.clone();
    if !recipe.prompt.negative.is_empty() {
        text.push_str("\nNegative prompt: ");
        text.push_str(&recipe.prompt.negative);
    }
    let settings: Vec<String> = settings(recipe)
        .into_iter()
        .map(|(name, value)| format!("{name}: {}", quoted(&value)))
        .collect();
    format!("{text}\n{}", settings.join(", ")).replace('\0', " ")
}

fn settings(recipe: &Recipe) -> Vec<(&str, String)> {
    let mut settings = Vec::new();
    for (spec, name) in &NAMES {
        if let Some(value) = recipe.params.get(spec.id) {
            settings.push((*name, worded(spec, value)));
        }
    }
    settings.push(("Seed", recipe.seed.to_string()));
    if let Task::Vary { strength, .. } = &recipe.task {
        settings.push(("Denoising strength", strength.to_string()));
    }
    settings.push(("Size", recipe.size.to_string()));
    if let Some(hash) = recipe.fingerprint.get(..HASH_DIGITS) {
        settings.push(("Model hash", hash.to_owned()));
    }
    settings.push(("Model", recipe.model.to_string()));
    for (spec, name) in &UNUSUAL {
        let value = recipe.params.get(spec.id);
        if let Some(value) = value.filter(|value| **value != spec.default_value()) {
            settings.push((*name, worded(spec, value)));
        }
    }
    let is_named = |id: &str| {
        let mut names = NAMES.iter().chain(&UNUSUAL);
        names.any(|(spec, _)| spec.id == id)
    };
    let others = recipe.params.iter().filter(|(id, _)| !is_named(id));
    settings.extend(others.map(|(id, value)| {
        if id == noise::PARAM.id {
            ("RNG", noise_source(value))
        } else {
            (id, value.to_string())
        }
    }));
    settings.push(("Version", format!("Maquette {}", recipe.made_with.app)));
    settings
}

/// A value as A1111 words it: catalogue entries by their labels, which are its own.
fn worded(spec: &ParamSpec, value: &ParamValue) -> String {
    let (ParamKind::Choice { options, .. }, ParamValue::Text(id)) = (&spec.kind, value) else {
        return value.to_string();
    };
    if (spec.id, id.as_str()) == (schedule::PARAM.id, "discrete") {
        // Its name for the levels that a model or a sampler prefers.
        return "Automatic".to_owned();
    }
    let options = options();
    let choice = options.iter().find(|choice| choice.id == id);
    choice.map_or_else(|| id.clone(), |choice| choice.label.to_owned())
}

/// A1111 knows PyTorch's generators by the processor they run on.
fn noise_source(value: &ParamValue) -> String {
    match value.to_string().as_str() {
        "torch-cpu" => "CPU".to_owned(),
        "philox" => "NV".to_owned(),
        "torch-cpu-batch" => "CPU batch".to_owned(),
        other => other.to_owned(),
    }
}

/// A value that its separators would tear apart goes into JSON quotes, as A1111 does it.
fn quoted(value: &str) -> String {
    if value.contains([',', ':', '\n']) {
        serde_json::Value::from(value).to_string()
    } else {
        value.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{MadeWith, ModelId, Params, PixelSize, Prompt, Seed};

    fn recipe() -> Recipe {
        let mut params = Params::default();
        params.set("steps", ParamValue::Int(20));
        params.set("guidance", ParamValue::Float(7.0));
        params.set("scheduler", ParamValue::Text("euler_ancestral".into()));
        params.set("schedule", ParamValue::Text("karras".into()));
        params.set("noise", ParamValue::Text("torch-cpu".into()));
        Recipe {
            model: ModelId::new("maquette-small"),
            fingerprint: "0123456789abcdef".into(),
            prompt: Prompt {
                text: "a lighthouse, sunset".into(),
                negative: "fog".into(),
            },
            size: PixelSize::new(512, 768).unwrap(),
            seed: Seed(u64::MAX),
            params,
            parents: Vec::new(),
            task: Task::Create,
            made_with: MadeWith {
                app: "0.1.0".into(),
                ..MadeWith::default()
            },
        }
    }

    #[test]
    fn the_text_is_what_a1111_would_write() {
        let expected = "a lighthouse, sunset\nNegative prompt: fog\n\
            Steps: 20, Sampler: Euler a, Schedule type: Karras, CFG scale: 7, \
            Seed: 18446744073709551615, Size: 512x768, Model hash: 0123456789, \
            Model: maquette-small, RNG: CPU, Version: Maquette 0.1.0";
        assert_eq!(parameters_text(&recipe()), expected);
    }

    #[test]
    fn what_is_as_usual_is_not_said() {
        let mut recipe = recipe();
        let plain = parameters_text(&recipe);
        for (spec, _) in &UNUSUAL {
            recipe.params.set(spec.id, spec.default_value());
        }
        assert_eq!(parameters_text(&recipe), plain);
        recipe
            .params
            .set("emphasis", ParamValue::Text("no-norm".into()));
        recipe.params.set("variation-seed", ParamValue::Int(9));
        recipe
            .params
            .set("variation-strength", ParamValue::Float(0.2));
        let text = parameters_text(&recipe);
        let expected = "Variation seed: 9, Variation seed strength: 0.2, Emphasis: No norm, ";
        assert!(text.contains(expected), "{text}");
    }

    #[test]
    fn values_with_separators_are_quoted_and_nothing_is_said_of_what_is_not_there() {
        let mut recipe = recipe();
        recipe.model = ModelId::new("mine: \"a\", b");
        recipe.prompt.negative.clear();
        recipe.fingerprint = "short".into();
        recipe.params = Params::default();
        let expected = "a lighthouse, sunset\n\
            Seed: 18446744073709551615, Size: 512x768, \
            Model: \"mine: \\\"a\\\", b\", Version: Maquette 0.1.0";
        assert_eq!(parameters_text(&recipe), expected);
    }
}
