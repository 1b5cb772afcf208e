//! The noise levels that a model was trained at.

use std::f64::consts::FRAC_PI_2;
use std::path::Path;

use crate::diffusion::scheduler_config::{Betas, SchedulerConfig, SchedulerConfigError};

/// The sigma of every training timestep, rising, and the way back from sigma to timestep.
///
/// Computed in single precision where diffusers does: its rounding is part of what models and
/// published pictures were made with (1 − β alone moves the lowest sigma by up to 1e-4).
#[derive(Clone, Debug)]
pub struct TrainingSchedule {
    config: SchedulerConfig,
    sigmas: Vec<f64>,
    log_sigmas: Vec<f64>,
}

impl TrainingSchedule {
    /// Reads the text of a `scheduler_config.json`; `file` only names it in errors.
    pub fn parse(text: &str, file: &Path) -> Result<Self, SchedulerConfigError> {
        let training = Self::new(SchedulerConfig::parse(text, file)?);
        let is_rising = training.log_sigmas.is_sorted_by(|low, high| low < high);
        let is_finite = training.log_sigmas.iter().all(|log| log.is_finite());
        let unusable = || SchedulerConfigError::NoRisingNoise {
            file: file.to_owned(),
        };
        (is_rising && is_finite)
            .then_some(training)
            .ok_or_else(unusable)
    }

    fn new(config: SchedulerConfig) -> Self {
        let mut alphas = cumulated_alphas(&betas(&config));
        if config.zero_terminal_snr {
            alphas = rescaled_to_zero_terminal_snr(&alphas);
            // No signal at all would be an infinite sigma. Near enough: sigma 4096, as diffusers.
            let last = alphas.len() - 1;
            alphas[last] = 2.0_f32.powi(-24);
        }
        let sigmas: Vec<f64> = alphas
            .iter()
            .map(|alpha| f64::from(((1.0 - alpha) / alpha).sqrt()))
            .collect();
        let log_sigmas = sigmas.iter().map(|sigma| sigma.ln()).collect();
        Self {
            config,
            sigmas,
            log_sigmas,
        }
    }

    /// What it was computed from.
    pub fn config(&self) -> &SchedulerConfig {
        &self.config
    }

    /// The sigma of every timestep, rising: √((1 − ᾱ) / ᾱ).
    pub fn sigmas(&self) -> &[f64] {
        &self.sigmas
    }

    /// The lowest sigma.
    pub fn lowest(&self) -> f64 {
        self.sigmas[0]
    }

    /// The highest sigma.
    pub fn highest(&self) -> f64 {
        self.sigmas[self.sigmas.len() - 1]
    }

    /// The sigma of a timestep, fractions by interpolation; clamped to the training.
    pub fn sigma(&self, timestep: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let timestep = timestep.clamp(0.0, last as f64);
        let below = (timestep as usize).min(last - 1);
        let (low, high) = (self.sigmas[below], self.sigmas[below + 1]);
        low + (high - low) * (timestep - below as f64)
    }

    /// The timestep of a sigma, by interpolation in its logarithm; clamped to the training.
    pub fn timestep(&self, sigma: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let log_sigma = sigma.max(1e-10).ln();
        let above = self.log_sigmas.partition_point(|known| *known <= log_sigma);
        let below = above.saturating_sub(1).min(last - 1);
        let (low, high) = (self.log_sigmas[below], self.log_sigmas[below + 1]);
        let share = (log_sigma - low) / (high - low);
        below as f64 + share.clamp(0.0, 1.0)
    }
}

fn betas(config: &SchedulerConfig) -> Vec<f32> {
    let steps = config.training_steps;
    match &config.betas {
        Betas::Linear { start, end } => evenly(*start, *end, steps),
        Betas::ScaledLinear { start, end } => evenly(start.sqrt(), end.sqrt(), steps)
            .into_iter()
            .map(|root| root * root)
            .collect(),
        Betas::SquaredCosine => squared_cosine(steps),
        Betas::Trained(betas) => betas.iter().map(|beta| *beta as f32).collect(),
    }
}

fn evenly(start: f64, end: f64, count: usize) -> Vec<f32> {
    let stride = (end - start) / (count - 1) as f64;
    (0..count)
        .map(|index| (start + stride * index as f64) as f32)
        .collect()
}

fn squared_cosine(steps: usize) -> Vec<f32> {
    const LARGEST_BETA: f64 = 0.999;
    let alpha = |index: usize| {
        let time = index as f64 / steps as f64;
        ((time + 0.008) / 1.008 * FRAC_PI_2).cos().powi(2)
    };
    (0..steps)
        .map(|index| (1.0 - alpha(index + 1) / alpha(index)).min(LARGEST_BETA) as f32)
        .collect()
}

/// ᾱ: the products of 1 − β, each rounded to single precision.
fn cumulated_alphas(betas: &[f32]) -> Vec<f32> {
    let mut product = 1.0;
    let multiply = |beta: &f32| {
        product *= f64::from(1.0 - beta);
        product as f32
    };
    betas.iter().map(multiply).collect()
}

/// Shifts √ᾱ so that the last is zero, and scales it so that the first stays (Lin et al. 2023,
/// algorithm 1).
fn rescaled_to_zero_terminal_snr(alphas: &[f32]) -> Vec<f32> {
    let roots: Vec<f32> = alphas.iter().map(|alpha| alpha.sqrt()).collect();
    let (first, last) = (roots[0], roots[roots.len() - 1]);
    let scale = first / (first - last);
    let moved: Vec<f32> = roots
        .iter()
        .map(|root| ((root - last) * scale).powi(2))
        .collect();
    // Back to betas and forth again, as diffusers does, for the same rounding.
    let ratios = moved.windows(2).map(|pair| pair[1] / pair[0]);
    let betas: Vec<f32> = std::iter::once(moved[0])
        .chain(ratios)
        .map(|alpha| 1.0 - alpha)
        .collect();
    cumulated_alphas(&betas)
}
