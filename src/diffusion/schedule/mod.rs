//! The catalogue of schedules: how the noise levels of a run are spread.
//!
//! To add one, write a file with a [`SigmaSchedule`] and a line in [`SCHEDULES`].

mod align_your_steps;
mod beta;
mod discrete;
mod exponential;
mod karras;
mod sgm_uniform;
mod simple;

use crate::diffusion::plan::Point;
use crate::diffusion::training_schedule::TrainingSchedule;
use crate::domain::{Choice, ParamKind, ParamSpec};

/// Every schedule, in menu order.
pub static SCHEDULES: &[&dyn SigmaSchedule] = &[
    &discrete::Discrete,
    &karras::Karras,
    &exponential::Exponential,
    &simple::Simple,
    &sgm_uniform::SgmUniform,
    &beta::Beta,
    &align_your_steps::STABLE_DIFFUSION,
    &align_your_steps::STABLE_DIFFUSION_XL,
];

/// Which schedule spreads the steps of a run.
pub static PARAM: ParamSpec = ParamSpec {
    id: "schedule",
    kind: ParamKind::Choice {
        default: "discrete",
        options: || SCHEDULES.iter().map(|schedule| schedule.choice()).collect(),
    },
};

/// A way to spread noise levels.
pub trait SigmaSchedule: Sync {
    /// Its names.
    fn choice(&self) -> Choice;

    /// One level for each step, falling, without the last at which the run arrives.
    fn points(&self, ground: &Ground<'_>) -> Vec<Point>;

    /// Whether diffusers cuts off the fractions of its timesteps for models that are told whole
    /// ones, where it rounds those of other schedules.
    fn is_cut(&self) -> bool {
        false
    }

    /// The sigma at which a run arrives, where that is not the scheduler's to say.
    fn arrival(&self, _: &Ground<'_>) -> Option<f64> {
        None
    }
}

/// What a schedule has to go by.
pub struct Ground<'a> {
    /// The levels of the model's training.
    pub training: &'a TrainingSchedule,
    /// Where the model's config and the scheduler would have the steps; as many as steps.
    pub timesteps: &'a [f64],
    /// Whether sigmas lie evenly in the logarithm, whatever the timesteps.
    pub is_log_linear: bool,
    /// The lowest level to use: a sigma, or the level of a flow.
    pub lowest: f64,
    /// The highest level to use.
    pub highest: f64,
}

impl Ground<'_> {
    /// A level for each step: that at its share of the way, from 0 at the start to 1.
    fn spread(&self, level: impl Fn(f64) -> f64) -> Vec<Point> {
        let steps = self.timesteps.len();
        let stride = ((steps.max(2) - 1) as f64).recip();
        (0..steps)
            .map(|step| self.point(level(step as f64 * stride)))
            .collect()
    }

    fn point(&self, level: f64) -> Point {
        let levels = self.training.levels();
        let sigma = levels.sigma_at(level);
        Point {
            sigma,
            timestep: levels.timestep(sigma),
        }
    }
}

/// The schedule of that id, label or alias.
pub fn find(name: &str) -> Option<&'static dyn SigmaSchedule> {
    let named = |schedule: &&&dyn SigmaSchedule| schedule.choice().answers_to(name);
    SCHEDULES.iter().find(named).copied()
}
