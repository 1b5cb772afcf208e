//! A picture's pixels in memory.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::size::PixelSize;

/// RGB pixels, 8 bits a channel, sRGB, rows from top to bottom; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pixels {
    size: PixelSize,
    data: Arc<[u8]>,
}

impl Pixels {
    /// Wraps `3 × width × height` bytes; `None` when their number is another.
    pub fn new(size: PixelSize, data: impl Into<Arc<[u8]>>) -> Option<Self> {
        let data = data.into();
        (data.len() == 3 * size.area()).then_some(Self { size, data })
    }

    /// Width and height.
    pub fn size(&self) -> PixelSize {
        self.size
    }

    /// The bytes: R, G, B of the first pixel, then of its right neighbour.
    pub fn bytes(&self) -> &[u8] {
        &self.data
    }
}
