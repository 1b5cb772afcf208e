//! An ONNX model with its 16-bit floats written as 32-bit ones.
//!
//! Sums of a model that was trained in 32 bits can leave the range of 16, which ends at 65,504:
//! the remedy is to compute the same weights in 32 bits.
//! Every tensor, declared type and cast is rewritten, by the field numbers of `onnx.proto3`; what
//! is not understood is copied as it is.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use half::f16;

use super::error::ModelError;
use super::graph_check::check_graph;

/// `TensorProto.DataType` of 32-bit floats.
const FLOAT: u64 = 1;
/// `TensorProto.DataType` of 16-bit floats.
const FLOAT16: u64 = 10;

/// How deep messages may stand in one another; graphs of real models stay below 16.
const MAX_DEPTH: u32 = 64;

/// The model in the file at `path`, in one piece and with 32-bit floats where it has 16-bit ones.
///
/// Holds the whole model in memory, so it is for parts of a model such as a VAE.
pub fn widened(path: &Path) -> Result<Vec<u8>, ModelError> {
    // Refuses whatever leads out of the folder, before anything of it is read.
    check_graph(path)?;
    let unreadable = |source| ModelError::reading(source, path.to_owned());
    let model = fs::read(path).map_err(unreadable)?;
    let mut rewriting = Rewriting {
        folder: path.parent().unwrap_or_else(|| Path::new(".")).to_owned(),
        external: BTreeMap::new(),
    };
    rewriting
        .message(Kind::Model, &model, 0)
        .map_err(|stop| match stop {
            Stop::File(error) => error,
            Stop::Malformed(reason) => ModelError::Malformed {
                reason: format!("not a valid ONNX file: {reason}"),
                path: path.to_owned(),
            },
        })
}

/// The messages of `onnx.proto3` that can say what kind of numbers there are.
#[derive(Clone, Copy)]
enum Kind {
    Model,
    Graph,
    Function,
    Node,
    Attribute,
    Tensor,
    ValueInfo,
    Type,
    TensorType,
}

impl Kind {
    fn of_field(self, field: u64) -> Option<Self> {
        match (self, field) {
            (Self::Model, 7) | (Self::Attribute, 6 | 11) => Some(Self::Graph),
            (Self::Model, 25) => Some(Self::Function),
            (Self::Graph, 1) | (Self::Function, 7) => Some(Self::Node),
            (Self::Graph, 5) | (Self::Attribute, 5 | 10) => Some(Self::Tensor),
            (Self::Graph, 11..=13) => Some(Self::ValueInfo),
            (Self::Node, 5) | (Self::Function, 11) => Some(Self::Attribute),
            (Self::ValueInfo, 2) => Some(Self::Type),
            (Self::Type, 1) => Some(Self::TensorType),
            _ => None,
        }
    }
}

enum Stop {
    File(ModelError),
    Malformed(&'static str),
}

struct Rewriting {
    folder: PathBuf,
    /// Files of tensors, by the names that tensors call them.
    external: BTreeMap<String, Vec<u8>>,
}

impl Rewriting {
    fn message(&mut self, kind: Kind, bytes: &[u8], depth: u32) -> Result<Vec<u8>, Stop> {
        if depth > MAX_DEPTH {
            return Err(Stop::Malformed("messages stand too deep in one another"));
        }
        if matches!(kind, Kind::Tensor) {
            return self.tensor(bytes);
        }
        let mut written = Vec::with_capacity(bytes.len());
        let mut names_a_kind = matches!(kind, Kind::TensorType);
        for field in Fields(bytes) {
            let Field { number, value, raw } = field?;
            match (value, kind.of_field(number)) {
                (Value::Bytes(inner), Some(inner_kind)) => {
                    let inner = self.message(inner_kind, inner, depth + 1)?;
                    write_bytes(&mut written, number, &inner);
                }
                (Value::Number(FLOAT16), _)
                    if names_a_kind && number == kind_field(kind).unwrap_or(0) =>
                {
                    write_number(&mut written, number, FLOAT);
                }
                (value, _) => {
                    // The name of an attribute stands before its value, as every exporter
                    // writes fields in the order of their numbers.
                    if let (Kind::Attribute, 1, Value::Bytes(name)) = (kind, number, value) {
                        names_a_kind = matches!(name, b"to" | b"dtype" | b"output_dtype");
                    }
                    written.extend_from_slice(raw);
                }
            }
        }
        Ok(written)
    }

