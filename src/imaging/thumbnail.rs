//! Small versions of pictures.

use image::{ImageBuffer, Rgb, imageops};

use crate::domain::Pixels;

/// A version that fits into a square of `side` pixels, by area averaging; never enlarged.
pub fn thumbnail(pixels: &Pixels, side: u32) -> Pixels {
    let size = pixels.size();
    let fitted = size.fitted(side);
    if fitted == size {
        return pixels.clone();
    }
    let view = ImageBuffer::<Rgb<u8>, &[u8]>::from_raw(size.width(), size.height(), pixels.bytes())
        .expect("pixels hold three bytes for each of their size's pixels");
    let small = imageops::thumbnail(&view, fitted.width(), fitted.height());
    Pixels::new(fitted, small.into_raw()).expect("the buffer was made at this size")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PixelSize;

    #[test]
    fn a_thumbnail_averages_what_it_covers() {
        let size = PixelSize::new(4, 2).unwrap();
        let data: Vec<u8> = [0, 0, 200, 200, 100, 100, 0, 0]
            .into_iter()
            .flat_map(|grey: u8| [grey; 3])
            .collect();
        let small = thumbnail(&Pixels::new(size, data).unwrap(), 2);
        assert_eq!(small.bytes(), [50, 50, 50, 100, 100, 100]);
    }
}
