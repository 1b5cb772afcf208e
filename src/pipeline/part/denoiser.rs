//! The part of a diffusion model that predicts what is noise.

use crate::diffusion::{LatentShape, Latents};
use crate::domain::CancelToken;
use crate::runtime::{Feeds, Graph, RuntimeError, Tensor};

use super::conditioning::Conditioning;
use super::guidance_input::GuidanceInput;
use super::latent_layout::{LatentLayout, LatentPorts, patch_places};

/// A denoiser that listens to a prompt: a U-Net or a transformer.
pub(crate) struct Denoiser {
    graph: Box<dyn Graph>,
    layout: LatentLayout,
    /// Channels of the latents that it denoises.
    channels: usize,
    /// Channels that it is shown beside them.
    shown: usize,
    names: Names,
    /// The names of those of [`FURTHER`] that it takes.
    further: Vec<String>,
    guidance: Option<GuidanceInput>,
    /// Whether each picture of a batch has its own timestep, or all have one.
    timestep_per_picture: bool,
}

/// The names of its ports.
struct Names {
    sample: String,
    timestep: String,
    words: String,
    output: String,
}

/// What a denoiser is asked.
pub(crate) struct Question<'a> {
    /// A noisy sample, scaled to what the model was trained on.
    pub sample: &'a Latents,
    /// How noisy it is, in timesteps of the training.
    pub timestep: f64,
    /// The prompts.
    pub conditioning: &'a Conditioning,
    /// The scale of guidance, for those that take it.
    pub guidance: f64,
    /// What is shown beside the sample, to those that look at it.
    pub shown: Option<&'a Latents>,
}

/// What some denoisers take besides the words.
const FURTHER: [&str; 3] = ["text_embeds", "time_ids", "pooled_projections"];

/// The places of patches, and those of words: Flux.
const PLACES: [&str; 2] = ["img_ids", "txt_ids"];

/// The inputs that every denoiser has, with the names that exporters give them.
const SAMPLE: [&str; 2] = ["sample", "hidden_states"];
const TIMESTEP: [&str; 2] = ["timestep", "t"];
const WORDS: [&str; 1] = ["encoder_hidden_states"];
const OUTPUT: [&str; 3] = ["out_sample", "out_hidden_states", "sample"];

/// A place is told in three numbers.
const PLACE_NUMBERS: usize = 3;

/// The mask stands before the masked picture, in one channel.
const MASK_CHANNELS: usize = 1;

/// Denoisers of patches are told the timestep as a share of the training.
const PATCH_TIMESTEPS: f64 = 1000.0;