    /// A tensor with its numbers inside it.
    fn tensor(&mut self, bytes: &[u8]) -> Result<Vec<u8>, Stop> {
        let mut written = Vec::with_capacity(bytes.len());
        let (mut is_half, mut raw_data, mut place) = (false, None, BTreeMap::new());
        let mut in_words = Vec::new();
        let mut words = Vec::new();
        for field in Fields(bytes) {
            let Field { number, value, raw } = field?;
            match (number, value) {
                (2, Value::Number(FLOAT16)) => {
                    is_half = true;
                    write_number(&mut written, 2, FLOAT);
                }
                (5, value) => {
                    in_words.extend_from_slice(raw);
                    words.extend(numbers(value)?);
                }
                (9, Value::Bytes(data)) => raw_data = Some(data),
                (13, Value::Bytes(entry)) => {
                    let (key, text) = entry_of(entry)?;
                    place.insert(key, text);
                }
                // Where the data is: from now on here.
                (14, _) => {}
                _ => written.extend_from_slice(raw),
            }
        }
        let outside = self.outside(&place)?;
        let data = outside.as_deref().or(raw_data);
        match (is_half, data) {
            (true, Some(data)) => write_bytes(&mut written, 9, &wide_bytes(data)),
            (true, None) => {
                let bits = words.iter().flat_map(|word| (*word as u16).to_le_bytes());
                let bits: Vec<u8> = bits.collect();
                write_bytes(&mut written, 9, &wide_bytes(&bits));
            }
            (false, Some(data)) => write_bytes(&mut written, 9, data),
            (false, None) => written.extend_from_slice(&in_words),
        }
        Ok(written)
    }

    /// The bytes of a tensor that are kept in another file.
    fn outside(&mut self, place: &BTreeMap<String, String>) -> Result<Option<Vec<u8>>, Stop> {
        let Some(location) = place.get("location") else {
            return Ok(None);
        };
        if !self.external.contains_key(location) {
            let file = self.folder.join(location);
            let read = fs::read(&file);
            let read = read.map_err(|source| Stop::File(ModelError::reading(source, file)))?;
            self.external.insert(location.clone(), read);
        }
        let file = &self.external[location];
        let number = |key: &str| place.get(key).map(|text| text.parse::<usize>());
        let malformed = Stop::Malformed("external data with an unreadable place");
        let (Ok(offset), Ok(length)) = (
            number("offset").unwrap_or(Ok(0)),
            number("length").unwrap_or(Ok(file.len())),
        ) else {
            return Err(malformed);
        };
        let end = offset.saturating_add(length).min(file.len());
        let data = file.get(offset..end).ok_or(malformed)?;
        Ok(Some(data.to_vec()))
    }
}

/// The field in which a message names a kind of numbers.
fn kind_field(kind: Kind) -> Option<u64> {
    match kind {
        Kind::TensorType => Some(1),
        Kind::Attribute => Some(3),
        Kind::Model
        | Kind::Graph
        | Kind::Function
        | Kind::Node
        | Kind::Tensor
        | Kind::ValueInfo
        | Kind::Type => None,
    }
}

fn wide_bytes(halves: &[u8]) -> Vec<u8> {
    let (pairs, _) = halves.as_chunks::<2>();
    let floats = pairs.iter().map(|pair| f16::from_le_bytes(*pair).to_f32());
    floats.flat_map(f32::to_le_bytes).collect()
}

/// A key and a value of a tensor's external data.
fn entry_of(entry: &[u8]) -> Result<(String, String), Stop> {
    let (mut key, mut text) = (String::new(), String::new());
    for field in Fields(entry) {
        let Field { number, value, .. } = field?;
        if let Value::Bytes(bytes) = value {
            let read = String::from_utf8_lossy(bytes).into_owned();
            match number {
                1 => key = read,
                2 => text = read,
                _ => {}
            }
        }
    }
    Ok((key, text))
}

/// A number, or the packed numbers of a list.
fn numbers(value: Value<'_>) -> Result<Vec<u64>, Stop> {
    match value {
        Value::Number(number) => Ok(vec![number]),
        Value::Other => Err(Stop::Malformed("numbers of an unknown wire type")),
        Value::Bytes(mut packed) => {
            let mut numbers = Vec::new();
            while !packed.is_empty() {
                numbers.push(take_varint(&mut packed)?);
            }
            Ok(numbers)
        }
    }
}

/// The fields of a message, in the order in which they stand.
struct Fields<'a>(&'a [u8]);

struct Field<'a> {
    number: u64,
    value: Value<'a>,
    /// Its tag and its value, as they stand.
    raw: &'a [u8],
}

#[derive(Clone, Copy)]
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    /// Of four or eight bytes.
    Other,
}

impl<'a> Iterator for Fields<'a> {
    type Item = Result<Field<'a>, Stop>;

