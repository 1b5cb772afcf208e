//! The picture that a request starts from, as latents.

use std::path::PathBuf;
use std::sync::Arc;

use crate::diffusion::noise::Noise;
use crate::diffusion::{LatentShape, Latents};
use crate::domain::{Message, Notice, PixelSize, Severity, Source, Strength, Task};
use crate::imaging::{Mask, PictureFile, covering, planes_from_pixels};
use crate::pipeline::Monitor;
use crate::pipeline::error::PipelineError;
use crate::runtime::{Adjustment, Graph, LazyGraph, ProviderId, Runtime};

use super::latent_scale::LatentScale;
use super::vae_encoder::{EncodedPicture, VaeEncoder};

/// Pictures that are remembered: one to start from, and what its mask leaves of it.
const REMEMBERED: usize = 2;

/// Reads pictures and encodes them; its graph is first loaded when it is first needed, since most
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
    /// The side of the tiles in which it was encoded, in pixels.
    tile_side: Option<u32>,
}

/// How a picture is laid out for its encoder.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    /// Its size in pixels.
    pub size: PixelSize,
    /// The side of the tiles in which it is encoded, in pixels; `None` = in one piece.
    pub tile_side: Option<u32>,
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

impl Start {
    /// Whether anything of it went through the encoder.
    pub(crate) fn is_encoded(&self) -> bool {
        self.picture.is_some() || self.shown.is_some()
    }
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
    /// Encodes what a request starts from, in tiles of that side in pixels; what was encoded lately
    /// costs nothing.
    ///
    /// A denoiser that `repaints` is shown a mask and a picture whatever the task: one that keeps
    /// nothing, where the task names none.
    pub(crate) fn start(
        &mut self,
        task: &Task,
        frame: Frame,
        repaints: bool,
        monitor: &mut dyn Monitor,
    ) -> Result<Start, PipelineError> {
        let Task::Vary {
            source,
            strength,
            mask,
        } = task
        else {
            let shown = repaints.then(|| self.blank(frame, monitor)).transpose()?;
            return Ok(Start {
                task: Task::Create,
                picture: None,
                shown,
            });
        };
        let Frame { size, tile_side } = frame;
        let (picture, source) = read(source)?;
        let whole = Content {
            picture: source.sha256.clone(),
            mask: None,
            size,
            tile_side,
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
                let shown = repaints.then(|| self.blank(frame, monitor)).transpose()?;
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

    /// Whether a request needs the graph, as far as can be told without reading its pictures.
    pub(crate) fn is_needed(&self, task: &Task, frame: Frame, repaints: bool) -> bool {
        let is_known = |picture: bool| {
            let mut remembered = self.state.remembered.iter();
            remembered.any(|(content, _)| {
                content.picture.is_some() == picture
                    && content.size == frame.size
                    && content.tile_side == frame.tile_side
            })
        };
        match task {
            Task::Create => repaints && !is_known(false),
            Task::Vary { .. } => !is_known(true),
        }
    }

    /// The graph, for its figures, once it was needed.
    pub(crate) fn graph(&self) -> Option<&dyn Graph> {
        self.state.encoder.as_ref().map(VaeEncoder::graph)
    }

    /// The graph, to change how it is held, once it was needed.
    pub(crate) fn graph_mut(&mut self) -> Option<&mut dyn Graph> {
        self.state.encoder.as_mut().map(VaeEncoder::graph_mut)
    }

    /// Has the processor encode; tells whether that changes anything for a graph in use.
    pub(crate) fn move_to_processor(&mut self) -> bool {
        let graph = self.graph_mut();
        graph.is_some_and(|graph| graph.adjust(Adjustment::ToProcessor))
    }

    /// A mask that keeps nothing.
    fn blank(&mut self, frame: Frame, monitor: &mut dyn Monitor) -> Result<Shown, PipelineError> {
        let Frame { size, tile_side } = frame;
        let content = Content {
            picture: None,
            mask: None,
            size,
            tile_side,
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
            Arc::new(self.encode(&content, &planes(), monitor)?)
        };
        let remembered = &mut self.state.remembered;
        remembered.push((content, Arc::clone(&encoded)));
        if remembered.len() > REMEMBERED {
            remembered.remove(0);
        }
        Ok(encoded)
    }

    /// Encodes planes; numbers that leave the range of 16-bit floats are computed in 32-bit ones.
    fn encode(
        &mut self,
        content: &Content,
        planes: &[f32],
        monitor: &mut dyn Monitor,
    ) -> Result<EncodedPicture, PipelineError> {
        let encoder = self.loaded(monitor)?;
        let (size, tile_side) = (content.size, content.tile_side);
        let mut encoded = encoder.encode(size, planes, tile_side, monitor.cancel());
        if matches!(encoded, Err(PipelineError::PictureNotFinite))
            && encoder.graph_mut().adjust(Adjustment::Widen)
        {
            encoded = Ok(encoder.encode(size, planes, tile_side, monitor.cancel())?);
            monitor.tell(widened());
        }
        encoded
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
        let graph =
            LazyGraph::of_file(&self.runtime, &self.file, &self.provider, monitor.cancel())?;
        let encoder = VaeEncoder::new(Box::new(graph), self.scale.clone(), self.cell_pixels)?;
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

/// What is told when numbers left the range of 16-bit floats and 32-bit ones were used instead.
pub(crate) fn widened() -> Notice {
    Notice::new(Severity::Warning, Message::new("notice-memory-widened"))
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
