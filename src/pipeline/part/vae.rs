//! From latents to pixels.

use crate::diffusion::Latents;
use crate::domain::{CancelToken, PixelSize, Pixels};
use crate::imaging::pixels_from_planes;
use crate::pipeline::error::PipelineError;
use crate::runtime::{Feeds, Graph, RuntimeError, Tensor};

use super::latent_scale::LatentScale;

/// The part of a model that draws pictures from latents.
pub(crate) struct VaeDecoder {
    graph: Box<dyn Graph>,
    latents: String,
    picture: String,
    scale: LatentScale,
    /// Pixels along each side of a latent cell.
    cell_pixels: u32,
}

impl VaeDecoder {
    /// Finds the ports that are needed.
    pub(crate) fn new(
        graph: Box<dyn Graph>,
        scale: LatentScale,
        cell_pixels: u32,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        Ok(Self {
            latents: ports.input(&["latent_sample", "latent"])?.name.clone(),
            picture: ports.output(&["sample"])?.name.clone(),
            graph,
            scale,
            cell_pixels,
        })
    }

    /// Draws the picture of clean latents.
    pub(crate) fn decode(
        &mut self,
        latents: &Latents,
        cancel: &CancelToken,
    ) -> Result<Pixels, PipelineError> {
        let shape = latents.shape();
        let cells = [shape.size.width, shape.size.height];
        let [width, height] = cells.map(|cells| cells as u32 * self.cell_pixels);
        let scaled = self.scale.decoded(latents).into_values();
        let fed = Tensor::floats(
            [1, shape.channels, shape.size.height, shape.size.width],
            scaled,
        );
        let fed = fed.expect("as many values as the latents have");
        let feeds = Feeds::default().with(&self.latents, &fed);
        let planes = self.graph.run(feeds, cancel)?.take(&self.picture)?;
        let planes = planes.into_floats();
        if planes.iter().any(|value| !value.is_finite()) {
            return Err(PipelineError::PictureNotFinite);
        }
        let size = PixelSize::new(width, height).ok();
        let pixels = size.and_then(|size| pixels_from_planes(size, &planes));
        pixels.ok_or_else(|| {
            let problem = format!(
                "{} numbers are no picture of {width}x{height}",
                planes.len()
            );
            self.graph.ports().misfit(problem).into()
        })
    }

    /// Pixels along each side of a latent cell.
    pub(crate) fn cell_pixels(&self) -> u32 {
        self.cell_pixels
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }
}
