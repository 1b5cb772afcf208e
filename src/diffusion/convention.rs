//! The habits of the schedulers' authors, which decide where a run's steps lie.

use crate::diffusion::flow::FlowSpacing;
use crate::diffusion::levels::NO_SIGNAL;
use crate::diffusion::parameterization::Parameterization;
use crate::diffusion::plan::Point;
use crate::diffusion::schedule::SigmaSchedule;
use crate::diffusion::scheduler_config::{Fractions, TimestepSpacing, Told};
use crate::diffusion::timesteps::{clipped, distilled, share_of, spaced};
use crate::diffusion::training_schedule::TrainingSchedule;
use crate::domain::Strength;

/// How a scheduler's authors lay out its steps.
///
/// All of it is convention: results agree with theirs (here: with diffusers) only if we lay out
/// the steps as they do.
///
/// | | timesteps | Karras and exponential sigmas span | zero terminal SNR starts at | pure noise is scaled to |
/// | --- | --- | --- | --- | --- |
/// | `Sigmas` | as spaced, fractions too | the first to the last step | 4096 | σ, or √(σ² + 1) with leading spacing |
/// | `Alphas` | as spaced, rounded | the first to the last step | infinity | √(σ² + 1) |
/// | `Lambdas` | one more than spaced, the lowest left out, rounded or [cut](SigmaSchedule::is_cut) | the whole training | 4096 | √(σ² + 1) |
/// | `Distilled` | some of those the model was distilled at | the first to the last step | infinity | √(σ² + 1) |
///
/// Flows have no such timesteps, and all start at noise of deviation 1; see [`FlowSpacing`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Convention {
    /// Karras et al. 2022 and k-diffusion: Euler, Heun.
    Sigmas,
    /// Ho et al. 2020 and Song et al. 2021: DDPM, DDIM, PLMS.
    Alphas,
    /// Lu et al. 2022: DPM-Solver++; `DEIS`, `UniPC`.
    Lambdas,
    /// Luo et al. 2023: latent consistency models, also those of trajectories.
    Distilled,
}

impl Convention {
    /// The most steps for which all timesteps differ.
    pub fn most_steps(self, training: &TrainingSchedule, strength: Strength) -> usize {
        let config = training.config();
        match self {
            Self::Sigmas | Self::Alphas | Self::Lambdas => config.training_steps / 2,
            Self::Distilled => share_of(config.distilled_steps, strength),
        }
    }

    /// The steps at the start of a run that a picture does not go through.
    pub(super) fn skipped_steps(
        self,
        training: &TrainingSchedule,
        steps: usize,
        strength: Strength,
    ) -> usize {
        if training.config().flow.is_some() {
            // Diffusers' pipelines of flows keep the step that is begun, in this very arithmetic.
            let kept = steps as f64 * strength.share();
            return ((steps as f64 - kept) as usize).min(steps - 1);
        }
        match self {
            Self::Sigmas | Self::Alphas | Self::Lambdas => steps - share_of(steps, strength),
            // Its timesteps are chosen among those that the picture goes through.
            Self::Distilled => 0,
        }
    }

    /// The timesteps of a run, falling.
    pub(super) fn timesteps(
        self,
        training: &TrainingSchedule,
        flow_spacing: FlowSpacing,
        steps: usize,
        strength: Strength,
    ) -> Vec<f64> {
        if let Some(flow) = &training.config().flow {
            let parts = training.config().training_steps;
            let times = flow.times(flow_spacing, steps, parts);
            return times.iter().map(|time| time * parts as f64).collect();
        }
        let spacing = self.spacing(training);
        let mut timesteps = match self {
            Self::Lambdas if training.config().least_lambda.is_finite() => {
                clipped(training, spacing, steps)
            }
            Self::Sigmas | Self::Alphas => spaced(training, spacing, steps),
            // Trailing spacing leaves out the lowest end by itself.
            Self::Lambdas if spacing == TimestepSpacing::Trailing => {
                spaced(training, spacing, steps)
            }
            Self::Lambdas => spaced(training, spacing, steps + 1),
            Self::Distilled => distilled(training, steps, strength),
        };
        timesteps.truncate(steps);
        timesteps
            .into_iter()
            .map(|timestep| self.whole(timestep))
            .collect()
    }

