//! The picture that a request starts from, as latents.

use std::path::PathBuf;
use std::sync::Arc;

use crate::diffusion::noise::Noise;
use crate::diffusion::{LatentShape, Latents};
use crate::domain::{Message, Notice, PixelSize, Severity, Source, Strength, Task};
use crate::imaging::{Mask, PictureFile, covering, planes_from_pixels};
use crate::pipeline::Monitor;
use crate::pipeline::error::PipelineError;
use crate::runtime::{ProviderId, Runtime};

use super::latent_scale::LatentScale;
use super::vae_encoder::{EncodedPicture, VaeEncoder};

/// Pictures that are remembered: one to start from, and what its mask leaves of it.
const REMEMBERED: usize = 2;

/// Reads pictures and encodes them; its graph is loaded when it is first needed, since most
/// requests start from nothing.
pub(crate) struct SourceEncoder {
    /// Where the graph is.
    pub file: PathBuf,
    /// What loads it.
    pub runtime: Runtime,
    /// What it runs on.
    pub provider: ProviderId,
    /// How the denoiser sees the encoder's latents.
    pub scale: LatentScale,
    /// Pixels along each side of a latent cell.
    pub cell_pixels: u32,
    /// What was loaded and encoded so far.
    pub state: SourceState,
}

/// What a [`SourceEncoder`] remembers.
#[derive(Default)]
pub(crate) struct SourceState {
    encoder: Option<VaeEncoder>,
    /// The latest last.
    remembered: Vec<(Content, Arc<EncodedPicture>)>,
}

/// What was encoded.
#[derive(Clone, PartialEq, Eq)]
struct Content {
    /// The hash of the picture's file; `None` = a picture that is grey throughout.
    picture: Option<String>,
    /// The hash of the mask that hides a part of it.
    mask: Option<String>,
    size: PixelSize,
}

/// Where a request starts, ready for the denoiser.
pub(crate) struct Start {
    /// The request's task, with the hashes of what was read.
    pub task: Task,
    /// The picture to start from; `None` = nothing but noise.
    pub picture: Option<Arc<EncodedPicture>>,
    /// What a denoiser that repaints is shown.
    pub shown: Option<Shown>,
}

/// A mask, and what it leaves of a picture.
pub(crate) struct Shown {
    /// A number for each cell: 1 where it is repainted.
    mask: Vec<f32>,
    kept: Arc<EncodedPicture>,
}

impl Shown {
    /// The channels that stand behind those of the sample.
    pub(crate) fn sample(&self, noise: &mut dyn Noise) -> Latents {
        let kept = self.kept.sample(noise);
        let shape = LatentShape {
            channels: 1,
            size: kept.shape().size,
        };
        let mask = Latents::new(shape, self.mask.clone());
        mask.expect("one number for each cell").above(&kept)
    }
}

impl SourceEncoder {
    /// Encodes what a request starts from; what was encoded lately costs nothing.
    ///
    /// A denoiser that `repaints` is shown a mask and a picture whatever the task: one that keeps
    /// nothing, where the task names none.
    pub(crate) fn start(
        &mut self,
        task: &Task,
        size: PixelSize,
        repaints: bool,
        monitor: &mut dyn Monitor,
    ) -> Result<Start, PipelineError> {
        let Task::Vary {
            source,
            strength,
            mask,
        } = task
        else {
            let shown = repaints.then(|| self.blank(size, monitor)).transpose()?;
            return Ok(Start {
                task: Task::Create,
                picture: None,
                shown,
            });
        };
        let (picture, source) = read(source)?;
        let whole = Content {
            picture: source.sha256.clone(),
            mask: None,
            size,
        };
        // Who repaints everything that it repaints starts from noise alone, as in diffusers.
        let is_seen = !repaints || *strength < Strength::FULL;
        let encoded = is_seen.then(|| {
            self.encoded(whole.clone(), monitor, || {
                planes_from_pixels(&covering(&picture.pixels, size))
            })
        });
        let (shown, mask) = match mask {
            Some(mask) if repaints => {
                let (drawn, mask) = read(mask)?;
                let drawn = Mask::of_picture(&covering(&drawn.pixels, size));
                let kept = Content {
                    mask: mask.sha256.clone(),
                    ..whole
                };
                let kept = self.encoded(kept, monitor, || {
                    let mut planes = planes_from_pixels(&covering(&picture.pixels, size));
                    drawn.blank(&mut planes);
                    planes
                })?;
                let mask_cells = drawn.cells(self.cell_pixels);
                let shown = Shown {
                    mask: mask_cells,
                    kept,
                };
                (Some(shown), Some(mask))
            }
            Some(_) => {
                let path = self.folder();
                return Err(PipelineError::NoRepainting { path });
            }
            None => {
                let shown = repaints.then(|| self.blank(size, monitor)).transpose()?;
                (shown, None)
            }
        };
        Ok(Start {
            task: Task::Vary {
                source,
                strength: *strength,
                mask,
            },
            picture: encoded.transpose()?,
            shown,
        })
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

    /// A mask that keeps nothing.
    fn blank(
        &mut self,
        size: PixelSize,
        monitor: &mut dyn Monitor,
    ) -> Result<Shown, PipelineError> {
        let content = Content {
            picture: None,
            mask: None,
            size,
        };
        let kept = self.encoded(content, monitor, || vec![0.0; 3 * size.area()])?;
        Ok(Shown {
            mask: Mask::everywhere(size).cells(self.cell_pixels),
            kept,
        })
    }

    fn encoded(
        &mut self,
        content: Content,
        monitor: &mut dyn Monitor,
        planes: impl FnOnce() -> Vec<f32>,
    ) -> Result<Arc<EncodedPicture>, PipelineError> {
        let remembered = &mut self.state.remembered;
        let known = remembered.iter().position(|(it, _)| *it == content);
        let encoded = if let Some(place) = known {
            remembered.remove(place).1
        } else {
            let encoder = self.loaded(monitor)?;
            Arc::new(encoder.encode(content.size, planes(), monitor.cancel())?)
        };
        let remembered = &mut self.state.remembered;
        remembered.push((content, Arc::clone(&encoded)));
        if remembered.len() > REMEMBERED {
            remembered.remove(0);
        }
        Ok(encoded)
    }

    fn loaded(&mut self, monitor: &mut dyn Monitor) -> Result<&mut VaeEncoder, PipelineError> {
        let encoder = match self.state.encoder.take() {
            Some(encoder) => encoder,
            None => self.load(monitor)?,
        };
        Ok(self.state.encoder.insert(encoder))
    }

    fn load(&self, monitor: &mut dyn Monitor) -> Result<VaeEncoder, PipelineError> {
        if !self.file.is_file() {
            let path = self.folder();
            return Err(PipelineError::NoEncoder { path });
        }
        let graph = self
            .runtime
            .load(&self.file, &self.provider, monitor.cancel())?;
        let encoder = VaeEncoder::new(graph, self.scale.clone(), self.cell_pixels)?;
        if encoder.may_draw_by_itself() {
            let headline = Message::new("notice-encoder-draws");
            monitor.tell(Notice::new(Severity::Info, headline));
        }
        Ok(encoder)
    }

    /// The model's folder.
    fn folder(&self) -> PathBuf {
        let folder = self.file.ancestors().nth(2);
        folder.unwrap_or(&self.file).to_owned()
    }
}

/// A picture, and its source with the hash of what was read.
fn read(source: &Source) -> Result<(PictureFile, Source), PipelineError> {
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
    Ok((file, named))
}
