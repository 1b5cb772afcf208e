//! What is fixed before a run starts: its sigmas and timesteps.

use std::num::NonZeroU32;
use std::sync::Arc;

use thiserror::Error;

use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::levels::Levels;
use crate::diffusion::schedule::{Ground, SigmaSchedule};
use crate::diffusion::scheduler::Scheduler;
use crate::diffusion::training_schedule::TrainingSchedule;
use crate::domain::{Explain, Message, Notice, Severity, Strength};

/// The falling noise levels of one run, from pure noise to the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    convention: Convention,
    levels: Arc<Levels>,
    /// One for each step, and the level at which the last arrives.
    points: Vec<Point>,
    noise_scale: f64,
}

/// A noise level, and what the model is told for it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The noise level.
    pub sigma: f64,
    /// What the model is told, in timesteps of its training; may be a fraction.
    pub timestep: f64,
}

impl Plan {
    /// Lays out a run of a model trained as `training` says, from nothing.
    pub fn new(
        training: &TrainingSchedule,
        scheduler: &dyn Scheduler,
        schedule: &dyn SigmaSchedule,
        steps: NonZeroU32,
    ) -> Result<Self, PlanError> {
        Self::of_strength(training, scheduler, schedule, steps, Strength::FULL)
    }

    /// Lays out a run that begins so far from a picture: the last share of the steps, at least
    /// one, as diffusers counts them.
    ///
    /// A distilled model instead does all of its steps on the last share of the noise levels.
    pub fn of_strength(
        training: &TrainingSchedule,
        scheduler: &dyn Scheduler,
        schedule: &dyn SigmaSchedule,
        steps: NonZeroU32,
        strength: Strength,
    ) -> Result<Self, PlanError> {
        let convention = scheduler.convention();
        let most = convention.most_steps(training, strength);
        let count = steps.get() as usize;
        if count > most {
            return Err(PlanError::TooManySteps { steps, most });
        }
        let timesteps = convention.timesteps(training, count, strength);
        let (lowest, highest) = convention.span(training, &timesteps);
        let mut points = schedule.points(&Ground {
            training,
            timesteps: &timesteps,
            lowest,
            highest,
        });
        for point in &mut points {
            point.timestep = convention.told(point.timestep);
        }
        points[0].sigma = convention.first_sigma(training, points[0].sigma);
        points.push(Point {
            sigma: scheduler.arrival().sigma(training),
            timestep: 0.0,
        });
        let skipped = convention.skipped_steps(count, strength);
        points.drain(..skipped);
        Ok(Self {
            convention,
            levels: Arc::clone(training.levels()),
            noise_scale: convention.noise_scale(training, points[0].sigma),
            points,
        })
    }

    /// Number of steps.
    pub fn steps(&self) -> usize {
        self.points.len() - 1
    }

    /// The levels, falling: one for each step, then that at which the last arrives (its timestep
    /// is 0).
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// A level between those of the plan.
    pub(super) fn point_at(&self, sigma: f64) -> Point {
        Point {
            sigma,
            timestep: self.levels.timestep(sigma),
        }
    }

    /// The sigma of a timestep of the training.
    pub(super) fn sigma_of(&self, timestep: f64) -> f64 {
        self.levels.sigma(timestep)
    }

    /// The sample at which a run from nothing starts, made of noise of a standard normal
    /// distribution.
    pub fn pure_noise(&self, noise: &Latents) -> Latents {
        noise.scaled(self.noise_scale)
    }

    /// The sample at which a run from a picture's latents starts.
    pub fn noised(&self, latents: &Latents, noise: &Latents) -> Latents {
        Latents::sum(&[(1.0, latents), (self.points[0].sigma, noise)])
    }

    /// The picture that a sample at the last level is.
    pub(super) fn picture(&self, sample: &Latents) -> Latents {
        let last = self.points[self.steps()].sigma;
        sample.scaled(self.convention.picture_scale(last))
    }
}

/// Why a run cannot be planned.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PlanError {
    /// The model was not trained at so many noise levels.
    #[error("{steps} steps are too many for this model and scheduler: at most {most}")]
    TooManySteps {
        /// What was asked for.
        steps: NonZeroU32,
        /// What is possible.
        most: usize,
    },
}

impl Explain for PlanError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::TooManySteps { steps, most } => Message::new("error-diffusion-too-many-steps")
                .with_number("steps", f64::from(steps.get()))
                .with_number("most", *most as f64),
        };
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}
