//! What is to be known of one graph.

use std::collections::BTreeMap;

use crate::models::{CheckedGraph, PortOutline, TensorOutline};

/// What a graph does in a model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Reads the prompt.
    TextEncoder,
    /// Takes the steps.
    Denoiser,
    /// Draws pictures from latents.
    VaeDecoder,
    /// Makes latents of pictures.
    VaeEncoder,
    /// Something that Maquette does not use.
    Other,
}

/// A graph as its file describes it.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphSheet {
    /// What it does.
    pub role: Role,
    /// Its file's name from the model's folder.
    pub file: String,
    /// What it takes.
    pub inputs: Vec<PortOutline>,
    /// What it gives.
    pub outputs: Vec<PortOutline>,
    /// The version of ONNX's operators that it is written in.
    pub opset: u64,
    /// Who wrote the file; empty where it does not say.
    pub producer: String,
    /// How many numbers its weights are.
    pub parameters: u64,
    /// Bytes of the weights, by the kind of their numbers.
    pub weight_bytes: BTreeMap<&'static str, u64>,
    /// Bytes of its file, and of those beside it that hold its weights.
    pub file_bytes: u64,
    /// Whether it draws random numbers of its own.
    pub is_random: bool,
    /// Whether it is a denoiser that is shown a mask, too.
    pub is_for_inpainting: bool,
}

impl Role {
    /// The role of a graph by its file's name from the model's folder.
    pub(super) fn of(file: &str) -> Self {
        match file.split_once('/').map_or("", |(folder, _)| folder) {
            "text_encoder" | "text_encoder_2" | "text_encoder_3" => Self::TextEncoder,
            "unet" | "transformer" => Self::Denoiser,
            "vae_decoder" => Self::VaeDecoder,
            "vae_encoder" => Self::VaeEncoder,
            _ => Self::Other,
        }
    }
}

impl GraphSheet {
    pub(super) fn new(file: &str, graph: CheckedGraph) -> Self {
        let outline = graph.outline;
        let (mut parameters, mut weight_bytes) = (0, BTreeMap::new());
        for tensor in outline.tensors.iter().filter(|it| is_weights(it)) {
            parameters += tensor.elements().unwrap_or(0);
            let bytes = weight_bytes.entry(element_name(tensor.element));
            *bytes.or_insert(0) += tensor.bytes().unwrap_or(0);
        }
        let is_random = |operator: &str| operator.starts_with("Random");
        let of_onnx = |(domain, _): &&(String, u64)| domain.is_empty() || domain == "ai.onnx";
        let role = Role::of(file);
        Self {
            role,
            file: file.to_owned(),
            opset: outline.opsets.iter().find(of_onnx).map_or(0, |(_, it)| *it),
            parameters,
            weight_bytes,
            file_bytes: graph.bytes,
            is_for_inpainting: role == Role::Denoiser && outline.is_for_inpainting(),
            is_random: outline.nodes.iter().any(|it| is_random(&it.operator)),
            inputs: outline.inputs,
            outputs: outline.outputs,
            producer: outline.producer,
        }
    }

    /// The kind of numbers that most of its weights are kept in.
    pub fn precision(&self) -> Option<&'static str> {
        let kinds = self.weight_bytes.iter();
        kinds
            .max_by_key(|(_, bytes)| **bytes)
            .map(|(name, _)| *name)
    }

    /// The first input of these names.
    pub(super) fn input(&self, names: &[&str]) -> Option<&PortOutline> {
        find(&self.inputs, names)
    }

    /// The first output of these names.
    pub(super) fn output(&self, names: &[&str]) -> Option<&PortOutline> {
        find(&self.outputs, names)
    }
}

/// The name of a kind of numbers, by ONNX's number for it.
pub fn element_name(code: u64) -> &'static str {
    match code {
        1 => "float32",
        2 => "uint8",
        3 => "int8",
        4 => "uint16",
        5 => "int16",
        6 => "int32",
        7 => "int64",
        8 => "text",
        9 => "bool",
        10 => "float16",
        11 => "float64",
        12 => "uint32",
        13 => "uint64",
        16 => "bfloat16",
        17..=20 => "float8",
        21 => "uint4",
        22 => "int4",
        23 => "float4",
        _ => "other",
    }
}

/// Whole numbers of 32 and 64 bits are shapes and places; those of 8 and 4 are squeezed weights.
fn is_weights(tensor: &TensorOutline) -> bool {
    !matches!(
        element_name(tensor.element),
        "int32" | "int64" | "uint32" | "uint64" | "bool" | "text" | "other"
    )
}

fn find<'a>(ports: &'a [PortOutline], names: &[&str]) -> Option<&'a PortOutline> {
    let named = |name: &&str| ports.iter().find(|port| port.name == *name);
    names.iter().find_map(named)
}
