//! Many steps at both ends.

use statrs::function::beta::inv_beta_reg;

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Spread by the quantiles of a beta distribution (Lee et al. 2024, "Beta sampling is all you
/// need"), with diffusers' α = β = 0.6.
pub(super) struct Beta;

impl SigmaSchedule for Beta {
    fn choice(&self) -> Choice {
        Choice {
            id: "beta",
            label: "Beta",
            aliases: &[],
        }
    }

    fn is_cut(&self) -> bool {
        true
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        const SHAPE: f64 = 0.6;
        ground.spread(|share| {
            let quantile = inv_beta_reg(SHAPE, SHAPE, 1.0 - share);
            ground.lowest + quantile * (ground.highest - ground.lowest)
        })
    }
}
