//! Sizes as types, so that a factor of eight cannot be forgotten.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Width and height of a picture in pixels; neither is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct PixelSize {
    width: u32,
    height: u32,
}

impl PixelSize {
    /// The largest side that is read, written or generated, in pixels.
    pub const MAX_SIDE: u32 = 16_384;

    /// Checks both sides against `1..=MAX_SIDE`.
    pub fn new(width: u32, height: u32) -> Result<Self, SizeError> {
        let sides = 1..=Self::MAX_SIDE;
        if sides.contains(&width) && sides.contains(&height) {
            Ok(Self { width, height })
        } else {
            Err(SizeError::OutOfRange { width, height })
        }
    }

    /// Pixels from left to right.
    pub fn width(self) -> u32 {
        self.width
    }

    /// Pixels from top to bottom.
    pub fn height(self) -> u32 {
        self.height
    }

    /// Number of pixels.
    pub fn area(self) -> usize {
        self.width as usize * self.height as usize
    }

    /// The largest size of the same shape that fits into a square of `side` pixels, never larger
    /// than this one.
    #[must_use]
    pub fn fitted(self, side: u32) -> Self {
        let longest = self.width.max(self.height);
        if longest <= side {
            return self;
        }
        let scaled = |length: u32| {
            let rounded =
                (u64::from(length) * u64::from(side) + u64::from(longest) / 2) / u64::from(longest);
            (rounded as u32).max(1)
        };
        Self {
            width: scaled(self.width),
            height: scaled(self.height),
        }
    }
}

impl fmt::Display for PixelSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}x{}", self.width, self.height)
    }
}

impl FromStr for PixelSize {
    type Err = SizeError;

    /// Reads `WIDTHxHEIGHT`; `×` and upper case are understood too.
    fn from_str(text: &str) -> Result<Self, SizeError> {
        let unreadable = || SizeError::Unreadable {
            text: text.to_owned(),
        };
        let (width, height) = text.split_once(['x', 'X', '×']).ok_or_else(unreadable)?;
        let side = |digits: &str| digits.trim().parse::<u32>().ok();
        let (Some(width), Some(height)) = (side(width), side(height)) else {
            return Err(unreadable());
        };
        Self::new(width, height)
    }
}

/// Why a size was refused.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SizeError {
    /// The text is not `WIDTHxHEIGHT`.
    #[error("`{text}` is not a size; write it as WIDTHxHEIGHT, for example 512x512")]
    Unreadable {
        /// What was given.
        text: String,
    },
    /// A side is zero or beyond [`PixelSize::MAX_SIDE`].
    #[error("{width}x{height} is not possible: sides go from 1 to {max}", max = PixelSize::MAX_SIDE)]
    OutOfRange {
        /// Pixels from left to right.
        width: u32,
        /// Pixels from top to bottom.
        height: u32,
    },
}

/// Width and height of a latent map, in latent cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LatentSize {
    /// Cells from left to right.
    pub width: usize,
    /// Cells from top to bottom.
    pub height: usize,
}

impl LatentSize {
    /// The latent map of a picture, `factor` pixels to a cell (8 for Stable Diffusion).
    pub fn latent_from_pixels(size: PixelSize, factor: u32) -> Self {
        Self {
            width: (size.width / factor) as usize,
            height: (size.height / factor) as usize,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u32, u32)>) {
        let read = text.parse::<PixelSize>().ok();
        assert_eq!(read.map(|s| (s.width(), s.height())), expected, "{text}");
    }

    #[test]
    fn sizes_are_read_as_artists_write_them() {
        check("512x768", Some((512, 768)));
        check("512 × 768", Some((512, 768)));
        check("0x8", None);
        check("512", None);
        check("99999x1", None);
    }

    #[test]
    fn fitting_keeps_the_shape_and_never_enlarges() {
        let size = PixelSize::new(600, 300).unwrap();
        assert_eq!(size.fitted(200).to_string(), "200x100");
        assert_eq!(size.fitted(900), size);
        assert_eq!(
            PixelSize::new(9000, 1).unwrap().fitted(90).to_string(),
            "90x1"
        );
    }
}
