//! How many of a model's tokens a prompt takes.

use std::num::NonZeroU32;

use crate::prompt::{PromptSchedule, take_adapters};

use super::tokenizer::PromptTokenizer;

/// Steps by which a prompt is judged that changes from step to step.
const STEPS: NonZeroU32 = NonZeroU32::new(20).expect("it is not 0");

/// How many tokens a prompt takes, at the step where it takes the most.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct TokenUse {
    /// Places that are taken.
    pub taken: usize,
    /// Places of all chunks.
    pub places: usize,
    /// Chunks that the model reads one after another.
    pub chunks: usize,
    /// Places of each chunk.
    pub chunk_words: usize,
}

impl PromptTokenizer {
    /// How many tokens a prompt takes as it is written: choices that are still to be made count
    /// with all of their words.
    pub fn usage(&self, text: &str) -> TokenUse {
        let (text, _) = take_adapters(text);
        let schedule = PromptSchedule::composed(&text, STEPS, true);
        let parts = schedule.stages().iter().flat_map(|stage| &stage.parts);
        let cut = parts.map(|part| self.chunks(&part.passage));
        let longest = cut.max_by_key(|cut| cut.taken);
        let (taken, chunks) = longest.map_or((0, 1), |cut| (cut.taken, cut.chunks.len()));
        let chunk_words = self.rules().words.get();
        TokenUse {
            taken,
            places: chunks * chunk_words,
            chunks,
            chunk_words,
        }
    }
}
