//! Which part of a picture is to be repainted.

use crate::domain::{PixelSize, Pixels};

/// For each pixel, whether it is to be repainted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mask {
    size: PixelSize,
    repaints: Vec<bool>,
}

impl Mask {
    /// White is repainted and black stays; greys go to the nearer of both.
    pub fn of_picture(pixels: &Pixels) -> Self {
        let repaints = pixels.bytes().chunks_exact(3).map(|pixel| {
            // The luma of ITU-R BT.601, by which diffusers' masks become grey.
            let weighed = pixel.iter().zip([299, 587, 114_u32]);
            let luma: u32 = weighed
                .map(|(value, weight)| u32::from(*value) * weight)
                .sum();
            luma >= 128 * 1000
        });
        Self {
            size: pixels.size(),
            repaints: repaints.collect(),
        }
    }

    /// Nothing stays.
    pub fn everywhere(size: PixelSize) -> Self {
        Self {
            size,
            repaints: vec![true; size.area()],
        }
    }

    /// 1 for each cell that is repainted, else 0: what the pixel in its corner says, row by row.
    pub fn cells(&self, cell_pixels: u32) -> Vec<f32> {
        let width = self.size.width() as usize;
        let rows = self.repaints.chunks_exact(width);
        let rows = rows.step_by(cell_pixels as usize);
        let cells = rows.flat_map(|row| row.iter().step_by(cell_pixels as usize));
        cells
            .map(|repaints| f32::from(u8::from(*repaints)))
            .collect()
    }

    /// Sets the planes of a picture (−1 … 1) to the middle wherever it is repainted.
    pub fn blank(&self, planes: &mut [f32]) {
        for plane in planes.chunks_exact_mut(self.repaints.len()) {
            for (value, repaints) in plane.iter_mut().zip(&self.repaints) {
                if *repaints {
                    *value = 0.0;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_is_repainted_and_black_stays() {
        let size = PixelSize::new(4, 2).unwrap();
        let grey = [255, 0, 127, 128, 0, 0, 255, 0_u8];
        let bytes = grey.map(|value| [value; 3]).concat();
        let mask = Mask::of_picture(&Pixels::new(size, bytes).unwrap());
        assert_eq!(mask.cells(1), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0, 0.0]);
        assert_eq!(mask.cells(2), [1.0, 0.0]);
        let mut planes = [0.5; 8];
        mask.blank(&mut planes);
        assert_eq!(
            planes.map(|value| value > 0.0),
            [false, true, true, false, true, true, false, true]
        );
        assert_eq!(Mask::everywhere(size).cells(2), [1.0, 1.0]);
    }
}
