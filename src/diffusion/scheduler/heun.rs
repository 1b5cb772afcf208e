//! Heun: a trial step, then the step again with the mean of both directions.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Karras et al. 2022, algorithm 2 without churn, on the training's own way: asks twice per step, but once for a step to 0.
pub(super) struct Heun;

impl Scheduler for Heun {
    fn choice(&self) -> Choice {
        Choice {
            id: "heun",
            label: "Heun",
            aliases: &[
                "HeunDiscreteScheduler",
                "FlowMatchHeunDiscreteScheduler",
                "k_heun",
            ],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        Limits {
            threshold: None,
            ..config.limits
        }
    }

    fn asks_per_step(&self) -> u32 {
        2
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

    /// `y + (t′ − t) / 2 · ((y − x₀) / t + (y′ − x₀′) / t′)` on the training's own way.
    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, _: &mut dyn Noise) -> Latents {
        let [now, next] = [stage.sigma(), stage.next_sigma()].map(|sigma| stage.own_way(sigma));
        let half = (next.time - now.time) / 2.0 / next.scale;
        let (start, end) = (half / now.time, half / next.time);
        Latents::sum(&[
            (now.scale * (next.scale.recip() + start), stage.sample),
            (-start, seen.start),
            (end * next.scale, seen.sample),
            (-end, seen.denoised),
        ])
    }
}
