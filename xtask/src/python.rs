//! Python environments of locked versions, for what only Python programs can make.

use std::fs;
use std::path::{Path, PathBuf};

use crate::shell::{self, Result};

/// The interpreter of an environment in the target folder that has exactly what `lock` lists;
/// made where it is missing, made anew where the lock has changed.
pub fn environment(name: &str, lock: &str) -> Result<PathBuf> {
    let lock = shell::root().join(lock);
    let environment = shell::target()?.join(name);
    let python = environment.join("bin/python");
    let stamp = environment.join("installed.lock");
    let locked = fs::read(&lock).map_err(|error| failed(&lock, &error))?;
    if fs::read(&stamp).ok() != Some(locked) {
        let mut create = shell::command("python3");
        shell::run(create.args(["-m", "venv", "--clear"]).arg(&environment))?;
        let mut install = shell::command(&python);
        install.args(["-m", "pip", "install", "--quiet", "--require-hashes", "-r"]);
        shell::run(install.arg(&lock))?;
        fs::copy(&lock, &stamp).map_err(|error| failed(&stamp, &error))?;
    }
    Ok(python)
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
