//! Which weight of an ONNX graph belongs to which module of the model that was exported.
//!
//! Exporters keep the paths of modules in the names of nodes, and those of most weights; the
//! weights of matrix products, however, are transposed and named by numbers.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use crate::models::{GraphOutline, ModelError, NodeOutline, TensorOutline, check_graph};

/// What newer versions of transformers leave out of the paths of CLIP, and others put there.
const TEXT_MODEL: &str = "text_model";

/// More residual blocks than any stage of a U-Net has.
const MAX_RESNETS: usize = 16;

/// What may stand between a weight and the node that uses it: two of them at most.
const DETOURS: u32 = 2;

/// The weights of a graph by the paths of their modules.
#[derive(Debug)]
pub(super) struct GraphWeights {
    path: PathBuf,
    outline: GraphOutline,
    /// By the path with `_` between all its words.
    of_module: HashMap<String, Weight>,
    /// What is added to the products of each module, by the same paths.
    biases: HashMap<String, Weight>,
}

/// A weight of a graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Weight {
    /// Its place among the graph's tensors.
    index: usize,
    /// Whether its first axis is the module's input.
    pub(super) is_transposed: bool,
}

impl GraphWeights {
    /// Looks through the nodes of a graph.
    pub(super) fn read(path: &Path) -> Result<Self, ModelError> {
        let outline = check_graph(path)?.outline;
        let [of_module, biases] = Survey::new(&outline).of_module();
        Ok(Self {
            path: path.to_owned(),
            outline,
            of_module,
            biases,
        })
    }

    /// The weight of a module; `path` has `_` between all its words.
    pub(super) fn of_module(&self, path: &str) -> Option<Weight> {
        let inner = path.strip_prefix(TEXT_MODEL);
        let inner = inner.and_then(|inner| inner.strip_prefix('_'));
        self.of_module.get(inner.unwrap_or(path)).copied()
    }

    /// What a module adds to its products.
    pub(super) fn bias_of_module(&self, path: &str) -> Option<Weight> {
        self.biases.get(path).copied()
    }

    /// The weight itself.
    pub(super) fn tensor(&self, weight: Weight) -> &TensorOutline {
        &self.outline.tensors[weight.index]
    }

    /// The length of each of its axes.
    pub(super) fn shape(&self, weight: Weight) -> Vec<usize> {
        let axes = self.tensor(weight).axes.iter();
        axes.map(|axis| *axis as usize).collect()
    }

    /// Its numbers, as the graph has them.
    pub(super) fn floats(&self, weight: Weight) -> Result<Vec<f32>, ModelError> {
        let tensor = self.tensor(weight);
        let floats = tensor.read_floats(&self.path)?;
        floats.ok_or_else(|| ModelError::Malformed {
            reason: format!("`{}` holds no floats", tensor.name),
            path: self.path.clone(),
        })
    }

    /// How many residual blocks each stage of a U-Net has on its way down.
    pub(super) fn resnets(&self) -> usize {
        let is_there = |place: &usize| {
            let path = format!("down_blocks_0_resnets_{place}_conv1");
            self.of_module.contains_key(&path)
        };
        (0..MAX_RESNETS).take_while(is_there).count().max(1)
    }
}

/// Finds the modules of weights.
struct Survey<'a> {
    outline: &'a GraphOutline,
    /// The place of each weight among the tensors, by its name.
    weights: BTreeMap<&'a str, usize>,
    /// The node that gives each value.
    givers: HashMap<&'a str, &'a NodeOutline>,
}

impl<'a> Survey<'a> {
    fn new(outline: &'a GraphOutline) -> Self {
        let tensors = outline.tensors.iter().enumerate();
        let is_weight = |(_, tensor): &(usize, &TensorOutline)| {
            tensor.initializer.is_some() && tensor.has_floats()
        };
        let givers = outline.nodes.iter().flat_map(|node| {
            let outputs = node.outputs.iter();
            outputs.map(move |output| (output.as_str(), node))
        });
        Self {
            outline,
            weights: tensors
                .filter(is_weight)
                .map(|(index, tensor)| (tensor.name.as_str(), index))
                .collect(),
            givers: givers.collect(),
        }
    }

    /// The weights of modules, and what they add to their products.
    fn of_module(&self) -> [HashMap<String, Weight>; 2] {
        let nodes = self.outline.nodes.iter();
        let of_nodes = nodes.filter_map(|node| self.of_node(node));
        // The name of a weight says more than that of a node.
        let weights: Vec<_> = self.named(".weight").chain(of_nodes).collect();
        let paths: Vec<&str> = weights.iter().map(|(path, _)| path.as_str()).collect();
        let wrapper = wrapper(&paths);
        let biases: Vec<_> = self.named(".bias").collect();
        [weights, biases].map(|found| {
            let mut of_module = HashMap::new();
            for (path, weight) in &found {
                let inner = path.get(wrapper..).unwrap_or(path);
                of_module.entry(flat(inner)).or_insert(*weight);
            }
            of_module
        })
    }

