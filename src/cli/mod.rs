//! The studio without a window: one file for each command.
//!
//! `run` reads the arguments and carries a command out; without one it leaves the window to its
//! caller.
//! Results go to `out`, everything else to `err`; how it ended is told by `Exit`.

mod bench;
mod console;
mod engine;
mod exit;
mod generate;
mod get;
mod inspect;
mod interrupt;
mod model_choice;
mod models;
mod param_args;
mod progress;
mod providers;
mod report;
mod runtime;
mod target;
mod token;

use std::ffi::OsString;
use std::io::Write;

use clap::{Parser, Subcommand};

use crate::domain::{Message, Notice, Severity};

pub use self::exit::Exit;

use self::console::Console;
use self::exit::Stop;

/// What the arguments came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Invocation {
    /// No command was given: the window is to be opened.
    Window,
    /// A command was carried out.
    Ended(Exit),
}

/// Reads the arguments, the program's name first, and carries out their command.
pub fn run(
    arguments: impl IntoIterator<Item = OsString>,
    out: &mut dyn Write,
    err: &mut dyn Write,
) -> Invocation {
    let mut console = Console::new(out, err);
    let command = match Arguments::try_parse_from(arguments) {
        Ok(Arguments { command: None }) => return Invocation::Window,
        Ok(Arguments {
            command: Some(command),
        }) => command,
        Err(error) => return Invocation::Ended(console.tell_usage(&error)),
    };
    match command.run(&mut console) {
        Ok(()) => Invocation::Ended(Exit::Done),
        Err(stop) => {
            console.tell(&stop.notice);
            Invocation::Ended(stop.exit)
        }
    }
}

/// A studio for pictures that are drawn by models on your own machine.
#[derive(Debug, Parser)]
#[command(name = "maquette", version)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Generate(generate::Arguments),
    Models(models::Arguments),
    Inspect(inspect::Arguments),
    Get(get::Arguments),
    Token(token::Arguments),
    Providers(providers::Arguments),
    Bench(bench::Arguments),
    Runtime(runtime::Arguments),
    #[command(hide = true)]
    Engine(engine::Arguments),
}

impl Command {
    fn run(&self, console: &mut Console<'_>) -> Result<(), Stop> {
        match self {
            Self::Generate(arguments) => generate::run(arguments, console),
            Self::Inspect(arguments) => inspect::run(arguments, console),
            Self::Models(arguments) => models::run(arguments, console),
            Self::Get(arguments) => get::run(arguments, console),
            Self::Token(arguments) => token::run(arguments, console),
            Self::Providers(arguments) => providers::run(arguments, console),
            Self::Bench(arguments) => bench::run(arguments, console),
            Self::Runtime(arguments) => runtime::run(arguments, console),
            Self::Engine(arguments) => engine::run(arguments),
        }
    }
}

/// Says that this program has no window, for those who built it without one.
pub fn tell_windowless(err: &mut dyn Write) -> Exit {
    let headline = Message::new("error-cli-no-window");
    tell(&Notice::new(Severity::Error, headline), err);
    Exit::BadArguments
}

/// Tells a notice in the terminal's language.
pub fn tell(notice: &Notice, err: &mut dyn Write) {
    let mut out = std::io::sink();
    Console::new(&mut out, err).tell(notice);
}
