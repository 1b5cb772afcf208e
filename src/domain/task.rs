//! What a request starts from.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a request starts.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub enum Task {
    /// At nothing but noise.
    #[default]
    Create,
    /// At a picture under noise ("picture to picture", `SDEdit`; Meng et al. 2021).
    Vary {
        /// The picture.
        source: Source,
        /// How much noise.
        strength: Strength,
        /// White where it may become another, black where it must stay; `None` = everywhere.
        mask: Option<Source>,
    },
}

/// A picture that others are made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// Its file; its name alone in pictures that may travel, since paths are nobody's business.
    pub file: PathBuf,
    /// SHA-256 of the file in hexadecimal; `None` where any contents will do.
    pub sha256: Option<String>,
}

/// The share of the steps that a picture goes through: near 0 it stays as it is, at 1 next to
/// nothing of it is left.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd, Serialize, Deserialize)]
pub struct Strength(f64);

impl Strength {
    /// All of the steps.
    pub const FULL: Self = Self(1.0);

    /// Checks a share: above 0, up to 1.
    pub fn new(share: f64) -> Result<Self, StrengthError> {
        if share > 0.0 && share <= 1.0 {
            Ok(Self(share))
        } else {
            Err(StrengthError {
                given: share.to_string(),
            })
        }
    }

    /// The share, above 0, up to 1.
    pub fn share(self) -> f64 {
        self.0
    }
}

impl Default for Strength {
    /// Enough for another subject, too little for another composition.
    fn default() -> Self {
        Self(0.6)
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Strength {
    type Err = StrengthError;

    fn from_str(text: &str) -> Result<Self, StrengthError> {
        let share = text.parse().map_err(|_error| StrengthError {
            given: text.to_owned(),
        });
        share.and_then(Self::new)
    }
}

/// A strength that there is not.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("`{given}` is no strength; it goes from 0.01 to 1")]
pub struct StrengthError {
    /// What was given.
    pub given: String,
}
