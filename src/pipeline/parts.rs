//! What a latent diffusion model is put together from, and how its parts share the memory.

use crate::diffusion::{LatentShape, TrainingSchedule};
use crate::domain::{LatentSize, Request};
use crate::runtime::{Adjustment, Graph};

use super::Monitor;
use super::error::PipelineError;
use super::ladder::Stage;
use super::part::conditioning::PromptEncoder;
use super::part::denoiser::Denoiser;
use super::part::latent_layout::tokens;
use super::part::source::{Frame, SourceEncoder, Start};
use super::part::vae::VaeDecoder;

/// The parts of a model.
pub(super) struct Parts {
    pub training: TrainingSchedule,
    pub prompts: Box<dyn PromptEncoder>,
    pub denoiser: Denoiser,
    pub decoder: VaeDecoder,
    pub source: SourceEncoder,
    /// Whether the budget does not hold them all, so that they take turns.
    pub is_tight: bool,
}

impl Parts {
    /// What the pictures start from, encoded in tiles of that side in pixels.
    pub(super) fn start(
        &mut self,
        request: &Request,
        tile_side: Option<u32>,
        monitor: &mut dyn Monitor,
    ) -> Result<Start, PipelineError> {
        let repaints = self.denoiser.repaints();
        let frame = Frame {
            size: request.size,
            tile_side,
        };
        if self.is_tight && self.source.is_needed(&request.task, frame, repaints) {
            self.put_down_all_but(Stage::Source);
        }
        self.source.start(&request.task, frame, repaints, monitor)
    }

    /// How the model was trained, for pictures of that size.
    pub(super) fn training_for(&self, request: &Request) -> TrainingSchedule {
        self.training.for_tokens(tokens(self.latent_shape(request)))
    }

    /// The latents of a picture of the request.
    pub(super) fn latent_shape(&self, request: &Request) -> LatentShape {
        LatentShape {
            channels: self.denoiser.channels(),
            size: LatentSize::latent_from_pixels(request.size, self.decoder.cell_pixels()),
        }
    }

    /// Bytes of those in memory.
    pub(super) fn bytes(&self) -> u64 {
        self.graphs().iter().map(|graph| graph.bytes()).sum()
    }

    /// Seconds that their graphs have run.
    pub(super) fn graph_secs(&self) -> f64 {
        self.graphs().iter().map(|graph| graph.run_secs()).sum()
    }

    /// Gives back the memory of those that are not at work in a stage; tells whether there were
    /// any.
    ///
    /// The decoder is the smallest and shows the previews: it stays with the denoiser.
    pub(super) fn put_down_all_but(&mut self, stage: Stage) -> bool {
        let (prompts, denoiser) = (self.prompts.graphs_mut(), self.denoiser.graph_mut());
        let (decoder, source) = (self.decoder.graph_mut(), self.source.graph_mut());
        let mut idle = Vec::new();
        if stage != Stage::Prompts {
            idle.extend(prompts);
        }
        if stage != Stage::Denoise {
            idle.push(denoiser);
        }
        if !matches!(stage, Stage::Denoise | Stage::Decode) {
            idle.push(decoder);
        }
        if stage != Stage::Source {
            idle.extend(source);
        }
        adjust_all(idle, Adjustment::PutDown)
    }

    /// Has the processor encode and decode; tells whether that changes anything.
    pub(super) fn move_vae_to_processor(&mut self) -> bool {
        let is_source_moved = self.source.move_to_processor();
        let decoder = self.decoder.graph_mut();
        decoder.adjust(Adjustment::ToProcessor) || is_source_moved
    }

    /// Has the processor do everything; tells whether that changes anything.
    pub(super) fn move_to_processor(&mut self) -> bool {
        let is_vae_moved = self.move_vae_to_processor();
        let mut others = self.prompts.graphs_mut();
        others.push(self.denoiser.graph_mut());
        adjust_all(others, Adjustment::ToProcessor) || is_vae_moved
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        let mut graphs = self.prompts.graphs();
        graphs.extend([self.denoiser.graph(), self.decoder.graph()]);
        graphs.extend(self.source.graph());
        graphs
    }
}

fn adjust_all(graphs: Vec<&mut dyn Graph>, adjustment: Adjustment) -> bool {
    let mut is_changed = false;
    for graph in graphs {
        is_changed |= graph.adjust(adjustment);
    }
    is_changed
}
