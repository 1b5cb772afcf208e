//! DPM++ 2S ancestral: a look half-way down, then the whole step from what was seen there.

use super::Scheduler;
use super::dpm2::half_way;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", algorithm 1 (2S) with r = 1/2, and the fresh noise of
/// ancestral sampling, as in k-diffusion.
pub(super) struct Dpmpp2sAncestral;

impl Scheduler for Dpmpp2sAncestral {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_2s_ancestral",
            label: "DPM++ 2S a",
            aliases: &["k_dpmpp_2s_a", "k_dpmpp_2s_ancestral"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn asks_per_step(&self) -> u32 {
        2
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(plan, noisy, AncestralSinglestep))
    }
}

struct AncestralSinglestep;

impl TrialRule for AncestralSinglestep {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, _: &mut dyn Noise) -> Begun {
        half_way(stage, stage.ancestral().down, denoised)
    }

    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, noise: &mut dyn Noise) -> Latents {
        let ancestral = stage.ancestral();
        let lower = stage.straight_to(ancestral.down, seen.denoised);
        ancestral.up_again(lower, noise)
    }
}
