//! The catalogue of schedulers: how a run gets from one noise level to the next.
//!
//! To add one, write a file with a [`Scheduler`] and a line in [`SCHEDULERS`]; its golden
//! trajectory is then asked for by a test.
//! Formulas are in sigmas (`x = x₀ + σ·n`) whatever the paper uses: one notation for all, and in
//! double-precision weights it keeps its digits up to the sigma 4096 of zero terminal SNR.

mod ddim;
mod ddpm;
mod deis;
mod dpm2;
mod dpm2_ancestral;
mod dpmpp_2m;
mod dpmpp_2m_sde;
mod dpmpp_2s_ancestral;
mod dpmpp_3m_sde;
mod dpmpp_sde;
mod euler;
mod euler_ancestral;
mod heun;
mod lcm;
mod lms;
mod pndm;
mod tcd;
mod unipc;

use crate::diffusion::arrival::Arrival;
use crate::diffusion::convention::Convention;
use crate::diffusion::flow::FlowSpacing;
use crate::diffusion::latents::Latents;
use crate::diffusion::plan::Plan;
use crate::diffusion::schedule::SigmaSchedule;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::trajectory::Trajectory;
use crate::domain::{Choice, ParamKind, ParamSpec};

/// Every scheduler, in menu order.
pub static SCHEDULERS: &[&dyn Scheduler] = &[
    &euler::Euler,
    &euler_ancestral::EulerAncestral,
    &heun::Heun,
    &ddim::Ddim,
    &dpmpp_2m::Dpmpp2m,
    &dpmpp_2m_sde::Dpmpp2mSde,
    &dpmpp_3m_sde::Dpmpp3mSde,
    &dpmpp_sde::DpmppSde,
    &dpmpp_2s_ancestral::Dpmpp2sAncestral,
    &unipc::UniPc,
    &deis::Deis,
    &lms::Lms,
    &pndm::Pndm,
    &dpm2::Dpm2,
    &dpm2_ancestral::Dpm2Ancestral,
    &ddpm::Ddpm,
    &lcm::Lcm,
    &tcd::Tcd,
];

/// Which scheduler makes a picture.
pub static PARAM: ParamSpec = ParamSpec {
    id: "scheduler",
    kind: ParamKind::Choice {
        default: "euler",
        options: || {
            SCHEDULERS
                .iter()
                .map(|scheduler| scheduler.choice())
                .collect()
        },
    },
};

/// A rule for the way from noise to a picture.
pub trait Scheduler: Sync {
    /// Its names; aliases are diffusers' class and what other programs call it.
    fn choice(&self) -> Choice;

    /// How its authors lay out its steps.
    fn convention(&self) -> Convention;

    /// Where its authors let it end.
    fn arrival(&self) -> Arrival {
        Arrival::FinalSigma
    }

    /// Where its authors have the steps of a flow.
    fn flow_spacing(&self) -> FlowSpacing {
        self.convention().flow_spacing()
    }

    /// Whether diffusers rounds the timesteps of that schedule here, though the convention keeps
    /// fractions.
    fn rounds(&self, _: &dyn SigmaSchedule) -> bool {
        false
    }

    /// How often it asks the model in a step; the last step may take one ask less.
    fn asks_per_step(&self) -> u32 {
        1
    }

    /// Which of the config's limits its authors keep the denoised image within.
    fn limits(&self, _: &SchedulerConfig) -> Limits {
        Limits::default()
    }

    /// Starts a run from `noisy`, a sample at the plan's first level.
    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory>;
}

/// The scheduler of that id, label or alias.
pub fn find(name: &str) -> Option<&'static dyn Scheduler> {
    let named = |scheduler: &&&dyn Scheduler| scheduler.choice().answers_to(name);
    SCHEDULERS.iter().find(named).copied()
}
