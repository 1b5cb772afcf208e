//! The sampler that starts a picture, and what is set at it and at the nodes that serve it.

use std::collections::{BTreeSet, VecDeque};

use crate::diffusion::{BATCH_SIZE, schedule};
use crate::domain::{STEPS, STRENGTH};
use crate::provenance::foreign::draft::{Draft, number};
use crate::provenance::foreign::error::RecipeFault;
use crate::provenance::foreign::json_fields::told;

use super::conditioning::{self, Side};
use super::graph::{Place, Walk};
use super::loaders;

/// Where latents come in.
const LATENTS: [&str; 3] = ["latent_image", "samples", "latent"];
/// Where seeds are set, or a node with one.
const SEEDS: [&str; 3] = ["seed", "noise_seed", "noise"];
/// Where pixels come in.
const PIXELS: [&str; 3] = ["pixels", "image", "images"];
/// What is set at a sampler where it does all of its steps, with noise of its own.
const USUAL: [(&str, &str); 3] = [
    ("add_noise", "enable"),
    ("return_with_leftover_noise", "disable"),
    ("start_at_step", "0"),
];
/// Nodes that are a schedule themselves.
const SCHEDULES: [(&str, &str); 3] = [
    ("KarrasScheduler", "karras"),
    ("ExponentialScheduler", "exponential"),
    ("BetaSamplingScheduler", "beta"),
];

/// The sampler that the picture begins with: the last one on the way back from an output.
pub(super) fn first<'g>(walk: &mut Walk<'g>) -> Result<Option<Place<'g>>, RecipeFault> {
    let mut linked = BTreeSet::new();
    for place in walk.places() {
        linked.extend(walk.links(place)?.iter().map(|place| place.id));
    }
    let outputs: Vec<_> = walk
        .places()
        .filter(|place| !linked.contains(place.id))
        .collect();
    let mut sampler = nearest(walk, outputs)?;
    while let Some(last) = sampler {
        let latents = walk.first_link(last, &LATENTS)?;
        match nearest(walk, latents.into_iter().collect())? {
            Some(earlier) => sampler = Some(earlier),
            None => break,
        }
    }
    Ok(sampler)
}

/// Puts what is set for a sampler into the draft.
pub(super) fn read<'g>(
    walk: &mut Walk<'g>,
    sampler: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    seed(walk, sampler, draft)?;
    let steps = schedule(walk, sampler, draft)?;
    range(walk, sampler, steps.as_deref());
    let chooser = walk.link(sampler, "sampler")?.unwrap_or(sampler);
    let name = walk.value(chooser, "sampler_name")?;
    draft.scheduler(&chooser.name("sampler_name"), name);
    let guider = walk.link(sampler, "guider")?.unwrap_or(sampler);
    let positive = conditioning::read(walk, guider, Side::Positive, draft)?;
    let negative = conditioning::read(walk, guider, Side::Negative, draft)?;
    draft.words(Some(positive.text), Some(negative.text));
    let free = walk.value(guider, "cfg")?;
    let (free_name, own_name) = (guider.name("cfg"), "guidance");
    draft.guidance((&free_name, free), (own_name, positive.guidance));
    if let Some(model) = walk.link(guider, "model")? {
        loaders::model(walk, model, draft)?;
    }
    if let Some(latents) = walk.first_link(sampler, &LATENTS)? {
        start(walk, latents, draft)?;
    }
    Ok(())
}

/// The sampler that the fewest links lie before.
fn nearest<'g>(
    walk: &mut Walk<'g>,
    from: Vec<Place<'g>>,
) -> Result<Option<Place<'g>>, RecipeFault> {
    let mut seen = BTreeSet::new();
    let mut waiting = VecDeque::from(from);
    while let Some(place) = waiting.pop_front() {
        if !seen.insert(place.id) {
            continue;
        }
        let has = |inputs: &[&str]| inputs.iter().any(|input| place.has(input));
        if has(&LATENTS) && has(&SEEDS) {
            return Ok(Some(place));
        }
        waiting.extend(walk.links(place)?);
    }
    Ok(None)
}

