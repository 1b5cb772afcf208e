//! A model's `scheduler_config.json`: how it was trained and where its steps should lie.

mod error;
mod keys;

use std::path::Path;

pub use self::error::SchedulerConfigError;
use self::keys::Keys;
use crate::diffusion::parameterization::Parameterization;
use crate::diffusion::{schedule, scheduler};
use crate::domain::{ParamValue, Params};

/// What a `scheduler_config.json` says, as far as it concerns us.
///
/// Keys of other schedulers and keys that we do not know are ignored, as diffusers does; a key
/// that is missing or null has the value that diffusers' DDIM gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerConfig {
    /// Noise levels of the training, 2 to 100,000.
    pub training_steps: usize,
    /// How much noise each of them adds.
    pub betas: Betas,
    /// Whether the last level is pure noise (Lin et al. 2023, algorithm 1).
    pub zero_terminal_snr: bool,
    /// What the model predicts.
    pub parameterization: Parameterization,
    /// Where the steps lie; every scheduler has a usual spacing of its own where a file says
    /// nothing.
    pub spacing: Option<TimestepSpacing>,
    /// Added to timesteps of leading spacing.
    pub steps_offset: usize,
    /// Whether DDIM ends at the clean image rather than at the lowest level of the training.
    pub set_alpha_to_one: bool,
    /// Where the other schedulers end.
    pub final_sigma: FinalSigma,
    /// Steps for which a latent consistency model was distilled.
    pub distilled_steps: usize,
    /// The scheduler and schedule that the file names, if we know them.
    pub defaults: Params,
}

/// How the noise of the training grows.
#[derive(Clone, Debug, PartialEq)]
pub enum Betas {
    /// Evenly from `start` to `end`.
    Linear {
        /// The first beta.
        start: f64,
        /// The last beta.
        end: f64,
    },
    /// Evenly in the square root from `start` to `end` (Stable Diffusion).
    ScaledLinear {
        /// The first beta.
        start: f64,
        /// The last beta.
        end: f64,
    },
    /// Along a squared cosine (Nichol and Dhariwal 2021).
    SquaredCosine,
    /// As listed.
    Trained(Vec<f64>),
}

/// Where steps lie among the timesteps of the training (Lin et al. 2023, table 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestepSpacing {
    /// Evenly, first and last timestep included.
    Linspace,
    /// At the lower ends of equal intervals.
    Leading,
    /// At the upper ends of equal intervals.
    Trailing,
}

/// Where the last step arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalSigma {
    /// At the clean image.
    Zero,
    /// At the lowest level of the training.
    Lowest,
}

impl SchedulerConfig {
    /// Reads the text of a file; `file` only names it in errors.
    pub fn parse(text: &str, file: &Path) -> Result<Self, SchedulerConfigError> {
        let keys = Keys::parse(text, file)?;
        let betas = betas(&keys)?;
        let training_steps = match &betas {
            Betas::Trained(betas) => betas.len(),
            Betas::Linear { .. } | Betas::ScaledLinear { .. } | Betas::SquaredCosine => {
                keys.number("num_train_timesteps", 1000, TRAINING_STEPS)?
            }
        };
        Ok(Self {
            training_steps,
            betas,
            zero_terminal_snr: keys.read("rescale_betas_zero_snr")?.unwrap_or(false),
            parameterization: keys.choice("prediction_type", &PREDICTION_TYPES)?,
            spacing: keys.optional_choice("timestep_spacing", &SPACINGS)?,
            steps_offset: keys.number("steps_offset", 0, (0, training_steps - 1))?,
            set_alpha_to_one: keys.read("set_alpha_to_one")?.unwrap_or(true),
            final_sigma: keys.choice("final_sigmas_type", &FINAL_SIGMAS)?,
            distilled_steps: keys.number(
                "original_inference_steps",
                50.min(training_steps),
                (1, training_steps),
            )?,
            defaults: defaults(&keys)?,
        })
    }
}

const TRAINING_STEPS: (usize, usize) = (2, 100_000);

// The first of each list is what a missing key means.
const PREDICTION_TYPES: [(&str, Parameterization); 3] = [
    ("epsilon", Parameterization::Epsilon),
    ("v_prediction", Parameterization::Velocity),
    ("sample", Parameterization::Sample),
];
const SPACINGS: [(&str, TimestepSpacing); 3] = [
    ("linspace", TimestepSpacing::Linspace),
    ("leading", TimestepSpacing::Leading),
    ("trailing", TimestepSpacing::Trailing),
];
const FINAL_SIGMAS: [(&str, FinalSigma); 2] = [
    ("zero", FinalSigma::Zero),
    ("sigma_min", FinalSigma::Lowest),
];
const BETA_SCHEDULES: [(&str, BetaSchedule); 3] = [
    ("linear", BetaSchedule::Linear),
    ("scaled_linear", BetaSchedule::ScaledLinear),
    ("squaredcos_cap_v2", BetaSchedule::SquaredCosine),
];

#[derive(Clone, Copy)]
enum BetaSchedule {
    Linear,
    ScaledLinear,
    SquaredCosine,
}

fn betas(keys: &Keys<'_>) -> Result<Betas, SchedulerConfigError> {
    if let Some(listed) = keys.read::<Vec<f64>>("trained_betas")? {
        let (fewest, most) = TRAINING_STEPS;
        let usable =
            (fewest..=most).contains(&listed.len()) && listed.iter().all(|beta| is_beta(*beta));
        let refused = || keys.out_of_range("trained_betas", "2 to 100000 numbers, each in 0 … 1");
        return usable.then_some(Betas::Trained(listed)).ok_or_else(refused);
    }
    let [start, end] = [("beta_start", 0.0001), ("beta_end", 0.02)].map(|(key, default)| {
        let beta = keys.read(key)?.unwrap_or(default);
        let refused = || keys.out_of_range(key, "a number in 0 … 1");
        is_beta(beta).then_some(beta).ok_or_else(refused)
    });
    let (start, end) = (start?, end?);
    Ok(match keys.choice("beta_schedule", &BETA_SCHEDULES)? {
        BetaSchedule::Linear => Betas::Linear { start, end },
        BetaSchedule::ScaledLinear => Betas::ScaledLinear { start, end },
        BetaSchedule::SquaredCosine => Betas::SquaredCosine,
    })
}

fn is_beta(beta: f64) -> bool {
    beta > 0.0 && beta < 1.0
}

fn defaults(keys: &Keys<'_>) -> Result<Params, SchedulerConfigError> {
    let class = keys.read::<String>("_class_name")?.unwrap_or_default();
    let algorithm = keys.read::<String>("algorithm_type")?.unwrap_or_default();
    let stochastic = algorithm.starts_with("sde-");
    let named = if stochastic { "dpmpp_2m_sde" } else { &class };
    let flagged = [
        ("use_karras_sigmas", "karras"),
        ("use_exponential_sigmas", "exponential"),
        ("use_beta_sigmas", "beta"),
    ];

    let mut defaults = Params::default();
    if let Some(scheduler) = scheduler::find(named) {
        let id = scheduler.choice().id.to_owned();
        defaults.set(scheduler::PARAM.id, ParamValue::Text(id));
    }
    for (key, id) in flagged {
        if keys.read(key)?.unwrap_or(false) {
            defaults.set(schedule::PARAM.id, ParamValue::Text(id.to_owned()));
        }
    }
    Ok(defaults)
}
