//! A file of token vectors: textual inversion (Gal et al. 2022).

use std::path::Path;

use super::error::AdapterError;
use super::tensor_file::{Floats, TensorFile};

/// More vectors than any embedding has; a text encoder reads 75 tokens at once.
const MAX_VECTORS: usize = 75;

/// The vectors of a new word, for the text encoders of one kind of model.
#[derive(Debug)]
pub(super) struct EmbeddingFile {
    file: TensorFile,
    /// For each text encoder, from the first on, the name of its tensor.
    tensors: Vec<String>,
}

impl EmbeddingFile {
    /// Reads the header; refuses files of other kinds.
    pub(super) fn open(path: &Path) -> Result<Self, AdapterError> {
        Self::of(TensorFile::open(path)?)
    }

    /// Finds the vectors in an open file: `emb_params` of Automatic1111, `clip_l` and `clip_g` of
    /// SDXL, or the only tensor, which diffusers names as the word.
    pub(super) fn of(file: TensorFile) -> Result<Self, AdapterError> {
        let has = |name: &&str| file.shape(name).is_some();
        let pair = ["clip_l", "clip_g"];
        let names: Vec<&str> = file.names().collect();
        let tensors = if pair.iter().all(has) {
            pair.as_slice()
        } else if has(&"emb_params") {
            &["emb_params"]
        } else if names.len() == 1 {
            &names[..]
        } else {
            &[]
        };
        let is_vectors = |name: &&str| {
            let rows = match file.shape(name) {
                Some([_]) => 1,
                Some([rows, _]) => *rows,
                _ => 0,
            };
            (1..=MAX_VECTORS).contains(&rows)
        };
        if tensors.is_empty() || !tensors.iter().all(is_vectors) {
            return Err(AdapterError::Malformed {
                reason: "it holds no vectors of a word (`emb_params`, or `clip_l` and `clip_g`)"
                    .to_owned(),
                path: file.path().to_owned(),
            });
        }
        let tensors = tensors.iter().map(|name| (*name).to_owned()).collect();
        Ok(Self { file, tensors })
    }

    /// How many text encoders it has vectors for.
    pub(super) fn encoders(&self) -> usize {
        self.tensors.len()
    }

    /// How many numbers each vector for the first text encoder has.
    pub(super) fn width(&self) -> usize {
        let shape = self.tensors.first().and_then(|name| self.file.shape(name));
        shape.and_then(<[usize]>::last).copied().unwrap_or_default()
    }

    /// The vectors for a text encoder, counted from 1: `vectors × width` numbers.
    pub(super) fn vectors(&self, encoder: u8) -> Result<Option<Floats>, AdapterError> {
        let place = usize::from(encoder).checked_sub(1);
        let Some(name) = place.and_then(|place| self.tensors.get(place)) else {
            return Ok(None);
        };
        let mut vectors = self.file.floats(name)?;
        if let [width] = *vectors.shape {
            vectors.shape = vec![1, width];
        }
        Ok(Some(vectors))
    }
}
