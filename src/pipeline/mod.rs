//! From a request to pictures.
//!
//! A `Family` knows a kind of model; it opens a `ModelFolder` as a
//! `Pipeline`, which runs requests and tells a `Monitor` how far it is.
//! All families of diffusion models share the one loop in `denoise.rs`.

mod denoise;
mod denoiser_signs;
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
pub use self::estimate::{Estimate, Pace, Weights, estimate, working_bytes};
pub use self::family::{FAMILIES, Family, choose_family, describe, open};
pub use self::latent_diffusion::skipped_layers;
pub use self::model_info::{ModelInfo, SizeLimits};
pub use self::part::token_use::TokenUse;
pub use self::part::tokenizer::PromptTokenizer;

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::diffusion::Latents;
use crate::domain::{CancelToken, Message, Notice, Picture, Progress, Request, Severity};

/// A model in memory, ready to draw.
pub trait Pipeline: Send {
    /// Draws with these adapters from now on, and with no others; what they change is loaded anew
    /// when it is needed next.
    ///
    /// Models that know none say so.
    fn wear(&mut self, adapters: &Arc<AdapterSet>, monitor: &mut dyn Monitor) {
        if !adapters.is_empty() {
            let headline = Message::new("notice-adapter-unsupported");
            monitor.tell(Notice::new(Severity::Warning, headline));
        }
    }

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

    /// Hears of the fingerprint of a model's files before they are loaded.
    fn identified(&mut self, _fingerprint: &str) {}

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
