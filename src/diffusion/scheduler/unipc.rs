//! `UniPC`: a step as DPM++ 2M makes it, put right by what is seen where it arrives.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Zhao et al. 2023, "`UniPC`", of second order, predicting the denoised image, with `B(h) = eʰ − 1`
/// (`bh2`), as diffusers has it by default.
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

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, PredictorCorrector::default()))
    }
}

#[derive(Default)]
struct PredictorCorrector {
    last: Option<Taken>,
}

/// A step that was made.
struct Taken {
    /// Where it began, put right.
    start: Latents,
    /// The denoised image there.
    denoised: Latents,
    /// The difference to the denoised image before, per unit of the step in λ; `None` = first order.
    difference: Option<Latents>,
}

impl Rule for PredictorCorrector {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, _: &mut dyn Noise) -> Latents {
        let last = self.last.take();
        let start = match &last {
            Some(last) => corrected(stage, last, &denoised),
            None => stage.sample.clone(),
        };
        let difference = last.filter(|_| !stage.is_last()).map(|last| {
            let ratio = length(stage, stage.step - 1) / length(stage, stage.step);
            Latents::sum(&[(1.0 / ratio, &denoised), (-1.0 / ratio, &last.denoised)])
        });
        let taken = Taken {
            start,
            denoised,
            difference,
        };
        let arrived = predicted(stage, &taken);
        self.last = Some(taken);
        arrived
    }
}

/// `σ′/σ·x + (1 − e⁻ʰ)·(x₀ + d/2)`: halves are what the paper's B(h) comes to.
fn predicted(stage: &Stage<'_>, taken: &Taken) -> Latents {
    let kept = stage.next_sigma() / stage.sigma();
    let new = 1.0 - kept;
    let difference = taken.difference.as_ref().map(|it| (new / 2.0, it));
    let terms = [(kept, &taken.start), (new, &taken.denoised)];
    let terms: Vec<(f64, &Latents)> = terms.into_iter().chain(difference).collect();
    Latents::sum(&terms)
}

/// The sample where the last step arrived, by the denoised image that was seen there.
fn corrected(stage: &Stage<'_>, last: &Taken, denoised: &Latents) -> Latents {
    let step = stage.step - 1;
    let kept = stage.sigma() / stage.plan.points()[step].sigma;
    let new = 1.0 - kept;
    let [earlier, here] = match &last.difference {
        None => [0.0, 0.5],
        Some(_) => weights(
            length(stage, step),
            -length(stage, step - 1) / length(stage, step),
        ),
    };
    // The difference was taken against the direction of time, hence its sign.
    let difference = last.difference.as_ref().map(|it| (new * earlier, it));
    let terms = [
        (kept, &last.start),
        (new * (1.0 - here), &last.denoised),
        (new * here, denoised),
    ];
    let terms: Vec<(f64, &Latents)> = terms.into_iter().chain(difference).collect();
    Latents::sum(&terms)
}

/// The weights of the earlier and of the new difference: the solution of the paper's equation 5
/// for the steps' ratio `r` and 1, with h of the step that is put right.
fn weights(length: f64, ratio: f64) -> [f64; 2] {
    let h = -length;
    let phi_1 = h.exp_m1();
    let phi_2 = phi_1 / h - 1.0;
    let phi_3 = phi_2 / h - 0.5;
    let (first, second) = (phi_2 / phi_1, 2.0 * phi_3 / phi_1);
    let earlier = (second - first) / (ratio - 1.0);
    [earlier, first - earlier]
}

/// The length of a step in λ = −ln σ.
fn length(stage: &Stage<'_>, step: usize) -> f64 {
    let points = stage.plan.points();
    (points[step].sigma / points[step + 1].sigma).ln()
}
