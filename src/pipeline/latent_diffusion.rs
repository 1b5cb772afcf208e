//! Models that denoise latents under a prompt and decode them: what their families share.

use std::num::NonZeroU32;
use std::time::Instant;

use crate::diffusion::noise::{self, NoiseSource};
use crate::diffusion::schedule::{self, SigmaSchedule};
use crate::diffusion::scheduler::{self, Scheduler};
use crate::diffusion::{
    LatentShape, Latents, PictureNoise, Plan, TrainingSchedule, picture_request,
};
use crate::domain::{
    GUIDANCE, LatentSize, MadeWith, ModelId, ParamSpec, Params, ParamsError, Picture, Pixels,
    Recipe, Request, STEPS, Strength, Task, Timings,
};
use crate::prompt::{EMPHASIS, Emphasis};
use crate::runtime::Graph;

use super::denoise::{GuidedModel, denoise};
use super::error::PipelineError;
use super::part::conditioning::PromptEncoder;
use super::part::denoiser::Denoiser;
use super::part::latent_layout::tokens;
use super::part::preview::{PreviewSkill, Previewer};
use super::part::source::{SourceEncoder, Start};
use super::part::vae::VaeDecoder;
use super::step_conditioning::{Hearing, StepConditioning};
use super::{Monitor, Pipeline};

/// A latent diffusion model in memory.
pub(super) struct LatentDiffusion {
    identity: Identity,
    parts: Parts,
    preview_skill: PreviewSkill,
    /// Until a picture has told it.
    load_secs: f64,
}

/// What recipes say of the model.
pub(super) struct Identity {
    pub model: ModelId,
    pub fingerprint: String,
    pub made_with: MadeWith,
}

/// What the model is put together from.
pub(super) struct Parts {
    pub training: TrainingSchedule,
    pub prompts: Box<dyn PromptEncoder>,
    pub denoiser: Denoiser,
    pub decoder: VaeDecoder,
    pub source: SourceEncoder,
}

impl LatentDiffusion {
    /// Puts a model together that took so long to load.
    pub(super) fn new(identity: Identity, parts: Parts, load_secs: f64) -> Self {
        Self {
            identity,
            parts,
            preview_skill: PreviewSkill::default(),
            load_secs,
        }
    }
}

impl Pipeline for LatentDiffusion {
    fn run(&mut self, request: &Request, monitor: &mut dyn Monitor) -> Result<(), PipelineError> {
        let settings = Settings::parse(&request.params)?;
        let mut timings = Timings {
            load_secs: std::mem::take(&mut self.load_secs),
            ..Timings::default()
        };
        let graph_secs = self.parts.graph_secs();
        let started = Instant::now();
        let start = self.parts.start(request, monitor)?;
        let training = self.parts.training_for(request);
        let plan = settings.plan(&training, &start.task)?;
        let hearing = settings.hearing(&plan, &self.parts.denoiser);
        let assignment = Assignment {
            conditioning: self.parts.condition(request, hearing, monitor)?,
            plan,
            request: &Request {
                task: start.task.clone(),
                ..request.clone()
            },
            start,
            settings,
        };
        timings.encode_secs = started.elapsed().as_secs_f64();
        timings.graph_secs = self.parts.graph_secs() - graph_secs;
        for index in 0..request.count.get() {
            let picture = self.draw(&assignment, index, std::mem::take(&mut timings), monitor)?;
            monitor.deliver(picture);
        }
        Ok(())
    }

    fn bytes(&self) -> u64 {
        let graphs = self.parts.graphs();
        let bytes: u64 = graphs.iter().map(|graph| graph.bytes()).sum();
        bytes + self.parts.source.bytes()
    }
}

/// What all pictures of a request have in common.
struct Assignment<'a> {
    request: &'a Request,
    settings: Settings,
    plan: Plan,
    start: Start,
    conditioning: StepConditioning,
}

impl LatentDiffusion {
    /// Makes the `index`-th picture of a request; `timings` holds what was spent on it before.
    fn draw(
        &mut self,
        assignment: &Assignment<'_>,
        index: u32,
        mut timings: Timings,
        monitor: &mut dyn Monitor,
    ) -> Result<Picture, PipelineError> {
        let Assignment {
            request,
            settings,
            plan,
            start,
            ..
        } = assignment;
        let graph_secs = self.parts.graph_secs();
        let request = picture_request(request, index);
        let mut noise = PictureNoise::new(settings.noise, request.seed, &request.params);
        // In diffusers' order: what the encoder is unsure of, the noise, what it is unsure of in the
        // part that stays.
        let picture = start.picture.as_ref();
        let latents = picture.map(|picture| picture.sample(noise.stream()));
        let fresh = noise.first(self.parts.latent_shape(&request));
        let noisy = match latents {
            Some(latents) => plan.noised(&latents, &fresh),
            None => plan.pure_noise(&fresh),
        };
        let shown = start.shown.as_ref();
        let shown = shown.map(|shown| shown.sample(noise.stream()));
        let path = settings.scheduler.start(plan.clone(), noisy);
        let mut model = GuidedModel {
            denoiser: &mut self.parts.denoiser,
            parameterization: self.parts.training.config().parameterization,
            conditioning: &assignment.conditioning,
            guidance: settings.guidance,
            shown: shown.as_ref(),
        };
        let mut previewer = Previewer {
            decoder: &mut self.parts.decoder,
            skill: &mut self.preview_skill,
            picture: index,
            started: Instant::now(),
            seen_step: 0,
            is_sharp: false,
        };
        let denoised = denoise(
            path,
            noise.stream(),
            &mut model,
            &mut previewer,
            index,
            monitor,
        )?;
        timings.step_secs = denoised.step_secs;

        monitor.checkpoint()?;
        let started = Instant::now();
        monitor.arrived(&denoised.latents);
        let pixels = self.decode(&denoised.latents, monitor)?;
        timings.decode_secs = started.elapsed().as_secs_f64();
        timings.graph_secs += self.parts.graph_secs() - graph_secs;
        Ok(Picture {
            pixels,
            recipe: self.identity.recipe(request),
            timings,
        })
    }

