//! Every step divides the noise by the same number.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Evenly spread in the logarithm of sigma.
pub(super) struct Exponential;

impl SigmaSchedule for Exponential {
    fn choice(&self) -> Choice {
        Choice {
            id: "exponential",
            label: "Exponential",
            aliases: &[],
        }
    }

    fn is_cut(&self) -> bool {
        true
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        let [low, high] = [ground.lowest, ground.highest].map(f64::ln);
        ground.spread(|share| (high + share * (low - high)).exp())
    }
}
