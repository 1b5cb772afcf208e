//! The source files of this project, for tests that look at the code itself.

use std::fs;
use std::path::{Path, PathBuf};

/// A file of Rust, and what stands in it.
pub(crate) struct Source {
    /// Its path, from the root of the project.
    pub(crate) path: PathBuf,
    /// Its text.
    pub(crate) text: String,
}

/// Every Rust file below `folder` (from the root of the project), or the file itself; none where
/// it does not exist.
pub(crate) fn rust_files(folder: &str) -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut waiting = vec![root.join(folder)];
    let mut sources = Vec::new();
    while let Some(path) = waiting.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).expect("the folder was listed");
            waiting.extend(entries.map(|entry| entry.expect("its entries are readable").path()));
        } else if path.is_file() && path.extension().is_some_and(|extension| extension == "rs") {
            sources.push(Source {
                text: fs::read_to_string(&path).expect("sources are UTF-8"),
                path: path.strip_prefix(root).expect("it lies below").to_owned(),
            });
        }
    }
    sources.sort_by(|a, b| a.path.cmp(&b.path));
    sources
}
