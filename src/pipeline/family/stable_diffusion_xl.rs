//! Stable Diffusion XL, and SDXL Turbo.

use std::sync::Arc;

use crate::diffusion;
use crate::models::ModelIndex;
use crate::pipeline::diffusion_family::{DiffusionFamily, Habits};
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::text_encoder_pair::TextEncoderPair;
use crate::pipeline::part::tokenizer::PromptTokenizer;

use super::stable_diffusion::EULER;

/// The family (Podell et al. 2023).
pub(super) const STABLE_DIFFUSION_XL: DiffusionFamily = DiffusionFamily {
    id: "stable_diffusion_xl",
    pipelines: &[
        "StableDiffusionXLPipeline",
        "StableDiffusionXLImg2ImgPipeline",
        "StableDiffusionXLInpaintPipeline",
    ],
    denoiser: "unet",
    text_encoders: &["text_encoder", "text_encoder_2"],
    spare_text_encoder: None,
    read_prompts: |folder, graphs, monitor| {
        let [first, second] =
            <[_; 2]>::try_from(graphs).unwrap_or_else(|_| unreachable!("two graphs were named"));
        let said = folder
            .index()
            .and_then(|index| index.flag(ModelIndex::ZEROS_FOR_EMPTY_PROMPT));
        // Diffusers has it on where a file does not say.
        let zeros_for_nothing = said.unwrap_or(true);
        let tokenizer = |part| PromptTokenizer::open(folder, part).map(Arc::new);
        let [one, other] = [tokenizer("tokenizer")?, tokenizer("tokenizer_2")?];
        let layers = [&first, &second].map(|graph| Layer::penultimate(graph.ports(), monitor));
        Ok(Box::new(TextEncoderPair {
            first: TextEncoder::new(first, one, layers[0], None)?,
            second: TextEncoder::new(second, other, layers[1], Some("text_embeds"))?,
            zeros_for_nothing,
        }))
    },
    tokenizer: |folder| PromptTokenizer::open(folder, "tokenizer"),
    is_likely: |_| true,
    params: diffusion::PARAMS,
    habits: |folder| {
        let usual = Habits {
            steps: 25,
            guidance: 6.0,
        };
        usual.unless_distilled(folder)
    },
    scheduler: |_| EULER,
    flow_spacing: None,
    scaling_factor: 0.13025,
    shift_factor: 0.0,
    trained_side: 1024,
};
