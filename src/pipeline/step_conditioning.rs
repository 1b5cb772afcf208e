//! What the denoiser listens to in each step.

use std::num::NonZeroU32;

use crate::diffusion::guidance::needs_unconditional;
use crate::domain::{Message, Notice, Request, Severity};
use crate::prompt::{Emphasis, Passage, PromptSchedule, take_adapters};

use super::Monitor;
use super::error::PipelineError;
use super::part::conditioning::{Conditioning, PromptEncoder, Role, Wording};
use super::part::denoiser::Denoiser;

/// A prompt as the denoiser takes it, step by step.
pub(super) struct StepConditioning {
    stages: Vec<Stage>,
    /// The stage of each step.
    of_step: Vec<usize>,
}

/// What is listened to in some steps.
pub(super) struct Stage {
    /// All prompts; the first one is the negative prompt where there is one.
    pub conditioning: Conditioning,
    /// How strongly each prompt pulls, the negative one aside.
    pub weights: Vec<f64>,
}

/// How a prompt is to be heard.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Hearing {
    /// The steps of the run.
    pub steps: NonZeroU32,
    /// The scale of classifier-free guidance.
    pub guidance: f64,
    pub emphasis: Emphasis,
    /// How many layers before the usual one is listened to.
    pub skipped_layers: u32,
}

impl StepConditioning {
    /// Encodes everything that a prompt says in any step, each passage as long as the longest.
    ///
    /// Tells of words that do not fit.
    pub(super) fn encode(
        request: &Request,
        hearing: Hearing,
        encoder: &mut dyn PromptEncoder,
        denoiser: &Denoiser,
        monitor: &mut dyn Monitor,
    ) -> Result<Self, PipelineError> {
        let prompts = Prompts::read(request, hearing);
        let mut reader = Reader {
            chunks: prompts.chunks(encoder, denoiser),
            request,
            emphasis: hearing.emphasis,
            skipped_layers: hearing.skipped_layers,
            encoder,
            denoiser,
            monitor,
            told: Vec::new(),
        };
        let mut places = Vec::new();
        let mut stages = Vec::new();
        let mut of_step = Vec::new();
        for step in 1..=hearing.steps.get() {
            let place = prompts.place(step);
            let known = places.iter().position(|known| *known == place);
            of_step.push(known.unwrap_or(places.len()));
            if known.is_none() {
                places.push(place);
                stages.push(prompts.stage(step, &mut reader)?);
            }
        }
        Ok(Self { stages, of_step })
    }

    /// Whether there is never more than one prompt.
    pub(super) fn is_single(&self) -> bool {
        let mut stages = self.stages.iter();
        stages.all(|stage| stage.conditioning.prompts() == 1)
    }

    /// What is listened to in a step, counted from 1.
    pub(super) fn at(&self, step: u32) -> &Stage {
        let last = self.of_step.len() - 1;
        let place = (step.max(1) as usize - 1).min(last);
        &self.stages[self.of_step[place]]
    }
}

/// What the two texts of a request say.
struct Prompts {
    wanted: PromptSchedule,
    /// `None` where nothing asks for it.
    unwanted: Option<PromptSchedule>,
}

impl Prompts {
    fn read(request: &Request, hearing: Hearing) -> Self {
        // The model wears the adapters already.
        let (wanted, _) = take_adapters(&request.prompt.text);
        let (unwanted, _) = take_adapters(&request.prompt.negative);
        let (steps, reads_weights) = (hearing.steps, hearing.emphasis.reads_weights());
        let wanted = PromptSchedule::composed(&wanted, steps, reads_weights);
        // Prompts are weighed by how far they lead away from the negative one.
        let is_composed = wanted.stages().iter().any(|stage| stage.parts.len() > 1);
        let needs_unwanted = is_composed || needs_unconditional(hearing.guidance);
        Self {
            wanted,
            unwanted: needs_unwanted
                .then(|| PromptSchedule::single(&unwanted, steps, reads_weights)),
        }
    }

    /// As many chunks as the longest passage fills, or as the denoiser takes.
    fn chunks(&self, encoder: &dyn PromptEncoder, denoiser: &Denoiser) -> usize {
        let stages = self.wanted.stages().iter();
        let stages = stages.chain(self.unwanted.iter().flat_map(PromptSchedule::stages));
        let passages = stages.flat_map(|stage| &stage.parts);
        let longest = passages.map(|part| encoder.chunks(&part.passage)).max();
        let most = denoiser.most_tokens().map(|tokens| {
            let chunks = tokens / encoder.chunk_tokens();
            chunks.max(1)
        });
        longest.unwrap_or(1).min(most.unwrap_or(usize::MAX))
    }

    /// Which stages of both texts a step has.
    fn place(&self, step: u32) -> (usize, Option<usize>) {
        let unwanted = self.unwanted.as_ref();
        let unwanted = unwanted.map(|unwanted| unwanted.stage_of_step(step));
        (self.wanted.stage_of_step(step), unwanted)
    }

    fn stage(&self, step: u32, reader: &mut Reader<'_>) -> Result<Stage, PipelineError> {
        let (place, unwanted_place) = self.place(step);
        let mut prompts = Vec::new();
        if let Some((unwanted, place)) = self.unwanted.as_ref().zip(unwanted_place) {
            for part in &unwanted.stages()[place].parts {
                prompts.push(reader.encode(&part.passage, Role::Unwanted)?);
            }
        }
        let parts = &self.wanted.stages()[place].parts;
        for part in parts {
            prompts.push(reader.encode(&part.passage, Role::Wanted)?);
        }
        Ok(Stage {
            conditioning: Conditioning::stacked(&prompts)
                .expect("one encoder gives all prompts of so many chunks one shape"),
            weights: parts.iter().map(|part| part.weight).collect(),
        })
    }
}

/// Encodes passages, and tells once what does not fit.
struct Reader<'a> {
    request: &'a Request,
    emphasis: Emphasis,
    skipped_layers: u32,
    chunks: usize,
    encoder: &'a mut dyn PromptEncoder,
    denoiser: &'a Denoiser,
    monitor: &'a mut dyn Monitor,
    told: Vec<Role>,
}

impl Reader<'_> {
    fn encode(&mut self, passage: &Passage, role: Role) -> Result<Conditioning, PipelineError> {
        let wording = Wording {
            passage,
            role,
            emphasis: self.emphasis,
            skipped_layers: self.skipped_layers,
            chunks: self.chunks,
            size: self.request.size,
        };
        let encoded = self.encoder.encode(&wording, self.monitor.cancel())?;
        if let Some(words) = encoded.cut.filter(|_| !self.told.contains(&role)) {
            self.told.push(role);
            let key = match role {
                Role::Wanted => "notice-prompt-cut",
                Role::Unwanted => "notice-negative-prompt-cut",
            };
            let headline = Message::new(key).with("words", words);
            self.monitor.tell(Notice::new(Severity::Warning, headline));
        }
        self.denoiser.check_conditioning(&encoded.conditioning)?;
        Ok(encoded.conditioning)
    }
}