    /// The weights whose names end so, by the paths before that.
    fn named(&self, ending: &str) -> impl Iterator<Item = (String, Weight)> {
        self.weights.iter().filter_map(move |(name, index)| {
            let weight = Weight {
                index: *index,
                is_transposed: false,
            };
            Some((name.strip_suffix(ending)?.to_owned(), weight))
        })
    }

    /// The path that a node's name holds, and the weight that it uses.
    fn of_node(&self, node: &NodeOutline) -> Option<(String, Weight)> {
        let (input, is_transposed) = match node.operator.as_str() {
            "MatMul" => (1, true),
            "Gemm" => (1, !node.transposes),
            "Conv" => (1, false),
            "Gather" => (0, false),
            _ => return None,
        };
        let (path, _) = node.name.rsplit_once('/')?;
        let weight = self.weight(node.inputs.get(input)?, is_transposed)?;
        let path = path.trim_start_matches('/').replace('/', ".");
        Some((path, weight))
    }

    /// The weight behind a value, through casts and transpositions.
    fn weight(&self, value: &str, is_transposed: bool) -> Option<Weight> {
        let (mut value, mut is_transposed) = (value, is_transposed);
        for _ in 0..=DETOURS {
            if let Some(index) = self.weights.get(value) {
                let is_matrix = self.outline.tensors[*index].axes.len() == 2;
                return (is_matrix || !is_transposed).then_some(Weight {
                    index: *index,
                    is_transposed,
                });
            }
            let giver = self.givers.get(value)?;
            match giver.operator.as_str() {
                "Transpose" => is_transposed = !is_transposed,
                "Cast" | "Identity" => {}
                _ => return None,
            }
            value = giver.inputs.first()?;
        }
        None
    }
}

/// The length of what exporters put before all paths, by whatever name.
fn wrapper(paths: &[&str]) -> usize {
    let mut length = 0;
    loop {
        let mut heads = paths.iter().map(|path| {
            let (head, _) = path.get(length..)?.split_once('.')?;
            Some(head)
        });
        match heads.next().flatten() {
            Some(first) if heads.all(|head| head == Some(first)) => length += first.len() + 1,
            _ => return length,
        }
    }
}

/// A path as kohya writes it.
fn flat(path: &str) -> String {
    let inner = path.strip_prefix(TEXT_MODEL);
    let inner = inner.and_then(|inner| inner.strip_prefix('.'));
    inner.unwrap_or(path).replace('.', "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(file: &str) -> GraphWeights {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        GraphWeights::read(&root.join("tests/tiny").join(file)).unwrap()
    }

    #[test]
    fn matrices_without_names_are_found_by_their_nodes() {
        let weights = weights("sdxl/unet/model.onnx");
        let block = "down_blocks_1_attentions_0_transformer_blocks_0";
        for (path, shape, is_transposed) in [
            ("attn2_to_k", [40, 16], true),
            ("attn1_to_out_0", [16, 16], true),
            ("ff_net_0_proj", [16, 128], true),
        ] {
            let weight = weights.of_module(&format!("{block}_{path}")).unwrap();
            assert_eq!(weights.shape(weight), shape, "{path}");
            assert_eq!(weight.is_transposed, is_transposed, "{path}");
        }
        let weight = weights.of_module("time_embedding_linear_1").unwrap();
        assert_eq!(weights.shape(weight), [32, 8]);
        assert!(!weight.is_transposed);
        assert!(weights.of_module("no_such_module").is_none());
        assert_eq!(weights.resnets(), 1);
    }

    #[test]
    fn what_stands_before_all_paths_is_no_part_of_them() {
        assert_eq!(wrapper(&["net.a.to_q", "net.a.to_k", "net.b"]), 4);
        assert_eq!(wrapper(&["a.b.c", "a.b.d"]), 4);
        assert_eq!(wrapper(&["conv_in", "down.to_q"]), 0);
        assert_eq!(wrapper(&["a.to_q"]), 2);
        assert_eq!(wrapper(&[]), 0);
    }

    #[test]
    fn the_table_of_tokens_is_found() {
        let weights = weights("sd15_fp16/text_encoder/model.onnx");
        let table = weights.of_module("text_model_embeddings_token_embedding");
        let table = table.unwrap();
        assert_eq!(weights.shape(table), [574, 16]);
        assert!(weights.tensor(table).is_half());
        assert_eq!(weights.floats(table).unwrap().len(), 574 * 16);
    }
}
