//! What a model predicts, and how the denoised image follows from it.

use crate::diffusion::latents::Latents;

/// What a model's output means.
///
/// A noisy sample here is always `x = x₀ + σ·n`: the clean image plus noise of that sigma
/// ("variance exploding").
/// Models trained on a discrete schedule of betas see it scaled to unit variance instead,
/// `u = x / √(σ² + 1) = √ᾱ·x₀ + √(1 − ᾱ)·n`, where ᾱ = 1 / (σ² + 1) is the product of 1 − β up to
/// the timestep.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Parameterization {
    /// The noise `n` (Ho et al. 2020): `x₀ = x − σ·output`.
    Epsilon,
    /// The velocity `v = √ᾱ·n − √(1 − ᾱ)·x₀` (Salimans and Ho 2022, appendix D):
    /// `x₀ = √ᾱ·u − √(1 − ᾱ)·output`.
    Velocity,
    /// The clean image itself.
    Sample,
    /// The velocity `n − x₀` of a flow (Lipman et al. 2023), whose models see `u = x / (σ + 1)`:
    /// `x₀ = u − σ / (σ + 1)·output`.
    Flow,
}

impl Parameterization {
    /// What a sample of that sigma is multiplied by before the model sees it: √ᾱ, of a flow 1 − t.
    pub fn input_scale(self, sigma: f64) -> f64 {
        match self {
            Self::Epsilon | Self::Velocity | Self::Sample => (sigma * sigma + 1.0).sqrt().recip(),
            Self::Flow => (sigma + 1.0).recip(),
        }
    }

    /// The denoised image that the model's `output` means for the **unscaled** `sample`.
    pub fn denoised(self, output: &Latents, sample: &Latents, sigma: f64) -> Latents {
        let signal = self.input_scale(sigma);
        match self {
            Self::Epsilon => Latents::sum(&[(1.0, sample), (-sigma, output)]),
            Self::Velocity => Latents::sum(&[(signal * signal, sample), (-sigma * signal, output)]),
            Self::Sample => output.clone(),
            Self::Flow => Latents::sum(&[(signal, sample), (-sigma * signal, output)]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::latents::LatentShape;
    use crate::domain::LatentSize;

    #[test]
    fn every_parameterization_finds_the_clean_image_again() {
        let shape = LatentShape {
            channels: 1,
            size: LatentSize {
                width: 3,
                height: 1,
            },
        };
        let clean = Latents::new(shape, vec![0.5, -1.0, 2.0]).unwrap();
        let noise = Latents::new(shape, vec![-0.3, 0.8, 1.1]).unwrap();
        for sigma in [0.03_f64, 1.0, 14.6] {
            let signal = (1.0 + sigma * sigma).sqrt().recip();
            let sample = Latents::sum(&[(1.0, &clean), (sigma, &noise)]);
            let flow = Latents::sum(&[(1.0, &noise), (-1.0, &clean)]);
            let velocity = Latents::sum(&[(signal, &noise), (-sigma * signal, &clean)]);
            for (parameterization, output) in [
                (Parameterization::Epsilon, &noise),
                (Parameterization::Velocity, &velocity),
                (Parameterization::Sample, &clean),
                (Parameterization::Flow, &flow),
            ] {
                let found = parameterization.denoised(output, &sample, sigma);
                for (found, clean) in found.values().iter().zip(clean.values()) {
                    assert!((found - clean).abs() < 2e-6, "{parameterization:?} {sigma}");
                }
            }
        }
    }
}
