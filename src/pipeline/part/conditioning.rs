//! What a denoiser listens to.

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::domain::{CancelToken, PixelSize};
use crate::prompt::{Emphasis, Passage};
use crate::runtime::{Graph, RuntimeError, Tensor};

/// Prompts as a denoiser takes them.
#[derive(Clone)]
pub(crate) struct Conditioning {
    /// The words: `prompts × tokens × width` numbers.
    pub words: Arc<Tensor>,
    /// What else some denoisers take, by the name of the input: `prompts × …` numbers each.
    pub further: Vec<(&'static str, Arc<Tensor>)>,
}

impl Conditioning {
    /// Words alone.
    pub(crate) fn of_words(words: Arc<Tensor>) -> Self {
        Self {
            words,
            further: Vec::new(),
        }
    }

    /// Number of prompts.
    pub(crate) fn prompts(&self) -> usize {
        self.words.shape()[0]
    }

    /// Each prompt by itself.
    pub(crate) fn each(&self) -> Vec<Self> {
        let row = |tensor: &Tensor, index| Arc::new(tensor.row(index));
        let prompts = (0..self.prompts()).map(|index| Self {
            words: row(&self.words, index),
            further: self
                .further
                .iter()
                .map(|(name, tensor)| (*name, row(tensor, index)))
                .collect(),
        });
        prompts.collect()
    }

    /// Prompts of one model behind one another; `None` where their shapes differ.
    pub(crate) fn stacked(prompts: &[Self]) -> Option<Self> {
        let stack = |tensors: Vec<&Tensor>| Tensor::stacked(&tensors).map(Arc::new);
        let words = stack(prompts.iter().map(|prompt| prompt.words.as_ref()).collect())?;
        let names = prompts.first()?.further.iter().map(|(name, _)| *name);
        let further = names.enumerate().map(|(index, name)| {
            let parts = prompts.iter().map(|prompt| prompt.further.get(index));
            let parts: Option<Vec<&Tensor>> = parts
                .map(|part| part.map(|(_, part)| part.as_ref()))
                .collect();
            Some((name, stack(parts?)?))
        });
        Some(Self {
            words,
            further: further.collect::<Option<_>>()?,
        })
    }
}

/// What a prompt is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// It says what the picture should show.
    Wanted,
    /// It says what the picture should keep away from.
    Unwanted,
}

/// A passage, and how it is to be encoded.
#[derive(Clone, Copy)]
pub(crate) struct Wording<'a> {
    /// The words.
    pub passage: &'a Passage,
    /// What they are for.
    pub role: Role,
    /// What their weights do.
    pub emphasis: Emphasis,
    /// How many layers before the usual one is listened to.
    pub skipped_layers: u32,
    /// In how many chunks: empty ones are added, and those beyond are left out.
    pub chunks: usize,
    /// The size of the picture.
    pub size: PixelSize,
}

/// The text encoders of a family, at work together.
pub(crate) trait PromptEncoder: Send {
    /// Tokens that the denoiser hears of each chunk.
    fn chunk_tokens(&self) -> usize;

    /// How many chunks a passage fills; at least one.
    fn chunks(&self, passage: &Passage) -> usize;

    /// Encodes a passage; one that was encoded lately costs nothing.
    fn encode(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError>;

    /// Reads with these adapters from now on, and with no others; `false` where that makes no
    /// difference.
    fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool;

    /// Their graphs, for their figures.
    fn graphs(&self) -> Vec<&dyn Graph>;

    /// Their graphs, to change how they are held.
    fn graphs_mut(&mut self) -> Vec<&mut dyn Graph>;
}

/// A prompt that was encoded.
pub(crate) struct EncodedPrompt {
    /// What the denoiser listens to.
    pub conditioning: Conditioning,
    /// The words that did not fit.
    pub cut: Option<String>,
}
