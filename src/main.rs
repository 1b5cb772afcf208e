//! The program: a window, a command, or an engine.

use std::io::{self, Write as _};
use std::panic;
use std::process::ExitCode;

use log::{LevelFilter, Log, Metadata, Record};
use maquette::cli::{self, Exit, Invocation};
#[cfg(feature = "gui")]
use maquette::domain::Explain as _;

/// The environment variable that sets how much is logged: `error`, `warn`, `info`, `debug`.
const LOG_VARIABLE: &str = "MAQUETTE_LOG";

fn main() -> ExitCode {
    start_log();
    panic::set_hook(Box::new(|panic| log::error!("{panic}")));
    let arguments = std::env::args_os();
    match cli::run(arguments, &mut io::stdout(), &mut io::stderr()) {
        Invocation::Ended(exit) => exit.into(),
        Invocation::Window => open_window().into(),
    }
}

/// Opens the window and stays until it is closed.
#[cfg(feature = "gui")]
fn open_window() -> Exit {
    match maquette::ui::open() {
        Ok(()) => Exit::Done,
        Err(error) => {
            cli::tell(&error.explain(), &mut io::stderr());
            Exit::Failed
        }
    }
}

/// Says that this program has no window.
#[cfg(not(feature = "gui"))]
fn open_window() -> Exit {
    cli::tell_windowless(&mut io::stderr())
}

/// Writes the log to standard error, which an engine's program reads.
struct StderrLog;

impl Log for StderrLog {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.level() <= log::max_level()
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let (level, target) = (record.level(), record.target());
            // Without a standard error there is no place for a log.
            writeln!(io::stderr(), "[{level} {target}] {}", record.args()).ok();
        }
    }

    fn flush(&self) {}
}

fn start_log() {
    let wanted = std::env::var(LOG_VARIABLE).ok();
    let level = wanted.and_then(|level| level.parse().ok());
    if log::set_logger(&StderrLog).is_ok() {
        log::set_max_level(level.unwrap_or(LevelFilter::Warn));
    }
}
