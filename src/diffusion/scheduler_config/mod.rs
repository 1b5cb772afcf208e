//! A model's `scheduler_config.json`: how it was trained and where its steps should lie.

mod betas;
mod error;
mod flow_keys;
mod keys;
mod limits;
mod python_json;
mod remark;
mod solver;

use std::path::Path;

pub use self::betas::Betas;
pub use self::error::SchedulerConfigError;
use self::keys::Keys;
pub use self::limits::{Limits, Threshold};
pub(crate) use self::python_json::without_endless_numbers;
pub use self::remark::ConfigRemark;
pub use self::solver::{Extrapolated, Solver, SolverKind, Variance};
use crate::diffusion::flow::Flow;
use crate::diffusion::parameterization::Parameterization;
use crate::diffusion::{schedule, scheduler};
use crate::domain::{ParamValue, Params};

/// What a `scheduler_config.json` says, as far as it concerns us.
///
/// Keys of other schedulers and keys that we do not know are ignored, as diffusers does; a key
/// that is missing or null has the value that diffusers' DDIM gives it.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerConfig {
    /// Noise levels of the training, 2 to 100,000.
    pub training_steps: usize,
    /// How much noise each of them adds.
    pub betas: Betas,
    /// Whether the last level is pure noise (Lin et al. 2023, algorithm 1).
    pub zero_terminal_snr: bool,
    /// What the model predicts.
    pub parameterization: Parameterization,
    /// Where the steps lie; every scheduler has a usual spacing of its own where a file says
    /// nothing.
    pub spacing: Option<TimestepSpacing>,
    /// Added to timesteps of leading spacing.
    pub steps_offset: usize,
    /// Whether DDIM ends at the clean image rather than at the lowest level of the training.
    pub set_alpha_to_one: bool,
    /// Where the other schedulers end.
    pub final_sigma: FinalSigma,
    /// Steps for which a latent consistency model was distilled.
    pub distilled_steps: usize,
    /// How many timesteps such a model counts for one.
    pub timestep_scaling: f64,
    /// The lowest and the highest sigma of schedules that span a range, if not the training's.
    pub span: (Option<f64>, Option<f64>),
    /// Whether Euler's discrete levels lie evenly in the logarithm over the whole training.
    pub is_log_linear: bool,
    /// What a model that predicts v is told.
    pub told: Told,
    /// What becomes of the fractions of timesteps that the exponential schedule has.
    pub fractions: Fractions,
    /// The lowest λ = −ln σ at which DPM-Solver starts.
    pub least_lambda: f64,
    /// How its solver should be.
    pub solver: Solver,
    /// How far a denoised image may go.
    pub limits: Limits,
    /// How the levels of a flow lie; `None` = it was trained on betas.
    pub flow: Option<Flow>,
    /// The scheduler and schedule that the file names, if we know them.
    pub defaults: Params,
    /// What is not followed.
    pub remarks: Vec<ConfigRemark>,
}

/// Where steps lie among the timesteps of the training (Lin et al. 2023, table 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestepSpacing {
    /// Evenly, first and last timestep included.
    Linspace,
    /// At the lower ends of equal intervals.
    Leading,
    /// At the upper ends of equal intervals.
    Trailing,
}

/// What a model is told of the noise.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// Timesteps of its training.
    Timesteps,
    /// `ln σ / 4` (Karras et al. 2022, table 1).
    LogSigmas,
}

/// What becomes of fractions where a model is told whole timesteps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fractions {
    /// They are cut off.
    Cut,
    /// They are rounded, as by DPM-Solver's own way to spread levels evenly in λ, which is that of
    /// the exponential schedule.
    Rounded,
}

/// Where the last step arrives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalSigma {
    /// At the clean image.
    Zero,
    /// At the lowest level of the training.
    Lowest,
}

