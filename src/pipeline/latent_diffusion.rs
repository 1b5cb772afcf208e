//! Models that denoise latents under a prompt and decode them: what their families share.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Instant;

use crate::adapters::AdapterSet;
use crate::diffusion::noise::{self, NoiseSource};
use crate::diffusion::schedule::{self, SigmaSchedule};
use crate::diffusion::scheduler::{self, Scheduler};
use crate::diffusion::{
    LatentShape, Latents, PictureNoise, Plan, TrainingSchedule, picture_request,
};
use crate::domain::{
    CLIP_SKIP, CancelToken, GUIDANCE, MadeWith, ModelId, Notice, ParamSpec, ParamValue, Params,
    ParamsError, Picture, PixelSize, Pixels, Progress, Prompt, Recipe, Request, STEPS, Strength,
    TILE, Task, Timings,
};
use crate::prompt::{EMPHASIS, Emphasis};
use crate::runtime::{Adjustment, Provider, Retouch, forget_peak, peak_bytes};

use super::denoise::{Denoised, GuidedModel, denoise};
use super::error::PipelineError;
use super::ladder::{Rung, Stage, Thrifty, climb};
use super::part::denoiser::Denoiser;
use super::part::preview::{PreviewSkill, Previewer};
use super::part::source::{Start, widened};
use super::part::tiles;
use super::parts::Parts;
use super::step_conditioning::{Hearing, StepConditioning};
use super::{Monitor, Pipeline};

/// Cells of a picture from which on each prompt has a run of its own on the processor
/// (`docs/decisions/0003-pictures-one-by-one.md` has the measurements).
const ONE_BY_ONE_CELLS: usize = 48 * 48;

/// A latent diffusion model in memory.
pub(super) struct LatentDiffusion {
    identity: Identity,
    parts: Parts,
    preview_skill: PreviewSkill,
    thrift: Thrift,
    heard: Option<Heard>,
    /// Until a picture has told it.
    load_secs: f64,
}

/// What recipes say of the model.
pub(super) struct Identity {
    pub model: ModelId,
    pub fingerprint: String,
    pub made_with: MadeWith,
}

/// What was given up for want of memory, as long as the model is held.
#[derive(Default)]
struct Thrift {
    is_one_by_one: bool,
    must_tile: bool,
    /// What the picture at hand gives up by itself.
    frugal: Frugality,
}

/// What a picture does without for reasons of its own: there is nothing more to gain there.
#[derive(Default)]
struct Frugality {
    runs_one_by_one: bool,
    has_small_tiles: bool,
}

/// The prompts that were read last: the same ones cost nothing, even if what reads them was put
/// down.
struct Heard {
    prompt: Prompt,
    size: PixelSize,
    hearing: Hearing,
    conditioning: Arc<StepConditioning>,
    told: Vec<Notice>,
}

impl LatentDiffusion {
    /// Puts a model together that took so long to load.
    pub(super) fn new(identity: Identity, parts: Parts, load_secs: f64) -> Self {
        Self {
            identity,
            parts,
            preview_skill: PreviewSkill::default(),
            thrift: Thrift::default(),
            heard: None,
            load_secs,
        }
    }
}

impl Pipeline for LatentDiffusion {
    fn wear(&mut self, adapters: &Arc<AdapterSet>, _: &mut dyn Monitor) {
        let retouch: Arc<dyn Retouch> = Arc::<AdapterSet>::clone(adapters);
        self.parts.denoiser.graph_mut().retouch(&retouch);
        if self.parts.prompts.wear(adapters) {
            self.heard = None;
        }
        self.identity.made_with.adapters = adapters.files().to_vec();
    }

