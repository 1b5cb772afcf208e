//! The part of a diffusion model that predicts what is noise.

use crate::diffusion::{LatentShape, Latents};
use crate::domain::CancelToken;
use crate::runtime::{Feeds, Graph, Port, RuntimeError, Tensor};

use super::conditioning::Conditioning;

/// A denoiser with cross-attention to a prompt, such as that of Stable Diffusion.
pub(crate) struct Denoiser {
    graph: Box<dyn Graph>,
    channels: usize,
    names: Names,
    /// The names of those of [`FURTHER`] that it takes.
    further: Vec<String>,
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

/// What some denoisers take besides the words.
const FURTHER: [&str; 2] = ["text_embeds", "time_ids"];

impl Denoiser {
    /// Finds the ports that are needed; refuses a graph that needs more than we can feed.
    pub(crate) fn new(graph: Box<dyn Graph>) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let sample = ports.input(&["sample"])?;
        let timestep = ports.input(&["timestep", "t"])?;
        let words = ports.input(&["encoder_hidden_states"])?;
        let output = ports.output(&["out_sample", "sample"])?;
        let known = [sample, timestep, words].map(|port| port.name.as_str());
        let others = ports.inputs.iter().map(|port| port.name.as_str());
        let others = others.filter(|name| !known.contains(name));
        let (further, unknown): (Vec<&str>, Vec<&str>) =
            others.partition(|name| FURTHER.contains(name));
        if let Some(other) = unknown.first() {
            return Err(ports.misfit(format!("it also takes `{other}`, of which we know nothing")));
        }
        let channels = match (channels(sample), channels(output)) {
            (Some(taken), Some(given)) if taken == given => taken,
            (Some(taken), Some(given)) => {
                return Err(ports.misfit(format!("it takes {taken} channels and gives {given}")));
            }
            _ => return Err(ports.misfit("it does not say how many channels its latents have")),
        };
        Ok(Self {
            channels,
            further: further.into_iter().map(str::to_owned).collect(),
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

    /// Channels of its latents.
    pub(crate) fn channels(&self) -> usize {
        self.channels
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
    ///
    /// The sample is already scaled to what the model was trained on.
    pub(crate) fn predict(
        &mut self,
        sample: &Latents,
        timestep: f64,
        conditioning: &Conditioning,
        cancel: &CancelToken,
    ) -> Result<Vec<Latents>, RuntimeError> {
        let prompts = conditioning.prompts();
        let shape = sample.shape();
        let samples = Tensor::floats(
            [prompts, shape.channels, shape.size.height, shape.size.width],
            sample.values().repeat(prompts),
        );
        let samples = samples.expect("as many values as in so many samples");
        let timesteps = if self.timestep_per_picture {
            Tensor::floats([prompts], vec![timestep as f32; prompts])
        } else {
            Tensor::floats([], vec![timestep as f32])
        };
        let timesteps = timesteps.expect("a value for each");
        let mut feeds = Feeds::default()
            .with(&self.names.sample, &samples)
            .with(&self.names.timestep, &timesteps)
            .with(&self.names.words, &conditioning.words);
        for (name, tensor) in &conditioning.further {
            // A denoiser may listen to less than its family can tell.
            if self.further.iter().any(|taken| taken == name) {
                feeds = feeds.with(name, tensor);
            }
        }
        let output = self.graph.run(feeds, cancel)?.take(&self.names.output)?;
        self.split(output, shape, prompts)
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
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
            .filter_map(|values| Latents::new(shape, values))
            .collect())
    }
}

/// The channels of a port of `batch × channels × height × width`.
fn channels(port: &Port) -> Option<usize> {
    port.axes.get(1).copied().flatten()
}
