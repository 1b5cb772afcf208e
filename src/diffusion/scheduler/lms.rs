//! LMS: on along the curve through the last four directions.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::directions::Directions;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Linear multistep of fourth order (Adams and Bashforth) on the training's own way, as in k-diffusion
/// (`sample_lms`): lower orders until there are four directions.
pub(super) struct Lms;

impl Scheduler for Lms {
    fn choice(&self) -> Choice {
        Choice {
            id: "lms",
            label: "LMS",
            aliases: &["LMSDiscreteScheduler", "k_lms"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Multistep(Directions::default())))
    }
}

/// Directions that are looked back at.
const ORDER: usize = 4;

struct Multistep(Directions<ORDER>);

impl Rule for Multistep {
    /// `x + Σᵢ cᵢ·dᵢ`, cᵢ being the integral of the i-th Lagrange polynomial over the step.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        self.0.look(stage, &denoised);
        let times = self.0.times(stage);
        let [now, next] = [stage.sigma(), stage.next_sigma()].map(|it| stage.own_way(it).time);
        let weights = (0..times.len()).map(|index| {
            let polynomial = |time: f64| {
                let others = times
                    .iter()
                    .enumerate()
                    .filter(|(other, _)| *other != index);
                others
                    .map(|(_, other)| (time - other) / (times[index] - other))
                    .product()
            };
            integral(now, next, polynomial)
        });
        let weights: Vec<f64> = weights.collect();
        self.0.go(stage, &weights)
    }
}

/// By Gauss's rule with two points, which is exact for polynomials of third degree.
fn integral(from: f64, to: f64, function: impl Fn(f64) -> f64) -> f64 {
    let (middle, half) = (f64::midpoint(from, to), (to - from) / 2.0);
    let away = half / 3.0_f64.sqrt();
    half * (function(middle - away) + function(middle + away))
}
