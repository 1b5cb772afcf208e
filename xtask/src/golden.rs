//! `cargo xtask golden`: reference values from the programs that Maquette must agree with.

use std::process::ExitCode;

use crate::python;
use crate::shell::{self, Result};
use crate::tiny_models;

/// Runs the golden scripts, all or `names`, in a Python environment of the locked versions.
pub fn golden(names: &[String]) -> Result<ExitCode> {
    let python = python::environment("golden-venv", "xtask/golden/requirements.lock")?;
    let mut scripts = shell::command("sh");
    scripts
        .arg("xtask/golden/golden.sh")
        .env("PYTHON", &python)
        .env("WEIGHTS", tiny_models::weights()?);
    shell::run(scripts.args(names))?;
    Ok(ExitCode::SUCCESS)
}
