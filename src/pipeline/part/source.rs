//! The picture that a request starts from, as latents.

use std::path::PathBuf;
use std::sync::Arc;

use crate::domain::{CancelToken, PixelSize, Source};
use crate::imaging::{PictureFile, covering};
use crate::pipeline::error::PipelineError;
use crate::runtime::{ProviderId, Runtime};

use super::vae_encoder::{EncodedPicture, VaeEncoder};

/// Reads pictures and encodes them; its graph is loaded when it is first needed, since most
/// requests start from nothing.
pub(crate) struct SourceEncoder {
    /// Where the graph is.
    pub file: PathBuf,
    /// What loads it.
    pub runtime: Runtime,
    /// What it runs on.
    pub provider: ProviderId,
    /// By what the latents of the denoiser are larger than the encoder's.
    pub scaling_factor: f64,
    /// Pixels along each side of a latent cell.
    pub cell_pixels: u32,
    /// What was loaded and encoded so far.
    pub state: SourceState,
}

/// What a [`SourceEncoder`] remembers.
#[derive(Default)]
pub(crate) struct SourceState {
    encoder: Option<VaeEncoder>,
    latest: Option<Latest>,
}

struct Latest {
    sha256: String,
    size: PixelSize,
    encoded: Arc<EncodedPicture>,
}

impl SourceEncoder {
    /// Encodes a picture at that size; the one that was encoded last costs nothing.
    ///
    /// Also gives the source with the hash of what was read.
    pub(crate) fn encode(
        &mut self,
        source: &Source,
        size: PixelSize,
        cancel: &CancelToken,
    ) -> Result<(Arc<EncodedPicture>, Source), PipelineError> {
        let file = PictureFile::read(&source.file)?;
        if source.sha256.as_ref().is_some_and(|it| *it != file.sha256) {
            return Err(PipelineError::SourceChanged {
                path: source.file.clone(),
            });
        }
        let named = Source {
            file: source.file.clone(),
            sha256: Some(file.sha256.clone()),
        };
        let is_known = |latest: &Latest| latest.sha256 == file.sha256 && latest.size == size;
        let latest = if let Some(latest) = self.state.latest.take().filter(is_known) {
            latest
        } else {
            let pixels = covering(&file.pixels, size);
            Latest {
                encoded: Arc::new(self.loaded(cancel)?.encode(&pixels, cancel)?),
                sha256: file.sha256,
                size,
            }
        };
        let encoded = Arc::clone(&latest.encoded);
        self.state.latest = Some(latest);
        Ok((encoded, named))
    }

    /// Seconds that its graph has run.
    pub(crate) fn graph_secs(&self) -> f64 {
        let encoder = self.state.encoder.as_ref();
        encoder.map_or(0.0, VaeEncoder::run_secs)
    }

    /// Bytes that its graph takes in memory.
    pub(crate) fn bytes(&self) -> u64 {
        self.state.encoder.as_ref().map_or(0, VaeEncoder::bytes)
    }

    fn loaded(&mut self, cancel: &CancelToken) -> Result<&mut VaeEncoder, PipelineError> {
        let encoder = match self.state.encoder.take() {
            Some(encoder) => encoder,
            None => self.load(cancel)?,
        };
        Ok(self.state.encoder.insert(encoder))
    }

    fn load(&self, cancel: &CancelToken) -> Result<VaeEncoder, PipelineError> {
        if !self.file.is_file() {
            let folder = self.file.ancestors().nth(2).unwrap_or(&self.file);
            return Err(PipelineError::NoEncoder {
                path: folder.to_owned(),
            });
        }
        let graph = self.runtime.load(&self.file, &self.provider, cancel)?;
        let encoder = VaeEncoder::new(graph, self.scaling_factor, self.cell_pixels)?;
        Ok(encoder)
    }
}
