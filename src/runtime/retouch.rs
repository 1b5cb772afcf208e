//! What changes weights of graphs while they are loaded.

use std::fmt;
use std::path::Path;
use std::sync::Arc;

use crate::domain::CancelToken;

use super::error::RuntimeError;
use super::tensor::Tensor;

/// Changes weights of graphs on their way from the disk to the runtime; the files stay as they are.
pub trait Retouch: Send + Sync {
    /// Says what it does to the graph in a file: equal texts mean equal weights, an empty one means
    /// that nothing is changed.
    fn stamp(&self, graph: &Path) -> String;

    /// The weights that it changes in the graph in a file.
    fn replacements(
        &self,
        graph: &Path,
        cancel: &CancelToken,
    ) -> Result<Vec<Replacement>, RuntimeError>;
}

/// A weight in the place of one of the graph's own.
#[derive(Clone, Debug)]
pub struct Replacement {
    /// The name of the weight.
    pub initializer: String,
    /// Its numbers, of the same kind; only a table may have more rows than the graph's own.
    pub tensor: Tensor,
}

/// What changes the weights of one graph; the same as another one where the weights would be.
#[derive(Clone)]
pub struct Retouching {
    stamp: String,
    by: Arc<dyn Retouch>,
}

impl Retouching {
    /// `None` where nothing is changed.
    pub(super) fn of(by: &Arc<dyn Retouch>, graph: &Path) -> Option<Self> {
        let stamp = by.stamp(graph);
        (!stamp.is_empty()).then(|| Self {
            stamp,
            by: Arc::clone(by),
        })
    }

    pub(super) fn replacements(
        &self,
        graph: &Path,
        cancel: &CancelToken,
    ) -> Result<Vec<Replacement>, RuntimeError> {
        self.by.replacements(graph, cancel)
    }
}

impl PartialEq for Retouching {
    fn eq(&self, other: &Self) -> bool {
        self.stamp == other.stamp
    }
}

impl Eq for Retouching {}

impl fmt::Debug for Retouching {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Retouching").field(&self.stamp).finish()
    }
}
