//! Every n-th level of the training, from the highest down.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// The schedule that ComfyUI calls by this name, whatever spacing the config asks for.
pub(super) struct Simple;

impl SigmaSchedule for Simple {
    fn choice(&self) -> Choice {
        Choice {
            id: "simple",
            label: "Simple",
            aliases: &[],
        }
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        let sigmas = ground.training.levels().sigmas();
        let steps = ground.timesteps.len();
        let stride = sigmas.len() as f64 / steps as f64;
        let point = |step: usize| {
            let timestep = sigmas.len() - 1 - (step as f64 * stride) as usize;
            Point {
                sigma: sigmas[timestep],
                timestep: timestep as f64,
            }
        };
        (0..steps).map(point).collect()
    }
}
