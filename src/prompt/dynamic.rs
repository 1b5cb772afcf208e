//! Dynamic prompts: choices and wildcards become words, by the seed.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Prompt, Seed, Severity};

use super::random::SplitMix64;
use super::template::{Node, Template, Variants};

/// How often what was picked may hold something to pick again.
const MAX_ROUNDS: u32 = 16;

/// Lists of words by name.
pub trait Wildcards {
    /// The lines of a list; at least one.
    fn lines(&self, name: &str) -> Result<Vec<String>, DynamicError>;
}

/// Which of a request's texts is resolved: changing one leaves the picks of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lane {
    /// The prompt.
    Prompt,
    /// The negative prompt.
    Negative,
}

/// Why a dynamic prompt has no words.
#[derive(Debug, Error)]
pub enum DynamicError {
    /// There is no list of that name.
    #[error("no list of words for __{name}__: {path}")]
    Missing {
        /// The name in the prompt.
        name: String,
        /// The file that would be the list.
        path: PathBuf,
    },
    /// The name leads out of the folder of lists.
    #[error("__{name}__ leads out of the folder of lists: {path}")]
    Outside {
        /// The name in the prompt.
        name: String,
        /// The folder.
        path: PathBuf,
    },
    /// The list cannot be read.
    #[error("the list of words cannot be read: {path}")]
    Unreadable {
        /// Why not.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// The list is larger than any that a person wrote.
    #[error("the list of words has more than {max_bytes} bytes: {path}")]
    TooLarge {
        /// The largest size.
        max_bytes: u64,
        /// The file.
        path: PathBuf,
    },
    /// The list has no line.
    #[error("the list of words is empty: {path}")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// What was picked always holds something to pick.
    #[error("choices hold choices more than {MAX_ROUNDS} times over")]
    Endless,
    /// The words are more than a picture can carry.
    #[error("the resolved prompt has more than {} bytes", Prompt::MAX_BYTES)]
    TooLong,
}

/// Picks words for every `{a|b}` and `__name__`: the same ones for the same text, seed and lists.
///
/// The result holds nothing more to pick, so resolving it again changes nothing.
/// Escapes by backslash stay, for whoever reads the words next.
pub fn resolve(
    text: &str,
    seed: Seed,
    lane: Lane,
    wildcards: &dyn Wildcards,
) -> Result<String, DynamicError> {
    // SplitMix64 walks one long circle: the two texts start at opposite points of it.
    let state = match lane {
        Lane::Prompt => seed.0,
        Lane::Negative => seed.0 ^ (1 << 63),
    };
    let mut writer = Writer {
        random: SplitMix64::new(state),
        wildcards,
        text: String::new(),
    };
    let mut text = text.to_owned();
    for _ in 0..MAX_ROUNDS {
        let template = Template::parse(&text);
        if template.is_plain() {
            return Ok(text);
        }
        writer.write(&template.nodes)?;
        text = std::mem::take(&mut writer.text);
    }
    Err(DynamicError::Endless)
}

struct Writer<'a> {
    random: SplitMix64,
    wildcards: &'a dyn Wildcards,
    text: String,
}

impl Writer<'_> {
    fn write(&mut self, nodes: &[Node]) -> Result<(), DynamicError> {
        for node in nodes {
            match node {
                Node::Text(words) => self.push(words)?,
                Node::Variants(variants) => self.write_variants(variants)?,
                Node::Wildcard(name) => {
                    let lines = self.wildcards.lines(name)?;
                    let line = self.random.below(lines.len());
                    self.push(&lines[line])?;
                }
            }
        }
        Ok(())
    }

    /// Writes as many different options as are wanted, in the order in which they are picked.
    fn write_variants(&mut self, variants: &Variants) -> Result<(), DynamicError> {
        let mut left: Vec<_> = variants.options.iter().collect();
        let most = variants.most.min(left.len());
        let least = variants.least.min(most);
        let count = if least < most {
            least + self.random.below(most - least + 1)
        } else {
            least
        };
        for index in 0..count {
            if index > 0 {
                self.push(&variants.separator)?;
            }
            let weights: Vec<f64> = left.iter().map(|(weight, _)| *weight).collect();
            let (_, option) = left.remove(self.random.pick(&weights));
            self.write(option)?;
        }
        Ok(())
    }

    fn push(&mut self, words: &str) -> Result<(), DynamicError> {
        self.text.push_str(words);
        if self.text.len() > Prompt::MAX_BYTES {
            return Err(DynamicError::TooLong);
        }
        Ok(())
    }
}

impl Explain for DynamicError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::Missing { name, path } => Message::new("error-prompt-wildcard-missing")
                .with("name", name)
                .with("file", path.display()),
            Self::Outside { name, .. } => {
                Message::new("error-prompt-wildcard-outside").with("name", name)
            }
            Self::Unreadable { path, .. } => {
                Message::new("error-prompt-wildcard-unreadable").with("file", path.display())
            }
            Self::TooLarge { path, .. } => {
                Message::new("error-prompt-wildcard-too-large").with("file", path.display())
            }
            Self::Empty { path } => {
                Message::new("error-prompt-wildcard-empty").with("file", path.display())
            }
            Self::Endless => Message::new("error-prompt-endless"),
            Self::TooLong => Message::new("error-prompt-resolved-too-long")
                .with_number("max", (Prompt::MAX_BYTES >> 10) as f64),
        };
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}
