//! The part of a diffusion model that predicts what is noise.

use crate::diffusion::{LatentShape, Latents};
use crate::domain::CancelToken;
use crate::runtime::{Feeds, Graph, Port, RuntimeError, Tensor};

/// A denoiser with cross-attention to a prompt, such as that of Stable Diffusion.
pub(crate) struct Denoiser {
    graph: Box<dyn Graph>,
    channels: usize,
    names: Names,
    /// Whether each picture of a batch has its own timestep, or all have one.
    timestep_per_picture: bool,
}

/// The names of its ports.
struct Names {
    sample: String,
    timestep: String,
    conditioning: String,
    output: String,
}

impl Denoiser {
    /// Finds the ports that are needed; refuses a graph that needs more than we can feed.
    pub(crate) fn new(graph: Box<dyn Graph>) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let sample = ports.input(&["sample"])?;
        let timestep = ports.input(&["timestep", "t"])?;
        let conditioning = ports.input(&["encoder_hidden_states"])?;
        let output = ports.output(&["out_sample", "sample"])?;
        let known = [sample, timestep, conditioning].map(|port| &port.name);
        if let Some(other) = ports
            .inputs
            .iter()
            .find(|port| !known.contains(&&port.name))
        {
            return Err(ports.misfit(format!(
                "it also takes `{}`, of which we know nothing",
                other.name
            )));
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
            timestep_per_picture: !timestep.axes.is_empty(),
            names: Names {
                sample: sample.name.clone(),
                timestep: timestep.name.clone(),
                conditioning: conditioning.name.clone(),
                output: output.name.clone(),
            },
            graph,
        })
    }

    /// Channels of its latents.
    pub(crate) fn channels(&self) -> usize {
        self.channels
    }

    /// Refuses a conditioning of another width than that which it listens to.
    pub(crate) fn check_conditioning(&self, conditioning: &Tensor) -> Result<(), RuntimeError> {
        let ports = self.graph.ports();
        let wanted = ports
            .input(&[&self.names.conditioning])?
            .axes
            .last()
            .copied()
            .flatten();
        let given = conditioning.shape().last().copied();
        match (wanted, given) {
            (Some(wanted), Some(given)) if wanted != given => Err(ports.misfit(format!(
                "it listens to {wanted} numbers a token, and the text encoder gives {given}"
            ))),
            _ => Ok(()),
        }
    }

    /// Its output for one sample under each of the prompts in `conditioning`
    /// (`prompts × tokens × width`), all in one run.
    ///
    /// The sample is already scaled to what the model was trained on.
    pub(crate) fn predict(
        &mut self,
        sample: &Latents,
        timestep: f64,
        conditioning: &Tensor,
        cancel: &CancelToken,
    ) -> Result<Vec<Latents>, RuntimeError> {
        let prompts = conditioning.shape()[0];
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
        let feeds = Feeds::default()
            .with(&self.names.sample, &samples)
            .with(&self.names.timestep, &timesteps)
            .with(&self.names.conditioning, conditioning);
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
