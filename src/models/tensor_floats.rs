//! The floats of a tensor, read from where they lie.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;

use half::f16;

use super::error::ModelError;
use super::graph_outline::{TensorData, TensorOutline};

/// ONNX's numbers for floats of single and of half precision.
const SINGLE: u64 = 1;
const HALF: u64 = 10;

impl TensorOutline {
    /// Whether its numbers are floats of half precision.
    pub fn is_half(&self) -> bool {
        self.element == HALF
    }

    /// Whether it holds floats of 16 or 32 bits that lie in one piece.
    pub fn has_floats(&self) -> bool {
        let is_whole = matches!(self.data, TensorData::Raw(_) | TensorData::External(_));
        is_whole && matches!(self.element, SINGLE | HALF)
    }

    /// Its numbers, of the graph in the file at `graph`, which was checked; `None` where it
    /// [has no floats](Self::has_floats).
    pub fn read_floats(&self, graph: &Path) -> Result<Option<Vec<f32>>, ModelError> {
        let (path, offset) = match &self.data {
            TensorData::Raw(bytes) => (graph.to_owned(), bytes.start),
            TensorData::External(data) => (graph.with_file_name(&data.location), data.offset),
            TensorData::Numbers(..) | TensorData::Texts => return Ok(None),
        };
        let Some(bytes) = self.bytes().filter(|_| self.has_floats()) else {
            return Ok(None);
        };
        let unreadable = |source| ModelError::reading(source, path.clone());
        let mut file = File::open(&path).map_err(unreadable)?;
        let found = file.metadata().map_err(unreadable)?.len();
        let expected = offset.saturating_add(bytes);
        // Else a few bytes of a name would have a lot of memory reserved.
        if expected > found {
            return Err(ModelError::Length {
                expected,
                found,
                path,
            });
        }
        let mut data = vec![0; bytes as usize];
        file.seek(SeekFrom::Start(offset)).map_err(unreadable)?;
        file.read_exact(&mut data).map_err(unreadable)?;
        Ok(Some(if self.is_half() {
            let (pairs, _) = data.as_chunks();
            pairs
                .iter()
                .map(|pair| f16::from_le_bytes(*pair).to_f32())
                .collect()
        } else {
            let (quads, _) = data.as_chunks();
            quads.iter().map(|quad| f32::from_le_bytes(*quad)).collect()
        }))
    }
}
