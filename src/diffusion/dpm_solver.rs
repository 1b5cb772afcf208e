//! The multistep rule of DPM-Solver, with and without fresh noise.

use std::collections::VecDeque;

use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::scheduler_config::{Extrapolated, FinalSigma, SolverKind};
use crate::diffusion::trajectory::{Rule, Stage};

/// In short runs the last steps are of lower order.
pub(super) const LONG_RUN: usize = 15;

/// Steps of DPM-Solver++ (Lu et al. 2022, algorithm 2 and section 5) and, where the config asks for
/// them, of DPM-Solver (Lu et al. 2022, appendix B): on the line through the last denoised images
/// or noises in λ = −ln σ.
pub(super) struct MultistepSolver {
    is_stochastic: bool,
    /// What was extrapolated in the last steps, the newest first.
    seen: VecDeque<Latents>,
}

impl MultistepSolver {
    pub(super) fn new(is_stochastic: bool) -> Self {
        Self {
            is_stochastic,
            seen: VecDeque::new(),
        }
    }
}

impl Rule for MultistepSolver {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let solver = &stage.plan.config().solver;
        let (seen, weights) = match solver.of_dpm_solver {
            Extrapolated::Images => (denoised, Weights::of_images(stage, self.is_stochastic)),
            Extrapolated::Noises => {
                let weights = Weights::of_noises(stage, self.is_stochastic);
                (stage.noise(&denoised), weights)
            }
        };
        self.seen.truncate(solver.order - 1);
        self.seen.push_front(seen);
        let ends_at_zero = stage.plan.config().final_sigma == FinalSigma::Zero;
        let order = order(
            stage,
            self.seen.len(),
            solver.is_euler_at_end || ends_at_zero,
        );
        let of_answers = weights.of_answers(stage, order, solver.kind);
        let mut terms: Vec<(f64, &Latents)> = vec![(weights.kept, stage.sample)];
        terms.extend(of_answers.into_iter().zip(&self.seen));
        let fresh = (weights.fresh > 0.0).then(|| noise.draw(stage.sample.shape()));
        terms.extend(fresh.iter().map(|fresh| (weights.fresh, fresh)));
        Latents::sum(&terms)
    }
}

/// The order of a step for which so many answers are known.
pub(super) fn order(stage: &Stage<'_>, known: usize, ends_with_euler: bool) -> usize {
    let solver = &stage.plan.config().solver;
    let is_careful = solver.is_lower_at_end && stage.plan.steps() < LONG_RUN;
    let is_first_order = stage.is_last() && (ends_with_euler || is_careful);
    let most = match stage.plan.steps() - stage.step {
        _ if is_first_order || stage.is_without_length() => 1,
        1 | 2 if is_careful => 2,
        _ => 3,
    };
    known.min(most)
}

/// What a step is made of.
struct Weights {
    /// Of the sample.
    kept: f64,
    /// Of the newest answer.
    newest: f64,
    /// Of the fresh noise.
    fresh: f64,
    /// What the exponential integrals are of: the step in λ for noises, back in λ for images.
    exponent: f64,
    /// What the exponential integrals are multiplied by.
    unit: f64,
    /// What diffusers adds to the last of them.
    slip: f64,
}

impl Weights {
    /// The step of DPM-Solver: `x − σ′·(eʰ − 1)·n`, twice of that with fresh noise.
    fn of_noises(stage: &Stage<'_>, is_stochastic: bool) -> Self {
        let (sigma, next) = (stage.sigma(), stage.next_sigma());
        let fresh = (sigma * sigma - next * next).max(0.0).sqrt();
        let factor = if is_stochastic { 2.0 } else { 1.0 };
        Self {
            kept: 1.0,
            newest: factor * (next - sigma),
            fresh: if is_stochastic { fresh } else { 0.0 },
            exponent: (sigma / next).ln(),
            unit: -factor * next,
            slip: 0.0,
        }
    }

    /// The step of DPM-Solver++: `e⁻ʰ·x + (1 − e⁻ʰ)·x₀`, with 2h and `σ′·√(1 − e⁻²ʰ)` of fresh noise
    /// where there is any.
    fn of_images(stage: &Stage<'_>, is_stochastic: bool) -> Self {
        let (sigma, next) = (stage.sigma(), stage.next_sigma());
        let factor = if is_stochastic { 2.0 } else { 1.0 };
        let kept = (next / sigma).powf(factor);
        let fresh = next * (1.0 - kept).max(0.0).sqrt();
        Self {
            kept,
            newest: 1.0 - kept,
            fresh: if is_stochastic { fresh } else { 0.0 },
            exponent: -factor * (sigma / next).ln(),
            unit: -1.0,
            // **Diffusers (0.42) subtracts the ½ of φ₃ here that k-diffusion adds**; whoever asks
            // for the third order gets what diffusers gives.
            slip: if is_stochastic { -1.0 } else { 0.0 },
        }
    }

    /// The weights of the last answers, the newest first: `newest·D₀ + first·D₁ + second·D₂` with
    /// D₁, D₂ their first and second differences per step in λ.
    fn of_answers(&self, stage: &Stage<'_>, order: usize, kind: Option<SolverKind>) -> Vec<f64> {
        if order == 1 {
            return vec![self.newest];
        }
        let ratio = |back: usize| length(stage, stage.step - back) / length(stage, stage.step);
        // (eʰ − 1) / h − 1, and the next of its kind.
        let phi_2 = self.exponent.exp_m1() / self.exponent - 1.0;
        let phi_3 = phi_2 / self.exponent - 0.5;
        let whole = self.unit * phi_2;
        let r0 = ratio(1);
        if order == 2 {
            let first = match kind {
                Some(SolverKind::Heun) => whole,
                _ => self.newest / 2.0,
            };
            return vec![self.newest + first / r0, -first / r0];
        }
        let r1 = ratio(2);
        let second = self.unit * phi_3 + self.slip;
        let change = (whole * r0 + second) / (r0 + r1);
        vec![
            self.newest + (whole + change) / r0,
            -(whole + change) / r0 - change / r1,
            change / r1,
        ]
    }
}

/// The length of a step in λ = −ln σ.
pub(super) fn length(stage: &Stage<'_>, step: usize) -> f64 {
    let points = stage.plan.points();
    (points[step].sigma / points[step + 1].sigma).ln()
}
