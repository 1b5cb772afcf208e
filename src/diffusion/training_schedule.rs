//! How a model was trained.

use std::f64::consts::FRAC_PI_2;
use std::path::Path;
use std::sync::Arc;

use crate::diffusion::flow::{Flow, FlowSpacing, Shift};
use crate::diffusion::levels::Levels;
use crate::diffusion::scheduler_config::{Betas, SchedulerConfig, SchedulerConfigError};

/// How a model was trained: what its config says, and the noise levels that follow from it.
///
/// The levels are computed in single precision where diffusers does: its rounding is part of what
/// models and published pictures were made with (1 − β alone moves the lowest sigma by up to
/// 1e-4).
#[derive(Clone, Debug, PartialEq)]
pub struct TrainingSchedule {
    config: Arc<SchedulerConfig>,
    levels: Arc<Levels>,
}

impl TrainingSchedule {
    /// Reads the text of a `scheduler_config.json`; `file` only names it in errors.
    pub fn parse(text: &str, file: &Path) -> Result<Self, SchedulerConfigError> {
        let no_rising_noise = || SchedulerConfigError::NoRisingNoise {
            file: file.to_owned(),
        };
        Self::new(SchedulerConfig::parse(text, file)?).ok_or_else(no_rising_noise)
    }

    fn new(config: SchedulerConfig) -> Option<Self> {
        let levels = match &config.flow {
            Some(flow) => Levels::of_flow(config.training_steps, flow.shift())?,
            None => Levels::new(sigmas(&config))?,
        };
        Some(Self {
            config: Arc::new(config),
            levels: Arc::new(levels),
        })
    }

    /// What it was computed from.
    pub fn config(&self) -> &SchedulerConfig {
        &self.config
    }

    /// Its noise levels.
    pub fn levels(&self) -> &Levels {
        &self.levels
    }

    /// The same for a picture of so many tokens (patches that the model attends to), where the
    /// levels depend on them.
    #[must_use]
    pub fn for_tokens(&self, tokens: usize) -> Self {
        let flow = self.config.flow.as_ref();
        if !flow.is_some_and(|flow| matches!(flow.shift, Shift::Dynamic(_))) {
            return self.clone();
        }
        self.with_flow(|flow| flow.tokens = Some(tokens))
    }

    /// The same with the steps of a flow elsewhere than where the scheduler's authors have them.
    #[must_use]
    pub fn with_flow_spacing(&self, spacing: FlowSpacing) -> Self {
        self.with_flow(|flow| flow.spacing = Some(spacing))
    }

    fn with_flow(&self, change: impl FnOnce(&mut Flow)) -> Self {
        let mut config = SchedulerConfig::clone(&self.config);
        let Some(flow) = &mut config.flow else {
            return self.clone();
        };
        change(flow);
        Self::new(config).expect("levels rise under every shift in the range of shifts")
    }
}

/// The sigma of every timestep: √((1 − ᾱ) / ᾱ).
fn sigmas(config: &SchedulerConfig) -> Vec<f64> {
    let mut alphas = cumulated_alphas(&betas(config));
    if config.zero_terminal_snr {
        alphas = rescaled_to_zero_terminal_snr(&alphas);
        // No signal at all would be an infinite sigma. Near enough: sigma 4096, as diffusers.
        let last = alphas.len() - 1;
        alphas[last] = 2.0_f32.powi(-24);
    }
    let sigma = |alpha: &f32| f64::from(((1.0 - alpha) / alpha).sqrt());
    alphas.iter().map(sigma).collect()
}

fn betas(config: &SchedulerConfig) -> Vec<f32> {
    let steps = config.training_steps;
    match &config.betas {
        Betas::Linear { start, end } => evenly(*start, *end, steps),
        Betas::ScaledLinear { start, end } => evenly(start.sqrt(), end.sqrt(), steps)
            .into_iter()
            .map(|root| root * root)
            .collect(),
        Betas::Sigmoid { start, end } => evenly(-6.0, 6.0, steps)
            .into_iter()
            .map(|place| sigmoid(place) * (end - start) as f32 + *start as f32)
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

fn sigmoid(place: f32) -> f32 {
    (1.0 + (-place).exp()).recip()
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
