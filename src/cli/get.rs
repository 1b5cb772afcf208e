//! `maquette get`: a model from a hub, after a look at what it is.

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::Args;
use indicatif::{DecimalBytes, ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::domain::{CancelToken, Message, Notice, Severity};
use crate::files::Folders;
use crate::hub::{Endpoint, FetchOutcome, Hub, HubError, Plan, Repository};
use crate::models;
use crate::settings::load_settings;

use super::console::Console;
use super::exit::{Exit, Stop};
use super::interrupt::cancel_on_interrupt;

/// Get a model from a hub: show its files and their sizes, ask, and fetch it.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The repository, such as `owner/name`, with `@` and a branch, tag or commit if need be.
    #[arg(value_name = "REPOSITORY[@REVISION]")]
    repository: String,
    /// The folder of the repository that the model is in.
    #[arg(long, value_name = "FOLDER")]
    folder: Option<String>,
    /// The folder with models to put it into.
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    /// Show what would be fetched, and fetch nothing.
    #[arg(long)]
    list: bool,
    /// Fetch it without asking.
    #[arg(long, short)]
    yes: bool,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let root = match &arguments.into {
        Some(root) => std::path::absolute(root)?,
        None => folders.data.join("models"),
    };
    let repository: Repository = arguments.repository.parse()?;
    let hub = Hub::at(Endpoint::find()?);
    let listing = hub.list(&repository, &CancelToken::default())?;
    let plan = Plan::choose(&listing, arguments.folder.as_deref(), &root)?;
    let mut state = State::Listed;
    if !arguments.json {
        show(&plan, console)?;
    }
    if !arguments.list {
        if !plan.is_here() && !arguments.yes {
            ask(console)?;
        }
        fetch(&hub, &plan)?;
        state = State::Ready;
    }
    if arguments.json {
        return Ok(console.print_json(&report(&plan, state))?);
    }
    if !arguments.list {
        tell_where(&plan, &folders, console)?;
    }
    Ok(())
}

/// Prints what it is, every file, and what room it takes.
fn show(plan: &Plan, console: &mut Console<'_>) -> Result<(), Stop> {
    let about = Message::new("hub-about")
        .with("repository", &plan.repository)
        .with("commit", &plan.commit[..10])
        .with("licence", &plan.licence.id)
        .with("page", &plan.page);
    console.print_message(&about)?;
    let mut files: Vec<_> = plan.files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    for file in files {
        console.print(&format!(
            "{:>12}  {}",
            DecimalBytes(file.bytes).to_string(),
            file.path
        ))?;
    }
    let free_bytes = plan.free_bytes()?;
    let total = Message::new("hub-total")
        .with_number("count", plan.files.len() as f64)
        .with("size", DecimalBytes(plan.bytes()))
        .with("here", DecimalBytes(plan.received_bytes()))
        .with("free", DecimalBytes(free_bytes))
        .with("path", plan.root.display());
    Ok(console.print_message(&total)?)
}

/// Asks whether to fetch it; a no is a cancel.
fn ask(console: &mut Console<'_>) -> Result<(), Stop> {
    if !io::stdin().is_terminal() {
        return Err(Stop::saying(
            Exit::BadArguments,
            Message::new("error-hub-nobody-to-ask"),
        ));
    }
    console.tell(&Notice::new(Severity::Info, Message::new("hub-ask")));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    let is_yes = ["y", "yes", "д", "да"].contains(&answer.trim().to_lowercase().as_str());
    if is_yes {
        Ok(())
    } else {
        Err(Stop::cancelled())
    }
}

fn fetch(hub: &Hub, plan: &Plan) -> Result<(), Stop> {
    let cancel = cancel_on_interrupt()?;
    let bar = ProgressBar::new(plan.bytes());
    let style = "{msg} {wide_bar} {decimal_bytes}/{decimal_total_bytes} {eta}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    let outcome = hub.fetch(plan, &cancel, &mut |progress| {
        bar.set_message(plan.files[progress.file].path.clone());
        bar.set_position(progress.done_bytes);
    });
    bar.finish_and_clear();
    match outcome? {
        FetchOutcome::Ready(_) => Ok(()),
        FetchOutcome::Stopped => {
            let kept = Message::new("hub-kept")
                .with("size", DecimalBytes(plan.received_bytes()))
                .with("path", plan.incoming().display());
            Err(Stop {
                exit: Exit::Cancelled,
                notice: Notice::new(Severity::Info, kept),
            })
        }
    }
}

/// Says where the model is, and whether it will be found there.
fn tell_where(plan: &Plan, folders: &Folders, console: &mut Console<'_>) -> Result<(), Stop> {
    let target = plan.target();
    let ready = Message::new("hub-ready")
        .with("model", plan.model_id())
        .with("path", target.display());
    console.print_message(&ready)?;
    let settings = load_settings(folders).0;
    if !models::roots(folders, &settings.model_dirs).contains(&plan.root) {
        let unseen = Message::new("hub-unseen").with("path", plan.root.display());
        console.tell(&Notice::new(Severity::Warning, unseen));
    }
    Ok(())
}

impl From<HubError> for Stop {
    fn from(error: HubError) -> Self {
        let exit = if matches!(
            error,
            HubError::BadRepository { .. } | HubError::BadEndpoint { .. }
        ) {
            Exit::BadArguments
        } else if error.is_refusal() {
            Exit::Refused
        } else {
            Exit::Failed
        };
        Self::explaining(exit, &error)
    }
}

/// How far it went.
#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum State {
    Listed,
    Ready,
}

#[derive(Serialize)]
struct Report<'a> {
    state: State,
    repository: &'a str,
    revision: &'a str,
    commit: &'a str,
    folder: &'a str,
    model: String,
    licence: &'a str,
    gated: bool,
    page: &'a str,
    path: PathBuf,
    total_bytes: u64,
    received_bytes: u64,
    free_bytes: Option<u64>,
    files: Vec<FileReport<'a>>,
}

#[derive(Serialize)]
struct FileReport<'a> {
    path: &'a Path,
    bytes: u64,
    hash: String,
}

fn report(plan: &Plan, state: State) -> Report<'_> {
    let files = plan.files.iter().map(|file| FileReport {
        path: Path::new(&file.path),
        bytes: file.bytes,
        hash: file.checksum.to_string(),
    });
    let received_bytes = match state {
        State::Listed => plan.received_bytes(),
        State::Ready => plan.bytes(),
    };
    Report {
        state,
        repository: plan.repository.id(),
        revision: plan.repository.revision(),
        commit: &plan.commit,
        folder: &plan.folder,
        model: plan.model_id(),
        licence: &plan.licence.id,
        gated: plan.is_gated,
        page: &plan.page,
        path: plan.target(),
        total_bytes: plan.bytes(),
        received_bytes,
        free_bytes: plan.free_bytes().ok(),
        files: files.collect(),
    }
}
