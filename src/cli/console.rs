//! The terminal that a command speaks to.

use std::io::{self, Write};

use serde::Serialize;

use crate::domain::{Message, Notice, Remedy};
use crate::strings::{Language, Strings};

use super::exit::Exit;

/// Results on one side, words for a person on the other, in that person's language.
pub(super) struct Console<'a> {
    out: &'a mut dyn Write,
    err: &'a mut dyn Write,
    strings: Strings,
}

impl<'a> Console<'a> {
    /// Speaks the language of the environment.
    pub(super) fn new(out: &'a mut dyn Write, err: &'a mut dyn Write) -> Self {
        Self {
            out,
            err,
            strings: Strings::new(language()),
        }
    }

    /// The texts of this terminal's language.
    pub(super) fn strings(&self) -> &Strings {
        &self.strings
    }

    /// Prints a line of the result.
    pub(super) fn print(&mut self, line: &str) -> io::Result<()> {
        writeln!(self.out, "{line}")?;
        self.out.flush()
    }

    /// Prints a line of the result, in words.
    pub(super) fn print_message(&mut self, message: &Message) -> io::Result<()> {
        self.print(&self.strings.message(message))
    }

    /// Prints the whole result for a program to read.
    pub(super) fn print_json(&mut self, value: &impl Serialize) -> io::Result<()> {
        serde_json::to_writer_pretty(&mut *self.out, value)?;
        writeln!(self.out)?;
        self.out.flush()
    }

    /// Says what happened: headline, details, and the way out as a command.
    pub(super) fn tell(&mut self, notice: &Notice) {
        let mut text = self.strings.message(&notice.headline);
        for detail in &notice.details {
            text.push_str("\n  ");
            text.push_str(detail);
        }
        if let Some(hint) = self.hint(notice) {
            text.push_str("\n  ");
            text.push_str(&hint);
        }
        // Where nobody listens there is nothing to be told.
        writeln!(self.err, "{text}").ok();
    }

    /// The way out of a notice, as a command line.
    pub(super) fn hint(&self, notice: &Notice) -> Option<String> {
        let command = match notice.remedy.as_ref()? {
            Remedy::InstallRuntime => "maquette runtime install",
            Remedy::RescanModels => "maquette models",
            Remedy::UseCpu => "maquette generate … --provider cpu",
            Remedy::ChooseLibrary | Remedy::Retry => return None,
        };
        let hint = Message::new("cli-try").with("command", command);
        Some(self.strings.message(&hint))
    }

    /// Says what is wrong with the arguments, or prints the help that they ask for.
    pub(super) fn tell_usage(&mut self, error: &clap::Error) -> Exit {
        let text = error.render();
        if error.use_stderr() {
            write!(self.err, "{text}").ok();
            return Exit::BadArguments;
        }
        write!(self.out, "{text}").ok();
        Exit::Done
    }
}

/// The first language that the environment asks for.
fn language() -> Language {
    let variables = ["LC_ALL", "LC_MESSAGES", "LANGUAGE", "LANG"];
    let mut locales = variables
        .into_iter()
        .filter_map(|name| std::env::var(name).ok());
    let locale = locales.find(|locale| !locale.is_empty());
    locale
        .and_then(|locale| Language::detect(&locale))
        .unwrap_or_default()
}