    fn next(&mut self) -> Option<Self::Item> {
        (!self.0.is_empty()).then(|| {
            let start = self.0;
            let tag = take_varint(&mut self.0)?;
            let value = match tag & 7 {
                0 => Value::Number(take_varint(&mut self.0)?),
                1 => take(&mut self.0, 8).map(|_| Value::Other)?,
                2 => {
                    let length = take_varint(&mut self.0)?;
                    Value::Bytes(take(&mut self.0, length)?)
                }
                5 => take(&mut self.0, 4).map(|_| Value::Other)?,
                _ => return Err(Stop::Malformed("a field of an unknown wire type")),
            };
            Ok(Field {
                number: tag >> 3,
                value,
                raw: &start[..start.len() - self.0.len()],
            })
        })
    }
}

fn take<'a>(bytes: &mut &'a [u8], length: u64) -> Result<&'a [u8], Stop> {
    let length = usize::try_from(length).unwrap_or(usize::MAX);
    let too_long = Stop::Malformed("a field is longer than what holds it");
    let (taken, rest) = bytes.split_at_checked(length).ok_or(too_long)?;
    *bytes = rest;
    Ok(taken)
}

fn take_varint(bytes: &mut &[u8]) -> Result<u64, Stop> {
    let mut value = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = take(bytes, 1)?[0];
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok(value);
        }
    }
    Err(Stop::Malformed("a number of more than 64 bits"))
}

fn write_varint(written: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        written.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    written.push(value as u8);
}

fn write_number(written: &mut Vec<u8>, number: u64, value: u64) {
    write_varint(written, number << 3);
    write_varint(written, value);
}

fn write_bytes(written: &mut Vec<u8>, number: u64, bytes: &[u8]) {
    write_varint(written, number << 3 | 2);
    write_varint(written, bytes.len() as u64);
    written.extend_from_slice(bytes);
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;
    use crate::files::write_atomically;

    /// A message of fields that are messages or bytes.
    fn message(fields: &[(u64, &[u8])]) -> Vec<u8> {
        let mut written = Vec::new();
        for (number, bytes) in fields {
            write_bytes(&mut written, *number, bytes);
        }
        written
    }

    fn rewritten(kind: Kind, bytes: &[u8]) -> Vec<u8> {
        let mut rewriting = Rewriting {
            folder: PathBuf::from("."),
            external: BTreeMap::new(),
        };
        rewriting.message(kind, bytes, 0).ok().unwrap()
    }

    #[test]
    fn halves_become_floats_and_whole_numbers_stay() {
        let halves = [1.5_f32, -65_504.0].map(|value| f16::from_f32(value).to_le_bytes());
        let mut tensor = Vec::new();
        write_number(&mut tensor, 1, 2);
        write_number(&mut tensor, 2, FLOAT16);
        write_bytes(&mut tensor, 9, halves.as_flattened());
        let mut expected = Vec::new();
        write_number(&mut expected, 1, 2);
        write_number(&mut expected, 2, FLOAT);
        let floats = [1.5_f32, -65_504.0].map(f32::to_le_bytes);
        write_bytes(&mut expected, 9, floats.as_flattened());
        assert_eq!(rewritten(Kind::Tensor, &tensor), expected);

        let mut whole = Vec::new();
        write_number(&mut whole, 2, 7);
        write_bytes(&mut whole, 9, &[7; 8]);
        assert_eq!(rewritten(Kind::Tensor, &whole), whole);
    }

    #[test]
    fn casts_and_declared_types_follow_and_other_attributes_do_not() {
        let attribute = |name: &[u8], value: u64| {
            let mut attribute = message(&[(1, name)]);
            write_number(&mut attribute, 3, value);
            attribute
        };
        let check = |name: &[u8], expected| {
            let found = rewritten(Kind::Attribute, &attribute(name, FLOAT16));
            assert_eq!(found, attribute(name, expected));
        };
        check(b"to", FLOAT);
        check(b"group", FLOAT16);
        let value_info = |kind: u64| {
            let mut tensor_type = Vec::new();
            write_number(&mut tensor_type, 1, kind);
            message(&[(1, b"sample"), (2, &message(&[(1, &tensor_type)]))])
        };
        let found = rewritten(Kind::ValueInfo, &value_info(FLOAT16));
        assert_eq!(found, value_info(FLOAT));
    }

    #[test]
    fn a_message_that_ends_in_the_middle_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("model.onnx");
        let whole = message(&[(7, &message(&[(1, b"node")]))]);
        for length in 1..whole.len() {
            let part = &whole[..length];
            write_atomically(&file, |file| file.write_all(part)).unwrap();
            assert!(widened(&file).is_err(), "{length}");
        }
    }
}
