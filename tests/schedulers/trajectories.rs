//! Whole runs against diffusers', on a formula in place of a model.

use std::collections::{BTreeMap, BTreeSet};

use maquette::diffusion::noise;
use maquette::diffusion::scheduler::SCHEDULERS;
use maquette::diffusion::{Ask, Convention, Latents, Parameterization};
use maquette::domain::Seed;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{Calls, REWRITE, golden, plan, relative_error, shape, training};

/// Both sides compute in single precision, in another order: measured are 3e-6 at most.
const TOLERANCE: f32 = 1e-5;

/// Where diffusers subtracts samples of deviation 4096 in single precision, it is wrong itself.
const ZERO_SNR_TOLERANCE: f32 = 1e-4;

/// On the beta schedule its formula in double precision is 1.074e-4 away, and so are we.
const ZERO_SNR_BETA_TOLERANCE: f32 = 1.1e-4;

#[derive(Deserialize)]
struct Golden {
    configs: BTreeMap<String, Map<String, Value>>,
    initial_noise: Vec<f32>,
    runs: Vec<Run>,
}

#[derive(Deserialize)]
struct Run {
    #[serde(rename = "run")]
    name: String,
    class: String,
    given: Map<String, Value>,
    config: String,
    steps: u32,
    #[serde(flatten)]
    calls: Calls,
    latents: Vec<Vec<f32>>,
}

#[test]
fn runs_equal_those_of_diffusers() {
    let golden: Golden = golden("trajectories.json");
    let mut seen = BTreeSet::new();
    let mut apart = Vec::new();
    for run in golden.runs.iter().filter(|run| !differs_on_purpose(run)) {
        seen.insert(check(run, &golden, &mut apart));
    }
    assert!(apart.is_empty(), "{}", apart.join("\n"));
    for scheduler in SCHEDULERS {
        let id = scheduler.choice().id;
        assert!(seen.contains(id), "{id} has no reference run; {REWRITE}");
    }
}

/// DDIM and PLMS with linspace spacing: diffusers steps to `t - 1000 / steps`, then goes on as if it had
/// stepped to the next timestep.
/// PLMS on models that predict v: diffusers takes the mean of the predictions, as if v meant the
/// same at every level; the paper's mean is that of the noise.
fn differs_on_purpose(run: &Run) -> bool {
    let is_stepped_apart = ["ddim", "ddpm", "pndm"].contains(&run.name.as_str());
    let predicts_velocity = ["sd2_v", "zero_snr_v"].contains(&run.config.as_str());
    is_stepped_apart && run.config == "sd1_linspace" || run.name == "pndm" && predicts_velocity
}

/// Compares after every answer; gives the scheduler's id, and tells what is apart.
fn check(run: &Run, golden: &Golden, apart: &mut Vec<String>) -> &'static str {
    let training = training(&golden.configs[&run.config], &run.class, &run.given);
    let training = run.calls.told(training);
    let parameterization = training.config().parameterization;
    let (plan, scheduler) = plan(&training, run.steps);

    let mut noise = noise::find("torch-cpu").unwrap().seeded(Seed(7));
    let initial = noise.draw(shape(2, 2, 4));
    assert_eq!(initial.values(), golden.initial_noise);
    let mut path = scheduler.start(plan.clone(), plan.pure_noise(&initial));

    let mut told = 0;
    while let Some(ask) = path.ask() {
        let denoised = denoised(&ask, parameterization);
        path.tell(denoised, noise.as_mut());
        told += 1;
        // Of long runs only the end is stored.
        let (Some(ask), true) = (path.ask(), run.latents.len() > 1) else {
            continue;
        };
        // In the notation of its convention diffusers keeps samples at unit variance.
        let scale = match scheduler.convention() {
            Convention::Sigmas if parameterization != Parameterization::Flow => 1.0,
            Convention::Sigmas
            | Convention::Alphas
            | Convention::Lambdas
            | Convention::Distilled => parameterization.input_scale(ask.sigma),
        };
        apart.extend(compare(
            &ask.sample.scaled(scale),
            &run.latents[told - 1],
            run,
            told,
        ));
    }
    assert!([1, told].contains(&run.latents.len()), "{}", run.name);
    let last = run.latents.last().expect("a run has an end");
    apart.extend(compare(&path.finish(), last, run, told));
    scheduler.choice().id
}

fn compare(found: &Latents, expected: &[f32], run: &Run, step: usize) -> Option<String> {
    let error = relative_error(found.values(), expected);
    let tolerance = match (run.config.as_str(), run.name.as_str()) {
        ("zero_snr_v", "euler_beta") => ZERO_SNR_BETA_TOLERANCE,
        ("zero_snr_v", _) => ZERO_SNR_TOLERANCE,
        _ => TOLERANCE,
    };
    let Run {
        name,
        config,
        steps,
        ..
    } = run;
    let is_close = error <= tolerance;
    (!is_close)
        .then(|| format!("{name} on {config}, {steps} steps: after answer {step} off by {error:e}"))
}

fn denoised(ask: &Ask<'_>, parameterization: Parameterization) -> Latents {
    let input = ask.sample.scaled(parameterization.input_scale(ask.sigma));
    let signal = (ask.timestep / 1000.0).cos() as f32;
    let answer = |x: &f32| 0.7 * x * signal + 0.2 * (3.0 * x).sin() + 0.1;
    let output = Latents::new(input.shape(), input.values().iter().map(answer).collect()).unwrap();
    parameterization.denoised(&output, ask.sample, ask.sigma)
}
