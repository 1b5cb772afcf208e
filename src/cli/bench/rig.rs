//! A model and an engine to measure with.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::domain::{
    CancelToken, JobId, Message, ParamValue, Picture, PixelSize, Progress, Prompt, Request, STEPS,
    Seed, Task,
};
use crate::files::Folders;
use crate::jobs::{Command, Job, Outcome, Update, Worker};
use crate::pipeline::ModelInfo;
use crate::runtime::ProviderId;
use crate::settings::load_settings;

use super::super::exit::{Exit, Stop};
use super::super::generate::{provider, start_worker};
use super::super::model_choice;
use super::Arguments;

/// The worker of the window, with the engine of the window.
pub(super) struct Rig {
    pub(super) model: ModelInfo,
    pub(super) provider: ProviderId,
    pub(super) size: PixelSize,
    pub(super) steps: u32,
    /// Of the last job that was not cancelled.
    pub(super) step_secs: f64,
    worker: Worker,
    jobs: u64,
}

/// A job that ended.
pub(super) struct Ran {
    /// From the command to the end.
    pub(super) elapsed: Duration,
    /// The last picture; none after a cancel.
    pub(super) picture: Option<Picture>,
    /// When the last step was told, from the command.
    pub(super) last_step: Duration,
    /// When the cancel was asked for, from the command.
    pub(super) cancelled: Option<Duration>,
}

impl Rig {
    /// Starts an engine; nothing is loaded yet.
    pub(super) fn new(arguments: &Arguments) -> Result<Self, Stop> {
        let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
        let settings = load_settings(&folders).0;
        let model = model_choice::choose(arguments.model.as_deref(), &folders, &settings)?;
        Ok(Self {
            size: arguments.size.unwrap_or(model.sizes.default),
            steps: arguments.steps,
            step_secs: 0.0,
            model,
            provider: provider(arguments.provider.as_deref(), &settings)?,
            worker: start_worker(&settings, false)?,
            jobs: 0,
        })
    }

    /// Bytes of the weights that a job uses which starts from nothing.
    pub(super) fn weight_bytes(&self) -> u64 {
        self.model.weights.lasting()
    }

    /// Lets go of the model, so that the next job loads it.
    pub(super) fn unload(&self) -> Result<(), Stop> {
        let sent = self.worker.commands().send(Command::Unload);
        Ok(sent.map_err(std::io::Error::other)?)
    }

    /// Runs a job of one picture; `on_step` hears of each step and may cancel.
    pub(super) fn run(
        &mut self,
        cancel: &CancelToken,
        on_step: &mut dyn FnMut(u32),
    ) -> Result<Ran, Stop> {
        self.follow(cancel, &mut |progress| {
            if let Progress::Step { done, .. } = progress {
                on_step(*done);
            }
        })
    }

    /// Runs a job of one picture; `on_progress` hears how far it is and may cancel.
    pub(super) fn follow(
        &mut self,
        cancel: &CancelToken,
        on_progress: &mut dyn FnMut(&Progress),
    ) -> Result<Ran, Stop> {
        let job = self.job()?;
        let started = Instant::now();
        let mut ran = Ran {
            elapsed: Duration::ZERO,
            picture: None,
            last_step: Duration::ZERO,
            cancelled: None,
        };
        let run = Command::Run(Box::new(job), cancel.clone());
        self.worker
            .commands()
            .send(run)
            .map_err(std::io::Error::other)?;
        for event in self.worker.events() {
            match event.update {
                Update::Progress(progress) => {
                    if matches!(progress, Progress::Step { .. }) {
                        ran.last_step = started.elapsed();
                    }
                    on_progress(&progress);
                    if cancel.is_cancelled() {
                        ran.cancelled.get_or_insert_with(|| started.elapsed());
                    }
                }
                Update::Notice(_) => {}
                Update::Picture(picture) => ran.picture = Some(*picture),
                Update::Finished(Outcome::Failed(failure)) => return Err(failure.into()),
                Update::Finished(Outcome::Done | Outcome::Cancelled) => {
                    ran.elapsed = started.elapsed();
                    if let Some(picture) = &ran.picture {
                        let steps = &picture.timings.step_secs;
                        self.step_secs = steps.iter().sum::<f64>() / steps.len().max(1) as f64;
                    }
                    return Ok(ran);
                }
            }
        }
        Err(Stop::saying(Exit::Failed, Message::new("error-jobs-bug")))
    }

    fn job(&mut self) -> Result<Job, Stop> {
        self.jobs += 1;
        let mut request = Request {
            model: self.model.id.clone(),
            prompt: Prompt {
                text: "a red lighthouse on a cliff by the sea at sunset".to_owned(),
                negative: String::new(),
            },
            size: self.size,
            seed: Seed(self.jobs),
            count: NonZeroU32::MIN,
            params: self.model.defaults.clone(),
            parents: Vec::new(),
            task: Task::Create,
        };
        let steps = ParamValue::Int(i64::from(self.steps));
        request.params.set(STEPS.id, steps);
        self.model.settle(&mut request)?;
        Ok(Job {
            id: JobId(self.jobs),
            request,
            model: self.model.path.clone(),
            provider: self.provider.clone(),
            fingerprint: None,
        })
    }
}
