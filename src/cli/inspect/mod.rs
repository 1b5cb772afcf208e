//! `maquette inspect`: what a folder holds, whether it runs, and what is to be done.

mod json;
mod table;
mod text;

use std::path::PathBuf;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::doctor::{Report, Verdict, examine, probe};
use crate::domain::{Message, PixelSize};
use crate::engine::Child;
use crate::files::Folders;
use crate::pipeline::{FAMILIES, choose_family};
use crate::runtime::ProviderId;
use crate::settings::load_settings;

use super::console::Console;
use super::exit::{Exit, Stop};
use super::generate::provider;
use super::interrupt::cancel_on_interrupt;

/// How a choice of a family is forgotten.
const AUTOMATIC: &str = "auto";

/// Look at a model's folder: what it holds, whether it runs, and what is missing.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// The folder.
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Take the model for one of this family from now on, everywhere; `auto` has it recognised.
    #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(choices()))]
    family: Option<String>,
    /// Reckon the memory for pictures of this size, such as 512x768 [default: the model's].
    #[arg(long, value_name = "WxH")]
    size: Option<PixelSize>,
    /// Draw one step of the smallest picture, too, and see whether its numbers are sound.
    #[arg(long)]
    probe: bool,
    /// What that step runs on, as `maquette providers` names it [default: the settings', else the
    /// best].
    #[arg(long, value_name = "ID", requires = "probe")]
    provider: Option<String>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    if let Some(family) = arguments.family.as_deref() {
        let id = (family != AUTOMATIC).then_some(family);
        choose_family(&arguments.folder, id)?;
    }
    let mut report = examine(&arguments.folder, arguments.size);
    let tried = if arguments.probe {
        try_a_step(arguments, &mut report, console)
    } else {
        Ok(())
    };
    if arguments.json {
        let object = json::object(&report, arguments.probe, console.strings());
        console.print_json(&object)?;
    } else {
        for line in text::lines(&report, arguments.probe, console.strings()) {
            console.print(&line)?;
        }
    }
    tried?;
    match report.verdict() {
        Verdict::Runs | Verdict::RunsWithRemarks => Ok(()),
        Verdict::DoesNotRun => Err(refused(&report, console)),
    }
}

/// The families, and that none is chosen.
fn choices() -> impl Iterator<Item = &'static str> {
    let families = FAMILIES.iter().map(|family| family.id());
    std::iter::once(AUTOMATIC).chain(families)
}

fn try_a_step(
    arguments: &Arguments,
    report: &mut Report,
    console: &mut Console<'_>,
) -> Result<(), Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let (settings, notice) = load_settings(&folders);
    if let Some(notice) = notice {
        console.tell(&notice);
    }
    let provider: ProviderId = provider(arguments.provider.as_deref(), &settings)?;
    let config = settings.engine_config();
    let cancel = cancel_on_interrupt()?;
    let mut engine = Child::new(std::env::current_exe()?, config);
    probe(report, &mut engine, &provider, &cancel)?;
    if cancel.is_cancelled() && report.verdict() != Verdict::DoesNotRun {
        return Err(Stop::cancelled());
    }
    Ok(())
}

/// Says the first cause on the other side, too, for those who read the exit code.
fn refused(report: &Report, console: &Console<'_>) -> Stop {
    let cause = report.first_cause();
    let reason = cause.map_or_else(String::new, |cause| console.strings().message(&cause.what));
    let exit = match report.probe {
        Some(false) => Exit::Failed,
        Some(true) | None => Exit::Refused,
    };
    let headline = Message::new("doctor-first-cause")
        .with("folder", report.folder.display())
        .with("reason", reason);
    Stop::saying(exit, headline)
}
