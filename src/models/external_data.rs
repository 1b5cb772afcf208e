//! Tensors that a graph keeps in other files.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::error::ModelError;
use super::foreign_file::ForeignFile;
use super::graph_fault::GraphFault;
use super::schema::stays_inside;

/// A place in another file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExternalData {
    /// The file's name, from the folder of the graph.
    pub location: String,
    /// Bytes before the tensor's.
    pub offset: u64,
    /// The tensor's bytes; `None` where it does not say.
    pub length: Option<u64>,
}

/// The files beside a graph that were found to be in order, and their lengths.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// By the names that the graph gives them: those of many tensors are the same.
    found: BTreeMap<String, (PathBuf, u64)>,
}

impl Neighbours {
    /// Refuses a tensor of so many bytes whose file is missing, too short, or elsewhere than in
    /// the folder of the graph.
    pub(super) fn check(
        &mut self,
        data: &ExternalData,
        expected_bytes: u64,
        graph: &Path,
    ) -> Result<(), ModelError> {
        if !self.found.contains_key(&data.location) {
            let found = find(&data.location, graph)?;
            self.found.insert(data.location.clone(), found);
        }
        let (path, length) = &self.found[&data.location];
        let end = data.offset.saturating_add(expected_bytes);
        if end <= *length {
            return Ok(());
        }
        // What Git left in its place is short, too.
        if let Ok(Some(foreign @ ForeignFile::LfsPointer)) = ForeignFile::at(path) {
            return Err(ModelError::Graph {
                fault: GraphFault::Foreign(foreign),
                path: path.clone(),
            });
        }
        Err(ModelError::Length {
            expected: end,
            found: *length,
            path: path.clone(),
        })
    }

    /// The files and their lengths, each once.
    pub(super) fn files(&self) -> BTreeMap<PathBuf, u64> {
        self.found.values().cloned().collect()
    }
}

fn find(location: &str, graph: &Path) -> Result<(PathBuf, u64), ModelError> {
    let escapes = || ModelError::Escapes {
        named: location.to_owned(),
        path: graph.to_owned(),
    };
    if !stays_inside(location) {
        return Err(escapes());
    }
    let folder = graph.parent().unwrap_or_else(|| Path::new("."));
    let path = folder.join(location);
    let real = |path: &Path| {
        let real = path.canonicalize();
        real.map_err(|source| ModelError::reading(source, path.to_owned()))
    };
    if !real(&path)?.starts_with(real(folder)?) {
        return Err(escapes());
    }
    let metadata = path.metadata();
    let metadata = metadata.map_err(|source| ModelError::reading(source, path.clone()))?;
    if !metadata.is_file() {
        return Err(escapes());
    }
    Ok((path, metadata.len()))
}
