//! DDIM: Euler's step, laid out by its own convention.

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
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
        Box::new(Walk::new(plan, noisy, Implicit))
    }
}

struct Implicit;

impl Rule for Implicit {
    /// `x₀ + σ′·n`, where a limit on the denoised image leaves the noise as it was.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        let share = stage.next_sigma() / stage.sigma();
        let limited = stage.plan.config().limits.apply(denoised.clone());
        Latents::sum(&[(share, stage.sample), (-share, &denoised), (1.0, &limited)])
    }
}
