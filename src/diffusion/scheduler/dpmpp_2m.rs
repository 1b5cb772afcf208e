//! DPM++ 2M: straight on, but to where the denoised image is heading.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::dpm_solver::MultistepSolver;
use crate::diffusion::latents::Latents;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::{Trajectory, Walk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", algorithm 2: second order with one ask per step, in its midpoint
/// form, unless the config wants another order or form.
pub(super) struct Dpmpp2m;

impl Scheduler for Dpmpp2m {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpmpp_2m",
            label: "DPM++ 2M",
            aliases: &["DPMSolverMultistepScheduler", "k_dpmpp_2m"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Lambdas
    }

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        Limits {
            clip: None,
            ..config.limits
        }
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, MultistepSolver::new(false)))
    }
}
