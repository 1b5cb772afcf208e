//! Which files of a repository a pipeline in ONNX needs.
//!
//! Repositories hold the same weights for several programs; only those for ONNX Runtime come, with
//! configurations, vocabularies, and the terms of use.
//! Pickles never come: opening one runs whatever is in it.

use std::collections::{BTreeMap, BTreeSet};

use crate::models::FamilyChoice;

use super::error::HubError;
use super::file_name::{escapes, is_portable};
use super::listing::{Listing, RemoteFile};

/// What every pipeline has, and in which folders it may be.
const NEEDED: [(&str, &[&str]); 3] = [
    ("unet/model.onnx", DENOISERS),
    ("text_encoder/model.onnx", &["text_encoder"]),
    ("vae_decoder/model.onnx", &["vae_decoder"]),
];

/// The folders that hold the part by which a pipeline is known.
const DENOISERS: &[&str] = &["unet", "transformer"];

/// Folders of graphs that Maquette runs.
const GRAPH_FOLDERS: [&str; 7] = [
    "unet",
    "transformer",
    "text_encoder",
    "text_encoder_2",
    "text_encoder_3",
    "vae_decoder",
    "vae_encoder",
];

/// Folders that hold configurations and vocabularies only.
const TEXT_FOLDERS: [&str; 5] = [
    "tokenizer",
    "tokenizer_2",
    "tokenizer_3",
    "scheduler",
    "vae",
];

/// Extensions of configurations and vocabularies.
const TEXTS: [&str; 3] = ["json", "txt", "model"];

/// Extensions of pickles, of weights for other programs, of code, and of archives.
const FOREIGN: [&str; 26] = [
    "bin",
    "ckpt",
    "pt",
    "pth",
    "pkl",
    "pickle",
    "safetensors",
    "msgpack",
    "h5",
    "ot",
    "gguf",
    "xml",
    "tflite",
    "mlmodel",
    "mlpackage",
    "py",
    "pyc",
    "sh",
    "exe",
    "dll",
    "so",
    "dylib",
    "zip",
    "tar",
    "gz",
    "engine",
];

/// The longest text of a model: vocabularies of millions of words stay below.
const MAX_TEXT_BYTES: u64 = 256 << 20;

/// The graph that is used where a folder has several.
const GRAPH: &str = "model.onnx";

/// The files to get, and the folder of the repository that they are in; empty = the repository.
pub(super) struct Choice<'a> {
    pub(super) folder: String,
    /// Each with its path below the folder.
    pub(super) files: Vec<(String, &'a RemoteFile)>,
}

/// Chooses from the repository, or from one of its folders.
pub(super) fn choose<'a>(
    listing: &'a Listing,
    folder: Option<&str>,
) -> Result<Choice<'a>, HubError> {
    if let Some(file) = listing.files.iter().find(|file| escapes(&file.path)) {
        return Err(unsafe_name(&file.path));
    }
    let folder = match folder {
        Some(named) => named.trim_matches('/').to_owned(),
        None => only_folder(listing)?,
    };
    if !folder.is_empty() && !is_portable(&folder) {
        return Err(unsafe_name(&folder));
    }
    let below = below(listing, &folder);
    let missing = missing(&below);
    if !missing.is_empty() {
        return Err(HubError::NotOnnx {
            repository: listing.repository.model_id(&folder),
            missing,
        });
    }
    let graphs = graphs(&below);
    let files = below.into_iter();
    let mut files: Vec<_> = files
        .filter(|(path, file)| is_needed(path, file, &graphs))
        .collect();
    // The terms of a folder's model usually stand above it.
    let is_here = |path: &str| files.iter().any(|(here, _)| here == path);
    let notes = listing
        .files
        .iter()
        .filter(|file| is_note(&file.path) && !is_here(&file.path));
    let notes: Vec<_> = notes.map(|file| (file.path.clone(), file)).collect();
    files.extend(notes);
    check_names(&files)?;
    Ok(Choice { folder, files })
}

/// The folder with a pipeline: the repository itself, else the only one within it.
fn only_folder(listing: &Listing) -> Result<String, HubError> {
    let mut folders = BTreeSet::new();
    for file in &listing.files {
        let names: Vec<&str> = file.path.split('/').collect();
        if let [above @ .., part, _] = names.as_slice()
            && is_graph(&file.path)
            && DENOISERS.contains(part)
        {
            folders.insert(above.join("/"));
        }
    }
    if folders.len() > 1 && !folders.contains("") {
        return Err(HubError::SeveralFolders {
            repository: listing.repository.to_string(),
            folders: folders.into_iter().collect(),
        });
    }
    Ok(folders.into_iter().next().unwrap_or_default())
}

