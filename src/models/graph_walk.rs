//! A walk through an ONNX file: its outline by the field numbers of `onnx.proto3`.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use super::error::ModelError;
use super::external_data::ExternalData;
use super::foreign_file::ForeignFile;
use super::graph_fault::GraphFault;
use super::graph_outline::{
    Axis, GraphOutline, NodeOutline, PortOutline, TensorData, TensorOutline,
};
use super::protobuf::{Protobuf, Stop, Value, malformed};

/// How deep messages may stand in one another; graphs of real models stay below 16.
const MAX_DEPTH: u32 = 64;

/// Most tensors, nodes and names in a file; the largest models have some ten thousand.
const MAX_ENTRIES: usize = 1 << 20;

/// Axes of one tensor; ONNX Runtime's operators take eight at most.
const MAX_AXES: usize = 64;

/// The longest tensor in a node whose numbers are read.
const FEW_BYTES: u64 = 64;

/// ONNX's number for tensors whose data is elsewhere.
const EXTERNAL: u64 = 1;

/// ONNX's number for tensors of single precision.
const FLOAT: u64 = 1;

/// Reads the outline of a file.
pub(super) fn read(path: &Path) -> Result<GraphOutline, Stop> {
    let file = Protobuf::open(path)?;
    if file.length() == 0 {
        return Err(GraphFault::Empty.into());
    }
    if let Some(foreign) = ForeignFile::at(path)? {
        return Err(GraphFault::Foreign(foreign).into());
    }
    let end = file.length();
    let mut walk = Walk {
        file,
        outline: GraphOutline::default(),
        initializers: BTreeSet::new(),
        entries: 0,
    };
    walk.model(end)?;
    Ok(walk.outline)
}

impl Stop {
    /// The error of a file.
    pub(super) fn at(self, path: &Path) -> ModelError {
        match self {
            Self::Io(error) => ModelError::reading(error, path.to_owned()),
            Self::Fault(fault) => ModelError::Graph {
                fault,
                path: path.to_owned(),
            },
        }
    }
}

struct Walk {
    file: Protobuf,
    outline: GraphOutline,
    /// The names of the main graph's own tensors.
    initializers: BTreeSet<String>,
    /// How much there is in the outline.
    entries: usize,
}

impl Walk {
    fn model(&mut self, end: u64) -> Result<(), Stop> {
        let (mut producer, mut version) = (String::new(), String::new());
        let mut has_graph = false;
        while let Some((field, value)) = self.file.next(end)? {
            let Value::Block(block) = value else {
                continue;
            };
            match field {
                2 => producer = self.file.text(&block)?,
                3 => version = self.file.text(&block)?,
                7 => {
                    has_graph = true;
                    self.graph(&block, Rank::Main, 1)?;
                }
                8 => self.opset(&block)?,
                20 => self.training(&block)?,
                25 => self.function(&block)?,
                _ => {}
            }
            self.file.skip_to(block.end)?;
        }
        if !has_graph {
            return Err(malformed("it holds no graph"));
        }
        self.outline.producer = format!("{producer} {version}").trim().to_owned();
        // Old exporters list their initializers among the inputs.
        let initializers = &self.initializers;
        let inputs = &mut self.outline.inputs;
        inputs.retain(|port| !initializers.contains(&port.name));
        Ok(())
    }

    fn opset(&mut self, block: &Range<u64>) -> Result<(), Stop> {
        let (mut domain, mut version) = (String::new(), 0);
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => domain = self.file.text(&text)?,
                (2, Value::Number(number)) => version = number,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        self.outline.opsets.push((domain, version));
        Ok(())
    }

