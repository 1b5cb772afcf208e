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

/// To `σ′² / σ`, then up to σ′ with fresh noise.
pub(super) struct Ancestral;

impl Rule for Ancestral {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let ancestral = stage.ancestral();
        let lower = stage.straight_to(ancestral.down, &denoised);
        ancestral.up_again(lower, noise)
    }
}