    fn decode(
        &mut self,
        latents: &Latents,
        monitor: &dyn Monitor,
    ) -> Result<Pixels, PipelineError> {
        let started = Instant::now();
        let pixels = self.parts.decoder.decode(latents, monitor.cancel())?;
        let secs = started.elapsed().as_secs_f64();
        self.preview_skill.learn(latents, &pixels, secs);
        Ok(pixels)
    }
}

impl Parts {
    fn start(
        &mut self,
        request: &Request,
        monitor: &mut dyn Monitor,
    ) -> Result<Start, PipelineError> {
        let repaints = self.denoiser.repaints();
        self.source
            .start(&request.task, request.size, repaints, monitor)
    }

    fn condition(
        &mut self,
        request: &Request,
        hearing: Hearing,
        monitor: &mut dyn Monitor,
    ) -> Result<StepConditioning, PipelineError> {
        let (encoder, denoiser) = (self.prompts.as_mut(), &self.denoiser);
        StepConditioning::encode(request, hearing, encoder, denoiser, monitor)
    }

    /// How the model was trained, for pictures of that size.
    fn training_for(&self, request: &Request) -> TrainingSchedule {
        self.training.for_tokens(tokens(self.latent_shape(request)))
    }

    fn latent_shape(&self, request: &Request) -> LatentShape {
        LatentShape {
            channels: self.denoiser.channels(),
            size: LatentSize::latent_from_pixels(request.size, self.decoder.cell_pixels()),
        }
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        let mut graphs = self.prompts.graphs();
        graphs.extend([self.denoiser.graph(), self.decoder.graph()]);
        graphs
    }

    fn graph_secs(&self) -> f64 {
        let secs: f64 = self.graphs().iter().map(|graph| graph.run_secs()).sum();
        secs + self.source.graph_secs()
    }
}

impl Identity {
    /// The recipe of the only picture of a request.
    fn recipe(&self, request: Request) -> Recipe {
        Recipe {
            model: self.model.clone(),
            fingerprint: self.fingerprint.clone(),
            task: request.task,
            prompt: request.prompt,
            size: request.size,
            seed: request.seed,
            params: request.params,
            parents: request.parents,
            made_with: self.made_with.clone(),
        }
    }
}

/// The parameters of a settled request, as typed values.
struct Settings {
    steps: NonZeroU32,
    guidance: f64,
    scheduler: &'static dyn Scheduler,
    schedule: &'static dyn SigmaSchedule,
    noise: &'static dyn NoiseSource,
    emphasis: Emphasis,
}

impl Settings {
    fn parse(params: &Params) -> Result<Self, PipelineError> {
        let refused = |spec: &'static ParamSpec| {
            let given = params
                .get(spec.id)
                .map(ToString::to_string)
                .unwrap_or_default();
            PipelineError::Params(ParamsError::Refused {
                id: spec.id,
                given,
                allowed: spec.allowed(),
            })
        };
        let steps = u32::try_from(params.int(&STEPS))
            .ok()
            .and_then(NonZeroU32::new);
        let scheduler = scheduler::find(params.text(&scheduler::PARAM));
        let schedule = schedule::find(params.text(&schedule::PARAM));
        let noise = noise::find(params.text(&noise::PARAM));
        // Families whose text encoders know no weights do not ask for it.
        let emphasis = match params.get(EMPHASIS.id) {
            Some(_) => Emphasis::from_id(params.text(&EMPHASIS)),
            None => Some(Emphasis::Ignore),
        };
        Ok(Self {
            steps: steps.ok_or_else(|| refused(&STEPS))?,
            guidance: params.float(&GUIDANCE),
            scheduler: scheduler.ok_or_else(|| refused(&scheduler::PARAM))?,
            schedule: schedule.ok_or_else(|| refused(&schedule::PARAM))?,
            noise: noise.ok_or_else(|| refused(&noise::PARAM))?,
            emphasis: emphasis.ok_or_else(|| refused(&EMPHASIS))?,
        })
    }

    fn hearing(&self, plan: &Plan, denoiser: &Denoiser) -> Hearing {
        let steps = NonZeroU32::new(plan.steps() as u32);
        Hearing {
            steps: steps.unwrap_or(NonZeroU32::MIN),
            guidance: denoiser.scale_between_answers(self.guidance),
            emphasis: self.emphasis,
        }
    }

    fn plan(&self, training: &TrainingSchedule, task: &Task) -> Result<Plan, PipelineError> {
        let strength = match task {
            Task::Create => Strength::FULL,
            Task::Vary { strength, .. } => *strength,
        };
        Ok(Plan::of_strength(
            training,
            self.scheduler,
            self.schedule,
            self.steps,
            strength,
        )?)
    }
}
