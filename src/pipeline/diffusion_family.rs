//! The families of models that denoise latents under a prompt, and the folders that they come in.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use serde::Deserialize;

use crate::diffusion::{FlowSpacing, TrainingSchedule};
use crate::domain::{
    Explain, GUIDANCE, MadeWith, Message, Notice, ParamSpec, ParamValue, Params, PixelSize,
    Progress, STEPS, Severity,
};
use crate::models::{GraphOutline, ModelError, ModelFolder, ModelIndex};
use crate::runtime::{Adjustment, Graph, LazyGraph, ProviderId, Runtime};

use super::error::PipelineError;
use super::estimate::Weights;
use super::family::Family;
use super::latent_diffusion::{Identity, LatentDiffusion};
use super::model_info::{ModelInfo, SizeLimits};
use super::part::conditioning::PromptEncoder;
use super::part::denoiser::Denoiser;
use super::part::latent_layout::PATCH;
use super::part::latent_scale::{LatentScale, ScaleConfig};
use super::part::source::{SourceEncoder, SourceState};
use super::part::tokenizer::PromptTokenizer;
use super::part::vae::VaeDecoder;
use super::parts::Parts;
use super::{Monitor, Pipeline};

const SCHEDULER_CONFIG: &str = "scheduler/scheduler_config.json";

/// The part of the loading that the check of the files takes.
const CHECK_SHARE: f32 = 0.3;

/// What one family has of its own; everything else they share.
pub(super) struct DiffusionFamily {
    /// Its name in manifests and tests; never changes.
    pub id: &'static str,
    /// Diffusers' pipelines of such models.
    pub pipelines: &'static [&'static str],
    /// The folder of its denoiser.
    pub denoiser: &'static str,
    /// The folders of the encoders that read its prompts.
    pub text_encoders: &'static [&'static str],
    /// The folder of one more, which saves memory where it is left out.
    pub spare_text_encoder: Option<&'static str>,
    /// Makes what reads prompts of those encoders' graphs, in that order.
    pub read_prompts: ReadPrompts,
    /// What counts and cuts its prompts.
    pub tokenizer: fn(&ModelFolder) -> Result<PromptTokenizer, ModelError>,
    /// Whether a folder whose index tells no family is of this one rather than of another with the
    /// same denoiser and text encoders.
    pub is_likely: fn(&ModelFolder) -> bool,
    /// The parameters that its models take, in the order of the panel.
    pub params: &'static [&'static ParamSpec],
    /// Steps and guidance that suit its models where they do not say themselves.
    pub habits: fn(&ModelFolder) -> Habits,
    /// The scheduler configuration of models that bring none.
    pub scheduler: fn(&ModelFolder) -> &'static str,
    /// Where the steps of a flow lie, if not where the schedulers' authors have them.
    pub flow_spacing: Option<FlowSpacing>,
    /// How its denoisers see latents where no configuration says it: `(latents − shift) · factor`.
    pub scaling_factor: f64,
    pub shift_factor: f64,
    /// The side of the pictures that it was trained on, in pixels, where no config says it.
    pub trained_side: u32,
}

/// Makes what reads prompts of the graphs of the text encoders.
pub(super) type ReadPrompts = fn(
    &ModelFolder,
    Vec<Box<dyn Graph>>,
    &mut dyn Monitor,
) -> Result<Box<dyn PromptEncoder>, PipelineError>;

/// What suits a model.
#[derive(Clone, Copy)]
pub(super) struct Habits {
    pub steps: i64,
    pub guidance: f64,
}

impl Habits {
    /// What suits models that were distilled to few steps.
    pub(super) const DISTILLED: Self = Self {
        steps: 4,
        guidance: 1.0,
    };

    /// These, unless the model's name says that it was distilled.
    pub(super) fn unless_distilled(self, folder: &ModelFolder) -> Self {
        const WORDS: [&str; 5] = ["turbo", "lightning", "hyper", "schnell", "distilled"];
        if is_called(folder, &WORDS) {
            Self::DISTILLED
        } else {
            self
        }
    }
}

/// Whether the name of a model, or that of what it was exported from, holds one of these words.
pub(super) fn is_called(folder: &ModelFolder, words: &[&str]) -> bool {
    let origin = folder.index().and_then(ModelIndex::origin);
    let mut names = [Some(folder.name()), origin].into_iter().flatten();
    names.any(|name| words.iter().any(|word| has_word(name, word)))
}

