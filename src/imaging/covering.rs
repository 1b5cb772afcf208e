//! Bringing a picture to another size and shape.

use image::RgbImage;
use image::imageops::{self, FilterType};

use crate::domain::{PixelSize, Pixels};

/// The middle of a picture, scaled so that it covers `size` whole (Lanczos with three lobes).
///
/// A picture of that size comes back as it is, bit by bit.
pub fn covering(pixels: &Pixels, size: PixelSize) -> Pixels {
    let own = pixels.size();
    if own == size {
        return pixels.clone();
    }
    let whole = RgbImage::from_raw(own.width(), own.height(), pixels.bytes().to_vec())
        .expect("pixels hold three bytes for each of their size's pixels");
    let [width, height] = shape_inside(own, size);
    let left = (own.width() - width) / 2;
    let top = (own.height() - height) / 2;
    let middle = imageops::crop_imm(&whole, left, top, width, height).to_image();
    let scaled = imageops::resize(&middle, size.width(), size.height(), FilterType::Lanczos3);
    Pixels::new(size, scaled.into_raw()).expect("the buffer was made at this size")
}

/// Sides of the largest rectangle of `shape`'s ratio inside a picture.
fn shape_inside(picture: PixelSize, shape: PixelSize) -> [u32; 2] {
    let [width, height] = [picture.width(), picture.height()].map(u64::from);
    let [wide, high] = [shape.width(), shape.height()].map(u64::from);
    let side = |length: u64| (length as u32).max(1);
    if width * high > height * wide {
        [side((height * wide + high / 2) / high), picture.height()]
    } else {
        [picture.width(), side((width * high + wide / 2) / wide)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_kept_and_nothing_is_stretched() {
        let wide = PixelSize::new(300, 100).unwrap();
        // A white square in the middle of black.
        let data: Vec<u8> = (0..100)
            .flat_map(|_| (0..300).flat_map(|x| [u8::from((100..200).contains(&x)) * 255; 3]))
            .collect();
        let pixels = Pixels::new(wide, data).unwrap();
        let square = covering(&pixels, PixelSize::new(50, 50).unwrap());
        assert!(square.bytes().iter().all(|byte| *byte == 255));
        let same = covering(&pixels, wide);
        assert_eq!(same, pixels);
        let sliver = covering(&pixels, PixelSize::new(1, 64).unwrap());
        assert_eq!(sliver.size().to_string(), "1x64");
    }
}
