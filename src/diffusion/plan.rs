//! What is fixed before a run starts: its sigmas and timesteps.

use std::num::NonZeroU32;

use thiserror::Error;

use crate::diffusion::convention::Convention;
use crate::diffusion::latents::Latents;
use crate::diffusion::schedule::{Ground, SigmaSchedule};
use crate::diffusion::scheduler::Scheduler;
use crate::diffusion::scheduler_config::{Limits, SchedulerConfig};
use crate::diffusion::training_schedule::TrainingSchedule;
use crate::domain::{Explain, Message, Notice, Severity, Strength};

/// The falling noise levels of one run, from pure noise to the picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    convention: Convention,
    training: TrainingSchedule,
    limits: Limits,
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
        let spacing = scheduler.flow_spacing();
        let timesteps = convention.timesteps(training, spacing, count, strength);
        // A config that clips lambda may leave fewer.
        let count = timesteps.len();
        let (lowest, highest) = convention.span(training, &timesteps);
        let ground = Ground {
            training,
            is_log_linear: convention.is_log_linear(training),
            timesteps: &timesteps,
            lowest,
            highest,
        };
        let mut points = schedule.points(&ground);
        for point in &mut points {
            point.timestep = convention.told(training, schedule, *point);
            if scheduler.rounds(schedule) {
                point.timestep = point.timestep.round_ties_even();
            }
        }
        points[0].sigma = convention.first_sigma(training, points[0].sigma);
        points.push(Point {
            sigma: schedule.arrival(&ground).unwrap_or_else(|| {
                let last = points[count - 1].sigma;
                scheduler.arrival().sigma(training, last)
            }),
            timestep: 0.0,
        });
        let skipped = convention.skipped_steps(training, count, strength);
        points.drain(..skipped);
        Ok(Self {
            convention,
            training: training.clone(),
            limits: scheduler.limits(training.config()),
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
            timestep: self.training.levels().timestep(sigma),
        }
    }

    /// The sigma of a timestep of the training.
    pub(super) fn sigma_of(&self, timestep: f64) -> f64 {
        self.training.levels().sigma(timestep)
    }

    /// What a sample of that sigma is multiplied by to stand on the training's own way.
    pub(super) fn scale(&self, sigma: f64) -> f64 {
        self.training.levels().scale(sigma)
    }

    /// What the model's config says.
    pub(super) fn config(&self) -> &SchedulerConfig {
        self.training.config()
    }

    /// A denoised image within the limits that the scheduler obeys.
    pub(super) fn limited(&self, denoised: Latents) -> Latents {
        self.limits.apply(denoised)
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
        let scale = self.convention.picture_scale(&self.training, last);
        sample.scaled(scale)
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
