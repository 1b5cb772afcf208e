//! Levels that were searched for, so that few steps do as well as many.

use super::{Ground, SigmaSchedule};
use crate::diffusion::plan::Point;
use crate::domain::Choice;

/// Sabour et al. 2024, "Align Your Steps": levels optimised for one family of models at ten steps,
/// and for other numbers of steps interpolated in the logarithm, as its authors do.
///
/// A training that goes higher starts at its own highest level: there alone is pure noise.
pub(super) struct AlignYourSteps {
    choice: Choice,
    /// The authors' sigmas for ten steps; the last stands in for the picture.
    sigmas: [f64; 11],
}

/// That of Stable Diffusion 1.5.
pub(super) static STABLE_DIFFUSION: AlignYourSteps = AlignYourSteps {
    choice: Choice {
        id: "ays",
        label: "Align Your Steps",
        aliases: &["AYS", "ays_sd1"],
    },
    sigmas: [
        14.614_641_229_3,
        6.474_576_095_6,
        3.863_674_598_5,
        2.694_615_152_0,
        1.884_192_117_7,
        1.394_380_509_2,
        0.964_258_390_4,
        0.652_368_601_6,
        0.397_745_627_2,
        0.151_523_266_2,
        0.029_167_158_2,
    ],
};

/// That of SDXL.
pub(super) static STABLE_DIFFUSION_XL: AlignYourSteps = AlignYourSteps {
    choice: Choice {
        id: "ays_sdxl",
        label: "Align Your Steps XL",
        aliases: &["AYS SDXL"],
    },
    sigmas: [
        14.614_641_229_3,
        6.318_448_528_7,
        3.768_179_031_5,
        2.181_148_076_9,
        1.340_524_494_5,
        0.862_072_114_1,
        0.555_069_328_9,
        0.379_854_070_8,
        0.233_236_413_4,
        0.111_418_817_7,
        0.029_167_158_2,
    ],
};

impl SigmaSchedule for AlignYourSteps {
    fn choice(&self) -> Choice {
        self.choice
    }

    fn points(&self, ground: &Ground<'_>) -> Vec<Point> {
        let levels = ground.training.levels();
        let steps = ground.timesteps.len();
        let intervals = (self.sigmas.len() - 1) as f64;
        let point = |step: usize| {
            let sigma = match step {
                0 => levels.highest().max(self.sigmas[0]),
                _ => self.sigma_at(intervals * step as f64 / steps as f64),
            };
            let timestep = levels.timestep(sigma);
            Point { sigma, timestep }
        };
        (0..steps).map(point).collect()
    }
}

impl AlignYourSteps {
    /// The sigma at a place in the table, which may lie between two.
    fn sigma_at(&self, place: f64) -> f64 {
        let above = place as usize;
        let [high, low] = [above, above + 1].map(|index| self.sigmas[index].ln());
        (high + (low - high) * place.fract()).exp()
    }
}
