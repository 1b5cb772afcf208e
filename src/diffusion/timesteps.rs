//! Timesteps of a run, spaced among those of a training.

use crate::diffusion::scheduler_config::TimestepSpacing;
use crate::diffusion::training_schedule::TrainingSchedule;
use crate::domain::Strength;

/// As [`spaced`], from the highest level that the config's `lambda_min_clipped` leaves, of DPM-Solver.
pub(super) fn clipped(
    training: &TrainingSchedule,
    spacing: TimestepSpacing,
    steps: usize,
) -> Vec<f64> {
    let config = training.config();
    let sigmas = training.levels().sigmas();
    let count = sigmas.partition_point(|sigma| -sigma.ln() >= config.least_lambda);
    // Steps that the limit leaves no levels for would not differ.
    let count = count.max(steps + 1);
    match spacing {
        TimestepSpacing::Linspace => {
            let stride = (count - 1) as f64 / steps as f64;
            let falling = (1..=steps).rev();
            falling.map(|index| index as f64 * stride).collect()
        }
        TimestepSpacing::Leading => {
            let stride = count / (steps + 1);
            let falling = (1..=steps).rev();
            falling
                .map(|index| (index * stride + config.steps_offset) as f64)
                .collect()
        }
        TimestepSpacing::Trailing => {
            let stride = config.training_steps as f64 / steps as f64;
            (0..steps)
                .map(|index| count as f64 - index as f64 * stride)
                .take_while(|end| *end > 0.0)
                .map(|end| (end.round_ties_even() - 1.0).max(0.0))
                .collect()
        }
    }
}

/// Table 2 of Lin et al. 2023.
pub(super) fn spaced(
    training: &TrainingSchedule,
    spacing: TimestepSpacing,
    count: usize,
) -> Vec<f64> {
    let config = training.config();
    let last = (config.training_steps - 1) as f64;
    let falling = (0..count).rev();
    match spacing {
        TimestepSpacing::Linspace => {
            let stride = last / (count.max(2) - 1) as f64;
            falling.map(|index| index as f64 * stride).collect()
        }
        TimestepSpacing::Leading => {
            let stride = config.training_steps / count;
            falling
                .map(|index| ((index * stride + config.steps_offset) as f64).min(last))
                .collect()
        }
        TimestepSpacing::Trailing => {
            let stride = config.training_steps as f64 / count as f64;
            (0..count)
                .map(|index| config.training_steps as f64 - index as f64 * stride)
                .map(|end| end.round_ties_even() - 1.0)
                .collect()
        }
    }
}

/// Evenly chosen among the timesteps at which a latent consistency model was distilled.
pub(super) fn distilled(training: &TrainingSchedule, steps: usize, strength: Strength) -> Vec<f64> {
    let config = training.config();
    let stride = config.training_steps / config.distilled_steps;
    let levels = share_of(config.distilled_steps, strength);
    let share = levels as f64 / steps as f64;
    (0..steps)
        .map(|step| (step as f64 * share) as usize)
        .map(|skipped| ((levels - skipped) * stride - 1) as f64)
        .collect()
}

/// The whole steps in a share of them, at least one.
pub(super) fn share_of(steps: usize, strength: Strength) -> usize {
    ((steps as f64 * strength.share()) as usize).max(1)
}
