//! Looking back at the last directions of a run.

use std::collections::VecDeque;

use crate::diffusion::latents::Latents;
use crate::diffusion::trajectory::Stage;

/// The last directions `(y − x₀) / t` on the training's own way, at most `N`, the newest first.
#[derive(Default)]
pub(super) struct Directions<const N: usize>(VecDeque<Latents>);

impl<const N: usize> Directions<N> {
    /// Takes the direction of the current step in.
    pub(super) fn look(&mut self, stage: &Stage<'_>, denoised: &Latents) {
        let now = stage.own_way(stage.sigma());
        let share = now.time.recip();
        let direction = Latents::sum(&[(share * now.scale, stage.sample), (-share, denoised)]);
        self.0.truncate(N - 1);
        self.0.push_front(direction);
    }

    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.0.len()
    }

    /// When they were seen, if there was one in each of the last steps.
    pub(super) fn times(&self, stage: &Stage<'_>) -> Vec<f64> {
        let points = &stage.plan.points()[..=stage.step];
        let seen = points.iter().rev().take(self.count());
        seen.map(|point| stage.own_way(point.sigma).time).collect()
    }

    /// The sample at the next level: where the way leads by so much of each direction, the newest
    /// first.
    pub(super) fn go(&self, stage: &Stage<'_>, weights: &[f64]) -> Latents {
        let now = stage.own_way(stage.sigma()).scale;
        let next = stage.own_way(stage.next_sigma()).scale;
        let moves = weights.iter().map(|weight| weight / next).zip(&self.0);
        let stay = (now / next, stage.sample);
        let terms: Vec<(f64, &Latents)> = [stay].into_iter().chain(moves).collect();
        Latents::sum(&terms)
    }
}
