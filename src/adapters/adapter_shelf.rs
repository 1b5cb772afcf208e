//! Finds the adapters that a prompt names.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::domain::{Explain as _, Message, Notice, Prompt, Severity};
use crate::files::{Folders, sha256_of};
use crate::prompt::{AdapterTag, take_adapters};

use super::adapter_set::{AdapterSet, WantedEmbedding, WantedLora};
use super::embedding_file::EmbeddingFile;
use super::error::AdapterError;
use super::lora_file::LoraFile;
use super::near_names::near_names;
use super::tensor_file::is_pickle;
use super::words::{EMBEDDING, named_words, names_word};

/// How deep folders may stand in one another.
const MAX_DEPTH: u32 = 8;

/// Where adapters lie; neither folder need exist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterFolders {
    /// `LoRA` and its kin.
    pub loras: PathBuf,
    /// Embeddings.
    pub embeddings: PathBuf,
}

impl AdapterFolders {
    /// Those among the folders that belong to Maquette.
    pub fn of(folders: &Folders) -> Self {
        Self {
            loras: folders.data.join("loras"),
            embeddings: folders.data.join("embeddings"),
        }
    }
}

/// The adapters on the disk, and what was fitted last.
#[derive(Debug)]
pub struct AdapterShelf {
    folders: AdapterFolders,
    /// The hashes of files as they were.
    hashes: HashMap<PathBuf, (FileState, String)>,
    latest: Option<(Wanted, Arc<AdapterSet>)>,
}

/// A file's length and time: others when it was changed.
type FileState = (u64, Option<SystemTime>);

/// What a prompt asks of a model.
#[derive(Debug, PartialEq)]
struct Wanted {
    model: PathBuf,
    /// How many of the last layers of its text encoder are not to be heard.
    skipped_layers: u32,
    /// The files of adapters, their hashes and their weights.
    loras: Vec<(PathBuf, String, AdapterTag)>,
    /// The words, with their files and hashes.
    embeddings: Vec<(String, PathBuf, String)>,
}

impl AdapterShelf {
    /// The adapters in those folders.
    pub fn new(folders: AdapterFolders) -> Self {
        Self {
            folders,
            hashes: HashMap::new(),
            latest: None,
        }
    }

