//! Where runs end.

use crate::diffusion::scheduler_config::FinalSigma;
use crate::diffusion::training_schedule::TrainingSchedule;

/// Where a run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Where the config's `final_sigmas_type` says.
    FinalSigma,
    /// At the clean image if the config's `set_alpha_to_one` says so, else at the lowest level of
    /// the training.
    AlphaToOne,
    /// At the clean image.
    Clean,
    /// At the lowest level of the training.
    Lowest,
}

impl Arrival {
    /// The last sigma of a run whose last step starts at `last`.
    pub(super) fn sigma(self, training: &TrainingSchedule, last: f64) -> f64 {
        let config = training.config();
        let is_clean = match self {
            Self::FinalSigma => config.final_sigma == FinalSigma::Zero,
            Self::AlphaToOne => config.set_alpha_to_one,
            Self::Clean => true,
            Self::Lowest => false,
        };
        match &config.flow {
            _ if is_clean => 0.0,
            // Diffusers has no level below the last step's here, so that step leads nowhere.
            Some(_) if self == Self::Lowest || config.final_sigma == FinalSigma::Lowest => last,
            Some(_) => 0.0,
            None => training.levels().lowest(),
        }
    }
}
