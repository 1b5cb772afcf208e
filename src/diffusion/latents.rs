//! One picture in the model's space, and the sums that schedulers make of it.

use crate::domain::LatentSize;

/// The noisy or clean image of one picture: `channels × height × width` numbers, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Latents {
    shape: LatentShape,
    values: Vec<f32>,
}

/// How many numbers make up one picture in the model's space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LatentShape {
    /// 4 for Stable Diffusion.
    pub channels: usize,
    /// Cells of each channel.
    pub size: LatentSize,
}

impl LatentShape {
    /// Number of values.
    pub fn len(self) -> usize {
        self.channels * self.size.height * self.size.width
    }

    /// Whether it holds no value at all.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

impl Latents {
    /// `None` when the number of values does not fit the shape.
    pub fn new(shape: LatentShape, values: Vec<f32>) -> Option<Self> {
        (values.len() == shape.len()).then_some(Self { shape, values })
    }

    /// All zeros.
    pub fn zeros(shape: LatentShape) -> Self {
        Self {
            shape,
            values: vec![0.0; shape.len()],
        }
    }

    /// Channels and size.
    pub fn shape(&self) -> LatentShape {
        self.shape
    }

    /// The numbers, channel after channel, row after row.
    pub fn values(&self) -> &[f32] {
        &self.values
    }

    /// The numbers, to be written in place.
    pub fn values_mut(&mut self) -> &mut [f32] {
        &mut self.values
    }

    /// Gives up the numbers without copying them.
    pub fn into_values(self) -> Vec<f32> {
        self.values
    }

    /// All numbers times `factor`.
    #[must_use]
    pub fn scaled(&self, factor: f64) -> Self {
        Self::sum(&[(factor, self)])
    }

    /// These channels, and then those of `others`, which are of the same size.
    #[must_use]
    pub fn above(&self, others: &Self) -> Self {
        let channels = self.shape.channels + others.shape.channels;
        let values = [self.values(), others.values()].concat();
        let shape = LatentShape {
            channels,
            size: self.shape.size,
        };
        Self::new(shape, values).expect("all channels of one run are of one size")
    }

    /// The weighted sum of latents of one shape.
    ///
    /// Added up in double precision and rounded once: weights of noisy samples can be in the
    /// thousands and cancel.
    ///
    /// # Panics
    /// When there is no term, or the shapes differ.
    #[must_use]
    pub fn sum(terms: &[(f64, &Self)]) -> Self {
        let shape = terms[0].1.shape;
        assert!(
            terms.iter().all(|(_, term)| term.shape == shape),
            "latents of one run have one shape"
        );
        let total = |spot: usize| {
            let parts = terms
                .iter()
                .map(|(weight, term)| weight * f64::from(term.values[spot]));
            parts.sum::<f64>() as f32
        };
        Self {
            shape,
            values: (0..shape.len()).map(total).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sum_weighs_every_term_and_survives_cancellation() {
        let shape = LatentShape {
            channels: 1,
            size: LatentSize {
                width: 2,
                height: 1,
            },
        };
        let [a, b] = [[1.0, -2.0], [3.0, 0.5]].map(|v| Latents::new(shape, v.to_vec()).unwrap());
        assert_eq!(
            Latents::sum(&[(2.0, &a), (-1.0, &b)]).values(),
            [-1.0, -4.5]
        );
        let third = Latents::sum(&[(1e9, &a), (0.25, &b), (-1e9, &a)]);
        assert_eq!(third.values(), [0.75, 0.125]);
        assert!(Latents::new(shape, vec![0.0; 3]).is_none());
    }
}
