//! What an ONNX file says, without its weights.

use std::ops::Range;
use std::path::Path;

use super::error::ModelError;
use super::external_data::ExternalData;
use super::graph_walk;

/// The names under which denoisers take latents, and give them.
const NOISY: [&str; 2] = ["sample", "hidden_states"];
const DENOISED: [&str; 3] = ["out_sample", "out_hidden_states", "sample"];

/// More elements than any tensor of a real model has; the word table of T5-XXL has 2^27.
const MAX_ELEMENTS: u64 = 1 << 36;

/// The contents of an ONNX file without the weights: names, axes, and where the weights lie.
///
/// Nodes and tensors of branches, loops and local functions stand among the others.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct GraphOutline {
    /// Who wrote it, and in which version; empty where it does not say.
    pub producer: String,
    /// The versions of the operators, by who defined them; the empty name is ONNX itself.
    pub opsets: Vec<(String, u64)>,
    /// What the main graph takes, initializers left out.
    pub inputs: Vec<PortOutline>,
    /// What the main graph gives.
    pub outputs: Vec<PortOutline>,
    /// Everything that holds numbers.
    pub tensors: Vec<TensorOutline>,
    /// What is computed.
    pub nodes: Vec<NodeOutline>,
    /// The operators that the file itself defines: by whom, and the name.
    pub functions: Vec<(String, String)>,
}

/// An input or output of the main graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PortOutline {
    /// Its name.
    pub name: String,
    /// The kind of its numbers, by ONNX's own number for it; 0 where it says none.
    pub element: u64,
    /// Its axes in order.
    pub axes: Vec<Axis>,
}

/// How long an axis is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Always as long.
    Fixed(i64),
    /// As long as is fed, under a name that may be empty.
    Free(String),
}

/// A tensor in the file.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TensorOutline {
    /// Its name; nodes name their inputs so.
    pub name: String,
    /// The kind of its numbers, by ONNX's own number for it.
    pub element: u64,
    /// The lengths of its axes, as they are written.
    pub axes: Vec<i64>,
    /// Where its numbers are.
    pub data: TensorData,
    /// Its numbers, where they are a few floats in the file.
    pub floats: Vec<f32>,
    /// Where in the file all of it stands, if it is a weight of the main graph.
    pub initializer: Option<Range<u64>>,
}

/// Where the numbers of a tensor are.
#[derive(Clone, Debug, PartialEq)]
pub enum TensorData {
    /// In the file, as they lie in memory, at this place.
    Raw(Range<u64>),
    /// In the file, one by one: at least and at most so many, since small ones are written short.
    Numbers(u64, u64),
    /// In the file, as texts.
    Texts,
    /// In another file.
    External(ExternalData),
}

impl Default for TensorData {
    fn default() -> Self {
        Self::Numbers(0, 0)
    }
}

/// A node: one operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct NodeOutline {
    /// Its name; may be empty.
    pub name: String,
    /// Who defined what it does; the empty name is ONNX itself.
    pub domain: String,
    /// What it does.
    pub operator: String,
    /// The names of what it takes.
    pub inputs: Vec<String>,
    /// The names of what it gives.
    pub outputs: Vec<String>,
    /// Its constant floats, where it has a few: those of its attributes and of tensors in them.
    pub floats: Vec<f32>,
    /// Whether it takes its second matrix transposed (`transB`).
    pub transposes: bool,
}

impl GraphOutline {
    /// Reads the outline of a file, and refuses what is no ONNX file.
    ///
    /// **Nothing is checked but the form**: see [`check_graph`](super::check_graph).
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        graph_walk::read(path).map_err(|stop| stop.at(path))
    }

    /// The weights of the main graph, and where in the file each stands.
    pub fn initializers(&self) -> impl Iterator<Item = (&Range<u64>, &TensorOutline)> {
        let tensors = self.tensors.iter();
        tensors.filter_map(|tensor| Some((tensor.initializer.as_ref()?, tensor)))
    }

    /// Whether it is a denoiser for inpainting: one that takes a mask and the latents of a masked
    /// picture besides, `2 × channels + 1`.
    pub fn is_for_inpainting(&self) -> bool {
        let channels = |ports: &[PortOutline], names: &[&str]| {
            let mut ports = ports.iter();
            ports
                .find(|port| names.contains(&port.name.as_str()))?
                .channels()
        };
        let taken = channels(&self.inputs, &NOISY);
        let given = channels(&self.outputs, &DENOISED);
        taken.is_some() && taken == given.map(|it| it.saturating_mul(2).saturating_add(1))
    }

    /// Names that always stand for the same few floats.
    pub fn constants(&self) -> impl Iterator<Item = (&str, &[f32])> {
        let tensors = self.tensors.iter();
        let tensors = tensors.map(|tensor| (tensor.name.as_str(), tensor.floats.as_slice()));
        let is_constant = |node: &&NodeOutline| node.operator == "Constant";
        let nodes = self.nodes.iter().filter(is_constant).filter_map(|node| {
            let output = node.outputs.first()?;
            Some((output.as_str(), node.floats.as_slice()))
        });
        tensors.chain(nodes)
    }
}

impl PortOutline {
    /// Channels of pictures and latents, `batch × channels × height × width`; `None` for other
    /// shapes, and where it does not say.
    pub fn channels(&self) -> Option<i64> {
        match &self.axes[..] {
            [_, Axis::Fixed(channels), _, _] => Some(*channels),
            _ => None,
        }
    }
}

impl TensorOutline {
    /// How many numbers it holds; `None` where its axes are impossible.
    pub fn elements(&self) -> Option<u64> {
        elements(&self.axes)
    }

    /// Bytes of its numbers in memory; `None` where their kind or its axes are impossible.
    pub fn bytes(&self) -> Option<u64> {
        let bits = element_bits(self.element)?;
        Some(self.elements()?.checked_mul(bits)?.div_ceil(8))
    }
}

/// Elements of so many along each axis; `None` where that cannot be.
pub(super) fn elements(axes: &[i64]) -> Option<u64> {
    let mut elements = 1_u64;
    for axis in axes {
        elements = elements.checked_mul(u64::try_from(*axis).ok()?)?;
    }
    (elements <= MAX_ELEMENTS).then_some(elements)
}

/// Bits of one number of a kind, by ONNX's number for it; `None` for texts and unknown kinds.
pub(super) fn element_bits(code: u64) -> Option<u64> {
    Some(match code {
        2 | 3 | 9 | 17..=20 | 24 => 8,
        4 | 5 | 10 | 16 => 16,
        1 | 6 | 12 => 32,
        7 | 11 | 13 | 14 => 64,
        15 => 128,
        21..=23 => 4,
        25 | 26 => 2,
        _ => return None,
    })
}
