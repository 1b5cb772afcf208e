//! PNDM: on along the mean of the last directions, in whole training steps.

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::directions::Directions;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Liu et al. 2022, "Pseudo numerical methods for diffusion models on manifolds", without the
/// Runge-Kutta steps at the start (`skip_prk_steps`): known as PLMS.
///
/// The first step asks twice.
/// **With linspace spacing it differs from diffusers** for the same reason as DDIM, and on models
/// that predict v, of whose predictions diffusers takes the mean as if v meant the same at every
/// level.
pub(super) struct Pndm;

impl Scheduler for Pndm {
    fn choice(&self) -> Choice {
        Choice {
            id: "pndm",
            label: "PLMS",
            aliases: &["PNDMScheduler", "k_plms", "plms"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Alphas
    }

    fn arrival(&self) -> Arrival {
        Arrival::AlphaToOne
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(
            plan,
            noisy,
            Multistep(Directions::default()),
        ))
    }
}

struct Multistep(Directions<4>);

impl TrialRule for Multistep {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, _: &mut dyn Noise) -> Begun {
        self.0.look(stage, denoised);
        let stride = stride(stage);
        // Adams and Bashforth, the newest direction first.
        let weights: &[f64] = match self.0.count() {
            1 => &[1.0],
            2 => &[3.0 / 2.0, -1.0 / 2.0],
            3 => &[23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0],
            _ => &[55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0],
        };
        let weights: Vec<f64> = weights.iter().map(|weight| stride * weight).collect();
        let sample = self.0.go(stage, &weights);
        if self.0.count() == 1 && !stage.is_last() {
            let point = stage.plan.points()[stage.step + 1];
            return Begun::Trial { sample, point };
        }
        Begun::Arrived(sample)
    }

    /// Heun's step, which leaves no direction behind.
    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, _: &mut dyn Noise) -> Latents {
        let stride = stride(stage);
        let half = self.0.go(stage, &[stride / 2.0]);
        let trial = stage.own_way(seen.point.sigma);
        // It was made where the step arrives.
        let share = stride / 2.0 / trial.time / trial.scale;
        Latents::sum(&[
            (1.0, &half),
            (share * trial.scale, seen.sample),
            (-share, seen.denoised),
        ])
    }
}

fn stride(stage: &Stage<'_>) -> f64 {
    stage.own_way(stage.next_sigma()).time - stage.own_way(stage.sigma()).time
}
