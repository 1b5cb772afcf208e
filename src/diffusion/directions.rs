//! Looking back at the last directions of a run.

use std::collections::VecDeque;

use crate::diffusion::latents::Latents;
use crate::diffusion::trajectory::Stage;

/// The last directions, at most `N`, the newest first.
#[derive(Default)]
pub(super) struct Directions<const N: usize>(VecDeque<Latents>);

impl<const N: usize> Directions<N> {
    /// Takes the direction `(x − x₀) / σ` of the current step in.
    pub(super) fn look(&mut self, stage: &Stage<'_>, denoised: &Latents) {
        let share = stage.sigma().recip();
        let direction = Latents::sum(&[(share, stage.sample), (-share, denoised)]);
        self.0.truncate(N - 1);
        self.0.push_front(direction);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// Where they were seen, if there was one in each of the last steps.
    pub(super) fn sigmas(&self, stage: &Stage<'_>) -> Vec<f64> {
        let points = &stage.plan.points()[..=stage.step];
        let seen = points.iter().rev().take(self.count());
        seen.map(|point| point.sigma).collect()
    }

    /// The sample, moved by so much of each direction, the newest first.
    pub(super) fn go(&self, stage: &Stage<'_>, weights: &[f64]) -> Latents {
        let moves = weights.iter().copied().zip(&self.0);
        let terms: Vec<(f64, &Latents)> = [(1.0, stage.sample)].into_iter().chain(moves).collect();
        Latents::sum(&terms)
    }
}
