//! Heun: a trial step, then the step again with the mean of both directions.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Karras et al. 2022, algorithm 2 without churn: asks twice per step, but once for a step to 0.
pub(super) struct Heun;

impl Scheduler for Heun {
    fn choice(&self) -> Choice {
        Choice {
            id: "heun",
            label: "Heun",
            aliases: &["HeunDiscreteScheduler", "k_heun"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(plan, noisy, MeanDirection))
    }
}

struct MeanDirection;

impl TrialRule for MeanDirection {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, _: &mut dyn Noise) -> Begun {
        let sample = stage.straight_to(stage.next_sigma(), denoised);
        if stage.next_sigma() == 0.0 {
            return Begun::Arrived(sample);
        }
        Begun::Trial {
            sample,
            point: stage.plan.points()[stage.step + 1],
        }
    }

    /// `x + (σ′ − σ) / 2 · ((x − x₀) / σ + (x′ − x₀′) / σ′)`.
    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, _: &mut dyn Noise) -> Latents {
        let (sigma, next) = (stage.sigma(), stage.next_sigma());
        let (start, end) = ((next - sigma) / 2.0 / sigma, (next - sigma) / 2.0 / next);
        Latents::sum(&[
            (1.0 + start, stage.sample),
            (-start, seen.start),
            (end, seen.sample),
            (-end, seen.denoised),
        ])
    }
}
