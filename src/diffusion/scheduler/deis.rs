//! DEIS: on along the line through the last two directions, in the logarithm of sigma.

use super::Scheduler;
use crate::diffusion::convention::{Arrival, Convention};
use crate::diffusion::directions::Directions;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Zhang and Chen 2023, "Fast sampling of diffusion models with exponential integrator", tAB-DEIS of
/// second order with directions extrapolated in ln σ, as diffusers has it by default.
///
/// In short runs the last step is of first order.
pub(super) struct Deis;

impl Scheduler for Deis {
    fn choice(&self) -> Choice {
        Choice {
            id: "deis",
            label: "DEIS",
            aliases: &["DEISMultistepScheduler", "k_deis", "deis_2m"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Lambdas
    }

    fn arrival(&self) -> Arrival {
        Arrival::Lowest
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Multistep(Directions::default())))
    }
}

/// From so many steps on the last needs no care.
const LONG_RUN: usize = 15;

struct Multistep(Directions<2>);

impl Rule for Multistep {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        self.0.look(stage, &denoised);
        let step = [stage.sigma(), stage.next_sigma()];
        let is_careful = stage.is_last() && stage.plan.steps() < LONG_RUN;
        match self.0.sigmas(stage)[..] {
            [now, last] if !is_careful && step[1] > 0.0 => {
                let weights = [
                    extrapolation(step, now, last),
                    extrapolation(step, last, now),
                ];
                self.0.go(stage, &weights)
            }
            _ => stage.straight_to(step[1], &denoised),
        }
    }
}

/// The integral over the step of `(ln σ − ln other) / (ln own − ln other)`.
fn extrapolation([from, to]: [f64; 2], own: f64, other: f64) -> f64 {
    let primitive = |sigma: f64| sigma * (sigma.ln() - other.ln() - 1.0);
    (primitive(to) - primitive(from)) / (own / other).ln()
}
