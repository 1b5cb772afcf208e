//! From a request to pictures.
//!
//! A `Family` knows a kind of model; it opens a `ModelFolder` as a
//! `Pipeline`, which runs requests and tells a `Monitor` how far it is.
//! All families of diffusion models share the one loop in `denoise.rs`.

mod denoise;
mod diffusion_family;
mod error;
mod estimate;
mod family;
mod ladder;
mod latent_diffusion;
mod model_info;
mod opening;
mod part;
mod parts;
mod step_conditioning;

pub use self::error::{FailureKind, PipelineError};
pub use self::estimate::{Estimate, Pace, Weights, estimate};
pub use self::family::{FAMILIES, Family, describe, open};
pub use self::model_info::{ModelInfo, SizeLimits};
pub use self::part::token_use::TokenUse;
pub use self::part::tokenizer::PromptTokenizer;

use crate::diffusion::Latents;
use crate::domain::{CancelToken, Notice, Picture, Progress, Request};

/// A model in memory, ready to draw.
pub trait Pipeline: Send {
    /// Makes the pictures of a settled request (see [`ModelInfo::settle`]) and delivers each as
    /// soon as it is done.
    fn run(&mut self, request: &Request, monitor: &mut dyn Monitor) -> Result<(), PipelineError>;

    /// Bytes that its parts take in memory.
    fn bytes(&self) -> u64;
}

/// Whoever waits for the pictures: hears how far they are, and may stop them.
pub trait Monitor {
    /// What stops the run.
    fn cancel(&self) -> &CancelToken;

    /// Hears how far it is.
    fn report(&mut self, progress: Progress);

    /// Hears of a picture's latents before they are decoded; most have no use for them.
    fn arrived(&mut self, _latents: &Latents) {}

    /// Takes a finished picture.
    fn deliver(&mut self, picture: Picture);

    /// Hears of something that is not as asked for.
    fn tell(&mut self, notice: Notice);

    /// Lets go of what else takes memory; `false` where there is nothing.
    fn free_memory(&mut self) -> bool {
        false
    }

    /// Stops here if somebody asked to.
    fn checkpoint(&self) -> Result<(), PipelineError> {
        if self.cancel().is_cancelled() {
            return Err(PipelineError::Cancelled);
        }
        Ok(())
    }
}
