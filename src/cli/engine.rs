//! `maquette engine`: the process in which models run; started by Maquette itself.

use std::fs::File;
use std::io::{self, BufWriter};

use clap::Args;

use crate::engine;

use super::exit::{Exit, Stop};

/// Run jobs that come in by standard input.
#[derive(Debug, Args)]
pub(super) struct Arguments {}

pub(super) fn run(_arguments: &Arguments) -> Result<(), Stop> {
    let mut output = BufWriter::new(take_stdout()?);
    engine::serve(io::stdin(), &mut output).map_err(|error| Stop::explaining(Exit::Failed, &error))
}

/// Takes standard output for the frames alone: whatever a driver prints goes to standard error.
#[cfg(unix)]
fn take_stdout() -> io::Result<File> {
    use std::os::fd::AsFd as _;

    let frames = io::stdout().as_fd().try_clone_to_owned()?;
    rustix::stdio::dup2_stdout(io::stderr())?;
    Ok(frames.into())
}

/// Drivers under Windows print nothing: their programs have no console.
#[cfg(windows)]
fn take_stdout() -> io::Result<File> {
    use std::os::windows::io::AsHandle as _;

    Ok(io::stdout().as_handle().try_clone_to_owned()?.into())
}
