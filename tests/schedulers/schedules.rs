//! Timesteps and sigmas against diffusers' and ComfyUI's.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroU32;
use std::path::Path;

use maquette::diffusion::schedule::{self, SCHEDULES};
use maquette::diffusion::{Plan, Point, TrainingSchedule, scheduler};
use maquette::domain::Strength;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Calls, REWRITE, golden, plan, stable_diffusion, training};

/// Single precision, and a training schedule of a thousand products, on both sides.
const TOLERANCE: f64 = 1e-4;

#[derive(Deserialize)]
struct Golden {
    configs: BTreeMap<String, Map<String, Value>>,
    training: BTreeMap<String, BTreeMap<usize, Option<f64>>>,
    plans: Vec<PlanCase>,
    of_comfyui: Vec<ComfyUiCase>,
}

#[derive(Deserialize)]
struct PlanCase {
    class: String,
    given: Map<String, Value>,
    config: String,
    steps: u32,
    #[serde(flatten)]
    calls: Calls,
    timesteps: Vec<f64>,
    sigmas: Option<Vec<f64>>,
}

#[derive(Deserialize)]
struct ComfyUiCase {
    schedule: String,
    config: String,
    steps: u32,
    sigmas: Vec<f64>,
}

#[test]
fn the_training_levels_equal_those_of_diffusers() {
    let golden: Golden = golden("schedules.json");
    for (name, levels) in &golden.training {
        let training = training(&golden.configs[name], "", &Map::new());
        for (timestep, expected) in levels {
            let found = training.levels().sigmas()[*timestep];
            // DDIM's endless sigma of zero terminal SNR; ours is the finite one of the others.
            let expected = expected.unwrap_or(4096.0);
            assert_close(found, expected, &format!("{name}, timestep {timestep}"));
        }
    }
}

#[test]
fn plans_equal_those_of_diffusers() {
    let golden: Golden = golden("schedules.json");
    let mut seen = BTreeSet::from(["simple", "sgm_uniform", "ays", "ays_sdxl"].map(str::to_owned));
    for case in &golden.plans {
        let training = training(&golden.configs[&case.config], &case.class, &case.given);
        let training = case.calls.told(training);
        let (plan, scheduler) = plan(&training, case.steps);
        let what = format!(
            "{} {:?} {} {}",
            case.class, case.given, case.config, case.steps
        );
        let points = match scheduler.choice().id {
            "heun" => asked_twice(plan.points()),
            _ => plan.points().to_vec(),
        };
        // Karras' alone, on cosine betas alone.
        let slack = if is_cut_by_diffusers(case) { 1.0 } else { 1e-3 };
        assert_eq!(points.len() - 1, case.timesteps.len(), "{what}");
        for (point, expected) in points.iter().zip(&case.timesteps) {
            assert!(
                (point.timestep - expected).abs() <= slack,
                "{what}: timestep {} is not {expected}",
                point.timestep
            );
        }
        for (point, expected) in points.iter().zip(case.sigmas.iter().flatten()) {
            // Those of flows stand as levels there.
            let level = match training.config().flow {
                Some(_) => point.sigma / (1.0 + point.sigma),
                None => point.sigma,
            };
            assert_close(level, *expected, &what);
        }
        seen.insert(chosen_schedule(&training));
    }
    for schedule in SCHEDULES {
        let id = schedule.choice().id;
        assert!(seen.contains(id), "{id} has no reference plan; {REWRITE}");
    }
}

#[test]
fn schedules_of_comfyui_equal_its_own() {
    let golden: Golden = golden("schedules.json");
    for case in &golden.of_comfyui {
        let schedule = schedule::find(&case.schedule).unwrap();
        let training = training(&golden.configs[&case.config], "", &Map::new());
        let euler = scheduler::find("euler").unwrap();
        let plan = Plan::new(&training, euler, schedule, case.steps.try_into().unwrap()).unwrap();
        let found = plan.points().iter().map(|point| point.sigma);
        assert_eq!(plan.points().len(), case.sigmas.len());
        for (found, expected) in found.zip(&case.sigmas) {
            assert_close(
                found,
                *expected,
                &format!("{} {} {}", case.schedule, case.config, case.steps),
            );
        }
    }
}

/// As `get_timesteps` of diffusers' pipelines counts: those of flows keep the step that is begun.
#[test]
fn a_run_from_a_picture_keeps_as_many_steps_as_in_diffusers() {
    let text = r#"{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }"#;
    let flow = TrainingSchedule::parse(text, Path::new("scheduler_config.json")).unwrap();
    let euler = scheduler::find("euler").unwrap();
    let discrete = schedule::find("discrete").unwrap();
    for (steps, share, of_betas, of_flow) in [
        (20, 0.33, 6, 7),
        (20, 0.6, 12, 12),
        (4, 0.9, 3, 4),
        (28, 0.5, 14, 14),
        (10, 0.7, 7, 7),
        (30, 0.35, 10, 11),
        (50, 0.01, 1, 1),
        (5, 1.0, 5, 5),
    ] {
        let strength = Strength::new(share).unwrap();
        let kept = |training: &TrainingSchedule| {
            let steps = NonZeroU32::new(steps).unwrap();
            let plan = Plan::of_strength(training, euler, discrete, steps, strength);
            plan.unwrap().steps()
        };
        let found = (kept(&stable_diffusion()), kept(&flow));
        assert_eq!(found, (of_betas, of_flow), "{share} of {steps}");
    }
}

#[test]
fn every_training_sigma_leads_back_to_its_timestep() {
    let golden: Golden = golden("schedules.json");
    for (name, config) in &golden.configs {
        let training = training(config, "", &Map::new());
        if training.config().flow.is_some() {
            continue;
        }
        for (timestep, sigma) in training.levels().sigmas().iter().enumerate() {
            let back = training.levels().timestep(*sigma);
            assert!(
                (back - timestep as f64).abs() < 1e-6,
                "{name}: {timestep} {back}"
            );
        }
        assert!(training.levels().timestep(0.0).abs() < 1e-6);
    }
}

/// Each level but the first twice: as the end of one step and the start of the next.
fn asked_twice(points: &[Point]) -> Vec<Point> {
    let last = points.len() - 1;
    let repeated = points[1..last].iter().flat_map(|point| [*point, *point]);
    let mut all = vec![points[0]];
    all.extend(repeated);
    all.push(points[last]);
    all
}

fn is_cut_by_diffusers(case: &PlanCase) -> bool {
    case.class == "DPMSolverMultistepScheduler"
        && case.given.contains_key("use_karras_sigmas")
        && case.config == "cosine"
}

fn chosen_schedule(training: &TrainingSchedule) -> String {
    let defaults = &training.config().defaults;
    let settled = defaults.settle(&[&schedule::PARAM], defaults).unwrap();
    settled.text(&schedule::PARAM).to_owned()
}

fn assert_close(found: f64, expected: f64, what: &str) {
    let apart = (found - expected).abs();
    assert!(
        apart <= TOLERANCE * expected.abs(),
        "{what}: sigma {found} is not {expected}"
    );
}
