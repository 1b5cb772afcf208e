//! What holds for every entry of every catalogue.

use std::collections::BTreeSet;
use std::num::NonZeroU32;
use std::path::Path;

use maquette::diffusion::schedule::{SCHEDULES, SigmaSchedule};
use maquette::diffusion::scheduler::{SCHEDULERS, Scheduler};
use maquette::diffusion::{
    ConfigRemark, PARAMS, Plan, PlanError, SchedulerConfigError, Steps, TrainingSchedule,
};
use maquette::diffusion::{noise, schedule, scheduler};
use maquette::domain::{Choice, Explain as _, ParamKind, Seed, Severity};

use crate::{golden, shape, stable_diffusion, training};

#[test]
fn every_scheduler_arrives_on_every_schedule_in_any_number_of_steps() {
    let golden: serde_json::Value = golden("trajectories.json");
    for (name, config) in golden["configs"].as_object().unwrap() {
        let training = training(config.as_object().unwrap(), "", &serde_json::Map::new());
        for scheduler in SCHEDULERS {
            for schedule in SCHEDULES {
                for steps in 1..=20 {
                    check_arrival(name, &training, *scheduler, *schedule, steps);
                }
            }
        }
    }
}

#[test]
fn options_that_leave_diffusers_without_a_number_leave_every_run_finite() {
    for options in [
        r#""lambda_min_clipped": 0, "timestep_spacing": "leading""#,
        r#""sigma_min": 100"#,
        r#""solver_order": 3, "solver_type": "bh1""#,
        r#""solver_order": 3, "lower_order_final": false"#,
        r#""solver_order": 3, "lower_order_final": false, "final_sigmas_type": "sigma_min""#,
        r#""predict_x0": false"#,
        r#""algorithm_type": "sde-dpmsolver", "solver_order": 3, "solver_type": "heun""#,
        r#""use_flow_sigmas": true, "final_sigmas_type": "sigma_min", "solver_order": 3"#,
        r#""use_flow_sigmas": true, "shift_terminal": 0.5, "flow_shift": 1000"#,
        r#""thresholding": true, "clip_sample": true"#,
    ] {
        let text = format!(
            r#"{{ "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012, {options} }}"#
        );
        let training = TrainingSchedule::parse(&text, Path::new("f.json")).unwrap();
        for scheduler in SCHEDULERS {
            for schedule in SCHEDULES {
                for steps in [1, 2, 3, 4, 16, 40] {
                    check_arrival(options, &training, *scheduler, *schedule, steps);
                }
            }
        }
    }
}

fn check_arrival(
    name: &str,
    training: &TrainingSchedule,
    scheduler: &dyn Scheduler,
    schedule: &dyn SigmaSchedule,
    steps: u32,
) {
    let (id, spread) = (scheduler.choice().id, schedule.choice().id);
    let what = format!("{id} on {spread}, {name}, {steps} steps");
    let steps = NonZeroU32::new(steps).unwrap();
    let plan = Plan::new(training, scheduler, schedule, steps).unwrap();
    let levels: Vec<f64> = plan.points().iter().map(|point| point.sigma).collect();
    let sharply_falling = &levels[..plan.steps()];
    assert!(
        sharply_falling.is_sorted_by(|a, b| a > b),
        "{what}: {levels:?}"
    );
    assert!(
        levels.is_sorted_by(|a, b| *a >= b * (1.0 - 1e-12)),
        "{what}: {levels:?}"
    );

    let mut noise = noise::find("torch-cpu").unwrap().seeded(Seed(1));
    let start = plan.pure_noise(&noise.draw(shape(1, 2, 2)));
    let mut path = scheduler.start(plan, start);
    let mut done = 0;
    while let Some(ask) = path.ask() {
        assert!(ask.sigma > 0.0 && ask.timestep >= 0.0, "{what}");
        let denoised = ask.sample.scaled((1.0 + ask.sigma.powi(2)).recip());
        path.tell(denoised, noise.as_mut());
        let now = path.progress();
        assert_eq!(now.total, steps.get(), "{what}");
        assert!(now.done == done || now.done == done + 1, "{what}: {now:?}");
        done = now.done;
    }
    let arrived = Steps {
        done: steps.get(),
        total: steps.get(),
    };
    assert_eq!(path.progress(), arrived, "{what}");
    let picture = path.finish();
    assert!(
        picture.values().iter().all(|value| value.is_finite()),
        "{what}: {picture:?}"
    );
}

