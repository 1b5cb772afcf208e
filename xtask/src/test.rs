//! `cargo xtask test`: everything that must hold, and what it needs to be checked.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::debian;
use crate::display::Display;
use crate::shell::{self, Result};

/// Installs what is missing, then runs every check; a failed one does not hide the others.
pub fn test() -> Result<ExitCode> {
    let mut surroundings = Surroundings::prepare()?;
    let display = Display::start(1600, 1000);
    match &display {
        Ok(display) => surroundings.set("DISPLAY", display.name()),
        Err(error) => surroundings.leave_out("the window itself", error),
    }
    let mut report = Report::default();
    for (name, mut command) in checks() {
        for (variable, value) in &surroundings.variables {
            command.env(variable, value);
        }
        report.run(name, &mut command);
    }
    Ok(report.close(&surroundings.left_out))
}

fn checks() -> [(&'static str, Command); 5] {
    let mut docs = shell::cargo(&["doc", "--no-deps", "--workspace"]);
    docs.env("RUSTDOCFLAGS", "-D warnings");
    [
        ("formatting", shell::cargo(&["fmt", "--all", "--check"])),
        ("lints", shell::cargo(&clippy(&["--workspace"]))),
        (
            "lints without window and runtime",
            shell::cargo(&clippy(&["--package=maquette", "--no-default-features"])),
        ),
        (
            "tests",
            shell::cargo(&["test", "--workspace", "--no-fail-fast"]),
        ),
        ("documentation", docs),
    ]
}

fn clippy<'a>(scope: &[&'a str]) -> Vec<&'a str> {
    let mut args = vec!["clippy", "--all-targets"];
    args.extend(scope);
    args.extend(["--", "-D", "warnings"]);
    args
}

/// What the tests find around them, and what they will not find.
struct Surroundings {
    variables: Vec<(&'static str, OsString)>,
    left_out: Vec<String>,
}

impl Surroundings {
    fn prepare() -> Result<Self> {
        let target = shell::target()?;
        let mut surroundings = Self {
            variables: Vec::new(),
            left_out: debian::install_missing(),
        };
        // Tests must neither see nor touch what belongs to the person at this machine.
        let home = target.join("test-home");
        surroundings.set("MAQUETTE_HOME", &home);
        let runtime_dir = target.join("test-runtime-dir");
        private_folder(&runtime_dir)?;
        surroundings.set("XDG_RUNTIME_DIR", &runtime_dir);
        surroundings.install_runtime(&home);
        surroundings.find_software_vulkan();
        Ok(surroundings)
    }

    fn install_runtime(&mut self, home: &Path) {
        let mut install = shell::cargo(&["run", "--quiet", "--package=maquette", "--"]);
        install
            .args(["runtime", "install"])
            .env("MAQUETTE_HOME", home);
        if let Err(error) = shell::run(&mut install) {
            self.leave_out("everything that runs a model", &error);
        }
    }

    fn find_software_vulkan(&mut self) {
        const VARIABLE: &str = "MAQUETTE_SOFTWARE_VULKAN";
        if std::env::var_os(VARIABLE).is_some() {
            return;
        }
        match debian::swiftshader() {
            Ok(driver) => self.set(VARIABLE, &driver),
            Err(error) => {
                let hint = format!("{error}; name the JSON file of a driver in {VARIABLE}");
                self.leave_out("the WebGPU provider", &hint);
            }
        }
    }

    fn set(&mut self, variable: &'static str, value: impl Into<OsString>) {
        self.variables.push((variable, value.into()));
    }

    fn leave_out(&mut self, what: &str, why: &str) {
        self.left_out.push(format!("{what}: {why}"));
    }
}

/// Makes a folder that only its owner can look into, as Mesa and Wayland demand.
fn private_folder(folder: &Path) -> Result<()> {
    let io_error = |error| format!("{}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(io_error)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(io_error)?;
    }
    Ok(())
}

/// Lines about what was wrong that are shown once more.
const SHOWN_FAULTS: usize = 40;

/// How each check ended, how long it took, and what was wrong.
#[derive(Default)]
struct Report {
    lines: Vec<String>,
    faults: Vec<String>,
    failed: bool,
}

impl Report {
    fn run(&mut self, name: &str, command: &mut Command) {
        eprintln!("\n── {name}");
        let start = Instant::now();
        let (outcome, faults) = shell::run_and_note(command, is_fault);
        let verdict = if outcome.is_ok() { "ok    " } else { "FAILED" };
        if outcome.is_err() {
            self.failed = true;
            self.faults.extend(faults);
        }
        self.lines
            .push(format!("{verdict} {:>8}  {name}", shown(start.elapsed())));
    }

    fn close(&self, left_out: &[String]) -> ExitCode {
        eprintln!();
        for line in &self.lines {
            eprintln!("{line}");
        }
        for line in left_out {
            eprintln!("LEFT OUT: {line}");
        }
        // Once more at the very end, since a log is often cut at its beginning.
        for line in self.faults.iter().take(SHOWN_FAULTS) {
            eprintln!("{line}");
        }
        if self.failed {
            ExitCode::FAILURE
        } else {
            ExitCode::SUCCESS
        }
    }
}

/// Whether a line of the output says what was wrong.
fn is_fault(line: &str) -> bool {
    line.starts_with("error")
        || line.starts_with("test ") && line.ends_with("FAILED")
        || line.starts_with("thread '") && line.contains("panicked at")
        || line.contains("signal: ")
        || line.contains("No space left on device")
}

fn shown(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02} min", seconds / 60, seconds % 60)
}