impl SchedulerConfig {
    /// Reads the text of a file; `file` only names it in errors.
    pub fn parse(text: &str, file: &Path) -> Result<Self, SchedulerConfigError> {
        let keys = Keys::parse(text, file)?;
        let betas = betas::betas(&keys)?;
        let is_flow = flow_keys::is_flow(&keys)?;
        let training_steps = match &betas {
            Betas::Trained(betas) => betas.len(),
            Betas::Linear { .. }
            | Betas::ScaledLinear { .. }
            | Betas::Sigmoid { .. }
            | Betas::SquaredCosine => keys.number("num_train_timesteps", 1000, TRAINING_STEPS)?,
        };
        Ok(Self {
            training_steps,
            betas,
            zero_terminal_snr: keys.read("rescale_betas_zero_snr")?.unwrap_or(false),
            parameterization: parameterization(&keys, is_flow)?,
            spacing: keys.optional_choice("timestep_spacing", &SPACINGS)?,
            steps_offset: keys.number("steps_offset", 0, (0, training_steps - 1))?,
            set_alpha_to_one: keys.read("set_alpha_to_one")?.unwrap_or(true),
            final_sigma: final_sigma(&keys)?,
            distilled_steps: keys.number(
                "original_inference_steps",
                50.min(training_steps),
                (1, training_steps),
            )?,
            timestep_scaling: keys.real("timestep_scaling", (1e-3, 1e6))?.unwrap_or(10.0),
            span: span(&keys)?,
            is_log_linear: keys.choice("interpolation_type", &INTERPOLATIONS)?,
            told: keys.choice("timestep_type", &TIMESTEP_TYPES)?,
            fractions: fractions(&keys)?,
            least_lambda: keys
                .real("lambda_min_clipped", (-100.0, 0.0))?
                .unwrap_or(f64::NEG_INFINITY),
            solver: solver::solver(&keys)?,
            limits: limits::limits(&keys)?,
            flow: is_flow.then(|| flow_keys::flow(&keys)).transpose()?,
            defaults: defaults(&keys)?,
            remarks: remark::remarks(&keys, is_flow)?,
        })
    }
}

const TRAINING_STEPS: (usize, usize) = (2, 100_000);

// The first of each list is what a missing key means.
const PREDICTION_TYPES: [(&str, Parameterization); 4] = [
    ("epsilon", Parameterization::Epsilon),
    ("v_prediction", Parameterization::Velocity),
    ("sample", Parameterization::Sample),
    ("flow_prediction", Parameterization::Flow),
];
const SPACINGS: [(&str, TimestepSpacing); 3] = [
    ("linspace", TimestepSpacing::Linspace),
    ("leading", TimestepSpacing::Leading),
    ("trailing", TimestepSpacing::Trailing),
];
const FINAL_SIGMAS: [(&str, FinalSigma); 2] = [
    ("zero", FinalSigma::Zero),
    ("sigma_min", FinalSigma::Lowest),
];
const INTERPOLATIONS: [(&str, bool); 2] = [("linear", false), ("log_linear", true)];
const TIMESTEP_TYPES: [(&str, Told); 2] = [
    ("discrete", Told::Timesteps),
    ("continuous", Told::LogSigmas),
];

fn parameterization(
    keys: &Keys<'_>,
    is_flow: bool,
) -> Result<Parameterization, SchedulerConfigError> {
    let said = keys.choice("prediction_type", &PREDICTION_TYPES)?;
    Ok(if is_flow {
        Parameterization::Flow
    } else {
        said
    })
}

/// The noise has no direction at the clean image, so solvers that extrapolate it never go there.
fn final_sigma(keys: &Keys<'_>) -> Result<FinalSigma, SchedulerConfigError> {
    let said = keys.choice("final_sigmas_type", &FINAL_SIGMAS)?;
    Ok(match solver::solver(keys)?.of_dpm_solver {
        Extrapolated::Noises => FinalSigma::Lowest,
        Extrapolated::Images => said,
    })
}

fn fractions(keys: &Keys<'_>) -> Result<Fractions, SchedulerConfigError> {
    Ok(if keys.flag("use_lu_lambdas")? {
        Fractions::Rounded
    } else {
        Fractions::Cut
    })
}

fn span(keys: &Keys<'_>) -> Result<(Option<f64>, Option<f64>), SchedulerConfigError> {
    const SIGMAS: (f64, f64) = (1e-6, 1e6);
    let span = (
        keys.real("sigma_min", SIGMAS)?,
        keys.real("sigma_max", SIGMAS)?,
    );
    match span {
        (Some(lowest), Some(highest)) if lowest >= highest => {
            Err(keys.out_of_range("sigma_max", "more than sigma_min"))
        }
        _ => Ok(span),
    }
}

fn defaults(keys: &Keys<'_>) -> Result<Params, SchedulerConfigError> {
    let class = keys.read::<String>("_class_name")?.unwrap_or_default();
    let algorithm = keys.read::<String>("algorithm_type")?.unwrap_or_default();
    let named = if algorithm.starts_with("sde-") {
        "dpmpp_2m_sde"
    } else if keys.flag("stochastic_sampling")? {
        "lcm"
    } else {
        &class
    };
    let mut defaults = Params::default();
    if let Some(scheduler) = scheduler::find(named) {
        let id = scheduler.choice().id.to_owned();
        defaults.set(scheduler::PARAM.id, ParamValue::Text(id));
    }
    for (key, id) in remark::SPREADS {
        if keys.flag(key)? {
            defaults.set(schedule::PARAM.id, ParamValue::Text(id.to_owned()));
            break;
        }
    }
    Ok(defaults)
}
