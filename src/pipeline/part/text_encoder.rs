//! Words to the numbers that a denoiser listens to.

use std::sync::Arc;

use crate::domain::CancelToken;
use crate::runtime::{Feeds, Graph, RuntimeError, Tensor};

use super::tokenizer::PromptTokenizer;

/// Prompts whose conditioning is remembered: enough to go back and forth between a few.
const REMEMBERED: usize = 8;

/// The part of a model that reads prompts.
pub(crate) struct TextEncoder {
    graph: Box<dyn Graph>,
    tokenizer: Arc<PromptTokenizer>,
    ids: String,
    conditioning: String,
    /// The latest last.
    remembered: Vec<(String, Arc<Tensor>)>,
}

/// A prompt as the denoiser takes it.
pub(crate) struct EncodedPrompt {
    /// `1 × tokens × width` numbers.
    pub conditioning: Arc<Tensor>,
    /// The words that did not fit.
    pub cut: Option<String>,
}

impl TextEncoder {
    /// Finds the ports that are needed.
    pub(crate) fn new(
        graph: Box<dyn Graph>,
        tokenizer: Arc<PromptTokenizer>,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        Ok(Self {
            ids: ports.input(&["input_ids"])?.name.clone(),
            conditioning: ports.output(&["last_hidden_state"])?.name.clone(),
            graph,
            tokenizer,
            remembered: Vec::new(),
        })
    }

    /// Encodes a prompt; one that was encoded lately costs nothing.
    pub(crate) fn encode(
        &mut self,
        prompt: &str,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        let encoded = self.tokenizer.encode(prompt);
        let known = self.remembered.iter().position(|(text, _)| text == prompt);
        let conditioning = match known {
            Some(place) => self.remembered.remove(place).1,
            None => Arc::new(self.run(encoded.ids, cancel)?),
        };
        self.remembered
            .push((prompt.to_owned(), Arc::clone(&conditioning)));
        if self.remembered.len() > REMEMBERED {
            self.remembered.remove(0);
        }
        Ok(EncodedPrompt {
            conditioning,
            cut: encoded.cut,
        })
    }

    /// The graph, for its figures.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    fn run(&mut self, ids: Vec<i64>, cancel: &CancelToken) -> Result<Tensor, RuntimeError> {
        let ids = Tensor::integers([1, ids.len()], ids).expect("one id for each place");
        let mut outputs = self
            .graph
            .run(Feeds::default().with(&self.ids, &ids), cancel)?;
        outputs.take(&self.conditioning)
    }
}