    fn run(&mut self, request: &Request, monitor: &mut dyn Monitor) -> Result<(), PipelineError> {
        forget_peak();
        let mut timings = Timings {
            load_secs: std::mem::take(&mut self.load_secs),
            ..Timings::default()
        };
        let mut assignment = self.assign(request, &mut timings, monitor)?;
        let mut index = 0;
        while index < request.count.get() {
            match self.draw(&assignment, index, &mut timings, monitor)? {
                Some(picture) => {
                    timings = Timings::default();
                    index += 1;
                    monitor.deliver(picture);
                    forget_peak();
                }
                None => assignment = self.assign(request, &mut timings, monitor)?,
            }
        }
        Ok(())
    }

    fn bytes(&self) -> u64 {
        self.parts.bytes()
    }
}

impl Thrifty for LatentDiffusion {
    fn step_onto(&mut self, rung: Rung, stage: Stage, monitor: &mut dyn Monitor) -> bool {
        match rung {
            Rung::OtherModels => monitor.free_memory(),
            Rung::IdleParts => self.parts.put_down_all_but(stage),
            Rung::OneByOne => {
                !std::mem::replace(&mut self.thrift.is_one_by_one, true)
                    && !self.thrift.frugal.runs_one_by_one
            }
            Rung::Tiles => {
                !std::mem::replace(&mut self.thrift.must_tile, true)
                    && !self.thrift.frugal.has_small_tiles
            }
            Rung::VaeOnProcessor => self.parts.move_vae_to_processor(),
            Rung::AllOnProcessor => {
                let is_moved = self.parts.move_to_processor();
                if is_moved {
                    Provider::Cpu
                        .id()
                        .clone_into(&mut self.identity.made_with.provider);
                }
                is_moved
            }
        }
    }

    fn weight_bytes(&self) -> u64 {
        self.parts.bytes()
    }
}

/// What all pictures of a request have in common.
struct Assignment {
    request: Request,
    settings: Settings,
    plan: Plan,
    start: Start,
    /// The side of the tiles in which it was encoded, in pixels.
    tile_side: Option<u32>,
    conditioning: Arc<StepConditioning>,
}

impl LatentDiffusion {
    /// Encodes what a request starts from and what it says.
    fn assign(
        &mut self,
        request: &Request,
        timings: &mut Timings,
        monitor: &mut dyn Monitor,
    ) -> Result<Assignment, PipelineError> {
        let settings = Settings::parse(&request.params)?;
        let side = |must_tile| tiles::tile_side(settings.tile, request.size, must_tile);
        self.thrift.frugal.has_small_tiles = side(false) == side(true);
        let graph_secs = self.parts.graph_secs();
        let started = Instant::now();
        let (start, tile_side) = climb(self, Stage::Source, monitor, |model, monitor| {
            let tile_side = model.tile_side(&settings, request.size);
            Ok((model.parts.start(request, tile_side, monitor)?, tile_side))
        })?;
        let training = self.parts.training_for(request);
        let plan = settings.plan(&training, &start.task)?;
        let hearing = settings.hearing(&plan, &self.parts.denoiser);
        let conditioning = climb(self, Stage::Prompts, monitor, |model, monitor| {
            model.condition(request, hearing, monitor)
        })?;
        let shape = self.parts.latent_shape(request);
        self.thrift.frugal.runs_one_by_one =
            self.runs_prompts_one_by_one(shape) || conditioning.is_single();
        timings.encode_secs += started.elapsed().as_secs_f64();
        timings.graph_secs += self.parts.graph_secs() - graph_secs;
        Ok(Assignment {
            request: Request {
                task: start.task.clone(),
                ..request.clone()
            },
            settings,
            plan,
            start,
            tile_side,
            conditioning,
        })
    }

