//! DPM++ 2M SDE: as DPM++ 2M, with fresh noise in every step.

use super::Scheduler;
use super::dpmpp_2m::Heading;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", section 5 (SDE-DPM-Solver++ 2M), in its midpoint form.
pub(super) struct Dpmpp2mSde;

impl Scheduler for Dpmpp2mSde {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_2m_sde",
            label: "DPM++ 2M SDE",
            aliases: &["k_dpmpp_2m_sde", "dpmpp_2m_sde_gpu"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Lambdas
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(
            plan,
            noisy,
            StochasticMultistep(Heading::default()),
        ))
    }
}

struct StochasticMultistep(Heading);

impl Rule for StochasticMultistep {
    /// With `r = σ′ / σ`: `r²·x + (1 − r²)·D + σ′·√(1 − r²)·n`.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let headed = self.0.headed(stage, denoised);
        let next = stage.next_sigma();
        let kept = (next / stage.sigma()).powi(2);
        let fresh = next * (1.0 - kept).max(0.0).sqrt();
        if fresh == 0.0 {
            return stage.straight_to(next, &headed);
        }
        Latents::sum(&[
            (kept, stage.sample),
            (1.0 - kept, &headed),
            (fresh, &noise.draw(headed.shape())),
        ])
    }
}