impl Denoiser {
    /// Finds the ports that are needed; refuses a graph that needs more than we can feed.
    pub(crate) fn new(graph: Box<dyn Graph>) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let sample = ports.input(&SAMPLE)?;
        let timestep = ports.input(&TIMESTEP)?;
        let words = ports.input(&WORDS)?;
        let output = ports.output(&OUTPUT)?;
        let guidance = GuidanceInput::find(ports)?;
        let mut known = [sample, timestep, words]
            .map(|port| port.name.as_str())
            .to_vec();
        known.extend(guidance.iter().map(GuidanceInput::name));
        let LatentPorts {
            layout,
            taken,
            given,
        } = LatentPorts::of(ports, sample, output)?;
        if matches!(layout, LatentLayout::Patches) {
            known.extend(PLACES);
        }
        let others = ports.inputs.iter().map(|port| port.name.as_str());
        let others = others.filter(|name| !known.contains(name));
        let (further, unknown): (Vec<&str>, Vec<&str>) =
            others.partition(|name| FURTHER.contains(name));
        if let Some(other) = unknown.first() {
            return Err(ports.misfit(format!("it also takes `{other}`, of which we know nothing")));
        }
        let shown = match taken.checked_sub(given) {
            Some(0) => 0,
            Some(shown) if shown == MASK_CHANNELS + given => shown,
            _ => return Err(ports.misfit(format!("it takes {taken} channels and gives {given}"))),
        };
        Ok(Self {
            layout,
            channels: given,
            shown,
            further: further.into_iter().map(str::to_owned).collect(),
            guidance,
            timestep_per_picture: !timestep.axes.is_empty(),
            names: Names {
                sample: sample.name.clone(),
                timestep: timestep.name.clone(),
                words: words.name.clone(),
                output: output.name.clone(),
            },
            graph,
        })
    }

    /// Channels of the latents that it denoises.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Whether it is shown a mask and what the mask leaves of a picture, to repaint the rest.
    pub(crate) fn repaints(&self) -> bool {
        self.shown > 0
    }

    /// The scale of guidance between its answers with and without the words: none where it
    /// follows the scale by itself.
    pub(crate) fn scale_between_answers(&self, guidance: f64) -> f64 {
        if self.guidance.is_some() {
            1.0
        } else {
            guidance
        }
    }

    /// How many tokens it listens to, where it does not listen to any number of them.
    pub(crate) fn most_tokens(&self) -> Option<usize> {
        let port = self.graph.ports().input(&[&self.names.words]).ok()?;
        port.axes.get(1).copied().flatten()
    }

    /// Refuses a conditioning that lacks what it takes, or has another width than it listens to.
    pub(crate) fn check_conditioning(
        &self,
        conditioning: &Conditioning,
    ) -> Result<(), RuntimeError> {
        let ports = self.graph.ports();
        let check = |name: &str, given: &Tensor| {
            let wanted = ports.input(&[name])?.axes.last().copied().flatten();
            match (wanted, given.shape().last()) {
                (Some(wanted), Some(given)) if wanted != *given => Err(ports.misfit(format!(
                    "it takes {wanted} numbers as `{name}`, and the text encoder gives {given}"
                ))),
                _ => Ok(()),
            }
        };
        check(&self.names.words, &conditioning.words)?;
        for name in &self.further {
            let given = conditioning.further.iter().find(|(given, _)| given == name);
            let (_, given) = given.ok_or_else(|| {
                ports.misfit(format!("it also takes `{name}`, which nothing here gives"))
            })?;
            check(name, given)?;
        }
        Ok(())
    }

    /// Its output for one sample under each of the prompts, all in one run.
    pub(crate) fn predict(
        &mut self,
        question: &Question<'_>,
        cancel: &CancelToken,
    ) -> Result<Vec<Latents>, RuntimeError> {
        let conditioning = question.conditioning;
        let prompts = conditioning.prompts();
        let shape = question.sample.shape();
        let fed = match question.shown.filter(|_| self.repaints()) {
            Some(shown) => self.layout.fed(&question.sample.above(shown), prompts),
            None => self.layout.fed(question.sample, prompts),
        };
        let timesteps = self.timesteps(question.timestep, prompts);
        let guidance = self.guidance.as_ref();
        let guidance = guidance.map(|input| (input.name(), input.fed(question.guidance, prompts)));
        let places = self.places(shape, conditioning)?;
        let mut feeds = Feeds::default()
            .with(&self.names.sample, &fed)
            .with(&self.names.timestep, &timesteps)
            .with(&self.names.words, &conditioning.words);
        for (name, tensor) in &conditioning.further {
            // A denoiser may listen to less than its family can tell.
            if self.further.iter().any(|taken| taken == name) {
                feeds = feeds.with(name, tensor);
            }
        }
        if let Some((name, scale)) = &guidance {
            feeds = feeds.with(name, scale);
        }
        for (name, places) in &places {
            feeds = feeds.with(name, places);
        }
        let output = self.graph.run(feeds, cancel)?.take(&self.names.output)?;
        self.split(output, shape, prompts)
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    /// The graph, to change how it is held.
    pub(crate) fn graph_mut(&mut self) -> &mut dyn Graph {
        self.graph.as_mut()
    }

    fn timesteps(&self, timestep: f64, prompts: usize) -> Tensor {
        let told = match self.layout {
            LatentLayout::Planes => timestep,
            LatentLayout::Patches => timestep / PATCH_TIMESTEPS,
        };
        let timesteps = if self.timestep_per_picture {
            Tensor::floats([prompts], vec![told as f32; prompts])
        } else {
            Tensor::floats([], vec![told as f32])
        };
        timesteps.expect("a value for each")
    }

    /// Where the patches and the words stand, for those that take it: words stand nowhere.
    fn places(
        &self,
        shape: LatentShape,
        conditioning: &Conditioning,
    ) -> Result<Vec<(&'static str, Tensor)>, RuntimeError> {
        if matches!(self.layout, LatentLayout::Planes) {
            return Ok(Vec::new());
        }
        let words = conditioning.words.shape()[1];
        let rows = [patch_places(shape), vec![0; words * PLACE_NUMBERS]];
        let ports = self.graph.ports();
        let mut places = Vec::new();
        for (name, numbers) in PLACES.into_iter().zip(rows) {
            let rows = numbers.len() / PLACE_NUMBERS;
            // Older exports have an axis for the batch.
            let tensor = if ports.input(&[name])?.axes.len() == 3 {
                let prompts = conditioning.prompts();
                Tensor::integers([prompts, rows, PLACE_NUMBERS], numbers.repeat(prompts))
            } else {
                Tensor::integers([rows, PLACE_NUMBERS], numbers)
            };
            places.push((name, tensor.expect("three numbers for each place")));
        }
        Ok(places)
    }

    fn split(
        &self,
        output: Tensor,
        shape: LatentShape,
        prompts: usize,
    ) -> Result<Vec<Latents>, RuntimeError> {
        let values = output.into_floats();
        if values.len() != shape.len() * prompts {
            let problem = format!(
                "it gave {} numbers instead of {}",
                values.len(),
                shape.len() * prompts
            );
            return Err(self.graph.ports().misfit(problem));
        }
        let each = values.chunks_exact(shape.len()).map(<[f32]>::to_vec);
        Ok(each
            .filter_map(|values| self.layout.read(values, shape))
            .collect())
    }
}
