//! Latents to pixels without a decoder: one colour for each cell, a weighted sum of its channels.
//!
//! Latent spaces of pictures are nearly linear in colour, so weights that fit some pictures of a
//! model fit all of them, and need not be known beforehand.
//! One picture alone teaches too little: from one at night nobody learns what a bright sky looks
//! like.

use crate::diffusion::Latents;
use crate::domain::{PixelSize, Pixels};
use crate::imaging::thumbnail;

/// What keeps the equations solvable where channels go together, for each cell.
const RIDGE: f64 = 1e-3;

/// Weights from latent channels to colours, by least squares over all decoded pictures.
#[derive(Default)]
pub(super) struct RoughDecoder {
    /// The sums of products of two channels, of which the last is always 1.
    squares: Vec<Vec<f64>>,
    /// For red, green and blue: the sums of its products with the channels.
    products: [Vec<f64>; 3],
    cells: usize,
    /// For red, green and blue: a weight for each channel; empty before anything was learnt.
    weights: [Vec<f64>; 3],
}

impl RoughDecoder {
    /// Takes a decoded picture in; tells whether it taught anything.
    pub(super) fn learn(&mut self, latents: &Latents, pixels: &Pixels) -> bool {
        let size = latents.shape().size;
        let cells = size.width * size.height;
        let small = thumbnail(pixels, size.width.max(size.height) as u32);
        let terms = latents.shape().channels + 1;
        if small.bytes().len() != 3 * cells || cells < terms {
            return false;
        }
        if self.squares.len() != terms {
            *self = Self {
                squares: vec![vec![0.0; terms]; terms],
                products: [(); 3].map(|()| vec![0.0; terms]),
                ..Self::default()
            };
        }
        for cell in 0..cells {
            let inputs = inputs(latents, cell);
            for (row, left) in inputs.iter().enumerate() {
                for (column, right) in inputs.iter().enumerate() {
                    self.squares[row][column] += left * right;
                }
                for (colour, product) in self.products.iter_mut().enumerate() {
                    product[row] += left * f64::from(small.bytes()[3 * cell + colour]);
                }
            }
        }
        self.cells += cells;
        self.solve()
    }

    fn solve(&mut self) -> bool {
        let mut squares = self.squares.clone();
        for (term, row) in squares.iter_mut().enumerate() {
            row[term] += RIDGE * self.cells as f64;
        }
        let weights = self
            .products
            .clone()
            .map(|product| solve(squares.clone(), product));
        let [Some(red), Some(green), Some(blue)] = weights else {
            return false;
        };
        self.weights = [red, green, blue];
        true
    }

    /// One pixel for each cell; `None` for latents with other channels than those that it knows.
    pub(super) fn draw(&self, latents: &Latents) -> Option<Pixels> {
        if self.weights[0].len() != latents.shape().channels + 1 {
            return None;
        }
        let size = latents.shape().size;
        let mut data = Vec::with_capacity(3 * size.width * size.height);
        for cell in 0..size.width * size.height {
            let inputs = inputs(latents, cell);
            for weights in &self.weights {
                let value: f64 = weights
                    .iter()
                    .zip(&inputs)
                    .map(|(weight, input)| weight * input)
                    .sum();
                data.push(value.round().clamp(0.0, 255.0) as u8);
            }
        }
        let size = PixelSize::new(size.width as u32, size.height as u32).ok()?;
        Pixels::new(size, data)
    }
}

/// The channels of a cell, and a one.
fn inputs(latents: &Latents, cell: usize) -> Vec<f64> {
    let cells = latents.shape().size.width * latents.shape().size.height;
    let channels = latents.values().iter().skip(cell).step_by(cells);
    channels
        .map(|value| f64::from(*value))
        .chain([1.0])
        .collect()
}

/// Solves `matrix · x = right` by elimination; `None` where there is no one solution.
fn solve(mut matrix: Vec<Vec<f64>>, mut right: Vec<f64>) -> Option<Vec<f64>> {
    let count = right.len();
    for pivot in 0..count {
        let largest = (pivot..count)
            .max_by(|a, b| matrix[*a][pivot].abs().total_cmp(&matrix[*b][pivot].abs()))?;
        matrix.swap(pivot, largest);
        right.swap(pivot, largest);
        if matrix[pivot][pivot].abs() < f64::EPSILON {
            return None;
        }
        for row in pivot + 1..count {
            let factor = matrix[row][pivot] / matrix[pivot][pivot];
            let (above, below) = matrix.split_at_mut(row);
            for (value, subtracted) in below[0].iter_mut().zip(&above[pivot]) {
                *value -= factor * subtracted;
            }
            right[row] -= factor * right[pivot];
        }
    }
    for row in (0..count).rev() {
        let known: f64 = (row + 1..count)
            .map(|column| matrix[row][column] * right[column])
            .sum();
        right[row] = (right[row] - known) / matrix[row][row];
    }
    right.iter().all(|value| value.is_finite()).then_some(right)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::{LatentShape, noise};
    use crate::domain::{LatentSize, Seed};

    #[test]
    fn what_was_learnt_before_is_not_forgotten() {
        let size = LatentSize {
            width: 2,
            height: 2,
        };
        let shape = LatentShape { channels: 1, size };
        let picture = |level: f32, shade: u8| {
            let latents = Latents::new(shape, vec![level; 4]).unwrap();
            let pixels = Pixels::new(PixelSize::new(2, 2).unwrap(), vec![shade; 12]).unwrap();
            (latents, pixels)
        };
        let (bright, dark) = (picture(1.0, 220), picture(-1.0, 20));
        let mut rough = RoughDecoder::default();
        for (latents, pixels) in [&bright, &dark, &dark, &dark] {
            assert!(rough.learn(latents, pixels));
        }
        let drawn = rough.draw(&bright.0).unwrap();
        assert!(drawn.bytes()[0].abs_diff(220) < 5, "{:?}", drawn.bytes());
    }

    #[test]
    fn a_linear_decoder_is_found_again() {
        let size = LatentSize {
            width: 6,
            height: 4,
        };
        let shape = LatentShape { channels: 4, size };
        let latents = noise::find("torch-cpu")
            .unwrap()
            .seeded(Seed(3))
            .draw(shape);
        let cells = size.width * size.height;
        let mut data = Vec::new();
        for cell in 0..cells {
            let channel = |index: usize| latents.values()[index * cells + cell];
            let red = 120.0 + 20.0 * channel(0) - 9.0 * channel(3);
            let green = 90.0 - 15.0 * channel(1);
            let blue = 140.0 + 12.0 * channel(2) + 7.0 * channel(0);
            data.extend([red, green, blue].map(|value| value.round() as u8));
        }
        let pixels = Pixels::new(PixelSize::new(6, 4).unwrap(), data).unwrap();
        let mut rough = RoughDecoder::default();
        assert!(rough.draw(&latents).is_none(), "it knows nothing yet");
        assert!(rough.learn(&latents, &pixels));
        let drawn = rough.draw(&latents).unwrap();
        for (drawn, given) in drawn.bytes().iter().zip(pixels.bytes()) {
            assert!(drawn.abs_diff(*given) <= 2, "{drawn} instead of {given}");
        }
    }
}
