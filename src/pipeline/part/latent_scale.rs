//! Between the latents of a VAE and those that a denoiser was trained on.

use serde::Deserialize;

use crate::diffusion::Latents;

/// How a denoiser sees the latents of its VAE: `(latents − shift) · factor`, of a VAE that tells
/// the statistics of its channels `(latents − mean) / deviation · factor`
/// (`scaling_factor`, `shift_factor`, `latents_mean` and `latents_std` of diffusers' `AutoencoderKL`).
#[derive(Clone, Debug)]
pub(crate) struct LatentScale {
    factor: f64,
    shift: f64,
    /// Mean and deviation of each channel.
    channels: Vec<(f64, f64)>,
}

/// What a configuration of a VAE says of it.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct ScaleConfig {
    scaling_factor: Option<f64>,
    shift_factor: Option<f64>,
    latents_mean: Option<Vec<f64>>,
    latents_std: Option<Vec<f64>>,
}

impl LatentScale {
    /// A factor and a shift that hold where no configuration says otherwise.
    pub(crate) const fn new(factor: f64, shift: f64) -> Self {
        Self {
            factor,
            shift,
            channels: Vec::new(),
        }
    }

    /// What a configuration says, and this where it says nothing.
    pub(crate) fn or(&self, config: &ScaleConfig) -> Self {
        // A file that names a factor and no shift means none.
        let usual_shift = config.scaling_factor.map_or(self.shift, |_| 0.0);
        let statistics = config.latents_mean.iter().zip(&config.latents_std);
        let channels = statistics.flat_map(|(means, deviations)| {
            std::iter::zip(means.iter().copied(), deviations.iter().copied())
        });
        Self {
            factor: config.scaling_factor.unwrap_or(self.factor),
            shift: config.shift_factor.unwrap_or(usual_shift),
            channels: channels.collect(),
        }
    }

    /// The denoiser's latents of those that the encoder gave.
    pub(crate) fn encoded(&self, latents: &Latents) -> Latents {
        self.each(latents, |value, (mean, deviation)| {
            (value - mean) / deviation * self.factor
        })
    }

    /// How far the denoiser's latents stray when those of the encoder stray that far.
    pub(crate) fn encoded_deviation(&self, deviation: &Latents) -> Latents {
        self.each(deviation, |value, (_, deviation)| {
            value / deviation * self.factor
        })
    }

    /// What the decoder takes for the denoiser's latents.
    pub(crate) fn decoded(&self, latents: &Latents) -> Latents {
        self.each(latents, |value, (mean, deviation)| {
            value * deviation / self.factor + mean
        })
    }

    fn each(&self, latents: &Latents, change: impl Fn(f64, (f64, f64)) -> f64) -> Latents {
        let mut changed = latents.clone();
        let area = latents.shape().size.width * latents.shape().size.height;
        let planes = changed.values_mut().chunks_mut(area.max(1));
        for (channel, plane) in planes.enumerate() {
            let known = self.channels.get(channel).copied();
            let statistics = known.unwrap_or((self.shift, 1.0));
            for value in plane {
                *value = change(f64::from(*value), statistics) as f32;
            }
        }
        changed
    }
}
