//! DPM++ 2M: straight on, but to where the denoised image is heading.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", algorithm 2: second order with one ask per step.
pub(super) struct Dpmpp2m;

impl Scheduler for Dpmpp2m {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_2m",
            label: "DPM++ 2M",
            aliases: &["DPMSolverMultistepScheduler", "k_dpmpp_2m"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Lambdas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Multistep(Heading::default())))
    }
}

struct Multistep(Heading);

impl Rule for Multistep {
    /// In sigmas the paper's step is Euler's, with the headed image in place of the denoised one.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        let headed = self.0.headed(stage, denoised);
        stage.straight_to(stage.next_sigma(), &headed)
    }
}

/// Where the denoised image is heading, judged by the last one.
#[derive(Default)]
pub(super) struct Heading {
    last: Option<Latents>,
}

impl Heading {
    /// The denoised image as it should be half a step on (the paper's `D`), in λ = −ln σ.
    ///
    /// The first step has nothing to judge by, and the last is better off without.
    pub(super) fn headed(&mut self, stage: &Stage<'_>, denoised: Latents) -> Latents {
        let Some(last) = self.last.replace(denoised.clone()) else {
            return denoised;
        };
        if stage.is_last() {
            return denoised;
        }
        let previous = stage.plan.points()[stage.step - 1].sigma;
        let this_step = (stage.sigma() / stage.next_sigma()).ln();
        let last_step = (previous / stage.sigma()).ln();
        let ahead = this_step / (2.0 * last_step);
        Latents::sum(&[(1.0 + ahead, &denoised), (-ahead, &last)])
    }
}
