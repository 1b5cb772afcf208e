//! What an artist asks for.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::id::ModelId;
use super::lineage::Parent;
use super::params::Params;
use super::seed::Seed;
use super::size::PixelSize;
use super::task::Task;

/// Everything that determines the pictures, and nothing else.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The model that is to make them.
    pub model: ModelId,
    /// What they start from.
    pub task: Task,
    /// The words.
    pub prompt: Prompt,
    /// Their size in pixels.
    pub size: PixelSize,
    /// The first picture's seed; the others count on from it.
    pub seed: Seed,
    /// How many pictures.
    pub count: NonZeroU32,
    /// The values of the family's declared parameters.
    pub params: Params,
    /// The pictures they descend from.
    pub parents: Vec<Parent>,
}

/// Words that steer the picture; both may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prompt {
    /// What the picture should show.
    pub text: String,
    /// What it should keep away from.
    pub negative: String,
}

impl Prompt {
    /// The longest text, in bytes: a picture carries both texts with it, and a file with longer
    /// ones would be refused by those who read it.
    pub const MAX_BYTES: usize = 16 << 10;
}
