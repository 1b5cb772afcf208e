//! How to make a picture again.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::id::ModelId;
use super::lineage::Parent;
use super::params::Params;
use super::request::{Prompt, Request};
use super::seed::Seed;
use super::size::PixelSize;

/// The whole making of one picture: gives the same pixels again on the same provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The model that made it.
    pub model: ModelId,
    /// SHA-256 over the model's files, in hexadecimal: a name may stand for other weights one day.
    pub fingerprint: String,
    /// The words, as they were used.
    pub prompt: Prompt,
    /// The size in pixels.
    pub size: PixelSize,
    /// This picture's own seed.
    pub seed: Seed,
    /// The parameters, every one of them, defaults included.
    pub params: Params,
    /// The pictures it descends from.
    pub parents: Vec<Parent>,
    /// What it ran on: the pixels are the same only there.
    pub made_with: MadeWith,
}

/// The software and hardware that made a picture.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWith {
    /// Maquette's version.
    pub app: String,
    /// ONNX Runtime's version.
    pub runtime: String,
    /// The execution provider's id.
    pub provider: String,
}

impl Recipe {
    /// The request that makes this one picture again.
    pub fn request(&self) -> Request {
        Request {
            model: self.model.clone(),
            prompt: self.prompt.clone(),
            size: self.size,
            seed: self.seed,
            count: NonZeroU32::MIN,
            params: self.params.clone(),
            parents: self.parents.clone(),
        }
    }
}
