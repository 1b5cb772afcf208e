//! A model and an engine to measure with.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use crate::domain::{
    CancelToken, JobId, Message, ParamValue, Picture, Progress, Prompt, Request, STEPS, Seed, Task,
};
use crate::files::Folders;
use crate::jobs::{Command, Job, Outcome, Update, Worker};
use crate::pipeline::ModelInfo;
use crate::runtime::ProviderId;
use crate::settings::load_settings;

use super::super::exit::{Exit, Stop};
use super::super::generate::{provider, start_worker};
use super::super::model_choice;

/// Steps of the job that is measured.
const STEPS_PER_JOB: u32 = 20;

/// The worker of the window, with the engine of the window.
pub(super) struct Rig {
    pub(super) model: ModelInfo,
    pub(super) provider: ProviderId,
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
}

impl Rig {
    /// Starts an engine; nothing is loaded yet.
    pub(super) fn new(model: Option<&str>, named: Option<&str>) -> Result<Self, Stop> {
        let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
        let settings = load_settings(&folders).0;
        Ok(Self {
            model: model_choice::choose(model, &folders, &settings)?,
            provider: provider(named, &settings)?,
            worker: start_worker(&settings, false)?,
            jobs: 0,
        })
    }

    /// Runs a job of one picture; `on_step` hears of each step and may cancel.
    pub(super) fn run(
        &mut self,
        cancel: &CancelToken,
        on_step: &mut dyn FnMut(u32),
    ) -> Result<Ran, Stop> {
        let job = self.job()?;
        let started = Instant::now();
        let mut ran = Ran {
            elapsed: Duration::ZERO,
            picture: None,
            last_step: Duration::ZERO,
        };
        let run = Command::Run(Box::new(job), cancel.clone());
        self.worker
            .commands()
            .send(run)
            .map_err(std::io::Error::other)?;
        for event in self.worker.events() {
            match event.update {
                Update::Progress(Progress::Step { done, .. }) => {
                    ran.last_step = started.elapsed();
                    on_step(done);
                }
                Update::Progress(_) | Update::Notice(_) => {}
                Update::Picture(picture) => ran.picture = Some(*picture),
                Update::Finished(Outcome::Failed(failure)) => return Err(failure.into()),
                Update::Finished(Outcome::Done | Outcome::Cancelled) => {
                    ran.elapsed = started.elapsed();
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
            size: self.model.sizes.default,
            seed: Seed(self.jobs),
            count: NonZeroU32::MIN,
            params: self.model.defaults.clone(),
            parents: Vec::new(),
            task: Task::Create,
        };
        let steps = ParamValue::Int(i64::from(STEPS_PER_JOB));
        request.params.set(STEPS.id, steps);
        self.model.settle(&mut request)?;
        Ok(Job {
            id: JobId(self.jobs),
            request,
            model: self.model.path.clone(),
            provider: self.provider.clone(),
        })
    }
}
