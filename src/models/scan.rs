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

/// How many folders deep models are looked for: a root is mostly sorted by family or by origin.
const MAX_DEPTH: u32 = 3;

/// What was found in the model folders.
#[derive(Debug, Default)]
pub struct Scan {
    /// The models, in the order of the roots and then of their folders' names.
    pub found: Vec<ModelFolder>,
    /// Folders that look like models and cannot be used, and why.
    pub refused: Vec<(PathBuf, ModelError)>,
}

/// Looks at each root and at the folders inside it, three deep.
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
    let mut found = Vec::new();
    gather(root, 0, &mut found);
    found
}

/// Adds the folders that look like models; what is inside a model belongs to it.
fn gather(folder: &Path, depth: u32, found: &mut Vec<PathBuf>) {
    if ModelFolder::is_at(folder) {
        found.push(folder.to_owned());
        return;
    }
    if depth == MAX_DEPTH {
        return;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut inside: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.is_dir() && !is_hidden(path))
        .collect();
    inside.sort();
    for path in inside {
        gather(&path, depth + 1, found);
    }
}

fn is_hidden(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default();
    name.to_string_lossy().starts_with('.')
}
