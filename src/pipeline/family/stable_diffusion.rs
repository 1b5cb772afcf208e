//! Stable Diffusion 1 and 2, and every latent diffusion model laid out like them.

use std::sync::Arc;

use crate::diffusion;
use crate::domain::ParamSpec;
use crate::models::{ModelFolder, ModelIndex};
use crate::pipeline::error::PipelineError;
use crate::pipeline::model_info::ModelInfo;
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::tokenizer::PromptTokenizer;
use crate::pipeline::unet_folder::{self, Habits};
use crate::pipeline::{Family, Monitor, Pipeline};
use crate::runtime::{ProviderId, Runtime};

/// The family.
pub(super) struct StableDiffusion;

const HABITS: Habits = Habits {
    text_encoders: &["text_encoder/model.onnx"],
    scaling_factor: 0.18215,
    trained_side: 512,
};

impl Family for StableDiffusion {
    fn id(&self) -> &'static str {
        "stable_diffusion"
    }

    fn recognize(&self, folder: &ModelFolder) -> bool {
        let is_larger = |index: &ModelIndex| index.has("text_encoder_2");
        unet_folder::has_graphs(folder, &HABITS) && !folder.index().is_some_and(is_larger)
    }

    fn params(&self) -> &'static [&'static ParamSpec] {
        diffusion::PARAMS
    }

    fn describe(&self, folder: &ModelFolder) -> Result<ModelInfo, PipelineError> {
        unet_folder::describe(self, folder, &HABITS)
    }

    fn open(
        &self,
        folder: &ModelFolder,
        runtime: &Runtime,
        provider: &ProviderId,
        monitor: &mut dyn Monitor,
    ) -> Result<Box<dyn Pipeline>, PipelineError> {
        let tokenizer = Arc::new(PromptTokenizer::open(folder, "tokenizer")?);
        unet_folder::open(folder, runtime, provider, monitor, &HABITS, |graphs| {
            let graph = graphs.into_iter().next().expect("one graph was named");
            Ok(Box::new(TextEncoder::new(graph, tokenizer, Layer::Last)?))
        })
    }
}
