//! `maquette runtime`: fetching ONNX Runtime, and where it is.

use clap::{Args, Subcommand};
use indicatif::{ProgressBar, ProgressStyle};

use crate::files::Folders;
use crate::runtime::{self, InstallOutcome, Installer, ONNX_RUNTIME, WEBGPU_PLUGIN};
use crate::settings::load_settings;

use super::console::Console;
use super::exit::{Exit, Stop};
use super::interrupt::cancel_on_interrupt;

/// Fetch ONNX Runtime, which runs the models, or say where it is.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Fetch ONNX Runtime and its provider for graphics cards, where they are not there yet.
    Install,
    /// Print the path of the library that is used.
    Path,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    match arguments.command {
        Command::Install => install(&folders)?,
        Command::Path => {}
    }
    let setting = load_settings(&folders).0.runtime;
    let location = runtime::locate(setting.as_deref(), &folders)
        .map_err(|error| Stop::explaining(Exit::RuntimeMissing, &error))?;
    Ok(console.print(&location.library.display().to_string())?)
}

fn install(folders: &Folders) -> Result<(), Stop> {
    let cancel = cancel_on_interrupt()?;
    let bar = ProgressBar::new(0);
    let style = "{msg} {wide_bar} {bytes}/{total_bytes} {eta}";
    if let Ok(style) = ProgressStyle::with_template(style) {
        bar.set_style(style);
    }
    let packages = [&ONNX_RUNTIME, &WEBGPU_PLUGIN];
    let outcome = Installer::new(folders).install(&packages, &cancel, &mut |progress| {
        bar.set_message(progress.package);
        bar.set_length(progress.total_bytes);
        bar.set_position(progress.done_bytes);
    });
    bar.finish_and_clear();
    match outcome {
        Ok(InstallOutcome::Ready { .. }) => Ok(()),
        Ok(InstallOutcome::Cancelled) => Err(Stop::cancelled()),
        Err(error) => Err(Stop::explaining(Exit::RuntimeMissing, &error)),
    }
}
