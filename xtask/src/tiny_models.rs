//! `cargo xtask tiny-models`: every family and layout as a model of some kilobytes.

use std::path::PathBuf;
use std::process::ExitCode;

use crate::python;
use crate::shell::{self, Result};

/// Exports the tiny models, all or `names`, or one of the true size (`--full-size NAME`), with the locked version of the real exporter, which
/// needs older libraries than the golden scripts.
pub fn tiny_models(names: &[String]) -> Result<ExitCode> {
    let python = python::environment("export-venv", "xtask/tiny_models/requirements.lock")?;
    let mut script = shell::command("sh");
    script
        .arg("xtask/tiny_models/tiny_models.sh")
        .env("PYTHON", &python)
        .env("WEIGHTS", weights()?);
    shell::run(script.args(names))?;
    Ok(ExitCode::SUCCESS)
}

/// Where the models are before they are exported, for the program that says what they must give.
pub fn weights() -> Result<PathBuf> {
    Ok(shell::target()?.join("tiny-models"))
}
