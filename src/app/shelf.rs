//! The models at hand.

use std::path::PathBuf;

use crate::domain::{ModelId, Notice};
use crate::pipeline::ModelInfo;

/// The models that were found, and those that were refused.
#[derive(Debug, Default)]
pub struct Shelf {
    models: Vec<ModelInfo>,
    refused: Vec<(PathBuf, Notice)>,
    scanned: bool,
}

impl Shelf {
    /// The models that can be used, in the order of the folders.
    pub fn models(&self) -> &[ModelInfo] {
        &self.models
    }

    /// Folders that look like models and cannot be used, and why.
    pub fn refused(&self) -> &[(PathBuf, Notice)] {
        &self.refused
    }

    /// Whether the folders have been read; until then an empty shelf says nothing.
    pub fn is_scanned(&self) -> bool {
        self.scanned
    }

    /// The model of that name.
    pub fn find(&self, id: &ModelId) -> Option<&ModelInfo> {
        self.models.iter().find(|model| &model.id == id)
    }

    /// The model of that name, else the first one.
    pub fn chosen(&self, id: Option<&ModelId>) -> Option<&ModelInfo> {
        id.and_then(|id| self.find(id))
            .or_else(|| self.models.first())
    }

    pub(super) fn fill(&mut self, found: Vec<ModelInfo>, refused: Vec<(PathBuf, Notice)>) {
        self.scanned = true;
        self.models = found;
        self.refused = refused;
    }
}
