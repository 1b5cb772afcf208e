//! Runs commands and says which.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, IsTerminal as _, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// What a task returns; an error is a sentence for the terminal.
pub type Result<T> = std::result::Result<T, String>;

/// The root of the project.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.parent().unwrap_or(package).to_path_buf()
}

/// Cargo's target folder, wherever this machine has it.
pub fn target() -> Result<PathBuf> {
    let this = std::env::current_exe().map_err(|error| format!("where am I? {error}"))?;
    // This program is TARGET/PROFILE/xtask.
    let target = this.ancestors().nth(2);
    target
        .map(Path::to_path_buf)
        .ok_or_else(|| format!("{} is not in a target folder", this.display()))
}

/// A command that runs in the root of the project.
pub fn command(program: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(root());
    command
}

/// A cargo command, by the cargo that runs this.
pub fn cargo(args: &[&str]) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = command(cargo);
    command.args(args);
    command
}

/// Runs a command to its end; an error unless it succeeds.
pub fn run(command: &mut Command) -> Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    match command.status() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` did not start: {error}")),
    }
}

/// Runs a command to its end as [`run`] does, and gives back the lines it printed that are `noted`.
pub fn run_and_note(command: &mut Command, noted: fn(&str) -> bool) -> (Result<()>, Vec<String>) {
    let shown = shown(command);
    eprintln!("$ {shown}");
    if std::io::stderr().is_terminal() {
        // It sees pipes, and would give its colours up for them.
        command.env("CARGO_TERM_COLOR", "always");
    }
    let started = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return (Err(format!("`{shown}` did not start: {error}")), Vec::new()),
    };
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let lines = thread::scope(|scope| {
        let out = scope.spawn(|| pass_on(out, &mut std::io::stdout(), noted));
        let mut lines = pass_on(err, &mut std::io::stderr(), noted);
        lines.extend(out.join().unwrap_or_default());
        lines
    });
    let outcome = match child.wait() {
        Ok(status) if status.success() => Ok(()),
        Ok(status) => Err(format!("`{shown}` ended with {status}")),
        Err(error) => Err(format!("`{shown}` was lost: {error}")),
    };
    (outcome, lines)
}

/// Copies a stream to its end, and gives back the lines that are `noted`.
fn pass_on(from: Option<impl Read>, to: &mut impl Write, noted: fn(&str) -> bool) -> Vec<String> {
    let mut lines = Vec::new();
    let Some(from) = from else { return lines };
    let mut reader = BufReader::new(from);
    let mut line = Vec::new();
    while reader
        .read_until(b'\n', &mut line)
        .is_ok_and(|count| count > 0)
    {
        // Whoever listens may have gone; the command goes on.
        let _ = to.write_all(&line);
        let text = String::from_utf8_lossy(&line);
        if noted(text.trim_end()) {
            lines.push(text.trim_end().to_owned());
        }
        line.clear();
    }
    lines
}

/// What a command prints, without its line end; nothing where it fails.
pub fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| text.trim_end().to_owned())
}

fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str());
    let words = std::iter::once(name).chain(command.get_args());
    let words: Vec<String> = words.map(|word| word.display().to_string()).collect();
    words.join(" ")
}
