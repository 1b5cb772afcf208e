//! `maquette token`: the secret for models that a hub gives only to those whom it knows.

use std::io::{self, IsTerminal as _};

use ::console::Term;
use clap::{Args, Subcommand};

use crate::domain::{Message, Notice, Severity};
use crate::hub::{Endpoint, Token, forget_token, keep_token};

use super::console::Console;
use super::exit::{Exit, Stop};

/// Keep a hub's token in the system's keyring, or take it out again.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Keep a token, which is asked for and not shown, or read from a pipe.
    Set,
    /// Take the token out.
    Forget,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let endpoint = Endpoint::find()?;
    let told = match arguments.command {
        Command::Set => {
            let token = Token::new(&read_secret(&endpoint, console)?);
            let missing = || Stop::saying(Exit::BadArguments, Message::new("error-hub-no-token"));
            keep_token(&endpoint, &token.ok_or_else(missing)?)?;
            Message::new("hub-token-kept")
        }
        Command::Forget if forget_token(&endpoint)? => Message::new("hub-token-forgotten"),
        Command::Forget => Message::new("hub-token-none"),
    };
    Ok(console.print_message(&told.with("host", endpoint.host()))?)
}

/// Reads a line without showing it: as an argument, other users of the machine could see it.
fn read_secret(endpoint: &Endpoint, console: &mut Console<'_>) -> Result<String, Stop> {
    if io::stdin().is_terminal() {
        let question = Message::new("hub-token-ask").with("host", endpoint.host());
        console.tell(&Notice::new(Severity::Info, question));
        return Ok(Term::stderr().read_secure_line()?);
    }
    let mut line = String::new();
    io::stdin().read_line(&mut line)?;
    Ok(line)
}
