//! One run of a scheduler, from noise to the picture, by asking and being told.

use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::Plan;

/// One run, noise → picture.
///
/// Whoever drives it answers every [`ask`](Self::ask) by [`tell`](Self::tell), until there is
/// nothing more to ask; between the two lies whatever is wanted: guidance, previews, a cancel.
/// A trajectory never calls a model.
pub trait Trajectory {
    /// The sample that is to be denoised next; `None` when the run has arrived.
    fn ask(&self) -> Option<Ask<'_>>;

    /// Takes the denoised image of what was asked last; ignored after the arrival.
    ///
    /// Draws from `noise` only where the scheduler needs it.
    fn tell(&mut self, denoised: Latents, noise: &mut dyn Noise);

    /// Steps as the artist counts them, however often each asks.
    fn progress(&self) -> Steps;

    /// The picture, or what there is of it before the arrival.
    fn finish(self: Box<Self>) -> Latents;
}

/// What is to be denoised.
#[derive(Clone, Copy, Debug)]
pub struct Ask<'a> {
    /// The clean image plus noise of `sigma`; **not yet scaled** for the model
    /// (`Parameterization::input_scale`).
    pub sample: &'a Latents,
    /// The noise level.
    pub sigma: f64,
    /// What the model is told.
    pub timestep: f64,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Steps done.
    pub done: u32,
    /// Steps in all.
    pub total: u32,
}

/// What a scheduler that asks once per step does with the answer.
pub(super) trait Rule {
    /// The sample at the next level of the plan.
    fn step(&mut self, stage: &Stage<'_>, denoised: Latents, noise: &mut dyn Noise) -> Latents;
}

/// Where a run stands.
pub(super) struct Stage<'a> {
    /// The whole run.
    pub plan: &'a Plan,
    /// The current step, from 0.
    pub step: usize,
    /// The sample at the current level.
    pub sample: &'a Latents,
}

impl Stage<'_> {
    /// The current sigma.
    pub(super) fn sigma(&self) -> f64 {
        self.plan.points()[self.step].sigma
    }

    /// The sigma at which this step arrives.
    pub(super) fn next_sigma(&self) -> f64 {
        self.plan.points()[self.step + 1].sigma
    }

    /// The way to the next level with fresh noise.
    pub(super) fn ancestral(&self) -> AncestralStep {
        self.ancestral_to(self.next_sigma())
    }

    /// The way to `sigma` with fresh noise.
    pub(super) fn ancestral_to(&self, sigma: f64) -> AncestralStep {
        AncestralStep {
            down: sigma * sigma / self.sigma(),
            up: sigma * (1.0 - (sigma / self.sigma()).powi(2)).max(0.0).sqrt(),
        }
    }

    /// The noise `(x − x₀) / σ` that the model sees in the sample.
    pub(super) fn noise(&self, denoised: &Latents) -> Latents {
        let share = self.sigma().recip();
        Latents::sum(&[(share, self.sample), (-share, denoised)])
    }

    /// A sigma as the training's own way counts it, and what a sample there is multiplied by.
    ///
    /// On that way the direction of a run is `(y − x₀) / t`, of a sample of betas (y = x, t = σ) as
    /// of a flow's (y = x / (1 + σ), t = σ / (1 + σ)).
    pub(super) fn own_way(&self, sigma: f64) -> OwnWay {
        let scale = self.plan.scale(sigma);
        OwnWay {
            time: sigma * scale,
            scale,
        }
    }

    /// Whether this is the last step.
    pub(super) fn is_last(&self) -> bool {
        self.step + 1 == self.plan.steps()
    }

    /// Whether the step has no finite length in λ = −ln σ other than 0, so that nothing can be
    /// extrapolated over it.
    pub(super) fn is_without_length(&self) -> bool {
        self.next_sigma() == 0.0 || self.next_sigma() >= self.sigma()
    }

    /// The point at `sigma` on the straight line from the sample to the denoised image.
    ///
    /// `x + (σ′ − σ)·(x − x₀) / σ`, written as a mean of both: as it stands, the difference of
    /// two large numbers would cost the digits of a small result.
    pub(super) fn straight_to(&self, sigma: f64, denoised: &Latents) -> Latents {
        let share = sigma / self.sigma();
        Latents::sum(&[(share, self.sample), (1.0 - share, denoised)])
    }
}

/// A level on the training's own way.
#[derive(Clone, Copy)]
pub(super) struct OwnWay {
    /// The level.
    pub time: f64,
    /// What a sample is multiplied by to stand on the way.
    pub scale: f64,
}

/// A step that goes further down than asked, and up again with fresh noise (Song et al. 2021, η = 1).
///
/// Down to `σ′² / σ`, then noise of `σ′·√(1 − σ′² / σ²)` on top: together σ′.
pub(super) struct AncestralStep {
    /// The sigma that the denoising goes down to.
    pub down: f64,
    /// The deviation of the fresh noise.
    pub up: f64,
}

impl AncestralStep {
    /// Adds the fresh noise, where there is any.
    pub(super) fn up_again(&self, lower: Latents, noise: &mut dyn Noise) -> Latents {
        if self.up == 0.0 {
            return lower;
        }
        Latents::sum(&[(1.0, &lower), (self.up, &noise.draw(lower.shape()))])
    }
}

/// A run of a [`Rule`].
pub(super) struct Walk<R> {
    plan: Plan,
    step: usize,
    sample: Latents,
    rule: R,
}

impl<R: Rule> Walk<R> {
    /// A run that starts from `noisy`, a sample at the plan's first level.
    pub(super) fn new(plan: Plan, noisy: Latents, rule: R) -> Self {
        Self {
            plan,
            step: 0,
            sample: noisy,
            rule,
        }
    }
}

impl<R: Rule> Trajectory for Walk<R> {
    fn ask(&self) -> Option<Ask<'_>> {
        (self.step < self.plan.steps()).then(|| Ask::at(&self.plan, self.step, &self.sample))
    }

    fn tell(&mut self, denoised: Latents, noise: &mut dyn Noise) {
        if self.step == self.plan.steps() {
            return;
        }
        let stage = Stage {
            plan: &self.plan,
            step: self.step,
            sample: &self.sample,
        };
        let denoised = self.plan.limited(denoised);
        self.sample = self.rule.step(&stage, denoised, noise);
        self.step += 1;
    }

    fn progress(&self) -> Steps {
        Steps::of(&self.plan, self.step)
    }

    fn finish(self: Box<Self>) -> Latents {
        self.plan.picture(&self.sample)
    }
}

impl<'a> Ask<'a> {
    /// Asks for `sample` at a level of the plan.
    pub(super) fn at(plan: &Plan, level: usize, sample: &'a Latents) -> Self {
        let point = plan.points()[level];
        Self {
            sample,
            sigma: point.sigma,
            timestep: point.timestep,
        }
    }
}

impl Steps {
    /// So many steps of the plan.
    pub(super) fn of(plan: &Plan, done: usize) -> Self {
        Self {
            done: done as u32,
            total: plan.steps() as u32,
        }
    }
}
