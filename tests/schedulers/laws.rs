//! Laws that schedulers obey on a model whose answers are known exactly.
//!
//! Clean images are normally distributed with a deviation of [`SPREAD`]; the denoised image is
//! then `x · s² / (s² + σ²)`, and the exact path keeps `x / √(s² + σ²)` constant.

use std::num::NonZeroU32;
use std::path::Path;

use maquette::diffusion::scheduler::{self, SCHEDULERS};
use maquette::diffusion::{Ask, Convention, Latents, Plan, TrainingSchedule, noise, schedule};
use maquette::domain::Seed;

use crate::{relative_error, shape, stable_diffusion};

const SPREAD: f64 = 0.5;

#[test]
fn doubling_the_steps_halves_the_error_of_first_order_schedulers() {
    for id in ["euler", "ddim"] {
        check_order(id, 1.0);
    }
}

#[test]
fn doubling_the_steps_quarters_the_error_of_second_order_schedulers() {
    for id in ["heun", "dpmpp_2m", "dpm2", "deis"] {
        check_order(id, 2.0);
    }
}

#[test]
fn schedulers_have_at_least_their_order_on_the_way_of_a_flow() {
    for (id, expected) in [("euler", 1.0), ("heun", 2.0)] {
        for order in orders_of(id, &flow(), "discrete") {
            // So near to pure noise a higher order may still show through.
            assert!(order > expected - 0.35, "{id} has order {order:.2}");
        }
    }
}

/// Stable Diffusion 3's way, from pure noise.
fn flow() -> TrainingSchedule {
    let text = r#"{ "_class_name": "FlowMatchEulerDiscreteScheduler", "shift": 3.0 }"#;
    TrainingSchedule::parse(text, Path::new("scheduler_config.json")).unwrap()
}

fn check_order(id: &str, expected: f64) {
    for order in orders_of(id, &stable_diffusion(), "exponential") {
        assert!(
            (order - expected).abs() < 0.35,
            "{id} has order {order:.2}, not {expected}"
        );
    }
}

/// The powers of the step with which the error falls.
fn orders_of(id: &str, training: &TrainingSchedule, schedule: &str) -> Vec<f64> {
    let errors = [20, 40, 80].map(|steps| error_of(id, training, schedule, steps));
    let order = |pair: &[f64]| (pair[0] / pair[1]).log2();
    errors.windows(2).map(order).collect()
}

/// How far a run arrives from where the exact path does.
///
/// Compared at the last sigma above 0: the step to 0 is of first order for every scheduler.
fn error_of(id: &str, training: &TrainingSchedule, schedule: &str, steps: u32) -> f64 {
    let scheduler = scheduler::find(id).unwrap();
    let schedule = schedule::find(schedule).unwrap();
    let steps = NonZeroU32::new(steps).unwrap();
    let plan = Plan::new(training, scheduler, schedule, steps).unwrap();

    let mut noise = noise::find("philox").unwrap().seeded(Seed(1));
    let start = plan.pure_noise(&noise.draw(shape(4, 8, 8)));
    let highest = plan.points()[0].sigma;
    let lowest = plan.points()[plan.steps() - 1].sigma;
    let shrunk = SPREAD.hypot(lowest) / SPREAD.hypot(highest);
    let exact = start.scaled(shrunk);

    let mut path = scheduler.start(plan, start);
    loop {
        let ask = path
            .ask()
            .expect("the comparison is made before the arrival");
        if (ask.sigma - lowest).abs() < 1e-9 && path.progress().done + 1 == steps.get() {
            return f64::from(relative_error(ask.sample.values(), exact.values()));
        }
        let denoised = denoised(&ask);
        path.tell(denoised, noise.as_mut());
    }
}

#[test]
fn every_scheduler_brings_noise_to_the_spread_of_the_clean_images() {
    for scheduler in SCHEDULERS {
        let id = scheduler.choice().id;
        if scheduler.convention() == Convention::Distilled {
            // They take the denoised image for a clean one: right only for models distilled so.
            continue;
        }
        let training = stable_diffusion();
        let karras = schedule::find("karras").unwrap();
        let steps = NonZeroU32::new(100).unwrap();
        let plan = Plan::new(&training, *scheduler, karras, steps).unwrap();
        let mut noise = noise::find("torch-cpu").unwrap().seeded(Seed(3));
        let start = plan.pure_noise(&noise.draw(shape(4, 32, 32)));
        let mut path = scheduler.start(plan, start);
        while let Some(ask) = path.ask() {
            let denoised = denoised(&ask);
            path.tell(denoised, noise.as_mut());
        }
        let picture = path.finish();
        let squares = picture
            .values()
            .iter()
            .map(|value| f64::from(*value).powi(2));
        let spread = (squares.sum::<f64>() / picture.values().len() as f64).sqrt();
        // 4096 values know their deviation to 1 %; a hundred ancestral steps lose 6 %.
        assert!((spread / SPREAD - 1.0).abs() < 0.08, "{id}: {spread}");
    }
}

fn denoised(ask: &Ask<'_>) -> Latents {
    let (clean, noisy) = (SPREAD.powi(2), ask.sigma.powi(2));
    ask.sample.scaled(clean / (clean + noisy))
}