    /// What the adapters that a prompt names change in the model in a folder, and what it takes to
    /// skip layers of its text encoder (see `CLIP_SKIP`); the same as last time
    /// costs nothing.
    ///
    /// Names that are not there are told, with those that are like them.
    pub fn fit(
        &mut self,
        prompt: &Prompt,
        skipped_layers: u32,
        model: &Path,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<Arc<AdapterSet>, AdapterError> {
        let (text, mut tags) = take_adapters(&prompt.text);
        let (negative, others) = take_adapters(&prompt.negative);
        tags.extend(others);
        let wanted = Wanted {
            model: model.to_owned(),
            skipped_layers,
            loras: self.wanted_loras(tags, tell)?,
            embeddings: self.wanted_embeddings(&format!("{text}\n{negative}"), tell)?,
        };
        if let Some((latest, set)) = &self.latest
            && *latest == wanted
        {
            return Ok(Arc::clone(set));
        }
        let set = Arc::new(wanted.fit(tell)?);
        self.latest = Some((wanted, Arc::clone(&set)));
        Ok(set)
    }

    fn wanted_loras(
        &mut self,
        tags: Vec<AdapterTag>,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<Vec<(PathBuf, String, AdapterTag)>, AdapterError> {
        if tags.is_empty() {
            return Ok(Vec::new());
        }
        let files = files_below(&self.folders.loras);
        let mut wanted = Vec::new();
        for tag in tags {
            let Some(path) = named(&files, &tag.name) else {
                tell(missing("notice-adapter-missing", &tag.name, &files));
                continue;
            };
            if is_pickle(path) {
                return Err(AdapterError::Pickle { path: path.clone() });
            }
            let has_weight = tag.weight != 0.0 || tag.text_encoder_weight != 0.0;
            if has_weight {
                wanted.push((path.clone(), self.hash(path)?, tag));
            }
        }
        Ok(wanted)
    }

    fn wanted_embeddings(
        &mut self,
        text: &str,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<Vec<(String, PathBuf, String)>, AdapterError> {
        let files = files_below(&self.folders.embeddings);
        let mut wanted: Vec<(String, PathBuf, String)> = Vec::new();
        for path in &files {
            let name = stem(path);
            let is_known = wanted.iter().any(|(known, ..)| *known == name);
            if is_known || !names_word(text, &name) {
                continue;
            }
            if !is_pickle(path) {
                wanted.push((name, path.clone(), self.hash(path)?));
            } else if named(&files, &name) == Some(path) {
                let error = AdapterError::Pickle { path: path.clone() };
                if names_word(text, &format!("{EMBEDDING}{name}")) {
                    return Err(error);
                }
                // The word alone may have been meant as a word.
                let mut notice = error.explain();
                notice.severity = Severity::Warning;
                tell(notice);
            }
        }
        for name in named_words(text) {
            if named(&files, name).is_none() {
                tell(missing("notice-embedding-missing", name, &files));
            }
        }
        Ok(wanted)
    }

    fn hash(&mut self, path: &Path) -> Result<String, AdapterError> {
        let metadata = fs::metadata(path).map_err(AdapterError::reading(path))?;
        let state = (metadata.len(), metadata.modified().ok());
        if let Some((known, hash)) = self.hashes.get(path)
            && *known == state
        {
            return Ok(hash.clone());
        }
        let hash = sha256_of(path).map_err(AdapterError::reading(path))?;
        self.hashes.insert(path.to_owned(), (state, hash.clone()));
        Ok(hash)
    }
}

impl Wanted {
    fn fit(&self, tell: &mut dyn FnMut(Notice)) -> Result<AdapterSet, AdapterError> {
        let loras = self.loras.iter().map(|(path, sha256, tag)| {
            Ok(WantedLora {
                name: tag.name.clone(),
                file: Arc::new(LoraFile::open(path)?),
                sha256: sha256.clone(),
                weight: tag.weight,
                text_encoder_weight: tag.text_encoder_weight,
            })
        });
        let embeddings = self.embeddings.iter().map(|(name, path, sha256)| {
            Ok(WantedEmbedding {
                name: name.clone(),
                file: EmbeddingFile::open(path)?,
                sha256: sha256.clone(),
            })
        });
        let loras = loras.collect::<Result<Vec<_>, AdapterError>>()?;
        let embeddings = embeddings.collect::<Result<Vec<_>, AdapterError>>()?;
        let skipped = self.skipped_layers;
        AdapterSet::fit(&loras, &embeddings, skipped, &self.model, tell)
    }
}

/// The files of adapters in a folder and below, pickles among them, in order.
pub(super) fn files_below(root: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut waiting = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = waiting.pop() {
        // A folder that is not there holds nothing.
        for entry in fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                if depth < MAX_DEPTH {
                    waiting.push((path, depth + 1));
                }
            } else if is_pickle(&path)
                || path
                    .extension()
                    .is_some_and(|ending| ending.eq_ignore_ascii_case("safetensors"))
            {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// A file's name without its ending.
pub(super) fn stem(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// The file of a name; a pickle only where there is no other.
fn named<'a>(files: &'a [PathBuf], name: &str) -> Option<&'a PathBuf> {
    let mut found = files.iter().filter(|path| stem(path) == name);
    let first = found.clone().find(|path| !is_pickle(path));
    first.or_else(|| found.next())
}

fn missing(key: &'static str, name: &str, files: &[PathBuf]) -> Notice {
    let names: Vec<String> = files.iter().map(|path| stem(path)).collect();
    let near = near_names(name, &names);
    let headline = Message::new(key)
        .with("name", name)
        .with_number("count", near.len() as f64)
        .with("near", near.join(", "));
    Notice::new(Severity::Warning, headline)
}
