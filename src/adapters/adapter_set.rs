//! Adapters, fitted to the graphs of one model.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{AdapterFile, CancelToken, Message, Notice, Severity};
use crate::runtime::{Replacement, Retouch, RuntimeError};

use super::embedding_file::EmbeddingFile;
use super::error::AdapterError;
use super::graph_changes::{Change, GraphChanges, NewWord};
use super::lora_file::LoraFile;
use super::module_key::Part;

/// The folders of a model in which the graphs lie that adapters change.
const PARTS: [(&str, Part); 5] = [
    ("unet", Part::Denoiser),
    ("transformer", Part::Denoiser),
    ("text_encoder", Part::TextEncoder(1)),
    ("text_encoder_2", Part::TextEncoder(2)),
    ("text_encoder_3", Part::TextEncoder(3)),
];

/// How many parts that do not fit are named.
const NAMED: usize = 12;

/// What some adapters, each with its weight, change in the graphs of one model.
#[derive(Debug, Default)]
pub struct AdapterSet {
    graphs: HashMap<PathBuf, GraphChanges>,
    files: Vec<AdapterFile>,
}

/// A `LoRA` that was asked for.
#[derive(Debug)]
pub(super) struct WantedLora {
    pub(super) name: String,
    pub(super) file: Arc<LoraFile>,
    pub(super) sha256: String,
    pub(super) weight: f64,
    pub(super) text_encoder_weight: f64,
}

/// An embedding that was asked for.
#[derive(Debug)]
pub(super) struct WantedEmbedding {
    pub(super) name: String,
    pub(super) file: EmbeddingFile,
    pub(super) sha256: String,
}

