//! DEIS: on along the curve through the last noises, in the logarithm of sigma.

use std::collections::VecDeque;

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::dpm_solver::order;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Zhang and Chen 2023, "Fast sampling of diffusion models with exponential integrator", tAB-DEIS
/// with noises extrapolated in ln σ, of second order unless the config wants another.
///
/// In short runs the last steps are of lower order.
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

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        Limits {
            clip: None,
            ..config.limits
        }
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Multistep::default()))
    }
}

#[derive(Default)]
struct Multistep {
    /// The noises `(x − x₀) / σ` of the last steps, the newest first.
    seen: VecDeque<Latents>,
}

impl Rule for Multistep {
    /// `x + Σᵢ cᵢ·nᵢ`, cᵢ being the integral over the step of the i-th Lagrange polynomial in ln σ.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        self.seen.truncate(stage.plan.config().solver.order - 1);
        self.seen.push_front(stage.noise(&denoised));
        let order = order(stage, self.seen.len(), false);
        if order == 1 {
            return stage.straight_to(stage.next_sigma(), &denoised);
        }
        let points = stage.plan.points()[..=stage.step].iter().rev();
        let logs: Vec<f64> = points.take(order).map(|point| point.sigma.ln()).collect();
        let mut terms: Vec<(f64, &Latents)> = vec![(1.0, stage.sample)];
        for (index, noise) in self.seen.iter().take(order).enumerate() {
            let others = logs.iter().enumerate().filter(|(it, _)| *it != index);
            let others: Vec<f64> = others.map(|(_, log)| *log).collect();
            let weight = integral([stage.sigma(), stage.next_sigma()], logs[index], &others);
            terms.push((weight, noise));
        }
        Latents::sum(&terms)
    }
}

/// The integral over the step of `Πⱼ (ln σ − othersⱼ) / (own − othersⱼ)` for one or two others.
fn integral([from, to]: [f64; 2], own: f64, others: &[f64]) -> f64 {
    let sum: f64 = others.iter().sum();
    let product: f64 = others.iter().product();
    let primitive = |sigma: f64| {
        let log = sigma.ln();
        let polynomial = match others.len() {
            1 => log - 1.0 - product,
            _ => log * log - 2.0 * log + 2.0 - sum * (log - 1.0) + product,
        };
        sigma * polynomial
    };
    let height: f64 = others.iter().map(|other| own - other).product();
    (primitive(to) - primitive(from)) / height
}
