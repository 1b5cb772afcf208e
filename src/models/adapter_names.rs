//! What adapters are on disk.

use std::fs;
use std::path::Path;

use crate::files::Folders;

/// How many folders deep adapters are looked for.
const MAX_DEPTH: u32 = 8;

/// The names of the adapter files in `loras` among the user's data, without their ending, sorted.
pub fn adapter_names(folders: &Folders) -> Vec<String> {
    let mut names = Vec::new();
    gather(&folders.data.join("loras"), 0, &mut names);
    names.sort_by_key(|name| name.to_lowercase());
    names.dedup();
    names
}

fn gather(folder: &Path, depth: u32, names: &mut Vec<String>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            if depth < MAX_DEPTH {
                gather(&path, depth + 1, names);
            }
        } else if path.extension().is_some_and(|it| it == "safetensors")
            && let Some(name) = path.file_stem()
        {
            names.push(name.to_string_lossy().into_owned());
        }
    }
}
