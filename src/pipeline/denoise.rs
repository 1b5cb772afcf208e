//! The one loop of all diffusion models: ask the trajectory, answer with the model.

use std::time::Instant;

use crate::diffusion::guidance::classifier_free;
use crate::diffusion::noise::Noise;
use crate::diffusion::{Ask, Latents, Parameterization, Steps, Trajectory};
use crate::domain::{CancelToken, Progress};
use crate::runtime::Adjustment;

use super::Monitor;
use super::error::PipelineError;
use super::part::denoiser::{Denoiser, Question};
use super::part::tiles::is_worth_trimming;
use super::step_conditioning::StepConditioning;

/// A denoiser under a prompt.
pub(super) struct GuidedModel<'a> {
    pub denoiser: &'a mut Denoiser,
    pub parameterization: Parameterization,
    pub conditioning: &'a StepConditioning,
    pub guidance: f64,
    /// What the denoiser is shown beside the sample, if it looks at that.
    pub shown: Option<&'a Latents>,
    /// Whether each prompt has a run of its own, which takes less memory than one run for all.
    pub is_one_by_one: bool,
}

impl GuidedModel<'_> {
    /// The image that the model sees in a noisy sample, when so many steps are done.
    fn denoise(
        &mut self,
        ask: Ask<'_>,
        steps: Steps,
        cancel: &CancelToken,
    ) -> Result<Latents, PipelineError> {
        let stage = self.conditioning.at(steps.done + 1);
        let size = ask.sample.shape().size;
        let is_last = steps.done + 1 == steps.total;
        let trims = is_last && is_worth_trimming(size.width * size.height);
        let scaled = ask
            .sample
            .scaled(self.parameterization.input_scale(ask.sigma));
        let each = self.is_one_by_one.then(|| stage.conditioning.each());
        let runs = each
            .as_deref()
            .unwrap_or_else(|| std::slice::from_ref(&stage.conditioning));
        let mut outputs = Vec::new();
        for (index, conditioning) in runs.iter().enumerate() {
            if trims && index + 1 == runs.len() {
                // The decoder needs the memory next.
                self.denoiser.graph_mut().adjust(Adjustment::TrimAfterRun);
            }
            let question = Question {
                sample: &scaled,
                timestep: ask.timestep,
                conditioning,
                guidance: self.guidance,
                shown: self.shown,
            };
            outputs.extend(self.denoiser.predict(&question, cancel)?);
        }
        let scale = self.denoiser.scale_between_answers(self.guidance);
        let output = match outputs.as_slice() {
            [] => &scaled,
            [conditional] => conditional,
            [unconditional, conditionals @ ..] => {
                let weighted = std::iter::zip(stage.weights.iter().copied(), conditionals);
                &classifier_free(unconditional, weighted, scale)
            }
        };
        Ok(self
            .parameterization
            .denoised(output, ask.sample, ask.sigma))
    }
}

/// Looks at every denoised image on the way.
pub(super) trait StepHook {
    /// `denoised` is the image that the model sees now; `steps` are those done before.
    fn after(
        &mut self,
        denoised: &Latents,
        steps: Steps,
        monitor: &mut dyn Monitor,
    ) -> Result<(), PipelineError>;
}

/// What a trajectory led to.
pub(super) struct Denoised {
    /// The clean image.
    pub latents: Latents,
    /// How long each step took.
    pub step_secs: Vec<f64>,
}

/// Drives a trajectory to its end.
///
/// Between any two asks it can be cancelled; `picture` is which picture of the request it is.
pub(super) fn denoise(
    mut path: Box<dyn Trajectory>,
    noise: &mut dyn Noise,
    model: &mut GuidedModel<'_>,
    hook: &mut dyn StepHook,
    picture: u32,
    monitor: &mut dyn Monitor,
) -> Result<Denoised, PipelineError> {
    let mut step_secs = Vec::new();
    let mut started = Instant::now();
    while let Some(ask) = path.ask() {
        monitor.checkpoint()?;
        let before = path.progress();
        let denoised = model.denoise(ask, before, monitor.cancel())?;
        if denoised.values().iter().any(|value| !value.is_finite()) {
            return Err(PipelineError::NotFinite {
                step: before.done + 1,
                total: before.total,
            });
        }
        hook.after(&denoised, before, monitor)?;
        path.tell(denoised, noise);
        let now = path.progress();
        // Schedulers of second order ask twice before a step is done.
        if now.done > before.done {
            step_secs.push(started.elapsed().as_secs_f64());
            started = Instant::now();
            monitor.report(Progress::Step {
                picture,
                done: now.done,
                total: now.total,
            });
        }
    }
    Ok(Denoised {
        latents: path.finish(),
        step_secs,
    })
}
