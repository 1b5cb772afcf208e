//! DPM++ SDE: as DPM++ 2S, with fresh noise in the look half-way, too.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", section 5, with r = 1/2 and η = 1, as in k-diffusion.
///
/// The noise of the look and that of the step belong to one Brownian path whose time is sigma:
/// the look takes a first draw, the step `(√(σ − m)·first + √(m − σ′)·second) / √(σ − σ′)`, m being
/// the sigma of the look; the draws are the run's own.
/// Diffusers' `DPMSolverSDEScheduler` and k-diffusion read both off a tree of their own generator:
/// with the noise above they are equal.
pub(super) struct DpmppSde;

impl Scheduler for DpmppSde {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_sde",
            label: "DPM++ SDE",
            aliases: &["DPMSolverSDEScheduler", "k_dpmpp_sde", "dpmpp_sde_gpu"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn asks_per_step(&self) -> u32 {
        2
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(plan, noisy, BrownianSinglestep::default()))
    }
}

#[derive(Default)]
struct BrownianSinglestep {
    /// The noise of the look.
    first: Option<Latents>,
}

impl TrialRule for BrownianSinglestep {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, noise: &mut dyn Noise) -> Begun {
        if stage.is_without_length() {
            return Begun::Arrived(stage.straight_to(stage.next_sigma(), denoised));
        }
        let middle = (stage.sigma() * stage.next_sigma()).sqrt();
        let ancestral = stage.ancestral_to(middle);
        let lower = stage.straight_to(ancestral.down, denoised);
        let first = self.first.insert(noise.draw(lower.shape()));
        Begun::Trial {
            sample: Latents::sum(&[(1.0, &lower), (ancestral.up, first)]),
            point: stage.plan.point_at(middle),
        }
    }

    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, noise: &mut dyn Noise) -> Latents {
        let (sigma, next, middle) = (stage.sigma(), stage.next_sigma(), seen.point.sigma);
        let ancestral = stage.ancestral();
        let lower = stage.straight_to(ancestral.down, seen.denoised);
        let second = noise.draw(lower.shape());
        // The path's time is sigma: from the look on it goes by itself.
        let [before, after] =
            [sigma - middle, middle - next].map(|time| (time / (sigma - next)).sqrt());
        let first = self.first.take();
        let first = first.as_ref().map(|first| (ancestral.up * before, first));
        let terms = [(1.0, &lower), (ancestral.up * after, &second)];
        let terms: Vec<(f64, &Latents)> = terms.into_iter().chain(first).collect();
        Latents::sum(&terms)
    }
}
