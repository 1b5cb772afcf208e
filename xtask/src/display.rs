//! A screen that nobody sees, for tests and photographs of the window.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};

use crate::shell::{self, Result};

/// A running Xvfb; dropping it ends it.
pub struct Display {
    server: Child,
    name: String,
}

impl Display {
    /// Starts a screen of `width` × `height` pixels under a free number.
    pub fn start(width: u32, height: u32) -> Result<Self> {
        let mut server = shell::command("Xvfb")
            .args(["-displayfd", "1", "-nolisten", "tcp", "-screen", "0"])
            .arg(format!("{width}x{height}x24"))
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("Xvfb did not start: {error}"))?;
        let mut number = String::new();
        if let Some(stdout) = server.stdout.take() {
            // An empty line tells as much as an error.
            BufReader::new(stdout).read_line(&mut number).ok();
        }
        let name = format!(":{}", number.trim());
        let display = Self { server, name };
        if number.trim().is_empty() {
            return Err("Xvfb started no display".into());
        }
        Ok(display)
    }

    /// Its name, as `DISPLAY` takes it.
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        // It may have ended by itself.
        self.server.kill().ok();
        self.server.wait().ok();
    }
}
