//! What adapters there are, and what they say of themselves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::adapter_shelf::{AdapterFolders, files_below, stem};
use super::embedding_file::EmbeddingFile;
use super::error::AdapterError;
use super::lora_file::LoraFile;
use super::module_key::Part;
use super::tensor_file::{TensorFile, is_pickle};

/// How many of the words that an adapter was trained on are taken for triggers.
const TRIGGERS: usize = 8;

/// An adapter on the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterInfo {
    /// The name by which prompts call it.
    pub name: String,
    /// Where it is.
    pub path: PathBuf,
    /// What it is.
    pub kind: AdapterKind,
    /// The model that it was made for, as far as it is known.
    pub base_model: Option<String>,
    /// Words that call up what it learned, the most frequent first.
    pub trigger_words: Vec<String>,
}

/// What an adapter is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum AdapterKind {
    /// It changes weights: `<lora:name:0.8>`.
    Lora,
    /// It is a new word: `embedding:name`, or the name alone.
    Embedding,
}

/// Every adapter in the folders and below, by kind and name.
///
/// Files that cannot be read are left out and logged; pickles are none.
pub fn scan(folders: &AdapterFolders) -> Vec<AdapterInfo> {
    let kinds = [
        (&folders.loras, AdapterKind::Lora),
        (&folders.embeddings, AdapterKind::Embedding),
    ];
    let mut found = Vec::new();
    for (root, kind) in kinds {
        for path in files_below(root) {
            if is_pickle(&path) {
                continue;
            }
            match AdapterInfo::read(&path, kind) {
                Ok(info) => found.push(info),
                Err(error) => log::warn!("an adapter cannot be read: {error}"),
            }
        }
    }
    found
}

impl AdapterInfo {
    /// Reads the header of a file.
    pub fn read(path: &Path, kind: AdapterKind) -> Result<Self, AdapterError> {
        let file = TensorFile::open(path)?;
        let (named, trigger_words) = (named_base(file.metadata()), triggers(file.metadata()));
        let by_shape = match kind {
            AdapterKind::Lora => base_of_lora(&LoraFile::of(file)?),
            AdapterKind::Embedding => base_of_embedding(&EmbeddingFile::of(file)?),
        };
        Ok(Self {
            name: stem(path),
            path: path.to_owned(),
            kind,
            base_model: named.or_else(|| by_shape.map(str::to_owned)),
            trigger_words,
        })
    }
}

/// The base model that the metadata of kohya's scripts, or of the model specification, name.
fn named_base(metadata: &BTreeMap<String, String>) -> Option<String> {
    let keys = ["ss_base_model_version", "modelspec.architecture"];
    let named = keys.iter().find_map(|key| metadata.get(*key));
    named.filter(|name| !name.is_empty()).cloned()
}

/// The phrase that its maker gives, else the tags that it was trained on most often.
fn triggers(metadata: &BTreeMap<String, String>) -> Vec<String> {
    if let Some(phrase) = metadata.get("modelspec.trigger_phrase") {
        let words = phrase.split(',').map(str::trim);
        return words
            .filter(|word| !word.is_empty())
            .map(str::to_owned)
            .collect();
    }
    let text = metadata.get("ss_tag_frequency");
    let folders: BTreeMap<String, BTreeMap<String, Value>> = text
        .and_then(|text| serde_json::from_str(text).ok())
        .unwrap_or_default();
    let mut counts = BTreeMap::<String, u64>::new();
    for (tag, count) in folders.into_values().flatten() {
        *counts.entry(tag.trim().to_owned()).or_default() += count.as_u64().unwrap_or_default();
    }
    let mut tags: Vec<(String, u64)> = counts.into_iter().collect();
    tags.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    let tags = tags.into_iter().take(TRIGGERS);
    tags.map(|(tag, _)| tag).collect()
}

/// By how wide the words are that the denoiser listens to.
fn base_of_lora(file: &LoraFile) -> Option<&'static str> {
    let has_second = |part| part == Part::TextEncoder(2);
    let listens = file
        .modules()
        .iter()
        .find(|module| module.part == Part::Denoiser && module.path.ends_with("attn2_to_k"));
    let width = listens.and_then(|module| file.input_width(module));
    match width {
        Some(2048) => Some("Stable Diffusion XL"),
        Some(1024) => Some("Stable Diffusion 2"),
        Some(768) => Some("Stable Diffusion 1"),
        _ => file
            .modules()
            .iter()
            .any(|module| has_second(module.part))
            .then_some("Stable Diffusion XL"),
    }
}

fn base_of_embedding(file: &EmbeddingFile) -> Option<&'static str> {
    match (file.encoders(), file.width()) {
        (2, _) => Some("Stable Diffusion XL"),
        (_, 768) => Some("Stable Diffusion 1"),
        (_, 1024) => Some("Stable Diffusion 2"),
        _ => None,
    }
}
