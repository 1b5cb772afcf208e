//! What the artist is told, free of any language: texts stand in `assets/strings`.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A text by its Fluent key and its arguments; the window and the command line word it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// The key in `assets/strings/*.ftl`.
    pub key: Cow<'static, str>,
    /// What the text names: paths, numbers, names.
    pub args: BTreeMap<Cow<'static, str>, Arg>,
}

/// A value inside a [`Message`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Arg {
    /// Shown as it is.
    Text(String),
    /// Worded by the language's plural rules.
    Number(f64),
}

impl Message {
    /// The text of `key`, with no arguments yet.
    pub fn new(key: &'static str) -> Self {
        Self {
            key: Cow::Borrowed(key),
            args: BTreeMap::new(),
        }
    }

    /// Adds a text argument.
    #[must_use]
    #[expect(
        clippy::needless_pass_by_value,
        reason = "texts, numbers and paths on display are all passed as they come"
    )]
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        let value = Arg::Text(value.to_string());
        self.args.insert(Cow::Borrowed(name), value);
        self
    }

    /// Adds a number.
    #[must_use]
    pub fn with_number(mut self, name: &'static str, value: f64) -> Self {
        self.args.insert(Cow::Borrowed(name), Arg::Number(value));
        self
    }
}

/// Something the artist should know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// How much it matters.
    pub severity: Severity,
    /// What happened, in the artist's words.
    pub headline: Message,
    /// The technical chain, for whoever wants it; not translated.
    pub details: Vec<String>,
    /// The offered way out.
    pub remedy: Option<Remedy>,
}

impl Notice {
    /// A notice of a headline alone.
    pub fn new(severity: Severity, headline: Message) -> Self {
        Self {
            severity,
            headline,
            details: Vec::new(),
            remedy: None,
        }
    }

    /// Adds an error and everything that caused it to the details.
    #[must_use]
    pub fn caused_by(mut self, error: &dyn std::error::Error) -> Self {
        let mut cause = Some(error);
        while let Some(current) = cause {
            let line = current.to_string();
            // Errors that show their source would repeat it line for line.
            if self.details.last().is_none_or(|last| !last.contains(&line)) {
                self.details.push(line);
            }
            cause = current.source();
        }
        self
    }

    /// Offers a way out.
    #[must_use]
    pub fn with_remedy(mut self, remedy: Remedy) -> Self {
        self.remedy = Some(remedy);
        self
    }
}

/// How much a notice matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something is not as asked for.
    Warning,
    /// Something did not happen.
    Error,
}

/// A way out that a notice offers as a button.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Remedy {
    /// Run on the processor instead.
    UseCpu,
    /// Fetch ONNX Runtime.
    InstallRuntime,
    /// Pick another folder for the pictures.
    ChooseLibrary,
    /// Look for models again.
    RescanModels,
    /// Do the job again.
    Retry,
}

/// An error that can be told to an artist.
pub trait Explain {
    /// What happened, why, and the way out.
    fn explain(&self) -> Notice;
}
