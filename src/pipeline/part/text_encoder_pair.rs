//! Two text encoders that read every prompt side by side.

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::domain::{CancelToken, PixelSize};
use crate::prompt::Passage;
use crate::runtime::{Graph, RuntimeError, Tensor};

use super::conditioning::{Conditioning, EncodedPrompt, PromptEncoder, Role, Wording};
use super::text_encoder::{Read, TextEncoder};

/// The encoders of SDXL (Podell et al. 2023): the words of both, the meaning of the second, and
/// the size of the picture.
pub(crate) struct TextEncoderPair {
    /// The smaller one.
    pub first: TextEncoder,
    /// The larger one, which also gives the meaning of the whole.
    pub second: TextEncoder,
    /// Whether an empty negative prompt is zeros (`force_zeros_for_empty_prompt`).
    pub zeros_for_nothing: bool,
}

impl PromptEncoder for TextEncoderPair {
    fn chunk_tokens(&self) -> usize {
        self.first.tokenizer().rules().length()
    }

    fn chunks(&self, passage: &Passage) -> usize {
        let encoders = [&self.first, &self.second];
        let chunks = encoders.map(|encoder| encoder.tokenizer().chunks(passage).chunks.len());
        chunks[0].max(chunks[1])
    }

    fn encode(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        let (first, cut) = self.first.read(wording, cancel)?;
        let (second, _) = self.second.read(wording, cancel)?;
        let misfit = |problem: &str| self.second.graph().ports().misfit(problem);
        let words = Tensor::joined(&[&first.hidden, &second.hidden]);
        let words = words.ok_or_else(|| misfit("it gives other tokens than its companion"))?;
        let Read { pooled, .. } = second;
        let pooled = pooled.ok_or_else(|| misfit("it gives no `text_embeds`"))?;
        let is_empty = wording.role == Role::Unwanted && wording.passage.pieces().is_empty();
        let is_nothing = is_empty && self.zeros_for_nothing;
        let (words, pooled) = if is_nothing {
            (Arc::new(words.zeroed()), Arc::new(pooled.zeroed()))
        } else {
            (Arc::new(words), pooled)
        };
        Ok(EncodedPrompt {
            conditioning: Conditioning {
                words,
                further: vec![
                    ("text_embeds", pooled),
                    ("time_ids", Arc::new(time_ids(wording.size))),
                ],
            },
            cut,
        })
    }

    fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool {
        let is_first_other = self.first.wear(adapters);
        self.second.wear(adapters) || is_first_other
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        vec![self.first.graph(), self.second.graph()]
    }

    fn graphs_mut(&mut self) -> Vec<&mut dyn Graph> {
        vec![self.first.graph_mut(), self.second.graph_mut()]
    }
}

/// Height and width of the picture that was cut from, the corner of the cut, and height and width
/// that are wanted: those of a picture that nothing was cut from.
fn time_ids(size: PixelSize) -> Tensor {
    let [height, width] = [size.height() as f32, size.width() as f32];
    let ids = vec![height, width, 0.0, 0.0, height, width];
    Tensor::floats([1, 6], ids).expect("six numbers")
}
