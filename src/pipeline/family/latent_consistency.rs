//! Latent consistency models: Stable Diffusion distilled to a few steps.

use crate::models::ModelFolder;
use crate::pipeline::denoiser_signs::DenoiserSigns;
use crate::pipeline::diffusion_family::{DiffusionFamily, Habits};

use super::stable_diffusion::{STABLE_DIFFUSION, has_no_second_encoder};

/// The family (Luo et al. 2023), whose denoisers take the scale of guidance as an input.
pub(super) const LATENT_CONSISTENCY: DiffusionFamily = DiffusionFamily {
    id: "latent_consistency",
    pipelines: &[
        "LatentConsistencyModelPipeline",
        "LatentConsistencyModelImg2ImgPipeline",
    ],
    is_likely: |folder| has_no_second_encoder(folder) && is_told_guidance(folder),
    habits: |_| Habits {
        steps: 4,
        guidance: 8.5,
    },
    scheduler: |_| {
        r#"{
            "_class_name": "LCMScheduler",
            "beta_schedule": "scaled_linear",
            "beta_start": 0.00085,
            "beta_end": 0.012
        }"#
    },
    trained_side: 768,
    ..STABLE_DIFFUSION
};

/// Whether a folder's denoiser is told the scale of guidance.
pub(super) fn is_told_guidance(folder: &ModelFolder) -> bool {
    let signs = DenoiserSigns::read(folder, "unet");
    let width = signs.says("time_cond_proj_dim");
    let said = width.map(|width| !width.is_null());
    said.or_else(|| signs.takes("timestep_cond"))
        .unwrap_or(false)
}
