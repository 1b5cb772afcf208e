//! How much memory a picture takes.

use crate::domain::PixelSize;
use crate::pipeline::{ModelInfo, working_bytes};

/// The tile that is chosen by the picture's size.
const BY_SIZE: i64 = 0;

/// What a picture of that size will take, roughly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemoryEstimate {
    /// The size.
    pub size: PixelSize,
    /// Bytes of the weights of all that draws from nothing.
    pub weight_bytes: u64,
    /// Bytes to work with, on top of them.
    pub working_bytes: u64,
}

impl MemoryEstimate {
    /// As a job by the usual settings is estimated.
    pub fn new(model: &ModelInfo, size: PixelSize) -> Self {
        Self {
            size,
            weight_bytes: model.weights.lasting(),
            working_bytes: working_bytes(model, size, BY_SIZE),
        }
    }

    /// All bytes together.
    pub fn total_bytes(&self) -> u64 {
        self.weight_bytes + self.working_bytes
    }
}
