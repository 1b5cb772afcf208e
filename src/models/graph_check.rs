//! Whether an ONNX file may be given to the runtime.
//!
//! A graph from a stranger can name any file of the machine, claim axes that nothing can hold, or
//! make the runtime end the whole process; what of this can be seen in the file is refused here.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use super::error::ModelError;
use super::external_data::Neighbours;
use super::graph_fault::GraphFault;
use super::graph_outline::{
    Axis, GraphOutline, NodeOutline, PortOutline, TensorData, TensorOutline, element_bits, elements,
};

/// Who defines the operators that ONNX Runtime brings along.
///
/// Operators for training are not among them: nothing that draws needs them.
/// A graph with any other would need a library from the model's source, and code from there is
/// never loaded.
const KNOWN_DOMAINS: [&str; 5] = [
    "",
    "ai.onnx",
    "ai.onnx.ml",
    "com.microsoft",
    "com.microsoft.nchwc",
];

/// The oldest opset for which ONNX Runtime promises support.
const OLDEST_OPSET: u64 = 7;
/// The newest opset that the ONNX Runtime of `runtime::package` knows.
const NEWEST_OPSET: u64 = 28;

// ONNX's numbers for kinds of elements.
const TEXT: u64 = 8;
const COMPLEX_64: u64 = 14;
const COMPLEX_128: u64 = 15;

/// A graph's file that may be opened.
#[derive(Clone, Debug)]
pub struct CheckedGraph {
    /// What it says.
    pub outline: GraphOutline,
    /// The files beside it in which it keeps tensors, each named once.
    pub external_files: Vec<PathBuf>,
    /// Bytes of the file and of those.
    pub bytes: u64,
}

/// Reads the outline of a graph's file, and refuses what the runtime should not see.
///
/// Takes milliseconds and little memory, whatever the file's length.
/// Refuses, too, tensors in files that are missing, too short, or outside the graph's folder.
pub fn check_graph(path: &Path) -> Result<CheckedGraph, ModelError> {
    let outline = GraphOutline::read(path)?;
    check(&outline).map_err(|fault| ModelError::Graph {
        fault,
        path: path.to_owned(),
    })?;
    let mut neighbours = Neighbours::default();
    for tensor in &outline.tensors {
        if let TensorData::External(data) = &tensor.data {
            neighbours.check(data, tensor.bytes().unwrap_or(0), path)?;
        }
    }
    let own = fs::metadata(path).map_or(0, |metadata| metadata.len());
    let files = neighbours.files();
    Ok(CheckedGraph {
        bytes: files.values().sum::<u64>() + own,
        external_files: files.into_keys().collect(),
        outline,
    })
}

fn check(outline: &GraphOutline) -> Result<(), GraphFault> {
    check_opset(outline)?;
    check_operators(outline)?;
    for port in outline.inputs.iter().chain(&outline.outputs) {
        check_port(port)?;
    }
    for tensor in &outline.tensors {
        check_tensor(tensor)?;
    }
    check_scales(outline)
}

fn check_opset(outline: &GraphOutline) -> Result<(), GraphFault> {
    let of_onnx = |(domain, _): &&(String, u64)| matches!(domain.as_str(), "" | "ai.onnx");
    let Some((_, found)) = outline.opsets.iter().find(of_onnx) else {
        return Err(GraphFault::Malformed {
            reason: "it does not say which opset it is written for",
        });
    };
    if !(OLDEST_OPSET..=NEWEST_OPSET).contains(found) {
        return Err(GraphFault::Opset {
            found: *found,
            oldest: OLDEST_OPSET,
            newest: NEWEST_OPSET,
        });
    }
    Ok(())
}

fn check_operators(outline: &GraphOutline) -> Result<(), GraphFault> {
    let own: BTreeSet<(&str, &str)> = outline
        .functions
        .iter()
        .map(|(domain, name)| (domain.as_str(), name.as_str()))
        .collect();
    for node in &outline.nodes {
        let is_known = KNOWN_DOMAINS.contains(&node.domain.as_str());
        if !is_known && !own.contains(&(node.domain.as_str(), node.operator.as_str())) {
            return Err(GraphFault::UnknownOperator {
                domain: node.domain.clone(),
                operator: node.operator.clone(),
            });
        }
    }
    Ok(())
}

fn check_port(port: &PortOutline) -> Result<(), GraphFault> {
    let fixed = port.axes.iter().filter_map(|axis| match axis {
        Axis::Fixed(length) => Some(*length),
        Axis::Free(_) => None,
    });
    let fixed: Vec<i64> = fixed.collect();
    match elements(&fixed) {
        Some(_) => Ok(()),
        None => Err(impossible(&port.name, &fixed)),
    }
}

fn check_tensor(tensor: &TensorOutline) -> Result<(), GraphFault> {
    if tensor.elements().is_none() {
        return Err(impossible(&tensor.name, &tensor.axes));
    }
    let (Some(expected), Some(bits)) = (tensor.bytes(), element_bits(tensor.element)) else {
        return match (&tensor.data, tensor.element) {
            (TensorData::Texts | TensorData::Numbers(0, 0), TEXT) => Ok(()),
            _ => Err(GraphFault::UnknownElement {
                name: tensor.name.clone(),
                code: tensor.element,
            }),
        };
    };
    let (least, most) = match &tensor.data {
        TensorData::Raw(bytes) => (bytes.end - bytes.start, bytes.end - bytes.start),
        TensorData::Numbers(least, most) => {
            // Parts of a byte share a number, and complex numbers take two.
            let bytes = match bits {
                0..8 => 1,
                64.. if matches!(tensor.element, COMPLEX_64 | COMPLEX_128) => bits / 16,
                _ => bits / 8,
            };
            (least.saturating_mul(bytes), most.saturating_mul(bytes))
        }
        TensorData::Texts => (0, 0),
        TensorData::External(data) => {
            let length = data.length.unwrap_or(expected);
            (length, length)
        }
    };
    if !(least..=most).contains(&expected) {
        return Err(GraphFault::DataLength {
            name: tensor.name.clone(),
            expected,
            found: most,
        });
    }
    Ok(())
}

fn impossible(name: &str, axes: &[i64]) -> GraphFault {
    let axes: Vec<String> = axes.iter().map(ToString::to_string).collect();
    GraphFault::Axes {
        name: name.to_owned(),
        axes: axes.join(" × "),
    }
}

/// A scale below zero makes ONNX Runtime 1.32 abort the process while it infers shapes.
fn check_scales(outline: &GraphOutline) -> Result<(), GraphFault> {
    let is_resize = |node: &&NodeOutline| matches!(node.operator.as_str(), "Resize" | "Upsample");
    let constants: BTreeMap<&str, &[f32]> = outline.constants().collect();
    for node in outline.nodes.iter().filter(is_resize) {
        // Since opset 11 a region comes before the scales.
        let fed = node.inputs.get(2).or_else(|| node.inputs.get(1));
        let fed = fed.and_then(|name| constants.get(name.as_str()));
        let scales = fed.copied().unwrap_or_default().iter().chain(&node.floats);
        if let Some(scale) = scales.copied().find(|it| !(it.is_finite() && *it > 0.0)) {
            return Err(GraphFault::Scale {
                node: node.name.clone(),
                scale: scale.to_string(),
            });
        }
    }
    Ok(())
}
