//! Finding models.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::files::Folders;

use super::error::ModelError;
use super::folder::ModelFolder;

/// How far above the executable a `models` folder is looked for: `cargo run` puts the program two
/// folders below the repository.
const ANCESTORS: usize = 5;

/// What was found in the model folders.
#[derive(Debug, Default)]
pub struct Scan {
    /// The models, in the order of the roots and then of their folders' names.
    pub found: Vec<ModelFolder>,
    /// Folders that look like models and cannot be used, and why.
    pub refused: Vec<(PathBuf, ModelError)>,
}

/// Looks at each root and at the folders inside it.
///
/// A root that is not there holds no models; a model that an earlier root already gave is skipped.
pub fn scan(roots: &[PathBuf]) -> Scan {
    let mut scan = Scan::default();
    let mut seen = BTreeSet::new();
    for root in roots {
        for path in candidates(root) {
            match ModelFolder::open(&path) {
                Ok(folder) if seen.insert(folder.id().clone()) => scan.found.push(folder),
                Ok(_) => {}
                Err(error) => scan.refused.push((path, error)),
            }
        }
    }
    scan
}

/// Where models are looked for: the user's own folders first, then those of the user's data, then
/// `models` beside the executable and above it.
pub fn roots(folders: &Folders, extra: &[PathBuf]) -> Vec<PathBuf> {
    let mut roots = extra.to_vec();
    roots.push(folders.data.join("models"));
    if let Ok(program) = std::env::current_exe() {
        let above = program.ancestors().skip(1).take(ANCESTORS);
        roots.extend(above.map(|folder| folder.join("models")));
    }
    roots
}

fn candidates(root: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root) else {
        return Vec::new();
    };
    let mut inside: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| ModelFolder::is_at(path))
        .collect();
    inside.sort();
    if ModelFolder::is_at(root) {
        inside.insert(0, root.to_owned());
    }
    inside
}
