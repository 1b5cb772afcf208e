//! Euler ancestral: further down than asked, and up again with fresh noise.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Euler steps with the fresh noise of ancestral sampling (Ho et al. 2020, algorithm 2, in
/// sigmas).
pub(super) struct EulerAncestral;

impl Scheduler for EulerAncestral {
    fn choice(&self) -> Choice {
        Choice {
            id: "euler_ancestral",
            label: "Euler a",
            aliases: &[
                "EulerAncestralDiscreteScheduler",
                "k_euler_a",
                "k_euler_ancestral",
                "euler_a",
            ],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Ancestral))
    }
}

struct Ancestral;

impl Rule for Ancestral {
    /// To `σ′² / σ`, then noise of `σ′·√(1 − σ′² / σ²)` on top: together σ′.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let (sigma, next) = (stage.sigma(), stage.next_sigma());
        let lower = stage.straight_to(next * next / sigma, &denoised);
        let fresh = next * (1.0 - (next / sigma).powi(2)).max(0.0).sqrt();
        if fresh == 0.0 {
            return lower;
        }
        Latents::sum(&[(1.0, &lower), (fresh, &noise.draw(lower.shape()))])
    }
}
