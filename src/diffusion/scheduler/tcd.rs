//! TCD: below the next level at once, then up to it with fresh noise.

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Zheng et al. 2024, "Trajectory consistency distillation", algorithm 4 with γ = 0.3; only for
/// models distilled so.
pub(super) struct Tcd;

impl Scheduler for Tcd {
    fn choice(&self) -> Choice {
        Choice {
            id: "tcd",
            label: "TCD",
            aliases: &["TCDScheduler"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Distilled
    }

    fn arrival(&self) -> Arrival {
        Arrival::Lowest
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, TrajectoryConsistency))
    }
}

/// How far below the next level it goes, as a share of that level's timestep.
const GAMMA: f64 = 0.3;

struct TrajectoryConsistency;

impl Rule for TrajectoryConsistency {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let next = stage.plan.points()[stage.step + 1];
        let below = stage.plan.sigma_of(((1.0 - GAMMA) * next.timestep).floor());
        let lower = stage.straight_to(below, &denoised);
        if stage.is_last() {
            return lower;
        }
        let fresh = (next.sigma.powi(2) - below.powi(2)).max(0.0).sqrt();
        Latents::sum(&[(1.0, &lower), (fresh, &noise.draw(lower.shape()))])
    }
}
