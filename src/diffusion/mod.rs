//! The mathematics of diffusion: noise, schedules, and schedulers that ask and are told.
//!
//! Nothing here calls a model, reads a file or knows the time.
//! Three things combine freely: how a model was trained
//! (`TrainingSchedule`), where the steps of a run lie
//! (`schedule`) and how a run gets from one level to the next
//! (`scheduler`).
//!
//! ```
//! use std::num::NonZeroU32;
//! use std::path::Path;
//!
//! use maquette::diffusion::{LatentShape, Latents, Plan, TrainingSchedule};
//! use maquette::diffusion::{noise, schedule, scheduler};
//! use maquette::domain::{LatentSize, Seed};
//!
//! // In place of a model: all clean images are 0.5 throughout, and so is the denoised one.
//! let denoise = |sample: &Latents| {
//!     Latents::new(sample.shape(), vec![0.5; sample.values().len()]).expect("as many values")
//! };
//!
//! let training = TrainingSchedule::parse(
//!     r#"{ "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012 }"#,
//!     Path::new("scheduler/scheduler_config.json"),
//! )?;
//! let scheduler = scheduler::find("DPM++ 2M").expect("it is in the catalogue");
//! let schedule = schedule::find("karras").expect("it is in the catalogue");
//! let plan = Plan::new(&training, scheduler, schedule, NonZeroU32::new(8).expect("not 0"))?;
//!
//! let mut noise = noise::find("torch-cpu").expect("it is in the catalogue").seeded(Seed(7));
//! let shape = LatentShape { channels: 4, size: LatentSize { width: 8, height: 8 } };
//! let noisy = plan.pure_noise(&noise.draw(shape));
//! let mut path = scheduler.start(plan, noisy);
//! while let Some(ask) = path.ask() {
//!     let denoised = denoise(ask.sample);
//!     path.tell(denoised, noise.as_mut());
//! }
//! assert_eq!(path.progress().done, 8);
//! assert!(path.finish().values().iter().all(|value| (value - 0.5).abs() < 1e-6));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod arrival;
mod convention;
mod directions;
mod dpm_solver;
mod flow;
pub mod guidance;
mod latents;
mod levels;
pub mod noise;
mod parameterization;
mod picture_noise;
mod plan;
pub mod schedule;
pub mod scheduler;
mod scheduler_config;
mod timesteps;
mod training_schedule;
mod trajectory;
mod trial_walk;
mod variation;

pub use self::arrival::Arrival;
pub use self::convention::Convention;
pub use self::flow::{DynamicShift, Flow, FlowSpacing, Shift};
pub use self::latents::{LatentShape, Latents};
pub use self::levels::Levels;
pub use self::parameterization::Parameterization;
pub use self::picture_noise::{BATCH_INDEX, BATCH_SIZE, PictureNoise, is_heard, picture_request};
pub use self::plan::{Plan, PlanError, Point};
pub(crate) use self::scheduler_config::without_endless_numbers;
pub use self::scheduler_config::{
    Betas, ConfigRemark, Extrapolated, FinalSigma, Limits, SchedulerConfig, SchedulerConfigError,
    Solver, SolverKind, Threshold, TimestepSpacing, Told, Variance,
};
pub use self::training_schedule::TrainingSchedule;
pub use self::trajectory::{Ask, Steps, Trajectory};
pub use self::variation::{VARIATION_SEED, VARIATION_STRENGTH, between};

use crate::domain::{CLIP_SKIP, GUIDANCE, ParamSpec, STEPS, TILE};
use crate::prompt::EMPHASIS;

/// The parameters of every family that makes pictures by diffusion, in the order of their rows.
pub static PARAMS: &[&ParamSpec] = &[
    &STEPS,
    &GUIDANCE,
    &EMPHASIS,
    &CLIP_SKIP,
    &scheduler::PARAM,
    &schedule::PARAM,
    &noise::PARAM,
    &VARIATION_STRENGTH,
    &VARIATION_SEED,
    &BATCH_INDEX,
    &BATCH_SIZE,
    &TILE,
];

/// Those of families whose words are read by encoders that know no weights and have one voice.
pub static PARAMS_OF_PLAIN_WORDS: &[&ParamSpec] = &[
    &STEPS,
    &GUIDANCE,
    &scheduler::PARAM,
    &schedule::PARAM,
    &noise::PARAM,
    &VARIATION_STRENGTH,
    &VARIATION_SEED,
    &BATCH_INDEX,
    &BATCH_SIZE,
    &TILE,
];