impl AdapterSet {
    /// Fits adapters to the graphs in a model's folder, and tells of what has no place there.
    ///
    /// Fails where nothing of a `LoRA` fits.
    pub(super) fn fit(
        loras: &[WantedLora],
        embeddings: &[WantedEmbedding],
        skipped_layers: u32,
        model: &Path,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<Self, AdapterError> {
        if loras.is_empty() && embeddings.is_empty() && skipped_layers == 0 {
            return Ok(Self::default());
        }
        let mut set = Self {
            graphs: graphs_of(model)?,
            files: Vec::new(),
        };
        for lora in loras {
            set.place_lora(lora, tell)?;
        }
        for embedding in embeddings {
            set.place_embedding(embedding, tell)?;
        }
        set.skip_layers(skipped_layers, tell);
        set.graphs.retain(|_, graph| !graph.marks.is_empty());
        Ok(set)
    }

    /// Whether it changes nothing.
    pub fn is_empty(&self) -> bool {
        self.graphs.is_empty()
    }

    /// The files of its adapters.
    pub fn files(&self) -> &[AdapterFile] {
        &self.files
    }

    /// The new words of the text encoder in that file.
    pub fn words(&self, graph: &Path) -> &[NewWord] {
        self.graphs
            .get(graph)
            .map_or(&[], |graph| graph.words.as_slice())
    }

    fn place_lora(
        &mut self,
        lora: &WantedLora,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<(), AdapterError> {
        let mut missing = Vec::new();
        let mut placed = 0;
        for (index, module) in lora.file.modules().iter().enumerate() {
            let strength = match module.part {
                Part::Denoiser => lora.weight,
                Part::TextEncoder(_) => lora.text_encoder_weight,
            };
            if strength == 0.0 {
                continue;
            }
            if module.is_sum() && self.place_module(lora, index, strength) {
                placed += 1;
            } else {
                missing.push(module.path.clone());
            }
        }
        self.note(&lora.name, &lora.sha256);
        match missing.first() {
            Some(example) if placed == 0 => Err(AdapterError::NothingFits {
                modules: missing.len(),
                example: example.clone(),
                path: lora.file.file().path().to_owned(),
            }),
            None if lora.file.unknown() == 0 => Ok(()),
            _ => {
                tell(partly(lora, placed, &missing));
                Ok(())
            }
        }
    }

    /// Notes the change of one module; says whether any graph has it.
    fn place_module(&mut self, lora: &WantedLora, index: usize, strength: f64) -> bool {
        let module = &lora.file.modules()[index];
        let mark = format!("{strength} × {}", lora.sha256);
        let mut is_placed = false;
        let graphs = self.graphs.values_mut();
        for graph in graphs.filter(|graph| graph.part == module.part) {
            let change = Change {
                file: Arc::clone(&lora.file),
                module: index,
                strength: strength as f32,
            };
            if graph.place(module, change) {
                is_placed = true;
                if graph.marks.last() != Some(&mark) {
                    graph.marks.push(mark.clone());
                }
            }
        }
        is_placed
    }

    /// Skips the last layers of a text encoder that is alone: where there are several, the
    /// denoiser listens to layers that have outputs of their own.
    fn skip_layers(&mut self, layers: u32, tell: &mut dyn FnMut(Notice)) {
        let graphs = self.graphs.values_mut();
        let mut encoders = graphs.filter(|graph| matches!(graph.part, Part::TextEncoder(_)));
        let (Some(encoder), None) = (encoders.next(), encoders.next()) else {
            return;
        };
        if layers > 0 && !encoder.skip_layers(layers) {
            tell(Notice::new(
                Severity::Warning,
                Message::new("notice-clip-skip-not-possible"),
            ));
        }
    }

    fn note(&mut self, name: &str, sha256: &str) {
        let file = AdapterFile {
            name: name.to_owned(),
            sha256: sha256.to_owned(),
        };
        if !self.files.contains(&file) {
            self.files.push(file);
        }
    }

    fn place_embedding(
        &mut self,
        embedding: &WantedEmbedding,
        tell: &mut dyn FnMut(Notice),
    ) -> Result<(), AdapterError> {
        let encoders = self.graphs.values_mut();
        let mut encoders: Vec<_> = encoders
            .filter_map(|graph| match graph.part {
                Part::TextEncoder(number) if graph.has_tokens() => Some((number, graph)),
                Part::TextEncoder(_) | Part::Denoiser => None,
            })
            .collect();
        let mut vectors = Vec::new();
        for (number, graph) in &mut encoders {
            let found = embedding.file.vectors(*number)?;
            vectors.push(found.filter(|vectors| graph.takes(vectors)));
        }
        let is_whole = vectors.len() == embedding.file.encoders();
        if !is_whole || vectors.iter().any(Option::is_none) {
            let headline =
                Message::new("notice-embedding-other-model").with("name", &embedding.name);
            tell(Notice::new(Severity::Warning, headline));
            return Ok(());
        }
        for ((_, graph), vectors) in encoders.into_iter().zip(vectors.into_iter().flatten()) {
            graph.append(embedding, vectors);
        }
        self.note(&embedding.name, &embedding.sha256);
        Ok(())
    }
}

impl Retouch for AdapterSet {
    fn stamp(&self, graph: &Path) -> String {
        let graph = self.graphs.get(graph);
        graph
            .map(|graph| graph.marks.join(", "))
            .unwrap_or_default()
    }

    fn replacements(
        &self,
        graph: &Path,
        cancel: &CancelToken,
    ) -> Result<Vec<Replacement>, RuntimeError> {
        let graph = self.graphs.get(graph);
        graph.map_or(Ok(Vec::new()), |graph| graph.replacements(cancel))
    }
}

/// The graphs in a model's folder that adapters change.
fn graphs_of(model: &Path) -> Result<HashMap<PathBuf, GraphChanges>, AdapterError> {
    let mut graphs = HashMap::new();
    for (folder, part) in PARTS {
        // A model has some of the parts.
        let Ok(entries) = fs::read_dir(model.join(folder)) else {
            continue;
        };
        for entry in entries {
            let path = entry.map_err(AdapterError::reading(model))?.path();
            if path.extension().is_some_and(|ending| ending == "onnx") {
                let changes = GraphChanges::read(&path, part)?;
                graphs.insert(path, changes);
            }
        }
    }
    Ok(graphs)
}

fn partly(lora: &WantedLora, placed: usize, missing: &[String]) -> Notice {
    let total = placed + missing.len();
    let headline = Message::new("notice-adapter-partly")
        .with("name", &lora.name)
        .with_number("placed", placed as f64)
        .with_number("total", total as f64);
    let mut notice = Notice::new(Severity::Warning, headline);
    let named = missing.iter().take(NAMED).cloned();
    notice.details.extend(named);
    let unnamed = missing.len().saturating_sub(NAMED);
    if unnamed > 0 {
        notice.details.push(format!("… and {unnamed} more"));
    }
    if lora.file.unknown() > 0 {
        let line = format!("{} tensors of unknown kinds", lora.file.unknown());
        notice.details.push(line);
    }
    notice
}
