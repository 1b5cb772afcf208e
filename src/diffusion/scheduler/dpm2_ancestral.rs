//! DPM2 ancestral: as DPM2, further down than asked, and up again with fresh noise.

use super::Scheduler;
use super::dpm2::{by_the_middle, half_way, rounds_at_steps};
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::schedule::SigmaSchedule;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// [`Dpm2`](super::dpm2::Dpm2) with the fresh noise of ancestral sampling, as in k-diffusion.
pub(super) struct Dpm2Ancestral;

impl Scheduler for Dpm2Ancestral {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpm2_ancestral",
            label: "DPM2 a",
            aliases: &[
                "KDPM2AncestralDiscreteScheduler",
                "k_dpm_2_a",
                "k_dpm_2_ancestral",
                "dpm_2_ancestral",
            ],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn rounds(&self, schedule: &dyn SigmaSchedule) -> bool {
        rounds_at_steps(schedule)
    }

    fn asks_per_step(&self) -> u32 {
        2
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(plan, noisy, AncestralMidpoint))
    }
}

struct AncestralMidpoint;

impl TrialRule for AncestralMidpoint {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, _: &mut dyn Noise) -> Begun {
        half_way(stage, stage.ancestral().down, denoised)
    }

    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, noise: &mut dyn Noise) -> Latents {
        let ancestral = stage.ancestral();
        let lower = by_the_middle(stage, ancestral.down, seen);
        ancestral.up_again(lower, noise)
    }
}
