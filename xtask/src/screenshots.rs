//! `cargo xtask screenshots`: photographs the real window for the README.

use std::fs;
use std::process::{Child, ExitCode};
use std::thread;
use std::time::Duration;

use crate::display::Display;
use crate::run::ready_program;
use crate::shell::{self, Result};

/// How long the window gets to open and load its gallery.
const SETTLE: Duration = Duration::from_secs(8);

/// Opens the window on a gallery of its own, and photographs it.
pub fn screenshots() -> Result<ExitCode> {
    let program = ready_program()?;
    let home = shell::target()?.join("screenshots-home");
    let folder = shell::root().join("assets/readme");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let display = Display::start(1600, 1000)?;
    let mut window = shell::command(&program);
    window
        .env("MAQUETTE_HOME", &home)
        .env("DISPLAY", display.name());
    let window = window
        .spawn()
        .map_err(|error| format!("no window: {error}"))?;
    let _window = Ending(window);
    thread::sleep(SETTLE);
    let mut photograph = shell::command("import");
    photograph
        .args(["-window", "root"])
        .arg(folder.join("window.png"));
    shell::run(photograph.env("DISPLAY", display.name()))?;
    Ok(ExitCode::SUCCESS)
}

/// A process that ends with this value.
struct Ending(Child);

impl Drop for Ending {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.0.kill().ok();
        self.0.wait().ok();
    }
}
