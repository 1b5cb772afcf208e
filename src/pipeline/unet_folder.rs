//! What folders with a U-Net, a VAE and a scheduler have in common, whatever reads their prompts.

use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;

use crate::diffusion::TrainingSchedule;
use crate::domain::{Explain as _, MadeWith, PixelSize, Progress};
use crate::models::{ModelError, ModelFolder};
use crate::runtime::{Graph, ProviderId, Runtime};

use super::error::PipelineError;
use super::latent_diffusion::{Identity, LatentDiffusion, Parts};
use super::model_info::{ModelInfo, SizeLimits};
use super::part::conditioning::PromptEncoder;
use super::part::denoiser::Denoiser;
use super::part::source::{SourceEncoder, SourceState};
use super::part::tokenizer::PromptTokenizer;
use super::part::vae::VaeDecoder;
use super::{Family, Monitor, Pipeline};

const DENOISER: &str = "unet/model.onnx";
const ENCODER: &str = "vae_encoder/model.onnx";
const DECODER: &str = "vae_decoder/model.onnx";
const SCHEDULER_CONFIG: &str = "scheduler/scheduler_config.json";

/// The part of the loading that the check of the files takes.
const CHECK_SHARE: f32 = 0.3;

/// Where a family differs.
pub(super) struct Habits {
    /// The graphs that read prompts, from the folder.
    pub text_encoders: &'static [&'static str],
    /// By what the decoder's latents are smaller than the denoiser's, where its config says
    /// nothing.
    pub scaling_factor: f64,
    /// The side of the pictures that it was trained on, in pixels, where no config says it.
    pub trained_side: u32,
}

/// Whether the graphs are there that every such folder has, and those that read prompts.
pub(super) fn has_graphs(folder: &ModelFolder, habits: &Habits) -> bool {
    let graphs = habits.text_encoders.iter().chain(&[DENOISER, DECODER]);
    graphs.into_iter().all(|graph| folder.has(graph))
}

/// What is to be known of a model before it is loaded.
pub(super) fn describe(
    family: &dyn Family,
    folder: &ModelFolder,
    habits: &Habits,
) -> Result<ModelInfo, PipelineError> {
    let manifest = folder.manifest();
    let mut defaults = training(folder)?.config().defaults.clone();
    for (id, value) in manifest
        .iter()
        .flat_map(|manifest| manifest.defaults.iter())
    {
        defaults.set(id, value.clone());
    }
    Ok(ModelInfo {
        id: folder.id().clone(),
        name: folder.name().to_owned(),
        path: folder.path().to_owned(),
        family: family.id(),
        description: manifest.map(|m| m.description.clone()).unwrap_or_default(),
        licence: manifest.map(|m| m.licence.clone()),
        defaults,
        specs: family.params(),
        sizes: sizes(folder, habits)?,
        tokenizer: Some(Arc::new(PromptTokenizer::open(folder, "tokenizer")?)),
        examples: manifest.map(|m| m.examples.clone()).unwrap_or_default(),
        file_bytes: folder.bytes()?,
    })
}

