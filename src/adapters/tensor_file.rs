//! A file of named tensors in the `safetensors` format, read piece by piece.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use super::error::AdapterError;

/// Longer headers than any adapter has.
const MAX_HEADER_BYTES: u64 = 10_000_000;

/// The endings of files that PyTorch pickles.
const PICKLES: [&str; 5] = ["ckpt", "pt", "pth", "bin", "pkl"];

/// An open file, of which the header was read and checked.
#[derive(Debug)]
pub(super) struct TensorFile {
    path: PathBuf,
    /// Where the numbers begin, in bytes.
    start: u64,
    tensors: BTreeMap<String, TensorInfo>,
    metadata: BTreeMap<String, String>,
}

/// A tensor, as 32-bit floats.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Floats {
    pub(super) shape: Vec<usize>,
    pub(super) values: Vec<f32>,
}

/// Whether a file would be a pickle, by its name.
pub(super) fn is_pickle(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    PICKLES
        .iter()
        .any(|pickle| ending.eq_ignore_ascii_case(pickle))
}

impl TensorFile {
    /// Reads the header; refuses files that end elsewhere than it says.
    pub(super) fn open(path: &Path) -> Result<Self, AdapterError> {
        if is_pickle(path) {
            return Err(AdapterError::Pickle {
                path: path.to_owned(),
            });
        }
        let malformed = |reason: String| AdapterError::Malformed {
            reason,
            path: path.to_owned(),
        };
        let mut file = File::open(path).map_err(AdapterError::reading(path))?;
        let length = file.metadata().map_err(AdapterError::reading(path))?.len();
        let mut size = [0; 8];
        file.read_exact(&mut size)
            .map_err(|_short| malformed("it is too short for a header".to_owned()))?;
        let header = u64::from_le_bytes(size);
        if header > MAX_HEADER_BYTES || header + 8 > length {
            return Err(malformed(format!(
                "its header would be {header} bytes long"
            )));
        }
        let mut bytes = vec![0; header as usize];
        file.read_exact(&mut bytes)
            .map_err(AdapterError::reading(path))?;
        // The crate checks that the tensors fill their shapes and leave no gaps.
        let described: Metadata =
            serde_json::from_slice(&bytes).map_err(|error| malformed(error.to_string()))?;
        let start = header + 8;
        let expected = start + described.data_len() as u64;
        if expected != length {
            return Err(malformed(format!(
                "it should have {expected} bytes and has {length}"
            )));
        }
        let tensors = described.tensors().into_iter();
        Ok(Self {
            path: path.to_owned(),
            start,
            tensors: tensors.map(|(name, info)| (name, info.clone())).collect(),
            metadata: described.metadata().iter().flatten().map(owned).collect(),
        })
    }

    /// Where it is.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The names of its tensors, in order.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.tensors.keys().map(String::as_str)
    }

    /// The shape of a tensor.
    pub(super) fn shape(&self, name: &str) -> Option<&[usize]> {
        self.tensors.get(name).map(|info| info.shape.as_slice())
    }

    /// What it says of itself.
    pub(super) fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// The numbers of a tensor that is there; refuses NaN and infinity.
    pub(super) fn floats(&self, name: &str) -> Result<Floats, AdapterError> {
        let malformed = |reason: String| AdapterError::Malformed {
            reason,
            path: self.path.clone(),
        };
        let info = self.tensors.get(name);
        let info = info.ok_or_else(|| malformed(format!("it has no `{name}`")))?;
        let (begin, end) = info.data_offsets;
        let mut bytes = vec![0; end - begin];
        let mut file = File::open(&self.path).map_err(AdapterError::reading(&self.path))?;
        file.seek(SeekFrom::Start(self.start + begin as u64))
            .and_then(|_| file.read_exact(&mut bytes))
            .map_err(AdapterError::reading(&self.path))?;
        let values = decode(info.dtype, &bytes)
            .ok_or_else(|| malformed(format!("`{name}` holds no floats")))?;
        if values.iter().any(|value| !value.is_finite()) {
            return Err(AdapterError::NotFinite {
                tensor: name.to_owned(),
                path: self.path.clone(),
            });
        }
        Ok(Floats {
            shape: info.shape.clone(),
            values,
        })
    }
}

fn owned((key, value): (&String, &String)) -> (String, String) {
    (key.clone(), value.clone())
}

/// Bytes as floats; `None` for numbers of other kinds.
#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "of two dozen kinds these are all that adapters come in"
)]
fn decode(kind: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    Some(match kind {
        Dtype::F32 => each(bytes, f32::from_le_bytes),
        Dtype::F16 => each(bytes, |pair| f16::from_le_bytes(pair).to_f32()),
        Dtype::BF16 => each(bytes, |pair| bf16::from_le_bytes(pair).to_f32()),
        Dtype::F64 => each(bytes, |eight| f64::from_le_bytes(eight) as f32),
        _ => return None,
    })
}

fn each<const N: usize>(bytes: &[u8], number: impl Fn([u8; N]) -> f32) -> Vec<f32> {
    let (numbers, _) = bytes.as_chunks();
    numbers.iter().map(|bytes| number(*bytes)).collect()
}
