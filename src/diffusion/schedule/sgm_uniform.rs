//! Even steps over the whole training, the last of them to the picture.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// The schedule that ComfyUI calls by this name, after Stability's generative models, whatever
/// spacing the config asks for: one interval for each step, which begins at its upper end.
pub(super) struct SgmUniform;

impl SigmaSchedule for SgmUniform {
    fn choice(&self) -> Choice {
        Choice {
            id: "sgm_uniform",
            label: "SGM Uniform",
            aliases: &[],
        }
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        let levels = ground.training.levels();
        let last = (levels.sigmas().len() - 1) as f64;
        let steps = ground.timesteps.len();
        let point = |step: usize| levels.point_of_index(last - last * step as f64 / steps as f64);
        (0..steps).map(point).collect()
    }
}
