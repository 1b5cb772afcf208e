//! Runs that may look twice before a step is done.

use crate::diffusion::latents::Latents;
use crate::diffusion::noise::Noise;
use crate::diffusion::plan::{Plan, Point};
use crate::diffusion::trajectory::{Ask, Stage, Steps, Trajectory};

/// What a scheduler that may ask twice per step does with the answers.
pub(super) trait TrialRule {
    /// Takes the denoised image of the step's start: arrives at once, or asks elsewhere first.
    fn begin(&mut self, stage: &Stage<'_>, denoised: &Latents, noise: &mut dyn Noise) -> Begun;

    /// The sample at the next level, by what was seen at the step's start and in the trial.
    fn complete(&mut self, stage: &Stage<'_>, seen: &Seen<'_>, noise: &mut dyn Noise) -> Latents;
}

/// How a step goes on after its first answer.
pub(super) enum Begun {
    /// It is done: the sample at the next level.
    Arrived(Latents),
    /// This sample is to be denoised, too.
    Trial {
        /// The sample.
        sample: Latents,
        /// Its level.
        point: Point,
    },
}

/// Both answers of a step.
pub(super) struct Seen<'a> {
    /// The denoised image of the step's start.
    pub start: &'a Latents,
    /// The sample of the trial.
    pub sample: &'a Latents,
    /// Its level.
    pub point: Point,
    /// Its denoised image.
    pub denoised: &'a Latents,
}

/// A run of a [`TrialRule`].
pub(super) struct TrialWalk<R> {
    plan: Plan,
    step: usize,
    sample: Latents,
    trial: Option<Trial>,
    rule: R,
}

/// The first half of a step.
struct Trial {
    start: Latents,
    sample: Latents,
    point: Point,
}

impl<R: TrialRule> TrialWalk<R> {
    /// A run that starts from `noisy`, a sample at the plan's first level.
    pub(super) fn new(plan: Plan, noisy: Latents, rule: R) -> Self {
        Self {
            plan,
            step: 0,
            sample: noisy,
            trial: None,
            rule,
        }
    }
}

impl<R: TrialRule> Trajectory for TrialWalk<R> {
    fn ask(&self) -> Option<Ask<'_>> {
        if self.step == self.plan.steps() {
            return None;
        }
        Some(match &self.trial {
            None => Ask::at(&self.plan, self.step, &self.sample),
            Some(trial) => Ask {
                sample: &trial.sample,
                sigma: trial.point.sigma,
                timestep: trial.point.timestep,
            },
        })
    }

    fn tell(&mut self, denoised: Latents, noise: &mut dyn Noise) {
        if self.step == self.plan.steps() {
            return;
        }
        let denoised = self.plan.limited(denoised);
        let stage = Stage {
            plan: &self.plan,
            step: self.step,
            sample: &self.sample,
        };
        let arrived = if let Some(trial) = self.trial.take() {
            let seen = Seen {
                start: &trial.start,
                sample: &trial.sample,
                point: trial.point,
                denoised: &denoised,
            };
            self.rule.complete(&stage, &seen, noise)
        } else {
            match self.rule.begin(&stage, &denoised, noise) {
                Begun::Arrived(sample) => sample,
                Begun::Trial { sample, point } => {
                    self.trial = Some(Trial {
                        start: denoised,
                        sample,
                        point,
                    });
                    return;
                }
            }
        };
        self.sample = arrived;
        self.step += 1;
    }

    fn progress(&self) -> Steps {
        Steps::of(&self.plan, self.step)
    }

    fn finish(self: Box<Self>) -> Latents {
        self.plan.picture(&self.sample)
    }
}
