//! From pixels to latents.

use crate::diffusion::noise::Noise;
use crate::diffusion::{LatentShape, Latents};
use crate::domain::{CancelToken, LatentSize, PixelSize};
use crate::pipeline::error::PipelineError;
use crate::runtime::{Adjustment, Feeds, Graph, RuntimeError, Tensor};

use super::latent_scale::LatentScale;
use super::tiles::{Tile, Tiles, is_worth_trimming};

/// The logarithm of a variance beyond which diffusers does not go either.
const LOG_VARIANCE: std::ops::RangeInclusive<f32> = -30.0..=20.0;

/// The part of a model that turns pictures into latents.
pub(crate) struct VaeEncoder {
    graph: Box<dyn Graph>,
    picture: String,
    latents: String,
    gives_moments: bool,
    scale: LatentScale,
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
        scale: LatentScale,
        cell_pixels: u32,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let latents = ports.output(&["latent_parameters", "latent_sample", "latent"])?;
        Ok(Self {
            picture: ports.input(&["sample"])?.name.clone(),
            gives_moments: latents.name == "latent_parameters",
            latents: latents.name.clone(),
            graph,
            scale,
            cell_pixels,
        })
    }

    /// Encodes the planes of a picture (R, G, B, −1 … 1) whose sides are multiples of a cell's, in
    /// tiles of that side in pixels; `None` = in one piece.
    pub(crate) fn encode(
        &mut self,
        size: PixelSize,
        planes: &[f32],
        tile_side: Option<u32>,
        cancel: &CancelToken,
    ) -> Result<EncodedPicture, PipelineError> {
        let size = LatentSize::latent_from_pixels(size, self.cell_pixels);
        let tiles = Tiles::covering(size, tile_side, self.cell_pixels);
        let values = tiles.assemble(1, |tile| self.encode_tile(planes, size, tile, cancel))?;
        let values = values.unwrap_or_default();
        if values.iter().any(|value| !value.is_finite()) {
            return Err(PipelineError::PictureNotFinite);
        }
        Ok(self.understood(&values, size)?)
    }

    /// Whether the graph gives latents that it may have drawn with noise of its own, which no seed
    /// reaches: what older exporters and those of Amuse made.
    pub(crate) fn may_draw_by_itself(&self) -> bool {
        !self.gives_moments
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    /// The graph, to change how it is held.
    pub(crate) fn graph_mut(&mut self) -> &mut dyn Graph {
        self.graph.as_mut()
    }

    fn encode_tile(
        &mut self,
        planes: &[f32],
        size: LatentSize,
        tile: &Tile,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, RuntimeError> {
        let cell = self.cell_pixels as usize;
        let [columns, rows] = tile.cells();
        let shape = [1, 3, rows * cell, columns * cell];
        let fed = Tensor::floats(shape, tile.cut(planes, size, cell));
        let fed = fed.expect("three values for each pixel");
        let feeds = Feeds::default().with(&self.picture, &fed);
        if is_worth_trimming(columns * rows) {
            self.graph.adjust(Adjustment::TrimAfterRun);
        }
        let output = self.graph.run(feeds, cancel)?.take(&self.latents)?;
        Ok(output.into_floats())
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
        let latents = |values| Latents::new(shape, values).expect("counted above");
        let (means, log_variances) = values.split_at(shape.len());
        let deviation = |log_variance: &f32| {
            (0.5 * log_variance.clamp(*LOG_VARIANCE.start(), *LOG_VARIANCE.end())).exp()
        };
        Ok(EncodedPicture {
            mean: self.scale.encoded(&latents(means.to_vec())),
            deviation: self.gives_moments.then(|| {
                let deviation = latents(log_variances.iter().map(deviation).collect());
                self.scale.encoded_deviation(&deviation)
            }),
        })
    }
}
