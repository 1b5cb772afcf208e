//! `cargo xtask golden`: reference values from the programs that Maquette must agree with.

use std::fs;
use std::process::ExitCode;

use crate::shell::{self, Result};

/// Makes a Python environment of the locked versions and runs the golden scripts, all or `names`.
pub fn golden(names: &[String]) -> Result<ExitCode> {
    let lock = shell::root().join("xtask/golden/requirements.lock");
    let environment = shell::target()?.join("golden-venv");
    let python = environment.join("bin/python");
    let stamp = environment.join("installed.lock");
    let locked = fs::read(&lock).map_err(|error| format!("{}: {error}", lock.display()))?;
    if fs::read(&stamp).ok() != Some(locked) {
        let mut create = shell::command("python3");
        shell::run(create.args(["-m", "venv"]).arg(&environment))?;
        let mut install = shell::command(&python);
        install.args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"]);
        shell::run(install.arg(&lock))?;
        fs::copy(&lock, &stamp).map_err(|error| format!("{}: {error}", stamp.display()))?;
    }
    let mut scripts = shell::command("sh");
    scripts.arg("xtask/golden/golden.sh").env("PYTHON", &python);
    shell::run(scripts.args(names))?;
    Ok(ExitCode::SUCCESS)
}
