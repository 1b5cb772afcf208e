//! Noise levels of a training, by timestep and by sigma.

use crate::diffusion::flow::shifted;
use crate::diffusion::plan::Point;

/// Stands for the infinite sigma of pure noise: `1 / σ²` is lost even beside a double-precision 1.
pub(super) const NO_SIGNAL: f64 = 1e8;

/// The sigma of every training timestep, rising, and the way back from sigma to timestep.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    sigmas: Vec<f64>,
    log_sigmas: Vec<f64>,
    clock: Clock,
}

/// What a timestep is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Clock {
    /// The index of a level, counted from the lowest.
    Counted,
    /// The level of a flow, in so many parts.
    Flow {
        /// Steps of the training.
        parts: f64,
    },
}

impl Levels {
    /// `None` unless there are at least two sigmas, rising and finite.
    pub(super) fn new(sigmas: Vec<f64>) -> Option<Self> {
        Self::with_clock(sigmas, Clock::Counted)
    }

    /// Those of a flow under a shift.
    pub(super) fn of_flow(steps: usize, shift: f64) -> Option<Self> {
        let parts = steps as f64;
        let sigma = |step: usize| sigma_of_time(shifted(step as f64 / parts, shift));
        Self::with_clock((1..=steps).map(sigma).collect(), Clock::Flow { parts })
    }

    fn with_clock(sigmas: Vec<f64>, clock: Clock) -> Option<Self> {
        let log_sigmas: Vec<f64> = sigmas.iter().map(|sigma| sigma.ln()).collect();
        let is_rising = log_sigmas.len() > 1 && log_sigmas.is_sorted_by(|low, high| low < high);
        let is_finite = log_sigmas.iter().all(|log| log.is_finite());
        (is_rising && is_finite).then_some(Self {
            sigmas,
            log_sigmas,
            clock,
        })
    }

    /// The sigma of every level, rising.
    pub fn sigmas(&self) -> &[f64] {
        &self.sigmas
    }

    /// The lowest sigma.
    pub fn lowest(&self) -> f64 {
        self.sigmas[0]
    }

    /// The highest sigma.
    pub fn highest(&self) -> f64 {
        self.sigmas[self.sigmas.len() - 1]
    }

    /// The sigma of a timestep, fractions by interpolation; clamped to the training.
    pub fn sigma(&self, timestep: f64) -> f64 {
        match self.clock {
            Clock::Counted => self.sigma_of_index(timestep),
            // Diffusers keeps levels in single precision, of which few are left just below 1.
            Clock::Flow { parts } => sigma_of_time(f64::from((timestep / parts) as f32)),
        }
    }

    /// The timestep of a sigma, by interpolation in its logarithm; clamped to the training.
    pub fn timestep(&self, sigma: f64) -> f64 {
        match self.clock {
            Clock::Counted => self.index_of(sigma),
            Clock::Flow { parts } => parts * self.time(sigma),
        }
    }

    /// The level that stands at an index from the lowest, and between two where it is a fraction.
    pub(super) fn point_of_index(&self, index: f64) -> Point {
        let sigma = self.sigma_of_index(index);
        let timestep = match self.clock {
            Clock::Counted => index,
            Clock::Flow { parts } => parts * self.time(sigma),
        };
        Point { sigma, timestep }
    }

    /// What a sample is multiplied by to stand where the training's own way has it: the way on
    /// which the direction of a run is `(x − x₀) / time`.
    pub(super) fn scale(&self, sigma: f64) -> f64 {
        match self.clock {
            Clock::Counted => 1.0,
            Clock::Flow { .. } => (1.0 + sigma).recip(),
        }
    }

    /// A sigma as the training's own way counts it: sigma itself, or the level of a flow.
    pub(super) fn time(&self, sigma: f64) -> f64 {
        sigma * self.scale(sigma)
    }

    /// The sigma of such a time.
    pub(super) fn sigma_at(&self, time: f64) -> f64 {
        match self.clock {
            Clock::Counted => time,
            Clock::Flow { .. } => sigma_of_time(time),
        }
    }

    fn sigma_of_index(&self, index: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let index = index.clamp(0.0, last as f64);
        let below = (index as usize).min(last - 1);
        let [low, high] = [below, below + 1].map(|level| self.time(self.sigmas[level]));
        self.sigma_at(low + (high - low) * (index - below as f64))
    }

    fn index_of(&self, sigma: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let log_sigma = sigma.max(1e-10).ln();
        let above = self.log_sigmas.partition_point(|known| *known <= log_sigma);
        let below = above.saturating_sub(1).min(last - 1);
        let (low, high) = (self.log_sigmas[below], self.log_sigmas[below + 1]);
        let share = (log_sigma - low) / (high - low);
        below as f64 + share.clamp(0.0, 1.0)
    }
}

/// The sigma of a flow's level; pure noise has a finite one.
fn sigma_of_time(time: f64) -> f64 {
    (time / (1.0 - time).max(f64::MIN_POSITIVE)).min(NO_SIGNAL)
}