/// Whether a name holds a word, in whatever case: "hyper" is in "Hyper-SD15" and not in
/// "hyperrealism".
fn has_word(name: &str, word: &str) -> bool {
    let letters: Vec<char> = name.chars().collect();
    let wanted: Vec<char> = word.chars().collect();
    let is_same = |at: &[char]| {
        let pairs = std::iter::zip(at, &wanted);
        pairs.fold(true, |is, (a, b)| is && a.eq_ignore_ascii_case(b))
    };
    let begins = |place: usize| {
        let before = place.checked_sub(1).map(|before| letters[before]);
        // A capital begins a word, too, as in "DreamTurbo".
        before.is_none_or(|before| {
            !before.is_alphabetic() || before.is_lowercase() && letters[place].is_uppercase()
        })
    };
    let ends = |end: usize| {
        // Capitals after it are a name of their own, as in "TurboXL"; a word is not.
        let mut after = letters[end..].iter();
        match (after.next(), after.next()) {
            (Some(next), following) if next.is_alphabetic() => {
                let is_word = following.is_some_and(|following| following.is_lowercase());
                letters[end - 1].is_lowercase() && next.is_uppercase() && !is_word
            }
            _ => true,
        }
    };
    let places = letters.windows(wanted.len()).enumerate();
    places
        .filter(|(_, at)| is_same(at))
        .any(|(place, _)| begins(place) && ends(place + wanted.len()))
}

impl Family for DiffusionFamily {
    fn id(&self) -> &'static str {
        self.id
    }

    fn missing_graph(&self, folder: &Path) -> Option<PathBuf> {
        let encoders = self.text_encoders.iter().copied();
        let parts = [self.denoiser, "vae_decoder"].into_iter().chain(encoders);
        let mut graphs = parts.map(|part| folder.join(graph_of(part)));
        graphs.find(|graph| !graph.is_file())
    }

    fn recognize(&self, folder: &ModelFolder) -> bool {
        let pipeline = folder.index().map_or("", ModelIndex::pipeline);
        self.missing_graph(folder.path()).is_none()
            && (self.claims(pipeline) || (self.is_likely)(folder))
    }

    fn claims(&self, pipeline: &str) -> bool {
        self.pipelines.contains(&pipeline)
    }

    fn params(&self) -> &'static [&'static ParamSpec] {
        self.params
    }

    fn describe(&self, folder: &ModelFolder) -> Result<ModelInfo, PipelineError> {
        let manifest = folder.manifest();
        let (training, _) = self.training(folder)?;
        let mut defaults = self.own_defaults(folder);
        let said = training.config().defaults.iter();
        for (id, value) in said.chain(manifest.iter().flat_map(|it| it.defaults.iter())) {
            defaults.set(id, value.clone());
        }
        Ok(ModelInfo {
            id: folder.id().clone(),
            name: folder.name().to_owned(),
            path: folder.path().to_owned(),
            family: self.id,
            description: manifest.map(|m| m.description.clone()).unwrap_or_default(),
            licence: manifest.map(|m| m.licence.clone()),
            defaults,
            specs: self.params,
            sizes: self.sizes(folder)?,
            tokenizer: Some(Arc::new((self.tokenizer)(folder)?)),
            examples: manifest.map(|m| m.examples.clone()).unwrap_or_default(),
            file_bytes: folder.bytes()?,
            precision: folder.precision(),
            is_for_inpainting: self.is_for_inpainting(folder),
            weights: self.weights(folder),
        })
    }

    fn open(
        &self,
        folder: &ModelFolder,
        runtime: &Runtime,
        provider: &ProviderId,
        monitor: &mut dyn Monitor,
    ) -> Result<Box<dyn Pipeline>, PipelineError> {
        let started = Instant::now();
        let cancel = monitor.cancel().clone();
        let chosen = runtime.choose(provider)?;
        let fingerprint = folder.check(&cancel, &mut |done| {
            let fraction = CHECK_SHARE * done;
            monitor.report(Progress::Loading { fraction });
        })?;
        let fingerprint = fingerprint.to_string();
        monitor.identified(&fingerprint);
        let (training, remarks) = self.training(folder)?;
        for remark in remarks {
            monitor.tell(remark);
        }
        let scale_config: Option<ScaleConfig> = folder.json(&config_of("vae_decoder"))?;
        let usual = LatentScale::new(self.scaling_factor, self.shift_factor);
        let scale = usual.or(&scale_config.unwrap_or_default());

        let text_encoders = self.text_encoders_in(folder);
        let graphs = text_encoders.len() + 2;
        let is_tight = self.weights(folder).lasting() > runtime.budget_bytes();
        let mut loaded = 0;
        let mut load = |part: &str, monitor: &mut dyn Monitor| {
            let file = folder.file(&graph_of(part))?;
            let graph = LazyGraph::of_file(runtime, &file, &chosen.id, &cancel)?;
            let graph: Box<dyn Graph> = Box::new(graph);
            loaded += 1;
            let fraction = CHECK_SHARE + (1.0 - CHECK_SHARE) * loaded as f32 / graphs as f32;
            monitor.report(Progress::Loading { fraction });
            Ok::<_, PipelineError>(graph)
        };
        let mut denoiser = Denoiser::new(load(self.denoiser, monitor)?)?;
        if is_tight {
            // The prompts come first.
            denoiser.graph_mut().adjust(Adjustment::PutDown);
        }
        let cell_pixels = cell_pixels(folder)?;
        let decoder = VaeDecoder::new(load("vae_decoder", monitor)?, scale.clone(), cell_pixels)?;
        let readers = text_encoders.into_iter().map(|part| load(part, monitor));
        let readers = readers.collect::<Result<_, _>>()?;
        let prompts = (self.read_prompts)(folder, readers, monitor)?;
        let source = SourceEncoder {
            file: folder.path().join(graph_of("vae_encoder")),
            runtime: runtime.clone(),
            provider: chosen.id.clone(),
            scale,
            cell_pixels,
            state: SourceState::default(),
        };
        let model = LatentDiffusion::new(
            Identity {
                model: folder.id().clone(),
                fingerprint,
                made_with: MadeWith {
                    app: env!("CARGO_PKG_VERSION").to_owned(),
                    runtime: runtime.version().to_owned(),
                    provider: chosen.id.to_string(),
                    adapters: Vec::new(),
                },
            },
            Parts {
                training,
                prompts,
                denoiser,
                decoder,
                source,
                is_tight,
            },
            started.elapsed().as_secs_f64(),
        );
        Ok(Box::new(model))
    }
}

