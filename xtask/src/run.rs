//! `cargo xtask run` and `cargo xtask bench`: from a fresh clone to the running program.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;
use std::process::{Command, ExitCode};

use crate::shell::{self, Result};

/// Builds the program, gets ONNX Runtime where it is missing, and runs the program.
pub fn run(args: &[String]) -> Result<ExitCode> {
    let program = ready_program()?;
    let mut command = Command::new(&program);
    replace_with(command.args(args))
}

/// The same for the figures of speed.
pub fn bench(args: &[String]) -> Result<ExitCode> {
    let program = ready_program()?;
    let mut command = Command::new(&program);
    replace_with(command.arg("bench").args(args))
}

/// The release build, with ONNX Runtime in place where that can be had.
pub fn ready_program() -> Result<PathBuf> {
    shell::run(&mut shell::cargo(&[
        "build",
        "--release",
        "--package",
        "maquette",
    ]))?;
    let program = shell::target()?.join(format!("release/maquette{EXE_SUFFIX}"));
    let installed = shell::run(Command::new(&program).args(["runtime", "install"]));
    if let Err(error) = installed {
        // The window offers it again, and commands that run no model need none.
        eprintln!("xtask: going on without ONNX Runtime: {error}");
    }
    Ok(program)
}

/// Becomes the program, so that signals and the exit code are its own.
#[cfg(unix)]
fn replace_with(command: &mut Command) -> Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    let error = command.exec();
    Err(format!("the program did not start: {error}"))
}

/// Runs the program and passes its exit code on.
#[cfg(not(unix))]
fn replace_with(command: &mut Command) -> Result<ExitCode> {
    let status = command.status().map_err(|error| error.to_string())?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
