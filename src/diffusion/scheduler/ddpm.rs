//! DDPM: the chain that models are trained on, run backwards in longer steps.

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig, Variance};
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Ho et al. 2020, algorithm 2, with either of its two variances (`variance_type`); with the smaller
/// it is in sigmas the step of Euler ancestral, laid out by its own convention.
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

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        config.limits
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Posterior))
    }
}

struct Posterior;

impl Rule for Posterior {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let mut ancestral = stage.ancestral();
        if stage.plan.config().solver.variance == Variance::Large {
            // β = 1 − ᾱ / ᾱ′ with ᾱ = 1 / (1 + σ²); in the notation of sigmas divided by ᾱ′.
            let [now, next] = [stage.sigma(), stage.next_sigma()].map(|it| 1.0 + it * it);
            ancestral.up = ((1.0 - next / now) * next).max(0.0).sqrt();
        }
        let lower = stage.straight_to(ancestral.down, &denoised);
        // At the first level of the training the chain has arrived.
        let is_at_the_end = stage.sigma() <= stage.plan.sigma_of(0.0);
        if is_at_the_end {
            return lower;
        }
        ancestral.up_again(lower, noise)
    }
}
