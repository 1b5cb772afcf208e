//! LCM: to the denoised image at once, then up to the next level with fresh noise.

use super::Scheduler;
use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::{Rule, Stage, Trajectory, Walk};
use crate::domain::Choice;

/// Luo et al. 2023, "Latent consistency models", algorithm 3; only for models distilled so.
///
/// Its discrete schedule is that of the distillation; the others span the same sigmas.
pub(super) struct Lcm;

impl Scheduler for Lcm {
    fn choice(&self) -> Choice {
        Choice {
            id: "lcm",
            label: "LCM",
            aliases: &["LCMScheduler", "FlowMatchLCMScheduler", "k_lcm"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Distilled
    }

    fn arrival(&self) -> Arrival {
        Arrival::Clean
    }

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        config.limits
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, Consistency))
    }
}

struct Consistency;

impl Rule for Consistency {
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents {
        let consistent = consistent(stage, &denoised);
        if stage.is_last() {
            return consistent;
        }
        let fresh = noise.draw(consistent.shape());
        Latents::sum(&[(1.0, &consistent), (stage.next_sigma(), &fresh)])
    }
}

/// The consistency function: the identity at timestep 0, the denoised image everywhere else.
///
/// The weights are those of the distillation: `c_skip` and `c_out` of timesteps counted
/// `timestep_scaling` times.
fn consistent(stage: &Stage<'_>, denoised: &Latents) -> Latents {
    const SIGMA_DATA: f64 = 0.5;
    let config = stage.plan.config();
    if config.flow.is_some() {
        // A flow has no timesteps that the weights could be of (diffusers' `stochastic_sampling`).
        return denoised.clone();
    }
    let time = stage.plan.points()[stage.step].timestep * config.timestep_scaling;
    let span = time.hypot(SIGMA_DATA);
    let unit_variance = stage.sigma().hypot(1.0).recip();
    Latents::sum(&[
        ((SIGMA_DATA / span).powi(2) * unit_variance, stage.sample),
        (time / span, denoised),
    ])
}
