//! The three text encoders of Stable Diffusion 3.

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::domain::CancelToken;
use crate::prompt::Passage;
use crate::runtime::{Graph, RuntimeError, Tensor};

use super::conditioning::{Conditioning, EncodedPrompt, PromptEncoder, Wording};
use super::text_encoder::TextEncoder;

/// Two CLIP encoders side by side, and T5 behind them (Esser et al. 2024, figure 2): the words of
/// all three, and the meaning of the first two.
pub(crate) struct TextEncoderTrio {
    /// Both CLIP encoders, each with its meaning.
    pub clip: [TextEncoder; 2],
    /// Can be left out to save memory; zeros stand for its words then.
    pub t5: Option<TextEncoder>,
    /// Numbers of each word that the denoiser listens to.
    pub width: usize,
}

impl PromptEncoder for TextEncoderTrio {
    fn chunk_tokens(&self) -> usize {
        self.clip[0].tokenizer().rules().length()
    }

    fn chunks(&self, passage: &Passage) -> usize {
        let chunks = |encoder: &TextEncoder| encoder.tokenizer().chunks(passage).chunks.len();
        self.clip.iter().map(chunks).max().unwrap_or(1)
    }

    fn encode(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        let (width, chunk_tokens) = (self.width, self.chunk_tokens());
        let [first, second] = &mut self.clip;
        let (one, cut) = first.read(wording, cancel)?;
        let (other, _) = second.read(wording, cancel)?;
        let misfit = |problem: &str| second.graph().ports().misfit(problem);
        let joined = |left: &Tensor, right: &Tensor| {
            let joined = Tensor::joined(&[left, right]);
            joined.ok_or_else(|| misfit("it gives other tokens than its companion"))
        };
        let clip = joined(&one.hidden, &other.hidden)?;
        let pooled = one.pooled.zip(other.pooled);
        let pooled = pooled.ok_or_else(|| misfit("it gives no `text_embeds`"))?;
        let pooled = joined(&pooled.0, &pooled.1)?;
        let mut words = widened(&clip, width);
        let mut cut = cut;
        match &mut self.t5 {
            Some(t5) => {
                let (read, beyond) = t5.read_plainly(wording, cancel)?;
                // CLIP reads on in further chunks; T5 has but one.
                cut = cut.or(beyond);
                words.extend_from_slice(&read.hidden.to_floats());
            }
            None => words.resize(words.len() + chunk_tokens * width, 0.0),
        }
        let words = Tensor::floats([1, words.len() / width, width], words);
        let words = words.ok_or_else(|| misfit("T5 gives words of another width"))?;
        Ok(EncodedPrompt {
            conditioning: Conditioning {
                words: Arc::new(words),
                further: vec![("pooled_projections", Arc::new(pooled))],
            },
            cut,
        })
    }

    fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool {
        let mut is_other = false;
        for encoder in self.clip.iter_mut().chain(&mut self.t5) {
            is_other |= encoder.wear(adapters);
        }
        is_other
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        let encoders = self.clip.iter().chain(&self.t5);
        encoders.map(TextEncoder::graph).collect()
    }

    fn graphs_mut(&mut self) -> Vec<&mut dyn Graph> {
        let encoders = self.clip.iter_mut().chain(&mut self.t5);
        encoders.map(TextEncoder::graph_mut).collect()
    }
}

/// Words with zeros behind the numbers of each, so that they are as wide as T5's.
fn widened(words: &Tensor, width: usize) -> Vec<f32> {
    let own = words.shape().last().copied().unwrap_or(0).max(1);
    let values = words.to_floats();
    let rows = values.chunks(own).flat_map(|row| {
        let zeros = width.saturating_sub(own);
        row.iter().copied().chain(std::iter::repeat_n(0.0, zeros))
    });
    rows.collect()
}
