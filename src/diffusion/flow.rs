//! Flow matching: levels that are shares of a straight way from the picture to noise.

/// How a model trained by flow matching lays out its levels.
///
/// A level is `t` in 0 … 1 with samples `(1 − t)·x₀ + t·n` (Lipman et al. 2023; Liu et al. 2023);
/// in the notation of this module its sigma is `t / (1 − t)`.
/// The model is told `t` times the training steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Flow {
    /// How levels are moved towards noise.
    pub shift: Shift,
    /// Tokens of the picture, on which a dynamic shift depends; `None` = of a large one.
    pub tokens: Option<usize>,
    /// Where the lowest step is stretched to (`shift_terminal`); `None` = not.
    pub terminal: Option<f64>,
    /// Where the steps lie before the shift, if not where the scheduler's authors have them.
    pub spacing: Option<FlowSpacing>,
}

/// By how much levels are moved: `s·t / (1 + (s − 1)·t)` (Esser et al. 2024, equation 23).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Shift {
    /// By the same for all pictures.
    Static(f64),
    /// By more for larger pictures.
    Dynamic(DynamicShift),
}

/// A shift that grows with the picture, along a line through two points.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DynamicShift {
    /// The line's value at `base_tokens`.
    pub base: f64,
    /// The line's value at `max_tokens`.
    pub max: f64,
    /// Tokens of a small picture.
    pub base_tokens: f64,
    /// Tokens of a large picture.
    pub max_tokens: f64,
    /// Whether the shift is the exponential of the line's value rather than the value itself.
    pub is_exponential: bool,
}

/// Where the steps of a flow lie before the shift.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowSpacing {
    /// Evenly from the highest to the lowest level of the training, both included.
    Inclusive,
    /// At 1, 1 − 1/steps … 1/steps: the upper ends of equal intervals.
    Trailing,
    /// Evenly from just below 1 towards the picture, which is left out.
    AbovePicture,
    /// Evenly from 1 towards the lowest level of the training, which is left out.
    AboveLowest,
}

/// The shifts under which levels stay apart.
pub(super) const SHIFTS: (f64, f64) = (1e-3, 1e3);

impl Shift {
    /// The shift for a picture of so many tokens: patches that the model attends to.
    pub fn of_tokens(self, tokens: Option<usize>) -> f64 {
        let (least, most) = SHIFTS;
        match self {
            Self::Static(shift) => shift,
            // A picture may be far larger than those that the line was drawn for.
            Self::Dynamic(line) => line.at(tokens).clamp(least, most),
        }
    }
}

impl DynamicShift {
    fn at(self, tokens: Option<usize>) -> f64 {
        let tokens = tokens.map_or(self.max_tokens, |tokens| tokens as f64);
        let slope = (self.max - self.base) / (self.max_tokens - self.base_tokens);
        let value = self.base + slope * (tokens - self.base_tokens);
        if self.is_exponential {
            value.exp()
        } else {
            value
        }
    }
}

impl Flow {
    /// The shift that holds.
    pub(super) fn shift(&self) -> f64 {
        self.shift.of_tokens(self.tokens)
    }

    /// The levels of a run, falling.
    pub(super) fn times(
        &self,
        usual: FlowSpacing,
        steps: usize,
        training_steps: usize,
    ) -> Vec<f64> {
        let lowest = (training_steps as f64).recip();
        let share = |step: usize, of: usize| step as f64 / of as f64;
        let even: Vec<f64> = match self.spacing.unwrap_or(usual) {
            FlowSpacing::Inclusive => {
                let lowest = self.lowest_of_the_training(lowest);
                let of = steps.max(2) - 1;
                let time = |step| 1.0 + (lowest - 1.0) * share(step, of);
                (0..steps).map(time).collect()
            }
            FlowSpacing::Trailing => (0..steps).map(|step| 1.0 - share(step, steps)).collect(),
            FlowSpacing::AbovePicture => (0..steps)
                .map(|step| (1.0 - lowest) * (1.0 - share(step, steps)))
                .collect(),
            FlowSpacing::AboveLowest => (0..steps)
                .map(|step| 1.0 + (lowest - 1.0) * share(step, steps))
                .collect(),
        };
        let shift = self.shift();
        let mut times: Vec<f64> = even.into_iter().map(|time| shifted(time, shift)).collect();
        if let Some(terminal) = self.terminal {
            let scale = (1.0 - times[steps - 1]) / (1.0 - terminal);
            // A single step at pure noise has nothing to stretch.
            if scale > 0.0 {
                for time in &mut times {
                    *time = 1.0 - (1.0 - *time) / scale;
                }
            }
        }
        if self.spacing.unwrap_or(usual) == FlowSpacing::AboveLowest {
            // As diffusers' UniPC, to which pure noise would be an endless step.
            times[0] = times[0].min(1.0 - 1e-6);
        }
        times
    }

    /// Diffusers shifts a fixed lowest level when it is made, and again with the steps.
    fn lowest_of_the_training(&self, lowest: f64) -> f64 {
        match self.shift {
            Shift::Static(shift) => shifted(lowest, shift),
            Shift::Dynamic(_) => lowest,
        }
    }
}

/// The level that a shift makes of a level.
pub(super) fn shifted(time: f64, shift: f64) -> f64 {
    shift * time / (1.0 + (shift - 1.0) * time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dynamic_shift_is_that_of_its_ends_there() {
        let line = DynamicShift {
            base: 0.5,
            max: 1.15,
            base_tokens: 256.0,
            max_tokens: 4096.0,
            is_exponential: true,
        };
        let shift = Shift::Dynamic(line);
        assert!((shift.of_tokens(Some(256)) - 0.5_f64.exp()).abs() < 1e-12);
        assert!((shift.of_tokens(Some(4096)) - 1.15_f64.exp()).abs() < 1e-12);
        assert!(shift.of_tokens(Some(1024)) > shift.of_tokens(Some(256)));
    }
}
