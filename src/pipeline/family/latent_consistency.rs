//! Latent consistency models: Stable Diffusion distilled to a few steps.

use crate::pipeline::diffusion_family::{DiffusionFamily, Habits};

use super::stable_diffusion::STABLE_DIFFUSION;

/// The family (Luo et al. 2023), whose denoisers take the scale of guidance as an input.
pub(super) const LATENT_CONSISTENCY: DiffusionFamily = DiffusionFamily {
    id: "latent_consistency",
    pipelines: &[
        "LatentConsistencyModelPipeline",
        "LatentConsistencyModelImg2ImgPipeline",
    ],
    // Without an index its files look like those of the family that it was distilled from.
    is_likely: |_| false,
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
