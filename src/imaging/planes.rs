//! Between pixels and the planes of an autoencoder.

use crate::domain::{PixelSize, Pixels};

/// Turns a decoder's planes (R, G, B, each `height × width`, −1 … 1) into bytes.
///
/// Values beyond the range are clamped, and halves round to even, as in diffusers'
/// `VaeImageProcessor`, so that pictures can be compared bit by bit.
/// `None` when the number of values does not fit the size.
pub fn pixels_from_planes(size: PixelSize, planes: &[f32]) -> Option<Pixels> {
    let area = size.area();
    if planes.len() != 3 * area {
        return None;
    }
    let byte = |value: f32| {
        let unit = (value / 2.0 + 0.5).clamp(0.0, 1.0);
        (unit * 255.0).round_ties_even() as u8
    };
    let data: Vec<u8> = (0..area)
        .flat_map(|spot| [0, area, 2 * area].map(|plane| byte(planes[plane + spot])))
        .collect();
    Pixels::new(size, data)
}

/// Turns bytes into the planes that an encoder takes (R, G, B, each `height × width`, −1 … 1),
/// in the arithmetic of diffusers' `VaeImageProcessor`.
pub fn planes_from_pixels(pixels: &Pixels) -> Vec<f32> {
    let channel = |channel: usize| pixels.bytes().iter().skip(channel).step_by(3);
    let bytes = (0..3).flat_map(channel);
    bytes
        .map(|byte| f32::from(*byte) / 255.0 * 2.0 - 1.0)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn planes_become_interleaved_bytes() {
        let size = PixelSize::new(2, 1).unwrap();
        let planes = [-1.0, 1.0, 0.0, 3.0, -9.0, 0.5];
        let pixels = pixels_from_planes(size, &planes).unwrap();
        assert_eq!(pixels.bytes(), [0, 128, 0, 255, 255, 191]);
        assert!(pixels_from_planes(size, &planes[1..]).is_none());
        let back = planes_from_pixels(&pixels);
        assert_eq!(back[..2], [-1.0, 1.0]);
        assert_eq!(pixels_from_planes(size, &back).unwrap(), pixels);
    }
}
