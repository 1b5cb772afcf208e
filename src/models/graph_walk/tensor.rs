//! The tensors of an ONNX file: their names, axes and places; their numbers only where they are few.

use std::ops::Range;

use crate::models::external_data::ExternalData;
use crate::models::graph_fault::GraphFault;
use crate::models::graph_outline::{TensorData, TensorOutline};
use crate::models::protobuf::{Stop, Value, malformed};

use super::{MAX_AXES, Walk};

/// The longest tensor in a node whose numbers are read.
const FEW_BYTES: u64 = 64;

/// ONNX's number for tensors whose data is elsewhere.
const EXTERNAL: u64 = 1;

/// ONNX's number for tensors of single precision.
const FLOAT: u64 = 1;

impl Walk {
    pub(super) fn tensor(&mut self, block: &Range<u64>) -> Result<&mut TensorOutline, Stop> {
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
        let last = self.outline.tensors.len() - 1;
        Ok(&mut self.outline.tensors[last])
    }

    pub(super) fn sparse_tensor(&mut self, block: &Range<u64>) -> Result<(), Stop> {
        while let Some((field, value)) = self.file.next(block.end)? {
            match (field, value) {
                (1 | 2, Value::Block(tensor)) => self.tensor(&tensor).map(drop)?,
                (_, value) => self.pass(&value)?,
            }
        }
        Ok(())
    }

    /// The floats in a block of few bytes; none of a longer one.
    pub(super) fn few_floats(&mut self, block: &Range<u64>) -> Result<Vec<f32>, Stop> {
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
        let digits = find(key)?;
        let number = digits.and_then(|digits| digits.parse().ok());
        if digits.is_some() && number.is_none() {
            return Err(malformed("a tensor's place in another file is no number"));
        }
        Ok(number)
    };
    Ok(ExternalData {
        location: find("location")?.cloned().unwrap_or_default(),
        offset: number("offset")?.unwrap_or(0),
        length: number("length")?,
    })
}
