//! How far a `scheduler_config.json` lets a denoised image go.

use super::{Keys, SchedulerConfigError};
use crate::diffusion::latents::Latents;

/// How far a denoised image may go from 0; models that work on pixels ask for it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Limits {
    /// Where values are cut (`clip_sample_range`).
    pub clip: Option<f64>,
    /// By how the image's own values are spread.
    pub threshold: Option<Threshold>,
}

/// Dynamic thresholding (Saharia et al. 2022, section 2.3): the value below which lies a share of
/// the image's values becomes 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Threshold {
    /// The share, 0 … 1.
    pub ratio: f64,
    /// The most that becomes 1, at least 1.
    pub most: f64,
}

impl Limits {
    /// The image within the limits; the threshold goes before the clip.
    pub(in crate::diffusion) fn apply(self, denoised: Latents) -> Latents {
        if let Some(threshold) = self.threshold {
            return threshold.apply(denoised);
        }
        match self.clip {
            Some(range) => cut(denoised, range, 1.0),
            None => denoised,
        }
    }
}

impl Threshold {
    fn apply(self, denoised: Latents) -> Latents {
        let mut sizes: Vec<f32> = denoised.values().iter().map(|value| value.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        let position = self.ratio * (sizes.len() - 1) as f64;
        let [below, above] =
            [position.floor(), position.ceil()].map(|index| f64::from(sizes[index as usize]));
        let quantile = below + (above - below) * position.fract();
        let size = quantile.max(1.0).min(self.most);
        cut(denoised, size, size)
    }
}

fn cut(mut image: Latents, range: f64, divisor: f64) -> Latents {
    for value in image.values_mut() {
        *value = (f64::from(*value).clamp(-range, range) / divisor) as f32;
    }
    image
}

pub(super) fn limits(keys: &Keys<'_>) -> Result<Limits, SchedulerConfigError> {
    const RANGES: (f64, f64) = (1e-3, 1e6);
    let class = keys.read::<String>("_class_name")?.unwrap_or_default();
    // Diffusers' classes differ in what a missing key means.
    let usual = ["DDIMScheduler", "DDPMScheduler"].contains(&class.as_str());
    let range = keys.real("clip_sample_range", RANGES)?.unwrap_or(1.0);
    let ratio = keys.real("dynamic_thresholding_ratio", (0.0, 1.0))?;
    let most = keys.real("sample_max_value", (1.0, 1e6))?;
    let threshold = Threshold {
        ratio: ratio.unwrap_or(0.995),
        most: most.unwrap_or(1.0),
    };
    let is_clipped = keys.read("clip_sample")?.unwrap_or(usual);
    Ok(Limits {
        clip: is_clipped.then_some(range),
        threshold: keys.flag("thresholding")?.then_some(threshold),
    })
}
