//! Heun: a trial step, then the step again with the mean of both directions.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Ask, Stage, Steps, Trajectory};
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
        Box::new(HeunWalk {
            plan,
            step: 0,
            sample: noisy,
            trial: None,
        })
    }
}

struct HeunWalk {
    plan: Plan,
    step: usize,
    sample: Latents,
    trial: Option<Trial>,
}

/// The first half of a step.
struct Trial {
    /// The denoised image of the step's start.
    denoised: Latents,
    /// Where Euler's step arrives.
    arrival: Latents,
}

impl Trajectory for HeunWalk {
    fn ask(&self) -> Option<Ask<'_>> {
        if self.step == self.plan.steps() {
            return None;
        }
        Some(match &self.trial {
            None => Ask::at(&self.plan, self.step, &self.sample),
            Some(trial) => Ask::at(&self.plan, self.step + 1, &trial.arrival),
        })
    }

    fn tell(&mut self, denoised: Latents, _: &mut dyn Noise) {
        if self.step == self.plan.steps() {
            return;
        }
        let stage = Stage {
            plan: &self.plan,
            step: self.step,
            sample: &self.sample,
        };
        if let Some(trial) = self.trial.take() {
            self.sample = corrected(&stage, &trial, &denoised);
            self.step += 1;
            return;
        }
        let arrival = stage.straight_to(stage.next_sigma(), &denoised);
        if stage.next_sigma() == 0.0 {
            self.sample = arrival;
            self.step += 1;
        } else {
            self.trial = Some(Trial { denoised, arrival });
        }
    }

    fn progress(&self) -> Steps {
        Steps::of(&self.plan, self.step)
    }

    fn finish(self: Box<Self>) -> Latents {
        self.plan.picture(&self.sample)
    }
}

/// `x + (σ′ − σ) / 2 · ((x − x₀) / σ + (x′ − x₀′) / σ′)`.
fn corrected(stage: &Stage<'_>, trial: &Trial, denoised: &Latents) -> Latents {
    let (sigma, next) = (stage.sigma(), stage.next_sigma());
    let (start, end) = ((next - sigma) / 2.0 / sigma, (next - sigma) / 2.0 / next);
    Latents::sum(&[
        (1.0 + start, stage.sample),
        (-start, &trial.denoised),
        (end, &trial.arrival),
        (-end, denoised),
    ])
}
