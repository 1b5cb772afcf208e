//! Stable Diffusion XL, and SDXL Turbo.

use std::sync::Arc;

use crate::diffusion;
use crate::domain::ParamSpec;
use crate::models::{ModelFolder, ModelIndex};
use crate::pipeline::error::PipelineError;
use crate::pipeline::model_info::ModelInfo;
use crate::pipeline::part::text_encoder::{Layer, TextEncoder};
use crate::pipeline::part::text_encoder_pair::TextEncoderPair;
use crate::pipeline::part::tokenizer::PromptTokenizer;
use crate::pipeline::unet_folder::{self, Habits};
use crate::pipeline::{Family, Monitor, Pipeline};
use crate::runtime::{ProviderId, Runtime};

/// The family (Podell et al. 2023).
pub(super) struct StableDiffusionXl;

const HABITS: Habits = Habits {
    text_encoders: &["text_encoder/model.onnx", "text_encoder_2/model.onnx"],
    scaling_factor: 0.13025,
    trained_side: 1024,
};

impl Family for StableDiffusionXl {
    fn id(&self) -> &'static str {
        "stable_diffusion_xl"
    }

    fn recognize(&self, folder: &ModelFolder) -> bool {
        unet_folder::has_graphs(folder, &HABITS)
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
        let tokenizers = [
            PromptTokenizer::open(folder, "tokenizer")?,
            PromptTokenizer::open(folder, "tokenizer_2")?,
        ];
        let index = folder.index();
        let zeros_for_nothing =
            index.is_some_and(|index| index.flag(ModelIndex::ZEROS_FOR_EMPTY_PROMPT));
        unet_folder::open(folder, runtime, provider, monitor, &HABITS, |graphs| {
            let encoders = graphs.into_iter().zip(tokenizers);
            let mut encoders = encoders.map(|(graph, tokenizer)| {
                TextEncoder::new(graph, Arc::new(tokenizer), Layer::Penultimate)
            });
            let mut next = || encoders.next().expect("two graphs were named");
            Ok(Box::new(TextEncoderPair {
                first: next()?,
                second: next()?,
                zeros_for_nothing,
            }))
        })
    }
}
