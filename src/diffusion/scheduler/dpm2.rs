//! DPM2: a look half-way, then the whole step in the direction seen there.

use super::Scheduler;
use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;
use crate::diffusion::schedule::SigmaSchedule;
use crate::diffusion::trajectory::{Stage, Trajectory};
use crate::diffusion::trial_walk::{Begun, Seen, TrialRule, TrialWalk};
use crate::domain::Choice;

/// Lu et al. 2022, "DPM-Solver", algorithm 1 (DPM-Solver-2), as Karras et al. 2022 and k-diffusion
/// write it in sigmas: asks twice per step, but once for a step to 0.
pub(super) struct Dpm2;

impl Scheduler for Dpm2 {
    fn choice(&self) -> Choice {
        Choice {
            id: "dpm2",
            label: "DPM2",
            aliases: &["KDPM2DiscreteScheduler", "k_dpm_2", "dpm_2"],
        }
    }

    fn convention(&self) -> Convention {
        Convention::Sigmas
    }

    fn rounds(&self, schedule: &dyn SigmaSchedule) -> bool {
        rounds_at_steps(schedule)
    }

    fn asks_per_step(&self) -> u32 {
        2
    }

    fn start(&self, plan: Plan, noisy: Latents) -> Box<dyn Trajectory> {
        Box::new(TrialWalk::new(plan, noisy, Midpoint))
    }
}

struct Midpoint;

impl TrialRule for Midpoint {
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, _: &mut dyn Noise) -> Begun {
        half_way(stage, stage.next_sigma(), denoised)
    }

    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, _: &mut dyn Noise) -> Latents {
        by_the_middle(stage, stage.next_sigma(), seen)
    }
}

/// Diffusers rounds the timesteps of steps on Karras' schedule, and not those of looks half-way;
/// k-diffusion rounds none.
pub(super) fn rounds_at_steps(schedule: &dyn SigmaSchedule) -> bool {
    schedule.choice().id == "karras"
}

/// Goes half of the way to `sigma`, in the logarithm, to look again; all of the way to 0.
pub(super) fn half_way(stage: &Stage<'_>, sigma: f64, denoised: &Latents) -> Begun {
    if sigma == 0.0 {
        return Begun::Arrived(stage.straight_to(sigma, denoised));
    }
    let middle = (stage.sigma() * sigma).sqrt();
    Begun::Trial {
        sample: stage.straight_to(middle, denoised),
        point: stage.plan.point_at(middle),
    }
}

/// The step to `sigma` in the direction of the trial: `y + (t′ − t)·(y_m − x₀_m) / t_m` on the
/// training's own way.
pub(super) fn by_the_middle(stage: &Stage<'_>, sigma: f64, seen: &Seen<'_>) -> Latents {
    let [now, middle, next] =
        [stage.sigma(), seen.point.sigma, sigma].map(|sigma| stage.own_way(sigma));
    let share = (next.time - now.time) / middle.time / next.scale;
    Latents::sum(&[
        (now.scale / next.scale, stage.sample),
        (share * middle.scale, seen.sample),
        (-share, seen.denoised),
    ])
}
