//! Runs jobs in the thread that asks for it.

use std::path::Path;

use crate::domain::{CancelToken, EngineStatus, Explain as _, Notice, Picture, Progress};
use crate::files::Folders;
use crate::jobs::{Engine, EngineConfig, Failure, Job, Outcome, Update};
use crate::models::{ModelError, ModelFolder};
use crate::pipeline::{self, FailureKind, Monitor, PipelineError};
use crate::runtime::{self, Runtime};

use super::cache::{Key, ModelCache, Stamp};

/// Owns ONNX Runtime and the models in memory.
///
/// **A model that ends the process ends this one**; [`Child`](super::Child) is the way around it.
pub struct InProcess {
    config: EngineConfig,
    runtime: Option<Runtime>,
    cache: ModelCache,
}

impl InProcess {
    /// Opens nothing yet: the first job does.
    pub fn new(config: EngineConfig) -> Self {
        Self {
            config,
            runtime: None,
            cache: ModelCache::default(),
        }
    }
}

impl Engine for InProcess {
    fn run(&mut self, job: &Job, cancel: &CancelToken, tell: &mut dyn FnMut(Update)) -> Outcome {
        let runtime = match &mut self.runtime {
            Some(runtime) => runtime,
            none => match open_runtime(&self.config) {
                Ok(runtime) => none.insert(runtime),
                Err(notice) => {
                    return Outcome::Failed(Failure {
                        kind: FailureKind::RuntimeMissing,
                        notice,
                    });
                }
            },
        };
        let mut listener = Listener { cancel, tell };
        draw(runtime, &mut self.cache, job, &mut listener).into()
    }

    fn configure(&mut self, config: EngineConfig) {
        if config != self.config {
            self.config = config;
            self.cache.clear();
            self.runtime = None;
        }
    }

    fn unload(&mut self) {
        self.cache.clear();
    }

    fn readmit(&mut self, _model: &Path) {}
}

/// Passes on what a pipeline tells.
struct Listener<'a> {
    cancel: &'a CancelToken,
    tell: &'a mut dyn FnMut(Update),
}

impl Monitor for Listener<'_> {
    fn cancel(&self) -> &CancelToken {
        self.cancel
    }

    fn report(&mut self, progress: Progress) {
        (self.tell)(Update::Progress(progress));
    }

    fn deliver(&mut self, picture: Picture) {
        (self.tell)(Update::Picture(Box::new(picture)));
    }

    fn tell(&mut self, notice: Notice) {
        (self.tell)(Update::Notice(notice));
    }
}

fn open_runtime(config: &EngineConfig) -> Result<Runtime, Notice> {
    let folders = Folders::find().map_err(|error| error.explain())?;
    let location = runtime::locate(config.runtime.as_deref(), &folders);
    let location = location.map_err(|error| error.explain())?;
    Runtime::open(&location).map_err(|error| error.explain())
}

fn draw(
    runtime: &Runtime,
    cache: &mut ModelCache,
    job: &Job,
    listener: &mut Listener<'_>,
) -> Result<(), PipelineError> {
    let provider = runtime.choose(&job.provider)?;
    let stamp = Stamp::of(&job.model);
    let stamp = stamp.map_err(|source| ModelError::reading(source, job.model.clone()))?;
    let key = Key {
        model: job.model.clone(),
        provider: provider.id,
        stamp,
    };
    let mut opened = if let Some(opened) = cache.take(&key) {
        opened
    } else {
        cache.make_room(key.stamp.bytes());
        let folder = ModelFolder::open(&job.model)?;
        pipeline::open(&folder, runtime, &key.provider, listener)?
    };
    listener.report(Progress::Ready(EngineStatus {
        provider: key.provider.to_string(),
        device: provider.device,
        model_bytes: cache.bytes() + opened.bytes(),
    }));
    let result = opened.run(&job.request, listener);
    // After a failure the sessions may be broken, so the model is opened anew.
    if matches!(result, Ok(()) | Err(PipelineError::Cancelled)) {
        cache.put(key, opened);
    }
    result
}
