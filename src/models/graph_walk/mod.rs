//! A walk through an ONNX file: its outline by the field numbers of `onnx.proto3`.

mod port;
mod tensor;

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::Path;

use super::error::ModelError;
use super::foreign_file::ForeignFile;
use super::graph_fault::GraphFault;
use super::graph_outline::{GraphOutline, NodeOutline};
use super::protobuf::{Protobuf, Stop, Value, malformed};

/// How deep messages may stand in one another; graphs of real models stay below 16.
const MAX_DEPTH: u32 = 64;

/// Most tensors, nodes and names in a file; the largest models have some ten thousand.
const MAX_ENTRIES: usize = 1 << 20;

/// Axes of one tensor; ONNX Runtime's operators take eight at most.
const MAX_AXES: usize = 64;

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
        let producer = format!("{producer} {version}");
        producer.trim().clone_into(&mut self.outline.producer);
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
                (5, Value::Block(block)) => {
                    let tensor = self.tensor(&block)?;
                    if rank == Rank::Main {
                        tensor.initializer = Some(block);
                        let name = tensor.name.clone();
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
                    let attribute = self.attribute(&attribute, depth + 1)?;
                    node.transposes |= attribute.name == "transB" && attribute.number == 1;
                    node.floats.extend(attribute.floats);
                }
                (7, Value::Block(text)) => node.domain = self.file.text(&text)?,
                (_, value) => self.pass(&value)?,
            }
        }
        self.count()?;
        self.outline.nodes.push(node);
        Ok(())
    }

    fn attribute(&mut self, block: &Range<u64>, depth: u32) -> Result<Attribute, Stop> {
        check_depth(depth)?;
        let mut attribute = Attribute::default();
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1, Value::Block(text)) => attribute.name = self.file.text(&text)?,
                (3, Value::Number(number)) => attribute.number = number,
                (5 | 10, Value::Block(tensor)) => {
                    let floats = &mut attribute.floats;
                    floats.extend_from_slice(&self.tensor(&tensor)?.floats);
                }
                (6 | 11, Value::Block(graph)) => self.graph(&graph, Rank::Inner, depth + 1)?,
                (7, Value::Block(packed)) => {
                    attribute.floats.extend(self.few_floats(&packed)?);
                }
                (22 | 23, Value::Block(tensor)) => self.sparse_tensor(&tensor)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(attribute)
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

/// What matters of an attribute.
#[derive(Default)]
struct Attribute {
    name: String,
    /// Its whole number, where it holds one.
    number: u64,
    /// Its floats, where they are few.
    floats: Vec<f32>,
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
