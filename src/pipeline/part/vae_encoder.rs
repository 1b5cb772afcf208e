//! From pixels to latents.

use crate::diffusion::noise::Noise;
use crate::diffusion::{LatentShape, Latents};
use crate::domain::{CancelToken, LatentSize, Pixels};
use crate::imaging::planes_from_pixels;
use crate::pipeline::error::PipelineError;
use crate::runtime::{Feeds, Graph, RuntimeError, Tensor};

/// The logarithm of a variance beyond which diffusers does not go either.
const LOG_VARIANCE: std::ops::RangeInclusive<f32> = -30.0..=20.0;

/// The part of a model that turns pictures into latents.
pub(crate) struct VaeEncoder {
    graph: Box<dyn Graph>,
    picture: String,
    latents: String,
    gives_moments: bool,
    /// By what the latents of the denoiser are larger than its own.
    scaling_factor: f64,
    /// Pixels along each side of a latent cell.
    cell_pixels: u32,
}

/// What an encoder sees in a picture.
pub(crate) struct EncodedPicture {
    /// Latents as the denoiser takes them.
    mean: Latents,
    /// How far the encoder is unsure of each; `None` where it says one thing only.
    deviation: Option<Latents>,
}

impl EncodedPicture {
    /// Latents of the picture, drawn from what the encoder holds for possible
    /// (Kingma and Welling 2014: `mean + deviation · noise`).
    pub(crate) fn sample(&self, noise: &mut dyn Noise) -> Latents {
        let Some(deviation) = &self.deviation else {
            return self.mean.clone();
        };
        let mut sample = noise.draw(self.mean.shape());
        let terms = self.mean.values().iter().zip(deviation.values());
        for (value, (mean, deviation)) in sample.values_mut().iter_mut().zip(terms) {
            *value = mean + deviation * *value;
        }
        sample
    }
}

impl VaeEncoder {
    /// Finds the ports that are needed.
    pub(crate) fn new(
        graph: Box<dyn Graph>,
        scaling_factor: f64,
        cell_pixels: u32,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let latents = ports.output(&["latent_parameters", "latent_sample", "latent"])?;
        Ok(Self {
            picture: ports.input(&["sample"])?.name.clone(),
            gives_moments: latents.name == "latent_parameters",
            latents: latents.name.clone(),
            graph,
            scaling_factor,
            cell_pixels,
        })
    }

    /// Encodes a picture whose sides are multiples of a cell's.
    pub(crate) fn encode(
        &mut self,
        pixels: &Pixels,
        cancel: &CancelToken,
    ) -> Result<EncodedPicture, PipelineError> {
        let [width, height] = [pixels.size().width(), pixels.size().height()];
        let fed = Tensor::floats(
            [1, 3, height as usize, width as usize],
            planes_from_pixels(pixels),
        );
        let fed = fed.expect("three values for each pixel");
        let feeds = Feeds::default().with(&self.picture, &fed);
        let output = self.graph.run(feeds, cancel)?.take(&self.latents)?;
        let values = output.into_floats();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(PipelineError::PictureNotFinite);
        }
        let size = LatentSize::latent_from_pixels(pixels.size(), self.cell_pixels);
        Ok(self.understood(&values, size)?)
    }

    /// Seconds spent in runs since it was loaded.
    pub(crate) fn run_secs(&self) -> f64 {
        self.graph.run_secs()
    }

    /// Bytes of its file.
    pub(crate) fn bytes(&self) -> u64 {
        self.graph.bytes()
    }

    /// Splits means from logarithms of variances, where the graph gives both.
    fn understood(&self, values: &[f32], size: LatentSize) -> Result<EncodedPicture, RuntimeError> {
        let area = size.width * size.height;
        let parts = if self.gives_moments { 2 } else { 1 };
        let channels = values.len() / (area * parts);
        if values.len() != channels * area * parts || channels == 0 {
            let problem = format!("{} numbers are no latents of {size:?}", values.len());
            return Err(self.graph.ports().misfit(problem));
        }
        let shape = LatentShape { channels, size };
        let scaled = |values: Vec<f32>| {
            let latents = Latents::new(shape, values).expect("counted above");
            latents.scaled(self.scaling_factor)
        };
        let (means, log_variances) = values.split_at(shape.len());
        let deviation = |log_variance: &f32| {
            (0.5 * log_variance.clamp(*LOG_VARIANCE.start(), *LOG_VARIANCE.end())).exp()
        };
        Ok(EncodedPicture {
            mean: scaled(means.to_vec()),
            deviation: self
                .gives_moments
                .then(|| scaled(log_variances.iter().map(deviation).collect())),
        })
    }
}
