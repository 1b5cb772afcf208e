//! How much memory a picture takes.

use crate::domain::PixelSize;

use super::graph_sheet::{GraphSheet, Role};

/// Pixels along each side of a latent cell, in nearly all families.
const CELL_PIXELS: u64 = 8;

/// Channels before the last convolution of the decoders of Stable Diffusion and Flux.
const USUAL_CHANNELS: u64 = 128;

/// What a picture of that size will take, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryEstimate {
    /// The size.
    pub size: PixelSize,
    /// Bytes of the weights.
    pub weight_bytes: u64,
    /// Bytes to work with, on top of them.
    pub working_bytes: u64,
}

impl MemoryEstimate {
    /// Reckons with 32-bit numbers, the most that any provider works with.
    ///
    /// - Weights: those of every graph that draws from nothing.
    /// - Decoding: the last level of the decoder, where each pixel holds what comes in (twice the
    ///   channels), what goes out, and one array in between.
    /// - A step: the scores of attention among all latent cells, before and after their softmax,
    ///   for 8 heads; where a runtime fuses attention it takes less.
    pub(super) fn new(graphs: &[GraphSheet], size: PixelSize) -> Self {
        let draws = |it: &&GraphSheet| !matches!(it.role, Role::VaeEncoder | Role::Other);
        let pixels = size.area() as u64;
        let cells = pixels / (CELL_PIXELS * CELL_PIXELS);
        let decoder = graphs.iter().find(|it| it.role == Role::VaeDecoder);
        let channels = decoder.and_then(|decoder| decoder.last_channels);
        let decoding = pixels * channels.unwrap_or(USUAL_CHANNELS) * 4 * 4;
        let step = cells * cells * 8 * 2 * 4;
        Self {
            size,
            weight_bytes: graphs
                .iter()
                .filter(draws)
                .map(|graph| graph.file_bytes)
                .sum(),
            working_bytes: decoding.max(step),
        }
    }

    /// All bytes together.
    pub fn total_bytes(&self) -> u64 {
        self.weight_bytes + self.working_bytes
    }
}