    fn training(&mut self, block: &Range<u64>) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1 | 2, Value::Block(graph)) => self.graph(&graph, Rank::Inner, 2)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(())
    }

    fn function(&mut self, block: &Range<u64>) -> Result<(), Stop> {
        let (mut name, mut domain) = (String::new(), String::new());
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => name = self.file.text(&text)?,
                (10, Value::Block(text)) => domain = self.file.text(&text)?,
                (7, Value::Block(node)) => self.node(&node, 2)?,
                (11, Value::Block(attribute)) => self.attribute(&attribute, 2).map(drop)?,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        self.outline.functions.push((domain, name));
        Ok(())
    }

    fn graph(&mut self, block: &Range<u64>, rank: Rank, depth: u32) -> Result<(), Stop> {
        check_depth(depth)?;
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(node)) => self.node(&node, depth + 1)?,
                (5, Value::Block(tensor)) => {
                    let name = self.tensor(&tensor)?.name.clone();
                    if rank == Rank::Main {
                        self.initializers.insert(name);
                    }
                }
                (15, Value::Block(tensor)) => self.sparse_tensor(&tensor)?,
                (11 | 12, Value::Block(port)) if rank == Rank::Main => {
                    let port = self.port(&port)?;
                    let ports = match field {
                        11 => &mut self.outline.inputs,
                        _ => &mut self.outline.outputs,
                    };
                    ports.push(port);
                }
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(())
    }

    fn node(&mut self, block: &Range<u64>, depth: u32) -> Result<(), Stop> {
        check_depth(depth)?;
        let mut node = NodeOutline::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => node.inputs.push(self.name(&text)?),
                (2, Value::Block(text)) => node.outputs.push(self.name(&text)?),
                (3, Value::Block(text)) => node.name = self.file.text(&text)?,
                (4, Value::Block(text)) => node.operator = self.file.text(&text)?,
                (5, Value::Block(attribute)) => {
                    node.floats.extend(self.attribute(&attribute, depth + 1)?);
                }
                (7, Value::Block(text)) => node.domain = self.file.text(&text)?,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        self.outline.nodes.push(node);
        Ok(())
    }

    /// Gives the attribute's floats, where they are few.
    fn attribute(&mut self, block: &Range<u64>, depth: u32) -> Result<Vec<f32>, Stop> {
        check_depth(depth)?;
        let mut floats = Vec::new();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (5 | 10, Value::Block(tensor)) => {
                    floats.extend_from_slice(&self.tensor(&tensor)?.floats);
                }
                (6 | 11, Value::Block(graph)) => self.graph(&graph, Rank::Inner, depth + 1)?,
                (7, Value::Block(packed)) => floats.extend(self.few_floats(&packed)?),
                (22 | 23, Value::Block(tensor)) => self.sparse_tensor(&tensor)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(floats)
    }

    fn sparse_tensor(&mut self, block: &Range<u64>) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1 | 2, Value::Block(tensor)) => self.tensor(&tensor).map(drop)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(())
    }

    fn tensor(&mut self, block: &Range<u64>) -> Result<&TensorOutline, Stop> {
        let mut tensor = TensorOutline::default();
        let mut content = Content::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Number(length)) => tensor.axes.push(length as i64),
                (1, Value::Block(packed)) => self.axes(&packed, &mut tensor.axes)?,
                (2, Value::Number(code)) => tensor.element = code,
                (8, Value::Block(text)) => tensor.name = self.file.text(&text)?,
                (13, Value::Block(entry)) => content.entries.push(self.entry(&entry)?),
                (14, Value::Number(place)) => content.is_external = place == EXTERNAL,
                (field, value) => {
                    if let (4 | 9, Value::Block(bytes)) = (field, &value) {
                        tensor.floats = self.few_floats(bytes)?;
                    }
                    self.pass(&value)?;
                    content.add(field, value);
                }
            }
            if tensor.axes.len().max(content.entries.len()) > MAX_AXES {
                return Err(GraphFault::TooMuch { what: "axes" }.into());
            }
        }
        tensor.data = content.place()?;
        if tensor.element != FLOAT {
            tensor.floats.clear();
        }
        self.count()?;
        self.outline.tensors.push(tensor);
        Ok(&self.outline.tensors[self.outline.tensors.len() - 1])
    }

    fn axes(&mut self, packed: &Range<u64>, axes: &mut Vec<i64>) -> Result<(), Stop> {
        while self.file.position() < packed.end && axes.len() <= MAX_AXES {
            axes.push(self.file.varint()? as i64);
        }
        if self.file.position() > packed.end {
            return Err(malformed("a number is longer than what holds it"));
        }
        self.file.skip_to(packed.end)
    }

    /// A key and a value.
    fn entry(&mut self, block: &Range<u64>) -> Result<(String, String), Stop> {
        let (mut key, mut text) = (String::new(), String::new());
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(block)) => key = self.file.text(&block)?,
                (2, Value::Block(block)) => text = self.file.text(&block)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok((key, text))
    }

    fn port(&mut self, block: &Range<u64>) -> Result<PortOutline, Stop> {
        let mut port = PortOutline::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => port.name = self.file.text(&text)?,
                (2, Value::Block(kind)) => self.port_kind(&kind, &mut port)?,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        Ok(port)
    }

    fn port_kind(&mut self, block: &Range<u64>, port: &mut PortOutline) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(block.end)? {
            // Of the kinds of values only tensors have axes.
            let Value::Block(tensor) = value else {
                continue;
            };
            if field != 1 {
                self.file.skip_to(tensor.end)?;
                continue;
            }
            while let Some((field, value)) = self.file.next(tensor.end)? {
                match (field, value) {
                    (1, Value::Number(code)) => port.element = code,
                    (2, Value::Block(shape)) => self.port_axes(&shape, port)?,
                    (_, value) => self.pass(&value)?,
                }
            }
        }
        Ok(())
    }

    fn port_axes(&mut self, shape: &Range<u64>, port: &mut PortOutline) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(shape.end)? {
            let (1, Value::Block(block)) = (field, &value) else {
                self.pass(&value)?;
                continue;
            };
            let mut axis = Axis::Free(String::new());
            while let Some((field, value)) = self.file.next(block.end)? {
                match (field, value) {
                    (1, Value::Number(length)) => axis = Axis::Fixed(length as i64),
                    (2, Value::Block(name)) => axis = Axis::Free(self.file.text(&name)?),
                    (_, value) => self.pass(&value)?,
                }
            }
            if port.axes.len() >= MAX_AXES {
                return Err(GraphFault::TooMuch { what: "axes" }.into());
            }
            port.axes.push(axis);
        }
        Ok(())
    }

    /// The floats in a block of few bytes; none of a longer one.
    fn few_floats(&mut self, block: &Range<u64>) -> Result<Vec<f32>, Stop> {
        let bytes = block.end - block.start;
        if bytes > FEW_BYTES || !bytes.is_multiple_of(4) {
            self.file.skip_to(block.end)?;
            return Ok(Vec::new());
        }
        let bytes = self.file.bytes(block)?;
        let (floats, _) = bytes.as_chunks();
        Ok(floats
            .iter()
            .map(|bytes| f32::from_le_bytes(*bytes))
            .collect())
    }

    fn name(&mut self, block: &Range<u64>) -> Result<String, Stop> {
        self.count()?;
        self.file.text(block)
    }

    fn pass(&mut self, value: &Value) -> Result<(), Stop> {
        match value {
            Value::Block(block) => self.file.skip_to(block.end),
            Value::Number(_) | Value::Fixed(_) => Ok(()),
        }
    }

    fn count(&mut self) -> Result<(), Stop> {
        self.entries += 1;
        if self.entries > MAX_ENTRIES {
            return Err(GraphFault::TooMuch { what: "graph" }.into());
        }
        Ok(())
    }
}

