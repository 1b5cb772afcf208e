//! `cargo xtask screenshots`: works in the real window as an artist would, and photographs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode};
use std::thread;
use std::time::{Duration, Instant};

use crate::debian;
use crate::display::Display;
use crate::run::ready_program;
use crate::shell::{self, Result};

/// What is written into the prompt, one after another; each gives four pictures.
const PROMPTS: [&str; 6] = [
    "a purple potion on a teal background, flat vector illustration",
    "a yellow rocket in space, pastel",
    "a blue sailboat on the ocean on a sunny day, watercolor",
    "a blue teapot on a white background, woodcut",
    "a green cactus in the desert at night, neon",
    "a red lighthouse on a cliff by the sea at sunset, watercolor",
];
const PICTURES_PER_PROMPT: usize = 4;
/// How the newest pictures are judged, from the left; the newest one is chosen in the end.
const JUDGING: [&str; 12] = [
    "p", "4", "Right", "Right", "3", "8", "Right", "Right", "p", "5", "7", "Home",
];

/// How long the window gets to open, and to draw what came last.
const SETTLE: Duration = Duration::from_secs(4);
/// How long a request may take.
const PATIENCE: Duration = Duration::from_mins(2);
/// How long lies between two keys that depend on each other.
const BREATH: Duration = Duration::from_millis(1500);
const PAUSE: Duration = Duration::from_millis(50);

/// Fills a gallery of its own through the window, and photographs it while a request runs.
pub fn screenshots() -> Result<ExitCode> {
    debian::require(&["xvfb", "xdotool", "imagemagick"])?;
    let program = ready_program()?;
    let home = fresh_home(&program)?;
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
    let artist = Artist {
        display: display.name(),
        pictures: home.join("pictures/pictures"),
    };
    let search = ["search", "--sync", "--onlyvisible", "--name", "^Maquette$"];
    artist.act(&search)?;
    thread::sleep(SETTLE);
    // There is no window manager that would give it the keyboard.
    artist.act(&[&search[..], &["windowfocus"]].concat())?;

    let [made @ .., running] = &PROMPTS;
    for (index, prompt) in made.iter().enumerate() {
        artist.ask_for(prompt)?;
        artist.wait_for((index + 1) * PICTURES_PER_PROMPT)?;
    }
    // The newest picture is chosen, so that the inspector tells of it.
    artist.act(&["key", "Escape", "Home"])?;
    for key in JUDGING {
        thread::sleep(BREATH / 2);
        artist.act(&["key", key])?;
    }
    artist.ask_for(running)?;
    artist.wait_for(made.len() * PICTURES_PER_PROMPT + 1)?;
    artist.photograph(&folder.join("window.png"))?;
    Ok(ExitCode::SUCCESS)
}

/// A home with ONNX Runtime in it and nothing else.
fn fresh_home(program: &Path) -> Result<PathBuf> {
    let home = shell::target()?.join("screenshots-home");
    for folder in ["cache", "config", "pictures"].map(|name| home.join(name)) {
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .map_err(|error| format!("{}: {error}", folder.display()))?;
        }
    }
    let mut install = Command::new(program);
    install.args(["runtime", "install"]);
    shell::run(install.env("MAQUETTE_HOME", &home))?;
    Ok(home)
}

/// Somebody at the keyboard of the window.
struct Artist<'a> {
    display: &'a str,
    /// Where the window keeps its pictures.
    pictures: PathBuf,
}

impl Artist<'_> {
    /// Writes a prompt and asks for its pictures.
    fn ask_for(&self, prompt: &str) -> Result<()> {
        // Each frame takes a moment where the processor draws it.
        for keys in ["ctrl+l", "ctrl+a"] {
            self.act(&["key", keys])?;
            thread::sleep(BREATH);
        }
        self.act(&["type", "--delay", "10", prompt])?;
        self.act(&["key", "ctrl+Return"])
    }

    /// Waits until so many pictures are on the disk.
    fn wait_for(&self, count: usize) -> Result<()> {
        let start = Instant::now();
        while count_pngs(&self.pictures) < count {
            if start.elapsed() > PATIENCE {
                return Err(format!("the window did not make {count} pictures"));
            }
            thread::sleep(PAUSE);
        }
        Ok(())
    }

    fn act(&self, words: &[&str]) -> Result<()> {
        let mut xdotool = shell::command("xdotool");
        shell::run(xdotool.args(words).env("DISPLAY", self.display))
    }

    fn photograph(&self, path: &Path) -> Result<()> {
        let mut import = shell::command("import");
        import.args(["-window", "root"]).arg(path);
        shell::run(import.env("DISPLAY", self.display))
    }
}

/// The PNG files one folder down: the window makes a folder for every day.
fn count_pngs(pictures: &Path) -> usize {
    let entries = |folder: &Path| fs::read_dir(folder).into_iter().flatten().flatten();
    let days = entries(pictures).map(|day| day.path());
    let files = days.flat_map(|day| entries(&day).collect::<Vec<_>>());
    let is_png = |file: &fs::DirEntry| file.path().extension().is_some_and(|it| it == "png");
    files.filter(is_png).count()
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
