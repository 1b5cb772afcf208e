//! From latents to pixels.

use crate::diffusion::Latents;
use crate::domain::{CancelToken, PixelSize, Pixels};
use crate::imaging::pixels_from_planes;
use crate::pipeline::error::PipelineError;
use crate::runtime::{Adjustment, Feeds, Graph, RuntimeError, Tensor};

use super::latent_scale::LatentScale;
use super::tiles::{Tile, Tiles, is_worth_trimming};

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

    /// Draws the picture of clean latents, in tiles of that side in pixels; `None` = in one piece.
    pub(crate) fn decode(
        &mut self,
        latents: &Latents,
        tile_side: Option<u32>,
        cancel: &CancelToken,
    ) -> Result<Pixels, PipelineError> {
        let shape = latents.shape();
        let cells = [shape.size.width, shape.size.height];
        let [width, height] = cells.map(|cells| cells as u32 * self.cell_pixels);
        let scaled = self.scale.decoded(latents);
        let tiles = Tiles::covering(shape.size, tile_side, self.cell_pixels);
        let cell = self.cell_pixels as usize;
        let planes = tiles.assemble(cell, |tile| self.decode_tile(&scaled, tile, cancel))?;
        let planes = planes.unwrap_or_default();
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

    fn decode_tile(
        &mut self,
        latents: &Latents,
        tile: &Tile,
        cancel: &CancelToken,
    ) -> Result<Vec<f32>, RuntimeError> {
        let shape = latents.shape();
        let [width, height] = tile.cells();
        let fed = tile.cut(latents.values(), shape.size, 1);
        let fed = Tensor::floats([1, shape.channels, height, width], fed);
        let fed = fed.expect("as many values as the tile has");
        let feeds = Feeds::default().with(&self.latents, &fed);
        if is_worth_trimming(width * height) {
            self.graph.adjust(Adjustment::TrimAfterRun);
        }
        let planes = self.graph.run(feeds, cancel)?.take(&self.picture)?;
        Ok(planes.into_floats())
    }

    /// Pixels along each side of a latent cell.
    pub(crate) fn cell_pixels(&self) -> u32 {
        self.cell_pixels
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    /// The graph, to change how it is held.
    pub(crate) fn graph_mut(&mut self) -> &mut dyn Graph {
        self.graph.as_mut()
    }
}
