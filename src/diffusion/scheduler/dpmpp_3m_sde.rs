//! DPM++ 3M SDE: straight on to where three denoised images are heading, with fresh noise.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", taken to the third order with η = 1 by k-diffusion
/// (`sample_dpmpp_3m_sde`).
pub(super) struct Dpmpp3mSde;

impl Scheduler for Dpmpp3mSde {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_3m_sde",
            label: "DPM++ 3M SDE",
            aliases: &["k_dpmpp_3m_sde", "dpmpp_3m_sde_gpu"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, ThirdOrder::default()))
    }
}

/// The last two denoised images, the later first.
#[derive(Default)]
struct ThirdOrder {
    last: Option<Latents>,
    before: Option<Latents>,
}

impl Rule for ThirdOrder {
    /// In λ = −ln σ, with steps of length h (the current), h₁, h₂ (those before) and `d₁`, `d₂` the
    /// first and second differences of the denoised images:
    /// `e⁻²ʰ·x + (1 − e⁻²ʰ)·x₀ + φ₂·d₁ − φ₃·d₂ + σ′·√(1 − e⁻²ʰ)·n`.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        if stage.is_without_length() {
            return stage.straight_to(stage.next_sigma(), &denoised);
        }
        let length = |from: usize| {
            let points = stage.plan.points();
            (points[from].sigma / points[from + 1].sigma).ln()
        };
        let length_now = length(stage.step);
        let doubled = 2.0 * length_now;
        let kept = (-doubled).exp();
        let phi_2 = (kept - 1.0) / doubled + 1.0;
        let phi_3 = phi_2 / doubled - 0.5;
        let fresh = noise.draw(denoised.shape());
        // The weights of the three denoised images.
        let mut weights = [1.0 - kept, 0.0, 0.0];
        let mut add = |factor: f64, difference: [f64; 3]| {
            for (weight, part) in weights.iter_mut().zip(difference) {
                *weight += factor * part;
            }
        };
        if self.last.is_some() {
            let ratio = length(stage.step - 1) / length_now;
            let first = [1.0 / ratio, -1.0 / ratio, 0.0];
            if self.before.is_some() {
                let ratio_before = length(stage.step - 2) / length_now;
                let earlier = [0.0, 1.0 / ratio_before, -1.0 / ratio_before];
                let change: [f64; 3] = std::array::from_fn(|index| first[index] - earlier[index]);
                let both = ratio + ratio_before;
                add(phi_2, first);
                add(phi_2 * ratio / both - phi_3 / both, change);
            } else {
                add(phi_2, first);
            }
        }
        let scale = stage.next_sigma() * (1.0 - kept).sqrt();
        let now = [
            (kept, stage.sample),
            (scale, &fresh),
            (weights[0], &denoised),
        ];
        let last = self.last.as_ref().map(|last| (weights[1], last));
        let before = self.before.as_ref().map(|before| (weights[2], before));
        let terms: Vec<(f64, &Latents)> = now.into_iter().chain(last).chain(before).collect();
        let arrived = Latents::sum(&terms);
        self.before = self.last.replace(denoised);
        arrived
    }
}