/// Whether a graph is the file's own, or stands in a node of another.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rank {
    Main,
    Inner,
}

fn check_depth(depth: u32) -> Result<(), Stop> {
    if depth > MAX_DEPTH {
        return Err(GraphFault::TooDeep.into());
    }
    Ok(())
}

/// What the fields of a tensor say of its numbers.
#[derive(Default)]
struct Content {
    raw: Option<Range<u64>>,
    /// Least and most numbers in fields of numbers.
    numbers: (u64, u64),
    has_texts: bool,
    is_external: bool,
    /// Keys and values that name another file.
    entries: Vec<(String, String)>,
}

impl Content {
    fn add(&mut self, field: u64, value: Value) {
        let exactly = |numbers| (numbers, numbers);
        let (least, most) = match (field, value) {
            (9, Value::Block(bytes)) => {
                self.raw = Some(bytes);
                return;
            }
            (6, Value::Block(_)) => {
                self.has_texts = true;
                return;
            }
            (4, Value::Block(packed)) => exactly((packed.end - packed.start) / 4),
            (10, Value::Block(packed)) => exactly((packed.end - packed.start) / 8),
            // Each takes one to ten bytes.
            (5 | 7 | 11, Value::Block(packed)) => {
                let bytes = packed.end - packed.start;
                (bytes.div_ceil(10), bytes)
            }
            (4 | 5 | 7 | 10 | 11, Value::Number(_) | Value::Fixed(_)) => exactly(1),
            _ => return,
        };
        self.numbers.0 += least;
        self.numbers.1 += most;
    }

    fn place(self) -> Result<TensorData, Stop> {
        Ok(if self.is_external || !self.entries.is_empty() {
            TensorData::External(external_data(&self.entries)?)
        } else if let Some(raw) = self.raw {
            TensorData::Raw(raw)
        } else if self.has_texts {
            TensorData::Texts
        } else {
            TensorData::Numbers(self.numbers.0, self.numbers.1)
        })
    }
}

fn external_data(entries: &[(String, String)]) -> Result<ExternalData, Stop> {
    let find = |key| {
        let mut found = entries.iter().filter(|(named, _)| named == key);
        match (found.next(), found.next()) {
            (found, None) => Ok(found.map(|(_, value)| value)),
            // Who reads the first and who reads the last would read different files.
            (_, Some(_)) => Err(malformed("a tensor names its data twice")),
        }
    };
    let number = |key| {
        let number = find(key)?.map(|digits| digits.parse());
        let number = number.transpose();
        number.map_err(|_| malformed("a tensor's place in another file is no number"))
    };
    Ok(ExternalData {
        location: find("location")?.cloned().unwrap_or_default(),
        offset: number("offset")?.unwrap_or(0),
        length: number("length")?,
    })
}
