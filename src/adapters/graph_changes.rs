//! What adapters change in one graph.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use half::f16;

use crate::domain::CancelToken;
use crate::models::ModelError;
use crate::runtime::{Replacement, RuntimeError, Tensor, Values};

use super::adapter_set::WantedEmbedding;
use super::error::AdapterError;
use super::graph_weights::{GraphWeights, Weight};
use super::lora_file::{LoraFile, Module};
use super::module_key::{Part, diffusers_path};
use super::tensor_file::Floats;

/// The module that has the vectors of all tokens.
const TOKENS: &str = "text_model_embeddings_token_embedding";

/// The modules of a layer whose outputs are added to what it gets.
const LAYER_ENDS: [&str; 2] = ["self_attn_out_proj", "mlp_fc2"];

/// More layers than any text encoder has.
const MAX_LAYERS: usize = 256;

/// What is changed in one graph.
#[derive(Debug)]
pub(super) struct GraphChanges {
    pub(super) part: Part,
    weights: GraphWeights,
    /// By the name of the initializer.
    changes: BTreeMap<String, (Weight, Vec<Change>)>,
    /// Those that become zeros, whatever else changes them.
    silenced: Vec<Weight>,
    /// The vectors behind those of the graph's own tokens.
    vectors: Vec<f32>,
    pub(super) words: Vec<NewWord>,
    /// What changes it: equal lists mean equal weights.
    pub(super) marks: Vec<String>,
}

/// A change of one weight by one file.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) file: Arc<LoraFile>,
    /// Its place among the file's modules.
    pub(super) module: usize,
    pub(super) strength: f32,
}

/// A word that a text encoder knows by an embedding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWord {
    /// The word.
    pub name: String,
    /// Its tokens.
    pub ids: Vec<i64>,
}

impl GraphChanges {
    pub(super) fn read(path: &Path, part: Part) -> Result<Self, ModelError> {
        Ok(Self {
            part,
            weights: GraphWeights::read(path)?,
            changes: BTreeMap::new(),
            silenced: Vec::new(),
            vectors: Vec::new(),
            words: Vec::new(),
            marks: Vec::new(),
        })
    }

    /// Notes a change of a module's weight; says whether the graph has such a weight.
    pub(super) fn place(&mut self, module: &Module, change: Change) -> bool {
        let path = match module.part {
            Part::Denoiser => &diffusers_path(&module.path, self.weights.resnets()),
            Part::TextEncoder(_) => &module.path,
        };
        let Some(weight) = self.weights.of_module(path) else {
            return false;
        };
        self.entry(weight).push(change);
        true
    }

    /// The weights with all their changes.
    pub(super) fn replacements(
        &self,
        cancel: &CancelToken,
    ) -> Result<Vec<Replacement>, RuntimeError> {
        let mut replacements = Vec::new();
        let changes = self.changes.values();
        for (weight, changes) in changes.filter(|(weight, _)| !self.silenced.contains(weight)) {
            if cancel.is_cancelled() {
                return Err(RuntimeError::Cancelled);
            }
            replacements.push(self.changed(*weight, changes)?);
        }
        replacements.extend(self.silenced.iter().map(|weight| self.zeros(*weight)));
        Ok(replacements)
    }

    /// Lets the last layers of a text encoder pass on what they get, so that its last output is
    /// that of an earlier layer, normalized: at least one layer stays.
    ///
    /// What a layer adds to what it gets comes out of two modules; says whether both were found in
    /// each.
    pub(super) fn skip_layers(&mut self, layers: u32) -> bool {
        let path = |layer: usize, module| format!("encoder_layers_{layer}_{module}");
        let is_there = |layer: &usize| {
            let last_module = self.weights.of_module(&path(*layer, LAYER_ENDS[1]));
            last_module.is_some()
        };
        let count = (0..MAX_LAYERS).take_while(is_there).count();
        let first = count.saturating_sub(layers as usize).max(1);
        let mut silenced = Vec::new();
        for layer in first..count {
            for module in LAYER_ENDS {
                let path = path(layer, module);
                let weight = self.weights.of_module(&path);
                let bias = self.weights.bias_of_module(&path);
                silenced.extend([weight, bias]);
            }
        }
        let Some(silenced) = silenced.into_iter().collect::<Option<Vec<_>>>() else {
            return false;
        };
        let is_any = !silenced.is_empty();
        if is_any {
            self.marks.push(format!("up to layer {first}"));
        }
        self.silenced = silenced;
        is_any
    }