/// Checks the model's files and loads them; `read_prompts` makes what reads prompts of the
/// family's graphs, in the order in which it names them.
pub(super) fn open(
    folder: &ModelFolder,
    runtime: &Runtime,
    provider: &ProviderId,
    monitor: &mut dyn Monitor,
    habits: &Habits,
    read_prompts: impl FnOnce(Vec<Box<dyn Graph>>) -> Result<Box<dyn PromptEncoder>, PipelineError>,
) -> Result<Box<dyn Pipeline>, PipelineError> {
    let started = Instant::now();
    let cancel = monitor.cancel().clone();
    let chosen = runtime.choose(provider)?;
    let fingerprint = folder.check(&cancel, &mut |done| {
        let fraction = CHECK_SHARE * done;
        monitor.report(Progress::Loading { fraction });
    })?;
    let training = training(folder)?;
    for remark in &training.config().remarks {
        monitor.tell(remark.explain());
    }
    let decoder_config = PartConfig::read(folder, "vae_decoder")?;

    let graphs = habits.text_encoders.len() + 2;
    let mut loaded = 0;
    let mut load = |file: &str| -> Result<_, PipelineError> {
        let graph = runtime.load(&folder.file(file)?, &chosen.id, &cancel)?;
        loaded += 1;
        let fraction = CHECK_SHARE + (1.0 - CHECK_SHARE) * loaded as f32 / graphs as f32;
        monitor.report(Progress::Loading { fraction });
        Ok(graph)
    };
    let readers = habits.text_encoders.iter().map(|file| load(file));
    let prompts = read_prompts(readers.collect::<Result<_, _>>()?)?;
    let denoiser = Denoiser::new(load(DENOISER)?)?;
    let scaling_factor = decoder_config
        .scaling_factor
        .unwrap_or(habits.scaling_factor);
    let cell_pixels = cell_pixels(folder)?;
    let decoder = VaeDecoder::new(load(DECODER)?, scaling_factor, cell_pixels)?;
    let source = SourceEncoder {
        file: folder.path().join(ENCODER),
        runtime: runtime.clone(),
        provider: chosen.id.clone(),
        scaling_factor,
        cell_pixels,
        state: SourceState::default(),
    };
    let model = LatentDiffusion::new(
        Identity {
            model: folder.id().clone(),
            fingerprint: fingerprint.to_string(),
            made_with: MadeWith {
                app: env!("CARGO_PKG_VERSION").to_owned(),
                runtime: runtime.version().to_owned(),
                provider: chosen.id.to_string(),
            },
        },
        Parts {
            training,
            prompts,
            denoiser,
            decoder,
            source,
        },
        started.elapsed().as_secs_f64(),
    );
    Ok(Box::new(model))
}

/// What matters of the configurations of the denoiser and of the decoder; old exports have none.
#[derive(Default, Deserialize)]
struct PartConfig {
    sample_size: Option<u32>,
    block_out_channels: Option<Vec<u32>>,
    scaling_factor: Option<f64>,
}

impl PartConfig {
    fn read(folder: &ModelFolder, part: &str) -> Result<Self, PipelineError> {
        let config: Option<Self> = folder.json(&format!("{part}/config.json"))?;
        Ok(config.unwrap_or_default())
    }

    /// By how much the part halves its input, all in all: once between each two of its blocks.
    fn reduction(&self) -> Option<u32> {
        let halvings = self.block_out_channels.as_ref()?.len().checked_sub(1)?;
        2_u32.checked_pow(halvings as u32)
    }
}

fn sizes(folder: &ModelFolder, habits: &Habits) -> Result<SizeLimits, PipelineError> {
    let denoiser = PartConfig::read(folder, "unet")?;
    let cell_pixels = cell_pixels(folder)?;
    let manifest = folder.manifest();
    let limits = manifest
        .map(|manifest| manifest.limits.clone())
        .unwrap_or_default();
    let reduced = cell_pixels * denoiser.reduction().unwrap_or(8);
    let multiple = limits.size_multiple.unwrap_or(reduced);
    let trained_side = denoiser.sample_size.map_or(habits.trained_side, |cells| {
        cells.saturating_mul(cell_pixels)
    });
    let mut sizes = SizeLimits {
        default: PixelSize::new(trained_side, trained_side).map_err(|error| {
            PipelineError::Misfit {
                problem: error.to_string(),
                path: folder.path().to_owned(),
            }
        })?,
        multiple,
        min_side: limits.min_side.unwrap_or(multiple),
        max_side: limits.max_side.unwrap_or(2048),
    };
    let named = manifest.and_then(|manifest| manifest.default_size);
    sizes.default = sizes.nearest(named.unwrap_or(sizes.default));
    Ok(sizes)
}

/// Pixels along each side of a latent cell: 8 where the decoder does not say.
fn cell_pixels(folder: &ModelFolder) -> Result<u32, PipelineError> {
    let decoder = PartConfig::read(folder, "vae_decoder")?;
    Ok(decoder.reduction().unwrap_or(8))
}

fn training(folder: &ModelFolder) -> Result<TrainingSchedule, PipelineError> {
    let path = folder.file(SCHEDULER_CONFIG)?;
    let text = std::fs::read_to_string(&path).map_err(|source| ModelError::Unreadable {
        source,
        path: path.clone(),
    })?;
    Ok(TrainingSchedule::parse(&text, &path)?)
}
