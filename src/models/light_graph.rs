//! An ONNX file without its weights: a few bytes that refer to the weights where they lie.
//!
//! The runtime takes other weights only in the place of those that a graph keeps in another file.
//! So a graph of which some weights are to be others is given to it in this form, in which all
//! larger ones lie in other files: nothing but what changes is copied.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;

use super::error::ModelError;
use super::external_data::ExternalData;
use super::graph_outline::{GraphOutline, TensorData, TensorOutline};
use super::protobuf::{Protobuf, Stop, Value, malformed};
use super::protobuf_writer::Message;

/// Tensors of fewer bytes stay with the nodes: the runtime wants to see small numbers, such as
/// shapes, while it reads the nodes.
const KEPT_BYTES: u64 = 1024;

/// More than the nodes of any model take.
const MAX_BYTES: usize = 1 << 30;

/// The numbers of fields in `onnx.proto3`.
mod field {
    pub(super) const MODEL_GRAPH: u64 = 7;
    pub(super) const GRAPH_INITIALIZER: u64 = 5;
    pub(super) const TENSOR_AXES: u64 = 1;
    pub(super) const TENSOR_ELEMENT: u64 = 2;
    pub(super) const TENSOR_NAME: u64 = 8;
    pub(super) const TENSOR_EXTERNAL: u64 = 13;
    pub(super) const TENSOR_PLACE: u64 = 14;
    pub(super) const ENTRY_KEY: u64 = 1;
    pub(super) const ENTRY_VALUE: u64 = 2;
}

/// ONNX's number for tensors whose data is elsewhere.
const EXTERNAL: u64 = 1;

/// The bytes of the file at `path`, of which `outline` is the outline, without its larger weights.
///
/// Those that are named in `replaced` have the shapes that are given there, and numbers that
/// whoever reads the bytes must be given; whoever reads them must also know the file's folder.
pub fn light_graph(
    path: &Path,
    outline: &GraphOutline,
    replaced: &[(&str, &[usize])],
) -> Result<Vec<u8>, ModelError> {
    let file = Protobuf::open(path);
    let file = file.map_err(|source| ModelError::reading(source, path.to_owned()))?;
    let own_name = path.file_name().unwrap_or_default().to_string_lossy();
    let initializers = outline.initializers();
    let mut copy = Copy {
        file,
        own_name: own_name.into_owned(),
        initializers: initializers
            .map(|(block, tensor)| (block.start, tensor))
            .collect(),
        replaced,
    };
    copy.model().map_err(|stop| stop.at(path))
}

struct Copy<'a> {
    file: Protobuf,
    /// The name of the file in its folder.
    own_name: String,
    /// By where in the file they begin.
    initializers: BTreeMap<u64, &'a TensorOutline>,
    replaced: &'a [(&'a str, &'a [usize])],
}

