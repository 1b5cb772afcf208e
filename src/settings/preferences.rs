//! The artist's preferences.

use std::path::PathBuf;

use crate::jobs::EngineConfig;
use crate::strings::Language;

use super::unknown::Unknown;

/// What the artist prefers, on this machine.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The language of the window.
    pub language: Language,
    /// The colours of the window.
    pub theme: Theme,
    /// The folder of the library; `None` = the platform's folder for pictures.
    pub library: Option<PathBuf>,
    /// The ONNX Runtime library; `None` = the one that is found.
    pub runtime: Option<PathBuf>,
    /// The id of the execution provider; `auto` = the best one present.
    pub provider: String,
    /// Folders with models, beside the standard ones.
    pub model_dirs: Vec<PathBuf>,
    /// Whether nothing in the window may move by itself.
    pub reduce_motion: bool,
    /// Whether the next picture comes up by itself once one is marked.
    pub auto_advance: bool,
    /// Whether a sidecar is kept beside each picture.
    pub sidecars: bool,
    /// The longer side of the gallery's cells, in pixels.
    pub thumbnail_px: u32,
    /// A preview is made after every so many steps; 0 = none.
    pub preview_every: u32,
    /// Mebibytes that the weights of models may take in memory; `None` = by what the machine has
    /// free.
    pub memory_budget_mib: Option<u64>,
    /// What a newer version wrote.
    pub unknown: Unknown,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            language: Language::default(),
            theme: Theme::default(),
            library: None,
            runtime: None,
            provider: "auto".to_owned(),
            model_dirs: Vec::new(),
            reduce_motion: false,
            auto_advance: false,
            sidecars: false,
            thumbnail_px: 192,
            preview_every: 2,
            memory_budget_mib: None,
            unknown: Unknown::default(),
        }
    }
}

impl Settings {
    /// What the engine needs to know of them.
    pub fn engine_config(&self) -> EngineConfig {
        EngineConfig {
            runtime: self.runtime.clone(),
            memory_budget_bytes: self
                .memory_budget_mib
                .map(|mib| mib.saturating_mul(1 << 20)),
        }
    }
}

/// The colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Neutral dark greys, for judging colour.
    #[default]
    Dark,
    /// The same at equal contrast on light grey.
    Light,
}

impl Theme {
    /// Every theme, in menu order.
    pub const ALL: [Self; 2] = [Self::Dark, Self::Light];

    /// Its name in settings; never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Dark => "dark",
            Self::Light => "light",
        }
    }

    /// The theme of that name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.id() == id)
    }
}