/// `ComfyUI` draws the noise of a whole batch at once, on the processor.
fn seed<'g>(
    walk: &mut Walk<'g>,
    sampler: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    let place = walk.link(sampler, "noise")?.unwrap_or(sampler);
    let Some(seed) = walk.first_value(place, &["seed", "noise_seed"])? else {
        return Ok(());
    };
    draft.seed(&place.name("seed"), Some(seed));
    draft.noise("noise", Some("torch-cpu-batch".to_owned()));
    Ok(())
}

/// Steps, schedule and strength, which stand at the sampler or at a node of sigmas.
fn schedule<'g>(
    walk: &mut Walk<'g>,
    sampler: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<Option<String>, RecipeFault> {
    let mut place = sampler;
    while let Some(sigmas) = walk.link(place, "sigmas")? {
        place = sigmas;
    }
    let steps = walk.value(place, "steps")?;
    draft.set(&STEPS, &place.name("steps"), steps.clone());
    if place.has("scheduler") {
        let told = walk.value(place, "scheduler")?;
        draft.schedule(&place.name("scheduler"), told);
    } else if let Some((_, id)) = SCHEDULES.iter().find(|(class, _)| place.class() == *class) {
        draft.set(&schedule::PARAM, place.class(), Some((*id).to_owned()));
    } else if place.class() == "AlignYourStepsScheduler" {
        let told = walk.value(place, "model_type")?;
        let id = told.map(|told| if told == "SDXL" { "ays_sdxl" } else { "ays" }.to_owned());
        draft.set(&schedule::PARAM, &place.name("model_type"), id);
    }
    let denoise = walk.value(place, "denoise")?;
    // Everything from noise alone is no start from a picture.
    let denoise = denoise.filter(|told| number(told) != Some(1.0));
    draft.set(&STRENGTH, &place.name("denoise"), denoise);
    Ok(steps)
}

/// Takes what says that the sampler does all of its steps; anything else stays to be listed.
fn range<'g>(walk: &mut Walk<'g>, sampler: Place<'g>, steps: Option<&str>) {
    for (input, usual) in USUAL {
        let value = sampler.input(input);
        let is_usual = value.and_then(told).is_some_and(|told| told == usual);
        if is_usual {
            walk.take(sampler, input);
        }
    }
    let end = sampler
        .input("end_at_step")
        .and_then(serde_json::Value::as_f64);
    let steps = steps.and_then(number);
    if steps.is_some_and(|steps| end.is_some_and(|end| end >= steps)) {
        walk.take(sampler, "end_at_step");
    }
}

/// What a picture starts from: nothing of some size, or another picture.
fn start<'g>(
    walk: &mut Walk<'g>,
    place: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    if let Some(pixels) = walk.first_link(place, &PIXELS)? {
        return picture(walk, pixels, draft);
    }
    if let Some(earlier) = walk.first_link(place, &LATENTS)? {
        return start(walk, earlier, draft);
    }
    let width = walk.value(place, "width")?;
    draft.sides(width, walk.value(place, "height")?);
    let batch = walk.value(place, "batch_size")?;
    if batch
        .as_deref()
        .and_then(number)
        .is_some_and(|pictures| pictures > 1.0)
    {
        // Which of them this is, the file does not say.
        draft.leave_some(&place.name("batch_size"), batch.clone());
    }
    draft.set(&BATCH_SIZE, &place.name("batch_size"), batch);
    Ok(())
}

/// The files that pixels come from.
fn picture<'g>(
    walk: &mut Walk<'g>,
    place: Place<'g>,
    draft: &mut Draft<'_>,
) -> Result<(), RecipeFault> {
    if place.class().contains("LoadImage") {
        if let Some(file) = walk.value(place, "image")? {
            draft.source(file);
        }
        return Ok(());
    }
    match walk.first_link(place, &PIXELS)? {
        Some(earlier) => picture(walk, earlier, draft),
        None => Ok(()),
    }
}
