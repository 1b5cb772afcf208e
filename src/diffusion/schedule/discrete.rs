//! Steps at the timesteps that the model's config asks for.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Linspace, leading or trailing, as `timestep_spacing` says.
///
/// With `interpolation_type` `log_linear` diffusers' Euler spreads the sigmas evenly in the logarithm
/// over the whole training, though it tells the model the timesteps of the spacing.
pub(super) struct Discrete;

impl SigmaSchedule for Discrete {
    fn choice(&self) -> Choice {
        Choice {
            id: "discrete",
            label: "Discrete",
            aliases: &["automatic", "normal"],
        }
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        let levels = ground.training.levels();
        let share = |step: usize| step as f64 / ground.timesteps.len() as f64;
        let logs = [levels.highest(), levels.lowest()].map(f64::ln);
        let point = |(step, timestep): (usize, &f64)| Point {
            sigma: if ground.is_log_linear {
                (logs[0] + (logs[1] - logs[0]) * share(step)).exp()
            } else {
                levels.sigma(*timestep)
            },
            timestep: *timestep,
        };
        ground.timesteps.iter().enumerate().map(point).collect()
    }

    fn arrival(&self, ground: &Ground<'_>) -> Option<f64> {
        ground
            .is_log_linear
            .then(|| ground.training.levels().lowest())
    }
}
