//! Runs jobs in the thread that asks for it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::{AdapterError, AdapterFolders, AdapterSet, AdapterShelf};
use crate::diffusion::picture_request;
use crate::domain::{
    CancelToken, EngineStatus, Explain as _, Message, Notice, Picture, Progress, Request, Severity,
};
use crate::files::Folders;
use crate::jobs::{Engine, EngineConfig, Failure, Job, Outcome, Update};
use crate::models::{ModelError, ModelFolder};
use crate::pipeline::{self, FailureKind, Monitor, Pipeline, PipelineError};
use crate::prompt::{DynamicError, Lane, Wildcards, resolve};
use crate::runtime::{self, Runtime, default_budget_bytes};

use super::cache::{Key, ModelCache, Stamp};
use super::wildcards::WildcardFolder;

/// Owns ONNX Runtime and the models in memory.
///
/// **A model that ends the process ends this one**; [`Child`](super::Child) is the way around it.
pub struct InProcess {
    config: EngineConfig,
    opened: Option<Opened>,
    cache: ModelCache,
}

/// What all jobs need.
struct Opened {
    /// With the budget.
    runtime: Runtime,
    wildcards: WildcardFolder,
    shelf: AdapterShelf,
}

impl InProcess {
    /// Opens nothing yet: the first job does.
    pub fn new(config: EngineConfig) -> Self {
        Self {
            config,
            opened: None,
            cache: ModelCache::default(),
        }
    }
}

impl Engine for InProcess {
    fn run(&mut self, job: &Job, cancel: &CancelToken, tell: &mut dyn FnMut(Update)) -> Outcome {
        let opened = match &mut self.opened {
            Some(opened) => opened,
            none => match open(&self.config) {
                Ok(opened) => none.insert(opened),
                Err(notice) => {
                    return Outcome::Failed(Failure {
                        kind: FailureKind::RuntimeMissing,
                        notice,
                    });
                }
            },
        };
        let mut listener = Listener {
            job,
            is_identified: false,
            cancel,
            tell,
            first_picture: 0,
            cache: &mut self.cache,
        };
        draw(opened, job, &mut listener).into()
    }

    fn configure(&mut self, config: EngineConfig) {
        if config != self.config {
            // What is in memory is for the old budget: a model decides when it is opened whether
            // its parts take turns.
            self.config = config;
            self.cache.clear();
            self.opened = None;
        }
    }

    fn unload(&mut self) {
        self.cache.clear();
    }

    fn readmit(&mut self, _model: &Path) {}
}

/// Passes on what a pipeline tells.
struct Listener<'a> {
    job: &'a Job,
    /// Whether the fingerprint of the model's files was heard.
    is_identified: bool,
    cancel: &'a CancelToken,
    tell: &'a mut dyn FnMut(Update),
    /// Which picture of the job is the first one of the pipeline's run.
    first_picture: u32,
    /// The models that wait.
    cache: &'a mut ModelCache,
}

impl Monitor for Listener<'_> {
    fn cancel(&self) -> &CancelToken {
        self.cancel
    }

    fn report(&mut self, mut progress: Progress) {
        match &mut progress {
            Progress::Step { picture, .. } | Progress::Preview { picture, .. } => {
                *picture += self.first_picture;
            }
            Progress::Loading { .. } | Progress::Ready(_) => {}
        }
        (self.tell)(Update::Progress(progress));
    }

    fn identified(&mut self, fingerprint: &str) {
        // Where memory does not suffice, the model is opened more than once.
        if std::mem::replace(&mut self.is_identified, true) {
            return;
        }
        let known = self.job.fingerprint.as_deref();
        if let Some(known) = known.filter(|known| *known != fingerprint) {
            let folder = self.job.model.display().to_string();
            let change = format!("{folder}: {known} → {fingerprint}");
            let headline = Message::new("notice-model-changed").with("folder", folder);
            let mut notice = Notice::new(Severity::Warning, headline);
            notice.details.push(change);
            self.tell(notice);
        }
    }

    fn deliver(&mut self, picture: Picture) {
        (self.tell)(Update::Picture(Box::new(picture)));
    }

    fn tell(&mut self, notice: Notice) {
        (self.tell)(Update::Notice(notice));
    }

    fn free_memory(&mut self) -> bool {
        self.cache.make_room(0, 0)
    }
}

