//! Stable Diffusion 1 and 2, and every latent diffusion model laid out like them.

use std::sync::Arc;

use crate::diffusion;
use crate::models::ModelFolder;
use crate::pipeline::diffusion_family::{DiffusionFamily, Habits};
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::tokenizer::PromptTokenizer;

use super::latent_consistency::is_told_guidance;

/// The configuration of Stable Diffusion's noise, with the scheduler that SDXL was published with.
pub(super) const EULER: &str = r#"{
    "_class_name": "EulerDiscreteScheduler",
    "beta_schedule": "scaled_linear",
    "beta_start": 0.00085,
    "beta_end": 0.012,
    "timestep_spacing": "leading",
    "steps_offset": 1
}"#;

/// The family (Rombach et al. 2022).
pub(super) const STABLE_DIFFUSION: DiffusionFamily = DiffusionFamily {
    id: "stable_diffusion",
    pipelines: &[
        "StableDiffusionPipeline",
        "StableDiffusionImg2ImgPipeline",
        "StableDiffusionInpaintPipeline",
        "StableDiffusionInpaintPipelineLegacy",
    ],
    denoiser: "unet",
    text_encoders: &["text_encoder"],
    spare_text_encoder: None,
    read_prompts: |folder, graphs, _| {
        let graph = graphs.into_iter().next().expect("one graph was named");
        let tokenizer = Arc::new(PromptTokenizer::open(folder, "tokenizer")?);
        let encoder = TextEncoder::new(graph, tokenizer, Layer::Last, None)?;
        Ok(Box::new(encoder))
    },
    tokenizer: |folder| PromptTokenizer::open(folder, "tokenizer"),
    is_likely: |folder| has_no_second_encoder(folder) && !is_told_guidance(folder),
    params: diffusion::PARAMS,
    habits: |folder| {
        let usual = Habits {
            steps: 20,
            guidance: 7.0,
        };
        usual.unless_distilled(folder)
    },
    scheduler: |_| EULER,
    flow_spacing: None,
    scaling_factor: 0.18215,
    shift_factor: 0.0,
    trained_side: 512,
};

/// Whether nothing but one encoder reads prompts.
pub(super) fn has_no_second_encoder(folder: &ModelFolder) -> bool {
    !folder.has("text_encoder_2/model.onnx")
}
