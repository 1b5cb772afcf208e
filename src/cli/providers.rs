//! `maquette providers`: what models can run on here.

use std::path::PathBuf;

use clap::Args;

use crate::files::Folders;
use crate::runtime::{self, ProviderId, ProviderInfo, Runtime, RuntimeError};
use crate::settings::load_settings;

use super::console::Console;
use super::exit::{Exit, Stop};

/// List what models can run on here, by device.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Ask this ONNX Runtime [default: the one that is found].
    #[arg(long, value_name = "FILE")]
    runtime: Option<PathBuf>,
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let runtime = open(arguments)?;
    if arguments.json {
        return Ok(console.print_json(&runtime.report())?);
    }
    console.print(&format!("ONNX Runtime {}", runtime.version()))?;
    let chosen = runtime
        .choose(&ProviderId::default())
        .map_err(|error| missing(&error))?
        .id;
    for provider in runtime.providers() {
        let line = line(&provider, provider.id == chosen, console);
        console.print(&line)?;
    }
    Ok(())
}

fn open(arguments: &Arguments) -> Result<Runtime, Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let setting = match &arguments.runtime {
        Some(named) => Some(named.clone()),
        None => load_settings(&folders).0.runtime,
    };
    let location = runtime::locate(setting.as_deref(), &folders)
        .map_err(|error| Stop::explaining(Exit::RuntimeMissing, &error))?;
    Runtime::open(&location).map_err(|error| missing(&error))
}

fn missing(error: &RuntimeError) -> Stop {
    Stop::explaining(Exit::RuntimeMissing, error)
}

/// `*` marks the one that `auto` means.
fn line(provider: &ProviderInfo, is_chosen: bool, console: &Console<'_>) -> String {
    let mark = if is_chosen { '*' } else { ' ' };
    let device = match &provider.why_not {
        None => provider.device.clone(),
        Some(why_not) => format!("— {}", console.strings().message(why_not)),
    };
    format!(
        "{mark} {:<9} {:<9} {device}",
        provider.id.as_str(),
        provider.label
    )
}