    /// What the model is told at a point of a schedule, in whole timesteps where the scheduler
    /// counts so.
    pub(super) fn told(
        self,
        training: &TrainingSchedule,
        schedule: &dyn SigmaSchedule,
        point: Point,
    ) -> f64 {
        let config = training.config();
        if config.told == Told::LogSigmas && config.parameterization == Parameterization::Velocity {
            return point.sigma.ln() / 4.0;
        }
        match (self, &config.flow) {
            // Diffusers cuts them off here.
            (Self::Lambdas, Some(_)) => point.timestep.floor(),
            (_, Some(_)) => point.timestep,
            (Self::Lambdas, None) if schedule.is_cut() && config.fractions == Fractions::Cut => {
                // The training's own levels are whole, whatever the last digits of their logarithm
                // say. Diffusers' single precision misses some, by chance.
                (point.timestep + 1e-4).floor()
            }
            (_, None) => self.whole(point.timestep),
        }
    }

    fn whole(self, timestep: f64) -> f64 {
        match self {
            Self::Sigmas => timestep,
            Self::Alphas | Self::Lambdas | Self::Distilled => timestep.round_ties_even(),
        }
    }

    /// Whether discrete levels lie evenly in the logarithm of sigma.
    pub(super) fn is_log_linear(self, training: &TrainingSchedule) -> bool {
        let config = training.config();
        self == Self::Sigmas && config.is_log_linear && config.flow.is_none()
    }

    /// The lowest and the highest level that a schedule spans.
    pub(super) fn span(self, training: &TrainingSchedule, timesteps: &[f64]) -> (f64, f64) {
        let levels = training.levels();
        let (lowest, highest) = match (self, &training.config().flow) {
            (Self::Lambdas, None) => (levels.lowest(), levels.highest()),
            _ if self.is_log_linear(training) => (levels.lowest(), levels.highest()),
            _ => (
                levels.sigma(timesteps[timesteps.len() - 1]),
                levels.sigma(timesteps[0]),
            ),
        };
        let (least, most) = training.config().span;
        let told = (least.unwrap_or(lowest), most.unwrap_or(highest));
        // A file's end may lie beyond the other end of the steps, and is none of a flow's.
        let (lowest, highest) = if told.0 < told.1 && training.config().flow.is_none() {
            told
        } else {
            (lowest, highest)
        };
        (levels.time(lowest), levels.time(highest))
    }

    /// Where the steps of a flow lie.
    pub(super) fn flow_spacing(self) -> FlowSpacing {
        match self {
            Self::Sigmas | Self::Alphas | Self::Distilled => FlowSpacing::Inclusive,
            Self::Lambdas => FlowSpacing::AbovePicture,
        }
    }

    /// The sigma at which a run really starts that a schedule has start at `sigma`.
    pub(super) fn first_sigma(self, training: &TrainingSchedule, sigma: f64) -> f64 {
        let has_no_signal =
            training.config().zero_terminal_snr && sigma >= training.levels().highest();
        match self {
            Self::Alphas | Self::Distilled if has_no_signal => NO_SIGNAL,
            Self::Sigmas | Self::Lambdas | Self::Alphas | Self::Distilled => sigma,
        }
    }

    /// What pure noise is multiplied by to start a run at that sigma.
    pub(super) fn noise_scale(self, training: &TrainingSchedule, sigma: f64) -> f64 {
        if training.config().flow.is_some() {
            return sigma + 1.0;
        }
        match (self, self.spacing(training)) {
            (Self::Sigmas, TimestepSpacing::Linspace | TimestepSpacing::Trailing) => sigma,
            _ => (sigma * sigma + 1.0).sqrt(),
        }
    }

    /// What the sample at the last sigma is multiplied by to be the picture.
    pub(super) fn picture_scale(self, training: &TrainingSchedule, sigma: f64) -> f64 {
        match (self, &training.config().flow) {
            (_, Some(_)) => (sigma + 1.0).recip(),
            (Self::Sigmas, None) => 1.0,
            (Self::Alphas | Self::Lambdas | Self::Distilled, None) => {
                (sigma * sigma + 1.0).sqrt().recip()
            }
        }
    }

    fn spacing(self, training: &TrainingSchedule) -> TimestepSpacing {
        let usual = match self {
            Self::Sigmas | Self::Lambdas => TimestepSpacing::Linspace,
            Self::Alphas | Self::Distilled => TimestepSpacing::Leading,
        };
        training.config().spacing.unwrap_or(usual)
    }
}
