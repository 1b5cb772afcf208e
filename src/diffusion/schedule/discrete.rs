//! Steps at the timesteps that the model's config asks for.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Linspace, leading or trailing, as `timestep_spacing` says.
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
        let point = |timestep: &f64| Point {
            sigma: ground.training.levels().sigma(*timestep),
            timestep: *timestep,
        };
        ground.timesteps.iter().map(point).collect()
    }
}
