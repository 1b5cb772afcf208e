//! DDPM: the chain that models are trained on, run backwards in longer steps.

use super::Scheduler;
use super::euler_ancestral::Ancestral;
use crate::diffusion::convention::{Arrival, Convention};
use crate::diffusion::latents::Latents;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Trajectory, Walk};
use crate::domain::Choice;

/// Ho et al. 2020, algorithm 2, with the smaller of its two variances: in sigmas the step of
/// Euler ancestral, laid out by its own convention.
pub(super) struct Ddpm;

impl Scheduler for Ddpm {
    fn choice(&self) -> Choice {
        Choice {
            id: "ddpm",
            label: "DDPM",
            aliases: &["DDPMScheduler"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Alphas
    }

    fn arrival(&self) -> Arrival {
        Arrival::Clean
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Ancestral))
    }
}
