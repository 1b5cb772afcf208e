//! A test step, in a process that may die.

use std::num::NonZeroU32;
use std::path::Path;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, bounded};

use crate::domain::{
    CancelToken, Explain as _, JobId, Message, Notice, ParamValue, Params, PixelSize, Prompt,
    Remedy, Request, STEPS, Seed, Severity, Task,
};
use crate::jobs::{Engine, Failure, Job, Outcome};
use crate::models::ModelFolder;
use crate::pipeline::{self, FailureKind, ModelInfo, PipelineError};
use crate::runtime::ProviderId;

use super::finding::Finding;
use super::report::{Report, Verdict};

/// How long the step may take, the loading of the model included.
const PATIENCE: Duration = Duration::from_mins(5);

/// Draws the smallest picture in one step, and adds to the report what came of it.
///
/// **Give it an engine in a process of its own**: a damaged graph can end the process.
/// The model is not tried where the report says that it does not run.
/// Fails where ONNX Runtime or the provider is missing, of which the model is innocent.
pub fn probe(
    report: &mut Report,
    engine: &mut dyn Engine,
    provider: &ProviderId,
    cancel: &CancelToken,
) -> Result<(), Failure> {
    if report.verdict() == Verdict::DoesNotRun {
        return Ok(());
    }
    let folder = ModelFolder::open(&report.folder).map_err(PipelineError::from);
    let info = folder.and_then(|folder| pipeline::describe(&folder));
    let job = info
        .and_then(|info| smallest_job(&info, provider))
        .map_err(|error| failure(&error))?;
    let outcome = run(engine, &job, cancel)?;
    match outcome {
        Outcome::Done => report.probe = Some(true),
        Outcome::Cancelled => {}
        Outcome::Failed(failure) if is_innocent(&failure) => return Err(failure),
        Outcome::Failed(failure) => {
            report.probe = Some(false);
            report.find([finding(failure.notice, &report.folder)]);
        }
    }
    Ok(())
}

/// A runtime or a provider that is missing is no fault of the model.
fn is_innocent(failure: &Failure) -> bool {
    failure.kind == FailureKind::RuntimeMissing || failure.notice.remedy == Some(Remedy::UseCpu)
}

fn smallest_job(info: &ModelInfo, provider: &ProviderId) -> Result<Job, PipelineError> {
    let mut params = Params::default();
    params.set(STEPS.id, ParamValue::Int(1));
    let side = info.sizes.min_side;
    let smallest = PixelSize::new(side, side);
    let mut request = Request {
        model: info.id.clone(),
        prompt: Prompt::default(),
        size: info.sizes.nearest(smallest.unwrap_or(info.sizes.default)),
        task: Task::Create,
        seed: Seed(0),
        count: NonZeroU32::MIN,
        params,
        parents: Vec::new(),
    };
    info.settle(&mut request)?;
    Ok(Job {
        id: JobId(1),
        request,
        model: info.path.clone(),
        provider: provider.clone(),
        fingerprint: None,
    })
}

/// Runs the job until its end, a cancel, or the end of our patience.
fn run(engine: &mut dyn Engine, job: &Job, cancel: &CancelToken) -> Result<Outcome, Failure> {
    let (ended, end) = bounded::<()>(1);
    let impatient = cancel.clone();
    let watch = thread::Builder::new().name("probe-patience".to_owned());
    let watch = watch.spawn(move || {
        let is_late = end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout);
        if is_late {
            impatient.cancel();
        }
        is_late
    });
    let watch = watch.map_err(|error| Failure {
        kind: FailureKind::Running,
        notice: Notice::new(Severity::Error, Message::new("error-engine-not-started"))
            .caused_by(&error),
    })?;
    let outcome = engine.run(job, cancel, &mut |_| {});
    drop(ended);
    if !watch.join().unwrap_or(false) {
        return Ok(outcome);
    }
    let minutes = (PATIENCE.as_secs() / 60) as f64;
    let what = Message::new("doctor-probe-too-long").with_number("minutes", minutes);
    Ok(Outcome::Failed(Failure {
        kind: FailureKind::Running,
        notice: Notice::new(Severity::Error, what),
    }))
}

fn finding(notice: Notice, folder: &Path) -> Finding {
    Finding {
        details: notice.details,
        ..Finding::new(Severity::Error, notice.headline)
    }
    .about(folder)
}

fn failure(error: &PipelineError) -> Failure {
    Failure {
        kind: error.kind(),
        notice: error.explain(),
    }
}
