//! Why what a stranger's file says cannot be read.

use std::io;
use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::domain::{Explain, Message, Notice, Severity};

use super::text::{ALL_TEXT_BYTES, TEXT_BYTES};

/// Why a file does not tell how its picture was made.
#[derive(Debug, Error)]
pub enum ForeignError {
    /// The file cannot be opened or read.
    #[error("cannot open {path}")]
    Open {
        /// Why.
        source: io::Error,
        /// The file.
        path: PathBuf,
    },
    /// A text in it is cut off, or is not what its frame says.
    #[error("the {what} is damaged: {path}")]
    Damaged {
        /// What of the file.
        what: String,
        /// The file.
        path: PathBuf,
    },
    /// A text is longer than we read.
    #[error("the text `{keyword}` is longer than {TEXT_BYTES} bytes: {path}")]
    TooLong {
        /// The text's keyword.
        keyword: String,
        /// The file.
        path: PathBuf,
    },
    /// All texts together are longer than we read, or the file has more parts than we look at.
    #[error("it says more than {ALL_TEXT_BYTES} bytes, or in too many parts: {path}")]
    TooMuch {
        /// The file.
        path: PathBuf,
    },
    /// A program's words are there, and make no sense.
    #[error("cannot read what {program} wrote into {path}")]
    Unreadable {
        /// The program.
        program: &'static str,
        /// Why.
        source: RecipeFault,
        /// The file.
        path: PathBuf,
    },
}

/// Why a program's words make no sense.
#[derive(Debug, Error)]
pub enum RecipeFault {
    /// They are not the JSON that they should be.
    #[error("it is not JSON as the program writes it")]
    Json {
        /// Where it fails.
        #[from]
        source: serde_json::Error,
    },
    /// They lack what every picture of the program has.
    #[error("{missing} is not there")]
    Incomplete {
        /// What is missing.
        missing: &'static str,
    },
    /// A graph runs in circles, or has more ways than we follow.
    #[error("the graph runs in circles or has too many ways")]
    Tangled,
}

impl Explain for ForeignError {
    fn explain(&self) -> Notice {
        let (key, path) = match self {
            Self::Open { path, .. } => ("error-picture-cannot-open", path),
            Self::Damaged { path, .. } => ("error-foreign-damaged", path),
            Self::TooLong { path, .. } | Self::TooMuch { path } => ("error-foreign-too-long", path),
            Self::Unreadable { path, .. } => ("error-foreign-unreadable", path),
        };
        let mut headline = Message::new(key).with("file", path.display());
        if let Self::Unreadable { program, .. } = self {
            headline = headline.with("program", program);
        }
        Notice::new(Severity::Error, headline).caused_by(self)
    }
}

/// What goes wrong while the texts of a file are taken out, before anybody says which file.
#[derive(Debug)]
pub(super) enum TextFault {
    Io(io::Error),
    Damaged(String),
    TooLong(String),
    TooMuch,
}

impl TextFault {
    pub(super) fn at(self, path: &Path) -> ForeignError {
        let path = path.to_owned();
        match self {
            Self::Io(source) => ForeignError::Open { source, path },
            Self::Damaged(what) => ForeignError::Damaged { what, path },
            Self::TooLong(keyword) => ForeignError::TooLong { keyword, path },
            Self::TooMuch => ForeignError::TooMuch { path },
        }
    }
}

impl From<io::Error> for TextFault {
    fn from(source: io::Error) -> Self {
        Self::Io(source)
    }
}