#[test]
fn names_are_unique_and_lead_back_to_their_entry() {
    for spec in PARAMS {
        let ParamKind::Choice { default, options } = &spec.kind else {
            continue;
        };
        let options = options();
        assert!(options.iter().any(|choice| choice.id == *default));
        let mut names = BTreeSet::new();
        for choice in &options {
            for name in names_of(choice) {
                assert!(
                    names.insert(name.clone()),
                    "{}: `{name}` stands twice",
                    spec.id
                );
                let found: Vec<_> = options
                    .iter()
                    .filter(|other| other.answers_to(&name))
                    .collect();
                assert_eq!(found, [choice], "{}: `{name}`", spec.id);
            }
        }
    }
    assert!(scheduler::find("no such").is_none());
}

/// Id, label and aliases, in lower case; a label may be the id.
fn names_of(choice: &Choice) -> BTreeSet<String> {
    let names = [choice.id, choice.label]
        .into_iter()
        .chain(choice.aliases.iter().copied());
    names.map(str::to_lowercase).collect()
}

#[test]
fn more_steps_than_the_training_has_are_refused_with_the_limit() {
    let training = stable_diffusion();
    let discrete = schedule::find("discrete").unwrap();
    for (id, most) in [("euler", 500), ("lcm", 50)] {
        let scheduler = scheduler::find(id).unwrap();
        let plan = |steps: u32| {
            Plan::new(
                &training,
                scheduler,
                discrete,
                NonZeroU32::new(steps).unwrap(),
            )
        };
        assert_eq!(plan(most).unwrap().steps(), most as usize);
        let Err(error) = plan(most + 1) else {
            panic!("{id} took {} steps", most + 1);
        };
        let steps = NonZeroU32::new(most + 1).unwrap();
        let most = most as usize;
        assert_eq!(error, PlanError::TooManySteps { steps, most });
        assert_eq!(
            error.explain().headline.key,
            "error-diffusion-too-many-steps"
        );
    }
}