fn open(config: &EngineConfig) -> Result<Opened, Notice> {
    let folders = Folders::find().map_err(|error| error.explain())?;
    let location = runtime::locate(config.runtime.as_deref(), &folders);
    let location = location.map_err(|error| error.explain())?;
    let runtime = Runtime::open(&location).map_err(|error| error.explain())?;
    let budget_bytes = config.memory_budget_bytes;
    Ok(Opened {
        runtime: runtime.with_budget(budget_bytes.unwrap_or_else(default_budget_bytes)),
        wildcards: WildcardFolder::new(folders.data.join("wildcards")),
        shelf: AdapterShelf::new(AdapterFolders::of(&folders)),
    })
}

fn draw(opened: &mut Opened, job: &Job, listener: &mut Listener<'_>) -> Result<(), PipelineError> {
    let Opened {
        runtime,
        wildcards,
        shelf,
    } = opened;
    // What the prompt lacks is said before the model is loaded.
    let first = resolved(&job.request, 0, wildcards)?;
    let mut wardrobe = Wardrobe {
        shelf,
        model: std::path::absolute(&job.model)
            .map_err(|source| ModelError::reading(source, job.model.clone()))?,
    };
    let adapters = wardrobe.fit(&first, listener)?;
    let provider = runtime.choose(&job.provider)?;
    let stamp = Stamp::of(&job.model);
    let stamp = stamp.map_err(|source| ModelError::reading(source, job.model.clone()))?;
    let key = Key {
        model: job.model.clone(),
        provider: provider.id,
        stamp,
    };
    let taken = listener.cache.take(&key);
    // Parts that were put down are taken up again.
    let budget_bytes = runtime.budget_bytes();
    listener.cache.make_room(key.stamp.bytes(), budget_bytes);
    let mut model = if let Some(model) = taken {
        model
    } else {
        let folder = ModelFolder::open(&job.model)?;
        let runtime = runtime.retouched(Arc::<AdapterSet>::clone(&adapters));
        pipeline::open(&folder, &runtime, &key.provider, listener)?
    };
    listener.report(Progress::Ready(EngineStatus {
        provider: key.provider.to_string(),
        device: provider.device,
        model_bytes: listener.cache.bytes() + model.bytes(),
        budget_bytes,
    }));
    model.wear(&adapters, listener);
    let result = if first.prompt == job.request.prompt {
        model.run(&job.request, listener)
    } else {
        let model = model.as_mut();
        draw_each(&job.request, wildcards, &mut wardrobe, model, listener)
    };
    // After a failure the sessions may be broken, so the model is opened anew.
    if matches!(result, Ok(()) | Err(PipelineError::Cancelled)) {
        listener.cache.put(key, model);
    }
    result
}

/// Draws pictures that have words of their own.
fn draw_each(
    request: &Request,
    wildcards: &dyn Wildcards,
    wardrobe: &mut Wardrobe<'_>,
    model: &mut dyn Pipeline,
    listener: &mut Listener<'_>,
) -> Result<(), PipelineError> {
    for index in 0..request.count.get() {
        listener.first_picture = index;
        let single = resolved(request, index, wildcards)?;
        // For the first picture it was done before the model was opened.
        if index > 0 {
            let adapters = wardrobe.fit(&single, listener)?;
            model.wear(&adapters, listener);
        }
        model.run(&single, listener)?;
    }
    Ok(())
}

/// What fits a model, of the adapters that there are.
struct Wardrobe<'a> {
    shelf: &'a mut AdapterShelf,
    /// The model's folder; absolute.
    model: PathBuf,
}

impl Wardrobe<'_> {
    fn fit(
        &mut self,
        request: &Request,
        listener: &mut Listener<'_>,
    ) -> Result<Arc<AdapterSet>, AdapterError> {
        let tell = &mut |notice| listener.tell(notice);
        let skipped_layers = pipeline::skipped_layers(&request.params);
        self.shelf
            .fit(&request.prompt, skipped_layers, &self.model, tell)
    }
}

/// The request for one picture alone, with the choices of its prompt made by its seed.
fn resolved(
    request: &Request,
    index: u32,
    wildcards: &dyn Wildcards,
) -> Result<Request, DynamicError> {
    let seed = request.seed.of_picture(index);
    let mut single = picture_request(request, index);
    let prompt = &mut single.prompt;
    prompt.text = resolve(&prompt.text, seed, Lane::Prompt, wildcards)?;
    prompt.negative = resolve(&prompt.negative, seed, Lane::Negative, wildcards)?;
    Ok(single)
}
