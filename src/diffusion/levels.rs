//! Noise levels of a training, by timestep and by sigma.

/// The sigma of every training timestep, rising, and the way back from sigma to timestep.
#[derive(Clone, Debug, PartialEq)]
pub struct Levels {
    sigmas: Vec<f64>,
    log_sigmas: Vec<f64>,
}

impl Levels {
    /// `None` unless there are at least two sigmas, rising and finite.
    pub(super) fn new(sigmas: Vec<f64>) -> Option<Self> {
        let log_sigmas: Vec<f64> = sigmas.iter().map(|sigma| sigma.ln()).collect();
        let is_rising = log_sigmas.len() > 1 && log_sigmas.is_sorted_by(|low, high| low < high);
        let is_finite = log_sigmas.iter().all(|log| log.is_finite());
        (is_rising && is_finite).then_some(Self { sigmas, log_sigmas })
    }

    /// The sigma of every timestep, rising.
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
        let last = self.sigmas.len() - 1;
        let timestep = timestep.clamp(0.0, last as f64);
        let below = (timestep as usize).min(last - 1);
        let (low, high) = (self.sigmas[below], self.sigmas[below + 1]);
        low + (high - low) * (timestep - below as f64)
    }

    /// The timestep of a sigma, by interpolation in its logarithm; clamped to the training.
    pub fn timestep(&self, sigma: f64) -> f64 {
        let last = self.sigmas.len() - 1;
        let log_sigma = sigma.max(1e-10).ln();
        let above = self.log_sigmas.partition_point(|known| *known <= log_sigma);
        let below = above.saturating_sub(1).min(last - 1);
        let (low, high) = (self.log_sigmas[below], self.log_sigmas[below + 1]);
        let share = (log_sigma - low) / (high - low);
        below as f64 + share.clamp(0.0, 1.0)
    }
}