    /// What the denoiser hears of the request's words.
    fn condition(
        &mut self,
        request: &Request,
        hearing: Hearing,
        monitor: &mut dyn Monitor,
    ) -> Result<Arc<StepConditioning>, PipelineError> {
        let is_same = |heard: &Heard| {
            heard.prompt == request.prompt && heard.size == request.size && heard.hearing == hearing
        };
        if let Some(heard) = self.heard.as_ref().filter(|heard| is_same(heard)) {
            for notice in &heard.told {
                monitor.tell(notice.clone());
            }
            return Ok(Arc::clone(&heard.conditioning));
        }
        if self.parts.is_tight {
            self.parts.put_down_all_but(Stage::Prompts);
        }
        let mut witness = Witness {
            monitor,
            told: Vec::new(),
        };
        let Parts {
            prompts, denoiser, ..
        } = &mut self.parts;
        let conditioning =
            StepConditioning::encode(request, hearing, prompts.as_mut(), denoiser, &mut witness)?;
        let heard = self.heard.insert(Heard {
            prompt: request.prompt.clone(),
            size: request.size,
            hearing,
            conditioning: Arc::new(conditioning),
            told: witness.told,
        });
        Ok(Arc::clone(&heard.conditioning))
    }

    /// Makes the `index`-th picture of a request; `timings` holds what was spent on it before.
    ///
    /// `None` when the picture to start from must be encoded anew, in tiles.
    fn draw(
        &mut self,
        assignment: &Assignment,
        index: u32,
        timings: &mut Timings,
        monitor: &mut dyn Monitor,
    ) -> Result<Option<Picture>, PipelineError> {
        let graph_secs = self.parts.graph_secs();
        let mut request = picture_request(&assignment.request, index);
        if self.parts.is_tight {
            self.parts.put_down_all_but(Stage::Denoise);
        }
        let denoised = climb(self, Stage::Denoise, monitor, |model, monitor| {
            model.denoise(assignment, &request, index, monitor)
        })?;
        timings.step_secs.clone_from(&denoised.step_secs);

        monitor.checkpoint()?;
        let started = Instant::now();
        let latents = &denoised.latents;
        monitor.arrived(latents);
        let decoded = climb(self, Stage::Decode, monitor, |model, monitor| {
            let tile_side = model.tile_side(&assignment.settings, request.size);
            if assignment.start.is_encoded() && tile_side != assignment.tile_side {
                return Ok(None);
            }
            let pixels = model.decode(latents, tile_side, monitor)?;
            Ok(Some((pixels, tile_side)))
        })?;
        timings.decode_secs = started.elapsed().as_secs_f64();
        timings.graph_secs += self.parts.graph_secs() - graph_secs;
        timings.peak_bytes = peak_bytes();
        let Some((pixels, tile_side)) = decoded else {
            return Ok(None);
        };
        // A recipe gives the same pixels again where there is more memory.
        if tile_side != tiles::tile_side(assignment.settings.tile, request.size, false) {
            let side = i64::from(tile_side.unwrap_or_default());
            request.params.set(TILE.id, ParamValue::Int(side));
        }
        Ok(Some(Picture {
            pixels,
            recipe: self.identity.recipe(request),
            timings: std::mem::take(timings),
        }))
    }

