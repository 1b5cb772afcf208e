//! Automatic1111's web UI, Forge, and all that write its text as it does
//! (`modules/processing.py`, `modules/infotext_utils.py`; Forge's additions for Flux).

use crate::diffusion::{VARIATION_SEED, VARIATION_STRENGTH};
use crate::domain::{CLIP_SKIP, STEPS, STRENGTH};
use crate::prompt::{EMPHASIS, adapter_tags};
use crate::provenance::foreign::draft::Draft;
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::foreign_recipe::ForeignRecipe;
use crate::provenance::foreign::settings_text::SettingsText;
use crate::provenance::foreign::text::{Text, Texts};

use super::ForeignReader;

/// What any picture's settings begin with.
const STEPS_KEY: &str = "Steps";
/// Keys that say that a picture was made in two passes.
const HIRES_KEYS: [&str; 4] = [
    "Hires upscale",
    "Hires upscaler",
    "Hires steps",
    "Hires resize-1",
];

/// Automatic1111's web UI and its kin.
pub(super) struct A1111;

impl ForeignReader for A1111 {
    fn program(&self) -> &'static str {
        "Automatic1111"
    }

    fn read(&self, texts: &Texts) -> Option<Result<ForeignRecipe, RecipeFault>> {
        let (text, mut settings) = find(texts)?;
        let mut draft = Draft::new(self.program(), texts);
        draft.heard(&text.keyword);
        let version = settings.take("Version");
        if let Some(program) = version.as_deref().and_then(program) {
            draft.is_by(program);
        }
        draft.version(version);
        // What is at its default is not said.
        let clip_skip = settings.take("Clip skip").unwrap_or_else(|| "1".to_owned());
        draft.set(&CLIP_SKIP, "Clip skip", Some(clip_skip));
        let noise = settings.take("RNG").unwrap_or_else(|| "GPU".to_owned());
        draft.noise("RNG", Some(noise));
        draft.set(&EMPHASIS, "Emphasis", settings.take("Emphasis"));
        denoising(&mut draft, &mut settings);
        Some(Ok(fill(draft, settings)))
    }
}

/// The first text with such settings.
pub(super) fn find(texts: &Texts) -> Option<(&Text, SettingsText)> {
    texts.iter().find_map(|text| {
        // Most texts that are none of these are found out without taking them apart.
        let settings = text
            .text
            .contains("Steps: ")
            .then(|| SettingsText::parse(&text.text))??;
        settings
            .get(STEPS_KEY)
            .is_some()
            .then_some((text, settings))
    })
}

/// What all programs that write such settings have in common; the rest is left over.
pub(super) fn fill(mut draft: Draft<'_>, mut settings: SettingsText) -> ForeignRecipe {
    let prompt = std::mem::take(&mut settings.prompt);
    for (_, tag) in adapter_tags(&prompt.text) {
        draft.adapter(&tag.name, (tag.weight, tag.text_encoder_weight), None);
    }
    draft.words(Some(prompt.text), Some(prompt.negative));
    draft.set(&STEPS, STEPS_KEY, settings.take(STEPS_KEY));
    draft.scheduler("Sampler", settings.take("Sampler"));
    draft.schedule("Schedule type", settings.take("Schedule type"));
    draft.guidance(
        ("CFG scale", settings.take("CFG scale")),
        ("Distilled CFG Scale", settings.take("Distilled CFG Scale")),
    );
    draft.seed("Seed", settings.take("Seed"));
    draft.size("Size", settings.take("Size"));
    draft.set(
        &VARIATION_SEED,
        "Variation seed",
        settings.take("Variation seed"),
    );
    let strength = settings.take("Variation seed strength");
    draft.set(&VARIATION_STRENGTH, "Variation seed strength", strength);
    draft.model(settings.take("Model"), settings.take("Model hash"));
    hashes(&mut draft, settings.take("Lora hashes").as_deref());
    draft.leave_some("parameters", settings.appendix.take());
    for (name, told) in settings.rest() {
        draft.leave(&name, told);
    }
    draft.finish()
}

/// "Denoising strength" is that of a picture's start, or that of a second pass.
fn denoising(draft: &mut Draft<'_>, settings: &mut SettingsText) {
    let is_second_pass = HIRES_KEYS.iter().any(|key| settings.get(key).is_some());
    if !is_second_pass {
        let told = settings.take("Denoising strength");
        draft.set(&STRENGTH, "Denoising strength", told);
    }
}

/// `name: hash, name: hash`, for adapters that the prompt names.
fn hashes(draft: &mut Draft<'_>, told: Option<&str>) {
    for pair in told.into_iter().flat_map(|told| told.split(',')) {
        match pair.rsplit_once(':') {
            Some((name, hash)) => draft.adapter_hash(name.trim(), hash.trim().to_owned()),
            None => draft.leave("Lora hashes", pair.trim()),
        }
    }
}

/// The program of a version; A1111 itself counts as `v1.10.1`, Forge as `f2.0.1v1.10.1`.
fn program(version: &str) -> Option<&str> {
    let digit_follows = |mark: char| {
        let rest = version.strip_prefix(mark);
        rest.is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
    };
    if digit_follows('v') || version.starts_with(|next: char| next.is_ascii_digit()) {
        return None;
    }
    if digit_follows('f') || version == "neo" {
        return Some("Forge");
    }
    version.split_whitespace().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_names_the_program() {
        let check = |version, expected| assert_eq!(program(version), expected, "{version}");
        check("v1.10.1", None);
        check("1.6.0", None);
        check("f2.0.1v1.10.1-previous-313-g8a042934", Some("Forge"));
        check("ComfyUI", Some("ComfyUI"));
        check("fooled", Some("fooled"));
    }
}
