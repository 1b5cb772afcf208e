//! In what numbers a model's weights are stored.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::error::ModelError;
use super::folder::ModelFolder;
use super::graph_outline::GraphOutline;

/// The kind of number that most of a model's weights are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Precision {
    /// 32 bits.
    Float32,
    /// 16 bits, as IEEE 754 has them.
    Float16,
    /// 16 bits with the range of 32.
    BFloat16,
    /// Whole numbers of 8 bits or fewer, with a scale.
    Quantized,
}

impl Precision {
    /// Its name, the same in every language.
    pub fn label(self) -> &'static str {
        match self {
            Self::Float32 => "fp32",
            Self::Float16 => "fp16",
            Self::BFloat16 => "bf16",
            Self::Quantized => "int8",
        }
    }

    /// By ONNX's own number for the kind of a tensor's numbers.
    fn of_element(element: u64) -> Option<Self> {
        match element {
            1 => Some(Self::Float32),
            10 => Some(Self::Float16),
            16 => Some(Self::BFloat16),
            2 | 3 | 21 | 22 => Some(Self::Quantized),
            _ => None,
        }
    }
}

impl ModelFolder {
    /// What most of its weights are stored in; `None` where no graph of it can be read.
    ///
    /// Only the shapes of the weights are read, so that gigabytes take milliseconds.
    pub fn precision(&self) -> Option<Precision> {
        let mut weights = BTreeMap::new();
        for graph in graphs(self.path()) {
            // A graph that cannot be read is told of when the model is opened.
            if let Err(error) = count_weights(&graph, &mut weights) {
                log::info!("no weights are counted in {}: {error}", graph.display());
            }
        }
        let most = weights.into_iter().max_by_key(|(_, count)| *count);
        most.map(|(precision, _)| precision)
    }
}

/// The graphs in a folder and in those inside it.
fn graphs(folder: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.path()).collect()
    };
    let (parts, mut files): (Vec<_>, Vec<_>) =
        inside(folder).into_iter().partition(|path| path.is_dir());
    files.extend(parts.iter().flat_map(|part| inside(part)));
    files.retain(|path| path.extension().is_some_and(|it| it == "onnx") && path.is_file());
    files
}

/// Adds the weights of a graph, by their kind.
fn count_weights(path: &Path, weights: &mut BTreeMap<Precision, u64>) -> Result<(), ModelError> {
    for tensor in GraphOutline::read(path)?.tensors {
        if let Some(precision) = Precision::of_element(tensor.element) {
            let sum = weights.entry(precision).or_default();
            *sum = sum.saturating_add(tensor.elements().unwrap_or(0));
        }
    }
    Ok(())
}