impl DiffusionFamily {
    /// The folders of the text encoders that are there.
    fn text_encoders_in(&self, folder: &ModelFolder) -> Vec<&'static str> {
        let spare = self.spare_text_encoder;
        let spare = spare.filter(|part| folder.has(&graph_of(part)));
        self.text_encoders.iter().copied().chain(spare).collect()
    }

    /// Whether the denoiser is shown a mask; one that cannot be read is told when it is opened.
    fn is_for_inpainting(&self, folder: &ModelFolder) -> bool {
        let graph = folder.file(&graph_of(self.denoiser));
        let outline = graph.and_then(|path| GraphOutline::read(&path));
        outline.is_ok_and(|outline| outline.is_for_inpainting())
    }

    /// Bytes of the files beside each graph: their weights, whatever the names of external data.
    fn weights(&self, folder: &ModelFolder) -> Weights {
        let beside = |part: &str| {
            let files = std::fs::read_dir(folder.path().join(part));
            let lengths = files.into_iter().flatten().filter_map(|file| {
                let metadata = file.ok()?.metadata().ok()?;
                metadata.is_file().then_some(metadata.len())
            });
            lengths.sum::<u64>()
        };
        let text_encoders = self.text_encoders_in(folder);
        Weights {
            text_encoders: text_encoders.into_iter().map(beside).sum(),
            denoiser: beside(self.denoiser),
            decoder: beside("vae_decoder"),
            encoder: beside("vae_encoder"),
        }
    }

    fn own_defaults(&self, folder: &ModelFolder) -> Params {
        let habits = (self.habits)(folder);
        let mut defaults = Params::default();
        defaults.set(STEPS.id, ParamValue::Int(habits.steps));
        defaults.set(GUIDANCE.id, ParamValue::Float(habits.guidance));
        defaults
    }

    /// How the model was trained, and what should be known of that.
    fn training(
        &self,
        folder: &ModelFolder,
    ) -> Result<(TrainingSchedule, Vec<Notice>), PipelineError> {
        let path = folder.path().join(SCHEDULER_CONFIG);
        let mut notices = Vec::new();
        let training = if path.exists() {
            let text = std::fs::read_to_string(&path).map_err(|source| ModelError::Unreadable {
                source,
                path: path.clone(),
            })?;
            TrainingSchedule::parse(&text, &path)?
        } else {
            let headline = Message::new("notice-model-no-scheduler").with("file", path.display());
            notices.push(Notice::new(Severity::Info, headline));
            TrainingSchedule::parse((self.scheduler)(folder), &path)?
        };
        let remarks = training.config().remarks.iter();
        notices.extend(remarks.map(Explain::explain));
        let training = match self.flow_spacing {
            Some(spacing) => training.with_flow_spacing(spacing),
            None => training,
        };
        Ok((training, notices))
    }

    fn sizes(&self, folder: &ModelFolder) -> Result<SizeLimits, PipelineError> {
        let denoiser = PartConfig::read(folder, self.denoiser)?;
        let cell_pixels = cell_pixels(folder)?;
        let manifest = folder.manifest();
        let limits = manifest
            .map(|manifest| manifest.limits.clone())
            .unwrap_or_default();
        let multiple = limits
            .size_multiple
            .unwrap_or_else(|| cell_pixels * self.multiple_cells(&denoiser));
        let pixels = |cells: u32| cells.saturating_mul(cell_pixels);
        let trained_side = denoiser.sample_size.map_or(self.trained_side, pixels);
        let places = denoiser.pos_embed_max_size.zip(denoiser.patch_size);
        let most_places = places.map(|(places, patch)| pixels(places.saturating_mul(patch)));
        let mut sizes = SizeLimits {
            default: PixelSize::new(trained_side, trained_side).map_err(|error| {
                PipelineError::Misfit {
                    problem: error.to_string(),
                    path: folder.path().to_owned(),
                }
            })?,
            multiple,
            min_side: limits.min_side.unwrap_or(multiple),
            max_side: limits.max_side.or(most_places).unwrap_or(2048).min(2048),
        };
        let named = manifest.and_then(|manifest| manifest.default_size);
        sizes.default = sizes.nearest(named.unwrap_or(sizes.default));
        Ok(sizes)
    }

    /// Cells of which both sides of a picture are multiples: as many as its denoiser makes one of.
    fn multiple_cells(&self, denoiser: &PartConfig) -> u32 {
        if self.denoiser == "unet" {
            denoiser.reduction().unwrap_or(8)
        } else {
            PATCH as u32
        }
    }
}

