//! How the picture looks while it is being made, at a tenth of the time it takes.

use std::time::Instant;

use crate::diffusion::{LatentShape, Latents, Steps};
use crate::domain::{LatentSize, Pixels, Progress};
use crate::pipeline::Monitor;
use crate::pipeline::denoise::StepHook;
use crate::pipeline::error::PipelineError;

use super::rough_decoder::RoughDecoder;
use super::vae::VaeDecoder;

/// The part of a step's time that its preview may take on average.
const SHARE: f64 = 0.1;

/// Cells along each side of the piece by which decoding is learnt.
const PIECE_CELLS: usize = 8;

/// What is known of decoding with a model; kept as long as the model is in memory.
#[derive(Default)]
pub(crate) struct PreviewSkill {
    rough: RoughDecoder,
    /// What decoding takes for each cell; `None` until something was learnt.
    cell_secs: Option<f64>,
    /// Tried once only: some decoders take latents of one size, and some pieces teach nothing.
    is_piece_tried: bool,
}

impl PreviewSkill {
    /// Learns from latents that were decoded in so many seconds.
    pub(crate) fn learn(&mut self, latents: &Latents, pixels: &Pixels, secs: f64) {
        let size = latents.shape().size;
        if self.rough.learn(latents, pixels) {
            self.cell_secs = Some(secs / (size.width * size.height) as f64);
        }
    }
}

/// Shows the denoised image after every step: roughly at first, through the decoder as soon and as
/// often as [`SHARE`] allows.
pub(crate) struct Previewer<'a> {
    pub decoder: &'a mut VaeDecoder,
    /// The side of the tiles in which it decodes, in pixels; `None` = in one piece.
    pub tile_side: Option<u32>,
    pub skill: &'a mut PreviewSkill,
    /// Which picture of the request it is, from 0.
    pub picture: u32,
    /// When its first step began.
    pub started: Instant,
    /// The last step that was looked at: schedulers of second order ask twice in each.
    pub seen_step: u32,
    /// Whether the decoder has shown it already: a rough view after it would be a step back.
    pub is_sharp: bool,
}

impl StepHook for Previewer<'_> {
    fn after(
        &mut self,
        denoised: &Latents,
        steps: Steps,
        monitor: &mut dyn Monitor,
    ) -> Result<(), PipelineError> {
        let done = steps.done + 1;
        let is_seen = done == std::mem::replace(&mut self.seen_step, done);
        // After the last step comes the picture itself.
        if is_seen || done == steps.total {
            return Ok(());
        }
        let step_secs = self.started.elapsed().as_secs_f64() / f64::from(done);
        if self.skill.cell_secs.is_none() && !self.skill.is_piece_tried {
            self.learn_from_piece(denoised, monitor)?;
        }
        let Some(cell_secs) = self.skill.cell_secs else {
            return Ok(());
        };
        let cells = denoised.shape().size.width * denoised.shape().size.height;
        let decode_secs = cell_secs * cells as f64;
        let every = (decode_secs / (SHARE * step_secs)).ceil().max(1.0);
        let pixels = if f64::from(done) % every == 0.0 {
            self.is_sharp = true;
            self.decode(denoised, monitor)?
        } else if self.is_sharp {
            None
        } else {
            self.skill.rough.draw(denoised)
        };
        if let Some(pixels) = pixels {
            let picture = self.picture;
            monitor.report(Progress::Preview { picture, pixels });
        }
        Ok(())
    }
}

impl Previewer<'_> {
    fn learn_from_piece(
        &mut self,
        denoised: &Latents,
        monitor: &dyn Monitor,
    ) -> Result<(), PipelineError> {
        self.skill.is_piece_tried = true;
        let piece = middle(denoised);
        let started = Instant::now();
        if let Some(pixels) = self.decode(&piece, monitor)? {
            let secs = started.elapsed().as_secs_f64();
            self.skill.learn(&piece, &pixels, secs);
        }
        Ok(())
    }

    /// Decodes, if the decoder can: a preview that fails is none, and no reason to stop.
    fn decode(
        &mut self,
        latents: &Latents,
        monitor: &dyn Monitor,
    ) -> Result<Option<Pixels>, PipelineError> {
        match self
            .decoder
            .decode(latents, self.tile_side, monitor.cancel())
        {
            Ok(pixels) => Ok(Some(pixels)),
            Err(PipelineError::Cancelled) => Err(PipelineError::Cancelled),
            Err(error) => {
                log::info!("no preview: {error}");
                // Where memory ran out, the decoder would be loaded anew only to fail again.
                self.skill.cell_secs = None;
                Ok(None)
            }
        }
    }
}

/// The middle of latents, at most [`PIECE_CELLS`] along each side.
fn middle(latents: &Latents) -> Latents {
    let LatentShape { channels, size } = latents.shape();
    let [width, height] = [size.width, size.height].map(|cells| cells.min(PIECE_CELLS));
    let (left, top) = ((size.width - width) / 2, (size.height - height) / 2);
    let mut values = Vec::with_capacity(channels * width * height);
    for channel in 0..channels {
        for row in top..top + height {
            let start = (channel * size.height + row) * size.width + left;
            values.extend_from_slice(&latents.values()[start..start + width]);
        }
    }
    let size = LatentSize { width, height };
    Latents::new(LatentShape { channels, size }, values).expect("one value for each cell")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_is_cut_out_of_every_channel() {
        let size = LatentSize {
            width: 10,
            height: 9,
        };
        let shape = LatentShape { channels: 2, size };
        let values = (0..shape.len()).map(|value| value as f32).collect();
        let piece = middle(&Latents::new(shape, values).unwrap());
        assert_eq!(
            (piece.shape().size.width, piece.shape().size.height),
            (8, 8)
        );
        assert_eq!(piece.values()[..2], [1.0, 2.0]);
        assert_eq!(piece.values()[8..10], [11.0, 12.0]);
        assert_eq!(piece.values()[64..66], [91.0, 92.0]);
    }
}