    fn entry(&mut self, weight: Weight) -> &mut Vec<Change> {
        let name = self.weights.tensor(weight).name.clone();
        let entry = self.changes.entry(name);
        &mut entry.or_insert((weight, Vec::new())).1
    }

    /// The shape of its table of token vectors.
    fn table(&self) -> Option<(Weight, [usize; 2])> {
        let table = self.weights.of_module(TOKENS)?;
        let shape = self.weights.shape(table);
        Some((table, shape.try_into().ok()?))
    }

    /// Whether it is a text encoder with a table of token vectors, as CLIP is.
    pub(super) fn has_tokens(&self) -> bool {
        self.table().is_some()
    }

    pub(super) fn takes(&self, vectors: &Floats) -> bool {
        let width = self.table().map(|(_, [_, width])| width);
        width == vectors.shape.last().copied()
    }

    /// Gives a word the next tokens.
    pub(super) fn append(&mut self, embedding: &WantedEmbedding, vectors: Floats) {
        let Some((table, [rows, width])) = self.table() else {
            return;
        };
        let first = rows + self.vectors.len() / width.max(1);
        let ids = first..first + vectors.shape[0];
        self.words.push(NewWord {
            name: embedding.name.clone(),
            ids: ids.map(|id| id as i64).collect(),
        });
        self.vectors.extend(vectors.values);
        self.entry(table);
        self.marks.push(embedding.sha256.clone());
    }

    fn zeros(&self, weight: Weight) -> Replacement {
        let shape = self.weights.shape(weight);
        let count = shape.iter().product();
        self.replacement(weight, shape, vec![0.0; count])
    }

    /// A weight with all its changes.
    fn changed(&self, weight: Weight, changes: &[Change]) -> Result<Replacement, AdapterError> {
        let mut values = self.weights.floats(weight)?;
        let mut shape = self.weights.shape(weight);
        let mut module_shape = shape.clone();
        if weight.is_transposed {
            module_shape.reverse();
        }
        for change in changes {
            let module = &change.file.modules()[change.module];
            let delta = change.file.delta(module)?.values(&module_shape);
            let delta = delta.ok_or_else(|| AdapterError::Shape {
                module: module.path.clone(),
                shape: module_shape.clone(),
                path: change.file.file().path().to_owned(),
            })?;
            let columns = weight.is_transposed.then(|| module_shape[1]);
            add(&mut values, &delta, change.strength, columns);
        }
        if self.table().is_some_and(|(table, _)| table == weight) {
            values.extend_from_slice(&self.vectors);
            shape[0] = values.len() / shape[1].max(1);
        }
        Ok(self.replacement(weight, shape, values))
    }

    fn replacement(&self, weight: Weight, shape: Vec<usize>, values: Vec<f32>) -> Replacement {
        let tensor = self.weights.tensor(weight);
        let values = if tensor.is_half() {
            Values::F16(values.into_iter().map(f16::from_f32).collect())
        } else {
            Values::F32(values)
        };
        Replacement {
            initializer: tensor.name.clone(),
            tensor: Tensor::new(shape, values)
                .expect("as many numbers as the weight had, and rows"),
        }
    }
}

/// Adds a change to a weight; `columns` of the change are the weight's rows where it is transposed.
fn add(values: &mut [f32], delta: &[f32], strength: f32, columns: Option<usize>) {
    let Some(columns) = columns else {
        for (value, change) in values.iter_mut().zip(delta) {
            *value += strength * change;
        }
        return;
    };
    let rows = values.len() / columns.max(1);
    for (column, line) in values.chunks_exact_mut(rows.max(1)).enumerate() {
        for (row, value) in line.iter_mut().enumerate() {
            *value += strength * delta[row * columns + column];
        }
    }
}