#[test]
fn configs_that_cannot_be_used_are_refused_by_file_and_key() {
    check_refused("[1]", None);
    check_refused("{", None);
    check_refused(r#"{"beta_schedule": "laplace"}"#, Some("beta_schedule"));
    check_refused(r#"{"prediction_type": "score"}"#, Some("prediction_type"));
    check_refused(r#"{"solver_order": 4}"#, Some("solver_order"));
    check_refused(r#"{"solver_type": "rk4"}"#, Some("solver_type"));
    check_refused(r#"{"sigma_min": 2, "sigma_max": 1}"#, Some("sigma_max"));
    check_refused(r#"{"lambda_min_clipped": 5}"#, Some("lambda_min_clipped"));
    let flow = |key: &str, value: &str| {
        format!(
            r#"{{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_dynamic_shifting": true, "{key}": {value}}}"#
        )
    };
    for (key, value) in [
        ("shift", "0"),
        ("shift_terminal", "1"),
        ("invert_sigmas", "true"),
        ("time_shift_type", "\"cubic\""),
        ("max_image_seq_len", "256"),
        ("max_shift", "1e9"),
    ] {
        check_refused(&flow(key, value), Some(key));
    }
    check_refused(r#"{"timestep_spacing": "even"}"#, Some("timestep_spacing"));
    check_refused(r#"{"beta_start": "small"}"#, Some("beta_start"));
    check_refused(r#"{"beta_end": 1.5}"#, Some("beta_end"));
    check_refused(r#"{"trained_betas": [0.1]}"#, Some("trained_betas"));
    check_refused(
        r#"{"num_train_timesteps": 1000000000000}"#,
        Some("num_train_timesteps"),
    );
    check_refused(
        r#"{"num_train_timesteps": -3}"#,
        Some("num_train_timesteps"),
    );
    check_refused(r#"{"steps_offset": 1000}"#, Some("steps_offset"));
    check_refused(
        r#"{"original_inference_steps": 0}"#,
        Some("original_inference_steps"),
    );
    check_refused(r#"{"trained_betas": [1e-30, 1e-30, 0.5]}"#, None);
    check_refused(r#"{"beta_start": 0.98, "beta_end": 0.99}"#, None);
}

fn check_refused(text: &str, expected_key: Option<&str>) {
    let error = TrainingSchedule::parse(text, Path::new("some/scheduler_config.json"));
    let Err(error) = error else {
        panic!("{text} was read");
    };
    assert!(
        error.to_string().contains("some/scheduler_config.json"),
        "{error}"
    );
    let key = match &error {
        SchedulerConfigError::WrongKind { key, .. }
        | SchedulerConfigError::NotPossible { key, .. } => Some(*key),
        SchedulerConfigError::Unreadable { .. } | SchedulerConfigError::NoRisingNoise { .. } => {
            None
        }
    };
    assert_eq!(key, expected_key, "{text}");
    assert!(error.explain().headline.args.contains_key("file"));
}

#[test]
fn a_config_names_the_scheduler_and_schedule_that_it_was_written_for() {
    let check = |text: &str, expected: &[(&str, &str)]| {
        let training = TrainingSchedule::parse(text, Path::new("f.json")).unwrap();
        let defaults = &training.config().defaults;
        let found: Vec<_> = defaults
            .iter()
            .map(|(id, value)| (id, value.to_string()))
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(id, value)| (*id, (*value).to_owned()))
            .collect();
        assert_eq!(found, expected, "{text}");
    };
    check("{}", &[]);
    // As diffusers itself writes it, though it is no JSON.
    check(
        r#"{"_class_name": "UniPCMultistepScheduler", "lambda_min_clipped": -Infinity}"#,
        &[("scheduler", "unipc")],
    );
    check(
        r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "use_beta_sigmas": true}"#,
        &[("schedule", "beta"), ("scheduler", "euler")],
    );
    check(r#"{"_class_name": "UnknownScheduler"}"#, &[]);
    check(
        r#"{"_class_name": "PNDMScheduler", "skip_prk_steps": true}"#,
        &[("scheduler", "pndm")],
    );
    check(
        r#"{"_class_name": "EulerAncestralDiscreteScheduler"}"#,
        &[("scheduler", "euler_ancestral")],
    );
    check(
        r#"{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++",
            "use_karras_sigmas": true}"#,
        &[("schedule", "karras"), ("scheduler", "dpmpp_2m_sde")],
    );
}

#[test]
fn a_config_that_contradicts_itself_is_used_and_says_what_is_not_followed() {
    let check = |text: &str, expected: &[(&str, &str)]| {
        let training = TrainingSchedule::parse(text, Path::new("f.json")).unwrap();
        let found: Vec<(&str, &str)> = training
            .config()
            .remarks
            .iter()
            .map(|remark| {
                let notice = remark.explain();
                assert_eq!(notice.severity, Severity::Warning);
                assert!(notice.details[0].contains("f.json"));
                match remark {
                    ConfigRemark::Contradiction {
                        followed, ignored, ..
                    } => (*followed, *ignored),
                    ConfigRemark::NotFollowed { key, .. } => ("", *key),
                }
            })
            .collect();
        assert_eq!(found, expected, "{text}");
    };
    check("{}", &[]);
    // A file of one class often has keys of another: they contradict nothing.
    check(
        r#"{"_class_name": "EulerDiscreteScheduler", "skip_prk_steps": false, "shift": 3.0}"#,
        &[],
    );
    check(
        r#"{"use_karras_sigmas": true, "use_beta_sigmas": true}"#,
        &[("use_karras_sigmas", "use_beta_sigmas")],
    );
    check(
        r#"{"prediction_type": "flow_prediction", "use_flow_sigmas": true}"#,
        &[],
    );
    check(
        r#"{"prediction_type": "flow_prediction"}"#,
        &[("prediction_type", "use_flow_sigmas")],
    );
    check(
        r#"{"use_flow_sigmas": true, "prediction_type": "epsilon"}"#,
        &[("use_flow_sigmas", "prediction_type")],
    );
    check(
        r#"{"shift_terminal": 0.02}"#,
        &[("prediction_type", "shift_terminal")],
    );
    check(
        r#"{"rescale_betas_zero_snr": true, "prediction_type": "epsilon",
            "beta_schedule": "scaled_linear", "beta_start": 0.00085, "beta_end": 0.012}"#,
        &[("rescale_betas_zero_snr", "prediction_type")],
    );
    check(
        r#"{"algorithm_type": "dpmsolver", "final_sigmas_type": "zero"}"#,
        &[("algorithm_type", "final_sigmas_type")],
    );
    check(
        r#"{"trained_betas": [0.1, 0.2], "num_train_timesteps": 1000}"#,
        &[("trained_betas", "num_train_timesteps")],
    );
    check(
        r#"{"_class_name": "PNDMScheduler", "skip_prk_steps": false}"#,
        &[("", "skip_prk_steps")],
    );
    check(
        r#"{"_class_name": "DDPMScheduler", "variance_type": "learned_range"}"#,
        &[("", "variance_type")],
    );
}
