//! The mathematics of diffusion against reference values, and the laws it obeys.
//!
//! The references stand in `tests/golden`; `xtask/golden/golden.sh` writes them.

#![expect(
    clippy::unwrap_used,
    reason = "helpers of tests fail as tests do: by panicking"
)]

mod catalogues;
mod laws;
mod noise;
mod schedules;
mod trajectories;

use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use maquette::diffusion::scheduler::Scheduler;
use maquette::diffusion::{FlowSpacing, LatentShape, Plan, TrainingSchedule, schedule, scheduler};
use maquette::domain::LatentSize;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

/// What to do where a reference is missing.
const REWRITE: &str = "run xtask/golden/golden.sh to write the reference";

fn golden<T: DeserializeOwned>(name: &str) -> T {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    let text = fs::read_to_string(&path).unwrap_or_else(|e| panic!("{name}: {e}; {REWRITE}"));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{name}: {e}; {REWRITE}"))
}

/// What a pipeline tells a flow's scheduler beside the steps.
#[derive(Clone, Copy, Default, Deserialize)]
#[serde(default)]
struct Calls {
    tokens: Option<usize>,
    trailing: bool,
}

impl Calls {
    fn told(self, training: TrainingSchedule) -> TrainingSchedule {
        let training = match self.tokens {
            Some(tokens) => training.for_tokens(tokens),
            None => training,
        };
        if self.trailing {
            return training.with_flow_spacing(FlowSpacing::Trailing);
        }
        training
    }
}

/// The training of a config, with more keys on top.
fn training(
    config: &Map<String, Value>,
    class: &str,
    given: &Map<String, Value>,
) -> TrainingSchedule {
    let mut config = config.clone();
    config.extend(given.clone());
    config.insert("_class_name".into(), class.into());
    let text = Value::Object(config).to_string();
    TrainingSchedule::parse(&text, Path::new("scheduler_config.json")).unwrap()
}

/// Stable Diffusion's training, with a schedule that every scheduler lays out alike.
fn stable_diffusion() -> TrainingSchedule {
    let text = r#"{ "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012,
        "timestep_spacing": "trailing" }"#;
    TrainingSchedule::parse(text, Path::new("scheduler_config.json")).unwrap()
}

/// The plan of the scheduler and schedule that a config names.
fn plan(training: &TrainingSchedule, steps: u32) -> (Plan, &'static dyn Scheduler) {
    let named = training.config().defaults.clone();
    let named = named
        .settle(&[&scheduler::PARAM, &schedule::PARAM], &named)
        .unwrap();
    let scheduler = scheduler::find(named.text(&scheduler::PARAM)).unwrap();
    let schedule = schedule::find(named.text(&schedule::PARAM)).unwrap();
    let steps = NonZeroU32::new(steps).unwrap();
    (
        Plan::new(training, scheduler, schedule, steps).unwrap(),
        scheduler,
    )
}

fn shape(channels: usize, height: usize, width: usize) -> LatentShape {
    let size = LatentSize { width, height };
    LatentShape { channels, size }
}

/// The largest difference, relative to the largest value expected.
fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let largest = expected
        .iter()
        .fold(0.0, |most, value| value.abs().max(most));
    let apart = found.iter().zip(expected).map(|(a, b)| (a - b).abs());
    apart.fold(0.0, |most: f32, error| {
        // `max` would drop NaN.
        if error > most || error.is_nan() {
            error
        } else {
            most
        }
    }) / largest
}
