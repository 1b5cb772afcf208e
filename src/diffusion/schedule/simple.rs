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
        let levels = ground.training.levels();
        let steps = ground.timesteps.len();
        let count = levels.sigmas().len();
        let stride = count as f64 / steps as f64;
        let point = |step: usize| {
            let index = count - 1 - (step as f64 * stride) as usize;
            levels.point_of_index(index as f64)
        };
        (0..steps).map(point).collect()
    }
}