    fn denoise(
        &mut self,
        assignment: &Assignment,
        request: &Request,
        index: u32,
        monitor: &mut dyn Monitor,
    ) -> Result<Denoised, PipelineError> {
        let Assignment {
            settings,
            plan,
            start,
            ..
        } = assignment;
        let tile_side = self.tile_side(settings, request.size);
        let shape = self.parts.latent_shape(request);
        let is_one_by_one = self.thrift.is_one_by_one || self.runs_prompts_one_by_one(shape);
        let mut noise = PictureNoise::new(settings.noise, request.seed, &request.params);
        // In diffusers' order: what the encoder is unsure of, the noise, what it is unsure of in the
        // part that stays.
        let picture = start.picture.as_ref();
        let latents = picture.map(|picture| picture.sample(noise.stream()));
        let fresh = noise.first(shape);
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
            is_one_by_one,
        };
        let mut previewer = Previewer {
            decoder: &mut self.parts.decoder,
            tile_side,
            skill: &mut self.preview_skill,
            picture: index,
            started: Instant::now(),
            seen_step: 0,
            is_sharp: false,
        };
        denoise(
            path,
            noise.stream(),
            &mut model,
            &mut previewer,
            index,
            monitor,
        )
    }

    fn decode(
        &mut self,
        latents: &Latents,
        tile_side: Option<u32>,
        monitor: &mut dyn Monitor,
    ) -> Result<Pixels, PipelineError> {
        let started = Instant::now();
        let decoder = &mut self.parts.decoder;
        let mut pixels = decoder.decode(latents, tile_side, monitor.cancel());
        if matches!(pixels, Err(PipelineError::PictureNotFinite))
            && decoder.graph_mut().adjust(Adjustment::Widen)
        {
            pixels = Ok(decoder.decode(latents, tile_side, monitor.cancel())?);
            monitor.tell(widened());
        }
        let pixels = pixels?;
        let secs = started.elapsed().as_secs_f64();
        self.preview_skill.learn(latents, &pixels, secs);
        Ok(pixels)
    }

    /// Whether prompts take turns in the denoiser: on the processor that costs no time for large
    /// pictures, and half the memory of a step.
    fn runs_prompts_one_by_one(&self, shape: LatentShape) -> bool {
        let is_on_processor = self.identity.made_with.provider == Provider::Cpu.id();
        is_on_processor && shape.size.width * shape.size.height >= ONE_BY_ONE_CELLS
    }

    /// The side of the tiles in which a picture of that size is encoded and decoded, in pixels.
    fn tile_side(&self, settings: &Settings, size: PixelSize) -> Option<u32> {
        tiles::tile_side(settings.tile, size, self.thrift.must_tile)
    }
}

/// Passes on what is told, and remembers it.
struct Witness<'a> {
    monitor: &'a mut dyn Monitor,
    told: Vec<Notice>,
}

impl Monitor for Witness<'_> {
    fn cancel(&self) -> &CancelToken {
        self.monitor.cancel()
    }

    fn report(&mut self, progress: Progress) {
        self.monitor.report(progress);
    }

    fn arrived(&mut self, latents: &Latents) {
        self.monitor.arrived(latents);
    }

    fn deliver(&mut self, picture: Picture) {
        self.monitor.deliver(picture);
    }

    fn tell(&mut self, notice: Notice) {
        self.told.push(notice.clone());
        self.monitor.tell(notice);
    }

    fn free_memory(&mut self) -> bool {
        self.monitor.free_memory()
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

/// How many layers of the text encoder are skipped.
pub fn skipped_layers(params: &Params) -> u32 {
    // Families without such layers do not ask for it.
    (params.int(&CLIP_SKIP) as u32).saturating_sub(1)
}

/// The parameters of a settled request, as typed values.
struct Settings {
    tile: i64,
    steps: NonZeroU32,
    guidance: f64,
    scheduler: &'static dyn Scheduler,
    schedule: &'static dyn SigmaSchedule,
    noise: &'static dyn NoiseSource,
    emphasis: Emphasis,
    skipped_layers: u32,
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
            tile: params.int(&TILE),
            steps: steps.ok_or_else(|| refused(&STEPS))?,
            guidance: params.float(&GUIDANCE),
            scheduler: scheduler.ok_or_else(|| refused(&scheduler::PARAM))?,
            schedule: schedule.ok_or_else(|| refused(&schedule::PARAM))?,
            noise: noise.ok_or_else(|| refused(&noise::PARAM))?,
            emphasis: emphasis.ok_or_else(|| refused(&EMPHASIS))?,
            skipped_layers: skipped_layers(params),
        })
    }

    fn hearing(&self, plan: &Plan, denoiser: &Denoiser) -> Hearing {
        let steps = NonZeroU32::new(plan.steps() as u32);
        Hearing {
            steps: steps.unwrap_or(NonZeroU32::MIN),
            guidance: denoiser.scale_between_answers(self.guidance),
            emphasis: self.emphasis,
            skipped_layers: self.skipped_layers,
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
