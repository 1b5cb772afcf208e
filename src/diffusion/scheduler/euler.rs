//! Euler: straight on to the next level.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Karras et al. 2022, algorithm 2 without its second-order half and without churn.
pub(super) struct Euler;

impl Scheduler for Euler {
    fn choice(&self) -> Choice {
        Choice {
            id: "euler",
            label: "Euler",
            aliases: &[
                "EulerDiscreteScheduler",
                "FlowMatchEulerDiscreteScheduler",
                "k_euler",
            ],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Straight))
    }
}

/// One step along the straight line to the denoised image.
pub(super) struct Straight;

impl Rule for Straight {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        stage.straight_to(stage.next_sigma(), &denoised)
    }
}
