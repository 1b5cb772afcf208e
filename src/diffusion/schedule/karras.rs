//! Many small steps where there is little noise.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Evenly spread in σ^(1/7) (Karras et al. 2022, equation 5).
pub(super) struct Karras;

impl SigmaSchedule for Karras {
    fn choice(&self) -> Choice {
        Choice {
            id: "karras",
            label: "Karras",
            aliases: &[],
        }
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        const RHO: f64 = 7.0;
        let [low, high] = [ground.lowest, ground.highest].map(|sigma| sigma.powf(RHO.recip()));
        ground.spread(|share| (high + share * (low - high)).powf(RHO))
    }
}
