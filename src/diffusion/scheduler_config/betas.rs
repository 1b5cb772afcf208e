//! The betas of a `scheduler_config.json`.

use super::{Keys, SchedulerConfigError, TRAINING_STEPS};

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
    /// Along a sigmoid from −6 to 6, scaled to `start` … `end` (`GeoDiff`, Xu et al. 2022).
    Sigmoid {
        /// Near the first beta.
        start: f64,
        /// Near the last beta.
        end: f64,
    },
    /// Along a squared cosine (Nichol and Dhariwal 2021).
    SquaredCosine,
    /// As listed.
    Trained(Vec<f64>),
}

const BETA_SCHEDULES: [(&str, BetaSchedule); 4] = [
    ("linear", BetaSchedule::Linear),
    ("scaled_linear", BetaSchedule::ScaledLinear),
    ("squaredcos_cap_v2", BetaSchedule::SquaredCosine),
    ("sigmoid", BetaSchedule::Sigmoid),
];

#[derive(Clone, Copy)]
enum BetaSchedule {
    Linear,
    ScaledLinear,
    SquaredCosine,
    Sigmoid,
}

pub(super) fn betas(keys: &Keys<'_>) -> Result<Betas, SchedulerConfigError> {
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
        BetaSchedule::Sigmoid => Betas::Sigmoid { start, end },
    })
}

fn is_beta(beta: f64) -> bool {
    beta > 0.0 && beta < 1.0
}