impl Copy<'_> {
    fn model(&mut self) -> Result<Vec<u8>, Stop> {
        let mut model = Message::default();
        while let Some((field, value)) = self.file.next(self.file.length())? {
            match (field, value) {
                (field::MODEL_GRAPH, Value::Block(block)) => {
                    let graph = self.graph(&block)?;
                    model.block(field, graph.bytes());
                }
                (_, value) => self.field(field, &value, &mut model)?,
            }
        }
        Ok(model.into_bytes())
    }

    fn graph(&mut self, block: &Range<u64>) -> Result<Message, Stop> {
        let mut graph = Message::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (field::GRAPH_INITIALIZER, Value::Block(block)) => {
                    if let Some(tensor) = self.reference(&block) {
                        self.file.skip_to(block.end)?;
                        graph.block(field, tensor.bytes());
                    } else {
                        self.field(field, &Value::Block(block), &mut graph)?;
                    }
                }
                (_, value) => self.field(field, &value, &mut graph)?,
            }
        }
        Ok(graph)
    }

    /// Copies a field as it is.
    fn field(&mut self, field: u64, value: &Value, to: &mut Message) -> Result<(), Stop> {
        match value {
            Value::Number(number) => to.number(field, *number),
            Value::Block(block) => {
                let length = (block.end - block.start) as usize;
                if to.bytes().len().saturating_add(length) > MAX_BYTES {
                    return Err(malformed("it has more than nodes beside its weights"));
                }
                to.block(field, &self.file.bytes(block)?);
            }
            // Neither models nor graphs have any.
            Value::Fixed(_) => {}
        }
        Ok(())
    }

    /// A tensor that refers to a file for its numbers; `None` for those that stay as they are.
    fn reference(&self, block: &Range<u64>) -> Option<Message> {
        let tensor = self.initializers.get(&block.start)?;
        let replaced = self.replaced.iter().find(|(name, _)| *name == tensor.name);
        let own = |bytes: &Range<u64>| ExternalData {
            location: self.own_name.clone(),
            offset: bytes.start,
            length: Some(bytes.end - bytes.start),
        };
        let place = match &tensor.data {
            TensorData::Raw(bytes) if replaced.is_some() => own(bytes),
            TensorData::Raw(bytes) if bytes.end - bytes.start > KEPT_BYTES => own(bytes),
            TensorData::External(data) if replaced.is_some() => data.clone(),
            TensorData::Raw(_)
            | TensorData::External(_)
            | TensorData::Numbers(..)
            | TensorData::Texts => return None,
        };
        let own_axes = tensor.axes.iter().map(|axis| *axis as u64).collect();
        let axes = replaced.map_or(own_axes, |(_, shape)| {
            shape.iter().map(|axis| *axis as u64).collect()
        });
        Some(external_tensor(tensor, axes, &place))
    }
}

fn external_tensor(tensor: &TensorOutline, axes: Vec<u64>, place: &ExternalData) -> Message {
    let mut message = Message::default();
    for axis in axes {
        message.number(field::TENSOR_AXES, axis);
    }
    message.number(field::TENSOR_ELEMENT, tensor.element);
    message.block(field::TENSOR_NAME, tensor.name.as_bytes());
    let length = place.length.map(|length| ("length", length.to_string()));
    let entries = [
        ("location", place.location.clone()),
        ("offset", place.offset.to_string()),
    ];
    for (key, value) in entries.into_iter().chain(length) {
        let mut entry = Message::default();
        entry.block(field::ENTRY_KEY, key.as_bytes());
        entry.block(field::ENTRY_VALUE, value.as_bytes());
        message.block(field::TENSOR_EXTERNAL, entry.bytes());
    }
    message.number(field::TENSOR_PLACE, EXTERNAL);
    message
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;
    use crate::files::write_atomically;

    #[test]
    fn a_light_graph_has_the_same_nodes_and_refers_to_the_same_weights() {
        for model in ["sd15", "sdxl"] {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny");
            let folder = tempfile::tempdir().unwrap();
            for entry in fs::read_dir(root.join(model).join("unet")).unwrap() {
                let path = entry.unwrap().path();
                fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
            }
            let path = folder.path().join("model.onnx");
            let outline = GraphOutline::read(&path).unwrap();
            let bytes = light_graph(&path, &outline, &[("conv_in.weight", &[9, 4, 3, 3])]).unwrap();
            let whole = path.metadata().unwrap().len();
            let is_whole = model == "sd15";
            assert!(
                !is_whole || (bytes.len() as u64) < whole,
                "{} bytes",
                bytes.len()
            );
            let light_path = folder.path().join("light.onnx");
            write_atomically(&light_path, |out| out.write_all(&bytes)).unwrap();
            let light = GraphOutline::read(&light_path).unwrap();
            assert_eq!(light.nodes, outline.nodes);
            let pairs = light.initializers().zip(outline.initializers());
            for ((_, light), (_, heavy)) in pairs {
                assert_eq!(light.name, heavy.name);
                if light.name == "conv_in.weight" {
                    assert_eq!(light.axes, [9, 4, 3, 3]);
                    continue;
                }
                assert_eq!(light.axes, heavy.axes);
                let (light, heavy) = (light.read_floats(&light_path), heavy.read_floats(&path));
                assert_eq!(light.unwrap(), heavy.unwrap());
            }
        }
    }
}