/// The graph of a part, from the model's folder.
fn graph_of(part: &str) -> String {
    format!("{part}/model.onnx")
}

fn config_of(part: &str) -> String {
    format!("{part}/config.json")
}

/// What matters of the configurations of the denoiser and of the decoder; old exports have none.
#[derive(Default, Deserialize)]
struct PartConfig {
    sample_size: Option<u32>,
    block_out_channels: Option<Vec<u32>>,
    patch_size: Option<u32>,
    pos_embed_max_size: Option<u32>,
}

impl PartConfig {
    fn read(folder: &ModelFolder, part: &str) -> Result<Self, PipelineError> {
        let config: Option<Self> = folder.json(&config_of(part))?;
        Ok(config.unwrap_or_default())
    }

    /// By how much the part halves its input, all in all: once between each two of its blocks.
    fn reduction(&self) -> Option<u32> {
        let halvings = self.block_out_channels.as_ref()?.len().checked_sub(1)?;
        2_u32.checked_pow(halvings as u32)
    }
}

/// Pixels along each side of a latent cell: 8 where the decoder does not say.
fn cell_pixels(folder: &ModelFolder) -> Result<u32, PipelineError> {
    let decoder = PartConfig::read(folder, "vae_decoder")?;
    Ok(decoder.reduction().unwrap_or(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_found_whole_in_the_names_of_models() {
        for (name, word) in [
            ("Hyper-SD15", "hyper"),
            ("sdxl-turbo", "turbo"),
            ("SDXL_Lightning_4step", "lightning"),
            ("DreamTurboXL", "turbo"),
            ("FLUX.1-schnell", "schnell"),
            ("turbo2", "turbo"),
            ("HyperSD", "hyper"),
        ] {
            assert!(has_word(name, word), "{name}");
        }
        for (name, word) in [
            ("hyperrealism", "hyper"),
            ("epicHyperRealism", "hyper"),
            ("flux-undistilled", "distilled"),
            ("turbocharged", "turbo"),
            ("", "turbo"),
        ] {
            assert!(!has_word(name, word), "{name}");
        }
    }
}
