//! DDIM: Euler's step, laid out by its own convention.

use super::Scheduler;
use super::euler::Straight;
use crate::diffusion::convention::{Arrival, Convention};
use crate::diffusion::latents::Latents;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Trajectory, Walk};
use crate::domain::Choice;

/// Song et al. 2021, equation 12 with no noise added (η = 0).
///
/// Divided by √ᾱ the equation is Euler's step in sigmas (their equation 14), so other schedules
/// than the discrete one are well defined too.
/// **With linspace spacing it differs from diffusers** (0.42), which there steps to a level other
/// than the one it goes on from.
pub(super) struct Ddim;

impl Scheduler for Ddim {
    fn choice(&self) -> Choice {
        Choice {
            id: "ddim",
            label: "DDIM",
            aliases: &["DDIMScheduler", "k_ddim"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Alphas
    }

    fn arrival(&self) -> Arrival {
        Arrival::AlphaToOne
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Straight))
    }
}
