//! What a running job tells on the way; any of it may be dropped when the window is busy.

use serde::{Deserialize, Serialize};

use super::pixels::Pixels;

/// How far a job is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Progress {
    /// The model is being checked and loaded.
    Loading {
        /// Done so far, from 0 to 1.
        fraction: f32,
    },
    /// The model is in memory.
    Ready(EngineStatus),
    /// A step of the denoising is done.
    Step {
        /// Which picture of the job, from 0.
        picture: u32,
        /// Steps done.
        done: u32,
        /// Steps in all.
        total: u32,
    },
    /// How the picture looks now.
    Preview {
        /// Which picture of the job, from 0.
        picture: u32,
        /// A small rendering.
        pixels: Pixels,
    },
}

/// What the engine runs on, for the status line.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineStatus {
    /// The execution provider in use, by id.
    pub provider: String,
    /// The device it runs on, as its driver names it.
    pub device: String,
    /// Bytes of the models in memory.
    pub model_bytes: u64,
    /// Bytes that the weights of models may take.
    pub budget_bytes: u64,
}
