//! A result: pixels and how they came to be.

use serde::{Deserialize, Serialize};

use super::pixels::Pixels;
use super::recipe::Recipe;

/// A finished picture, not yet kept anywhere.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Picture {
    /// What it looks like.
    pub pixels: Pixels,
    /// How to make it again.
    pub recipe: Recipe,
    /// Where its time went.
    pub timings: Timings,
}

/// Seconds spent on a picture, stage by stage, and the memory it took.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Timings {
    /// Loading the model; zero when it was in memory.
    pub load_secs: f64,
    /// Turning words into numbers; zero when the words were those of the picture before.
    pub encode_secs: f64,
    /// Each step of the denoising.
    pub step_secs: Vec<f64>,
    /// Turning the latents into pixels.
    pub decode_secs: f64,
    /// Of all these, inside `Session::run` (previews included).
    pub graph_secs: f64,
    /// The most that the engine had in memory meanwhile, in bytes; `None` where the system does
    /// not tell.
    pub peak_bytes: Option<u64>,
}

impl Timings {
    /// Seconds spent on the picture itself, the loading of its model aside.
    pub fn drawing_secs(&self) -> f64 {
        self.encode_secs + self.step_secs.iter().sum::<f64>() + self.decode_secs
    }
}
