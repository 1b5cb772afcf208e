//! `UniPC`: a step as DPM++ 2M makes it, put right by what is seen where it arrives.

use std::collections::VecDeque;

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::dpm_solver::length;
use crate::diffusion::flow::FlowSpacing;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Extrapolated, Limits, SchedulerConfig, SolverKind};
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Zhao et al. 2023, "`UniPC`", of second order, predicting the denoised image, with `B(h) = eʰ − 1`
/// (`bh2`) unless the config wants another.
pub(super) struct UniPc;

impl Scheduler for UniPc {
    fn choice(&self) -> Choice {
        Choice {
            id: "unipc",
            label: "UniPC",
            aliases: &["UniPCMultistepScheduler", "k_unipc", "uni_pc", "uni_pc_bh2"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Lambdas
    }

    fn flow_spacing(&self) -> FlowSpacing {
        FlowSpacing::AboveLowest
    }

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        Limits {
            clip: None,
            ..config.limits
        }
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, PredictorCorrector::default()))
    }
}

#[derive(Default)]
struct PredictorCorrector {
    /// The step that was made last.
    last: Option<Taken>,
    /// The answers at its start and before, the newest first.
    seen: VecDeque<Latents>,
}

/// A step that was made.
struct Taken {
    /// Where it began, put right.
    start: Latents,
    order: usize,
}

impl Rule for PredictorCorrector {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        let solver = &stage.plan.config().solver;
        let answer = match solver.of_unipc {
            Extrapolated::Images => denoised,
            Extrapolated::Noises => stage.noise(&denoised),
        };
        let start = match self.last.take() {
            Some(last) if !solver.uncorrected.contains(&(stage.step - 1)) => {
                let leap = Leap::new(stage, stage.step - 1);
                leap.arrival(&last, &self.seen, Some(&answer))
            }
            _ => stage.sample.clone(),
        };
        self.seen.truncate(solver.order - 1);
        self.seen.push_front(answer);
        let left = stage.plan.steps() - stage.step;
        let most = match left {
            _ if stage.is_without_length() => 1,
            _ if solver.is_lower_at_end => left,
            _ => solver.order,
        };
        let order = self.seen.len().min(most);
        let taken = Taken { start, order };
        let arrived = Leap::new(stage, stage.step).arrival(&taken, &self.seen, None);
        self.last = Some(taken);
        arrived
    }
}

/// A step of the plan, as the paper's equations see it.
struct Leap<'a> {
    stage: &'a Stage<'a>,
    step: usize,
    /// Its length in λ: forth for noises, back for images.
    length: f64,
}

impl<'a> Leap<'a> {
    fn new(stage: &'a Stage<'_>, step: usize) -> Self {
        let sign = match stage.plan.config().solver.of_unipc {
            Extrapolated::Images => -1.0,
            Extrapolated::Noises => 1.0,
        };
        Self {
            stage,
            step,
            length: sign * length(stage, step),
        }
    }

    /// Where it leads by the answers up to its start and, to put it right, that at its end.
    fn arrival(&self, taken: &Taken, seen: &VecDeque<Latents>, end: Option<&Latents>) -> Latents {
        let points = self.stage.plan.points();
        let (sigma, next) = (points[self.step].sigma, points[self.step + 1].sigma);
        // The whole is unit·(eʰ − 1), which also a step to 0 has.
        let (kept, unit, whole) = match self.stage.plan.config().solver.of_unipc {
            Extrapolated::Images => (next / sigma, 1.0, next / sigma - 1.0),
            Extrapolated::Noises => (1.0, next, sigma - next),
        };
        let (ratios, shares) = self.shares(taken.order, end.is_some());
        let scale = if shares.is_empty() {
            0.0
        } else {
            -unit * self.b()
        };
        let moved: f64 = ratios.iter().zip(&shares).map(|(r, share)| share / r).sum();
        let mut terms = vec![(kept, &taken.start), (-whole - scale * moved, &seen[0])];
        let earlier = seen.iter().skip(1).take(taken.order - 1).chain(end);
        for ((answer, ratio), share) in earlier.zip(&ratios).zip(&shares) {
            terms.push((scale * share / ratio, answer));
        }
        Latents::sum(&terms)
    }

    /// `B(h)`.
    fn b(&self) -> f64 {
        match self.stage.plan.config().solver.kind {
            Some(SolverKind::Bh1) => self.length,
            _ => self.length.exp_m1(),
        }
    }

    /// Where other answers lie, in lengths of the step, and the share of each in the step.
    fn shares(&self, order: usize, is_corrected: bool) -> (Vec<f64>, Vec<f64>) {
        let points = self.stage.plan.points();
        let now = points[self.step].sigma;
        let length = (now / points[self.step + 1].sigma).ln();
        let place = |back: usize| -(points[self.step - back].sigma / now).ln() / length;
        let mut ratios: Vec<f64> = (1..order).map(place).collect();
        if is_corrected {
            ratios.push(1.0);
        }
        // Diffusers takes the half for the simplest of each, as the paper does.
        let shares = match (order, is_corrected) {
            (2, false) | (1, true) => vec![0.5],
            _ => solved(&ratios, &self.integrals(ratios.len())),
        };
        (ratios, shares)
    }

    /// The right side of the paper's equation 5: `k! · φₖ₊₁ · h / B(h)`.
    fn integrals(&self, count: usize) -> Vec<f64> {
        let mut factorial = 1.0;
        let mut phi = self.length.exp_m1() / self.length - 1.0;
        let next = |index: usize| {
            let value = phi * factorial / self.b();
            factorial *= (index + 2) as f64;
            phi = phi / self.length - factorial.recip();
            value
        };
        (0..count).map(next).collect()
    }
}

/// Solves `Σⱼ xⱼ·ratioⱼⁱ = rightᵢ`, of which there are at most three, by interpolation: `xⱼ` is the
/// j-th Lagrange polynomial with its powers replaced by the right side.
fn solved(ratios: &[f64], right: &[f64]) -> Vec<f64> {
    let solve = |own: usize| {
        let mut polynomial = vec![1.0];
        let mut height = 1.0;
        for (_, other) in ratios.iter().enumerate().filter(|(it, _)| *it != own) {
            height *= ratios[own] - other;
            // Times (r − other).
            let mut longer = vec![0.0; polynomial.len() + 1];
            for (power, factor) in polynomial.iter().enumerate() {
                longer[power] -= factor * other;
                longer[power + 1] += factor;
            }
            polynomial = longer;
        }
        let value: f64 = polynomial.iter().zip(right).map(|(a, b)| a * b).sum();
        value / height
    };
    (0..ratios.len()).map(solve).collect()
}