/// The files below a folder, with their paths from there.
fn below<'a>(listing: &'a Listing, folder: &str) -> Vec<(String, &'a RemoteFile)> {
    let files = listing.files.iter().filter_map(|file| {
        if folder.is_empty() {
            return Some((file.path.clone(), file));
        }
        let path = file.path.strip_prefix(folder)?.strip_prefix('/')?;
        Some((path.to_owned(), file))
    });
    files.collect()
}

/// What a pipeline needs and is not there.
fn missing(files: &[(String, &RemoteFile)]) -> Vec<String> {
    let has_graph = |folder: &str| {
        files
            .iter()
            .any(|(path, _)| is_graph(path) && in_folder(path) == Some(folder))
    };
    let missing = NEEDED
        .iter()
        .filter(|(_, folders)| !folders.iter().any(|name| has_graph(name)));
    missing.map(|(name, _)| (*name).to_owned()).collect()
}

/// The graphs to get, by their folder: all, or the usual one where it is among them.
fn graphs(files: &[(String, &RemoteFile)]) -> BTreeMap<String, BTreeSet<String>> {
    let mut graphs: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, _) in files {
        let Some((folder, name)) = path.split_once('/') else {
            continue;
        };
        if GRAPH_FOLDERS.contains(&folder) && is_graph(name) && !name.contains('/') {
            graphs
                .entry(folder.to_owned())
                .or_default()
                .insert(name.to_owned());
        }
    }
    for names in graphs.values_mut() {
        if names.contains(GRAPH) {
            names.retain(|name| name == GRAPH);
        }
    }
    graphs
}

fn is_needed(path: &str, file: &RemoteFile, graphs: &BTreeMap<String, BTreeSet<String>>) -> bool {
    let is_text = has_extension(path, &TEXTS) && file.bytes <= MAX_TEXT_BYTES;
    let Some((folder, name)) = path.split_once('/') else {
        // What a stranger chose for a folder of theirs is no choice of ours.
        let is_json = has_extension(path, &["json"]) && path != FamilyChoice::FILE_NAME;
        return is_note(path) || (is_json && is_text);
    };
    // An index lists the shards of weights for other programs.
    if name.contains('/') || name.starts_with('.') || name.ends_with(".index.json") {
        return false;
    }
    if let Some(graphs) = graphs.get(folder) {
        return belongs_to(name, graphs) && !has_extension(name, &FOREIGN);
    }
    is_text && TEXT_FOLDERS.contains(&folder)
}

/// Whether a file in a folder of graphs goes with those that are wanted: other graphs stay, and so
/// does what begins with their names; tensors may have any name.
fn belongs_to(name: &str, graphs: &BTreeSet<String>) -> bool {
    if is_graph(name) {
        return graphs.contains(name);
    }
    match name.find(".onnx") {
        Some(end) => graphs.contains(&name[..end + ".onnx".len()]),
        None => true,
    }
}

/// Whether it tells a person what the model is, and on which terms.
fn is_note(path: &str) -> bool {
    let name = path.to_ascii_lowercase();
    let heads = ["readme", "license", "licence", "notice"];
    let is_readable = has_extension(&name, &["md", "txt"]) || !name.contains('.');
    !name.contains('/') && is_readable && heads.iter().any(|head| name.starts_with(head))
}

/// Refuses what cannot be kept, or would be one file on a disk that does not tell cases apart.
fn check_names(files: &[(String, &RemoteFile)]) -> Result<(), HubError> {
    let mut seen = BTreeSet::new();
    for (path, file) in files {
        if !is_portable(path) || !seen.insert(path.to_lowercase()) {
            return Err(unsafe_name(&file.path));
        }
    }
    Ok(())
}

fn unsafe_name(name: &str) -> HubError {
    HubError::UnsafeName {
        name: name.to_owned(),
    }
}

/// Whether a file is a graph in ONNX.
pub(super) fn is_graph(path: &str) -> bool {
    has_extension(path, &["onnx"])
}

/// The folder of a file that lies in exactly one.
fn in_folder(path: &str) -> Option<&str> {
    let (folder, name) = path.split_once('/')?;
    (!name.contains('/')).then_some(folder)
}

fn has_extension(path: &str, extensions: &[&str]) -> bool {
    let extension = path
        .rsplit_once('.')
        .map(|(_, extension)| extension.to_ascii_lowercase());
    extension.is_some_and(|extension| extensions.contains(&extension.as_str()))
}
