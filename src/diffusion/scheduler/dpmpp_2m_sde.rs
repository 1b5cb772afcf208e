//! DPM++ 2M SDE: as DPM++ 2M, with fresh noise in every step.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::dpm_solver::MultistepSolver;
use crate::diffusion::latents::Latents;
use crate::diffusion::plan::Plan;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::{Trajectory, Walk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver++", section 5 (SDE-DPM-Solver++ 2M), in its midpoint form
/// unless the config wants another.
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

    fn limits(&self, config: &SchedulerConfig) -> Limits {
        Limits {
            clip: None,
            ..config.limits
        }
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(Walk::new(plan, noisy, MultistepSolver::new(true)))
    }
}
