//! `maquette generate`: a prompt in, pictures out.

use std::io;
use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use clap::Args;
use uuid::Uuid;

use crate::domain::{
    CancelToken, JobId, Message, Picture, PixelSize, Prompt, Request, Seed, Source, Strength, Task,
};
use crate::engine::{self, Engine};
use crate::files::{Folders, write_atomically};
use crate::imaging::picture_size;
use crate::jobs::{Command, Job, Outcome, Update, Worker};
use crate::pipeline::{ModelInfo, PipelineError};
use crate::provenance;
use crate::runtime::{Provider, ProviderId};
use crate::settings::{Settings, load_model_notes, load_settings};

use super::console::Console;
use super::exit::{Exit, Stop};
use super::interrupt::cancel_on_interrupt;
use super::model_choice;
use super::param_args::ParamArgs;
use super::progress::Bar;
use super::report::Report;
use super::target::{self, Target};

/// Draw pictures from a prompt.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What the picture should show; "" lets the model draw what it likes.
    prompt: String,
    /// A PNG file, or a folder in which files are named by prompt and seed [default: this folder].
    #[arg(short, long, value_name = "FILE_OR_DIR")]
    output: Option<PathBuf>,
    /// The model, as `maquette models` names it, or its folder [default: the first one].
    #[arg(long, value_name = "ID_OR_DIR")]
    model: Option<String>,
    /// What the picture should keep away from.
    #[arg(long, value_name = "TEXT", default_value = "")]
    negative: String,
    /// The seed of the first picture; the others count on [default: random].
    #[arg(long, value_name = "N")]
    seed: Option<Seed>,
    /// A picture to start from instead of noise; its middle is used where the shape differs.
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,
    /// How far to go from that picture, from 0.01 to 1.
    #[arg(long, value_name = "S", requires = "init", default_value_t)]
    strength: Strength,
    /// A picture of the same shape that is white where that picture may become another; only for
    /// models that repaint.
    #[arg(long, value_name = "FILE", requires = "init")]
    mask: Option<PathBuf>,
    /// How many pictures.
    #[arg(long, value_name = "N", default_value = "1")]
    count: NonZeroU32,
    /// The size in pixels, such as 512x768 [default: the model's].
    #[arg(long, value_name = "WxH")]
    size: Option<PixelSize>,
    #[command(flatten)]
    params: ParamArgs,
    /// What the model runs on, as `maquette providers` names it [default: the settings', else the
    /// best].
    #[arg(long, value_name = "ID")]
    provider: Option<String>,
    /// Print one JSON object: files, recipes, and the time of each stage.
    #[arg(long)]
    json: bool,
    /// Run the model in this process; if it crashes, so does the command.
    #[arg(long)]
    in_process: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let started = Instant::now();
    let mut report = Report::default();
    let end = draw(arguments, console, &mut report);
    if arguments.json {
        report.close(&end, started.elapsed().as_secs_f64(), console);
        console.print_json(&report)?;
    }
    end
}

/// A provider by its id; refuses those that do not exist anywhere.
pub(super) fn provider(named: Option<&str>, settings: &Settings) -> Result<ProviderId, Stop> {
    let id = ProviderId::new(named.unwrap_or(&settings.provider));
    if id.as_str() != ProviderId::AUTO {
        Provider::from_id(&id).map_err(|error| Stop::explaining(Exit::BadArguments, &error))?;
    }
    Ok(id)
}

/// A worker with an engine that is ready for jobs.
pub(super) fn start_worker(settings: &Settings, in_process: bool) -> Result<Worker, Stop> {
    let config = settings.engine_config();
    let engine: Box<dyn Engine> = if in_process {
        Box::new(engine::InProcess::new(config))
    } else {
        Box::new(engine::Child::new(std::env::current_exe()?, config))
    };
    Ok(Worker::start(engine, Arc::new(|| {}))?)
}

fn draw(arguments: &Arguments, console: &mut Console<'_>, report: &mut Report) -> Result<(), Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let (settings, settings_trouble) = load_settings(&folders);
    let (notes, notes_trouble) = load_model_notes(&folders);
    for notice in settings_trouble.into_iter().chain(notes_trouble) {
        console.tell(&notice);
        report.note(&notice, console);
    }
    let mut model = model_choice::choose(arguments.model.as_deref(), &folders, &settings)?;
    notes.overlay(&mut model);
    let job = Job {
        id: JobId(1),
        request: request(arguments, &model)
            .map_err(|error| Stop::explaining(Exit::BadArguments, &error))?,
        model: model.path.clone(),
        provider: provider(arguments.provider.as_deref(), &settings)?,
        fingerprint: notes.fingerprint(&model).map(str::to_owned),
    };
    let target = Target::open(arguments.output.as_deref())?;
    let cancel = cancel_on_interrupt()?;
    let worker = start_worker(&settings, arguments.in_process)?;

    let bar = Bar::new(console.strings(), &model.name, arguments.count.get());
    let run = Command::Run(Box::new(job.clone()), cancel.clone());
    worker.commands().send(run).map_err(io::Error::other)?;
    let mut press = Press {
        request: &job.request,
        target,
        prints_files: !arguments.json,
        bar: &bar,
        console,
        report,
        pictures: 0,
    };
    let end = press.follow(&worker, &cancel);
    bar.clear();
    end
}

