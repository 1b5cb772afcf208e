//! The two text encoders of Flux: one for the words, one for the meaning of the whole.

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::domain::CancelToken;
use crate::prompt::Passage;
use crate::runtime::{Graph, RuntimeError};

use super::conditioning::{Conditioning, EncodedPrompt, PromptEncoder, Wording};
use super::text_encoder::TextEncoder;

/// T5 reads the words, and CLIP says what they mean all in all.
pub(crate) struct WordsAndMeaning {
    /// T5, to which weights mean nothing.
    pub words: TextEncoder,
    /// CLIP, of which only the meaning is listened to.
    pub meaning: TextEncoder,
}

impl PromptEncoder for WordsAndMeaning {
    fn chunk_tokens(&self) -> usize {
        self.words.tokenizer().rules().length()
    }

    fn chunks(&self, _passage: &Passage) -> usize {
        1
    }

    fn encode(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        // The meaning is that of the beginning: T5 alone says what is cut.
        let (meaning, _) = self.meaning.read(wording, cancel)?;
        let (words, cut) = self.words.read_plainly(wording, cancel)?;
        let pooled = meaning.pooled.ok_or_else(|| {
            let ports = self.meaning.graph().ports();
            ports.misfit("it gives no `pooler_output`")
        })?;
        Ok(EncodedPrompt {
            conditioning: Conditioning {
                words: words.hidden,
                further: vec![("pooled_projections", pooled)],
            },
            cut,
        })
    }

    fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool {
        let are_words_other = self.words.wear(adapters);
        self.meaning.wear(adapters) || are_words_other
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        vec![self.words.graph(), self.meaning.graph()]
    }

    fn graphs_mut(&mut self) -> Vec<&mut dyn Graph> {
        vec![self.words.graph_mut(), self.meaning.graph_mut()]
    }
}