fn request(arguments: &Arguments, model: &ModelInfo) -> Result<Request, PipelineError> {
    let mut request = Request {
        model: model.id.clone(),
        prompt: Prompt {
            text: arguments.prompt.clone(),
            negative: arguments.negative.clone(),
        },
        size: size(arguments, model)?,
        task: task(arguments),
        seed: arguments.seed.unwrap_or_else(fresh_seed),
        count: arguments.count,
        params: arguments.params.read(model)?,
        parents: Vec::new(),
    };
    model.settle(&mut request)?;
    Ok(request)
}

/// The size that was named, else one of the shape of the picture to start from, else the model's.
fn size(arguments: &Arguments, model: &ModelInfo) -> Result<PixelSize, PipelineError> {
    match (arguments.size, &arguments.init) {
        (Some(size), _) => Ok(size),
        (None, Some(init)) => Ok(model.sizes.shaped_like(picture_size(init)?)),
        (None, None) => Ok(model.sizes.default),
    }
}

fn task(arguments: &Arguments) -> Task {
    let Some(file) = &arguments.init else {
        return Task::Create;
    };
    Task::Vary {
        source: source(file),
        strength: arguments.strength,
        mask: arguments.mask.as_deref().map(source),
    }
}

/// A picture of any contents.
fn source(file: &Path) -> Source {
    Source {
        file: std::path::absolute(file).unwrap_or_else(|_error| file.to_owned()),
        sha256: None,
    }
}

/// A random seed, short enough to be written down.
fn fresh_seed() -> Seed {
    let (random, ..) = Uuid::new_v4().as_fields();
    Seed(u64::from(random))
}

/// Takes what the worker tells about a job and turns it into files and words.
struct Press<'a, 'console> {
    request: &'a Request,
    target: Target,
    prints_files: bool,
    bar: &'a Bar,
    console: &'a mut Console<'console>,
    report: &'a mut Report,
    /// Pictures written so far.
    pictures: u32,
}

impl Press<'_, '_> {
    /// Follows the job to its end; a picture that cannot be written stops it.
    fn follow(&mut self, worker: &Worker, cancel: &CancelToken) -> Result<(), Stop> {
        let mut trouble = None;
        for event in worker.events() {
            match event.update {
                Update::Progress(progress) => self.bar.absorb(&progress),
                Update::Notice(notice) => {
                    self.bar.suspend(|| self.console.tell(&notice));
                    self.report.note(&notice, self.console);
                }
                Update::Picture(picture) => {
                    if let Err(stop) = self.keep(&picture) {
                        cancel.cancel();
                        trouble.get_or_insert(stop);
                    }
                }
                Update::Finished(outcome) => return trouble.map_or_else(|| end(outcome), Err),
            }
        }
        Err(Stop::saying(Exit::Failed, Message::new("error-jobs-bug")))
    }

    fn keep(&mut self, picture: &Picture) -> Result<(), Stop> {
        let started = Instant::now();
        let request = self.request;
        let seed = picture.recipe.seed;
        let count = request.count.get();
        let path = self
            .target
            .path(&request.prompt.text, seed, self.pictures, count);
        write_atomically(&path, |file| {
            provenance::write_png(file, &picture.pixels, &picture.recipe)
        })
        .map_err(|error| target::refused(&path, &error))?;
        self.pictures += 1;
        self.report
            .add(&path, picture, started.elapsed().as_secs_f64());
        if self.prints_files {
            let line = path.display().to_string();
            let mut printed = Ok(());
            self.bar.suspend(|| printed = self.console.print(&line));
            printed?;
        }
        Ok(())
    }
}

fn end(outcome: Outcome) -> Result<(), Stop> {
    match outcome {
        Outcome::Done => Ok(()),
        Outcome::Cancelled => Err(Stop::cancelled()),
        Outcome::Failed(failure) => Err(failure.into()),
    }
}
