//! Words to the numbers that a denoiser listens to.

use std::sync::Arc;

use crate::domain::{CancelToken, PixelSize};
use crate::runtime::{Feeds, Graph, Ports, RuntimeError, Tensor};

use super::conditioning::{Conditioning, EncodedPrompt, PromptEncoder, Role};
use super::tokenizer::PromptTokenizer;

/// Prompts whose conditioning is remembered: enough to go back and forth between a few.
const REMEMBERED: usize = 8;

/// The part of a model that reads prompts.
pub(crate) struct TextEncoder {
    graph: Box<dyn Graph>,
    tokenizer: Arc<PromptTokenizer>,
    ids: String,
    hidden: String,
    pooled: Option<String>,
    /// The latest last.
    remembered: Vec<(String, Read)>,
}

/// Which of its layers is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The last, normalized.
    Last,
    /// The last but one, as it is (Podell et al. 2023: SDXL).
    Penultimate,
}

/// A prompt as one encoder reads it.
#[derive(Clone)]
pub(crate) struct Read {
    /// `1 × tokens × width` numbers.
    pub hidden: Arc<Tensor>,
    /// The meaning of all of it: `1 × width` numbers, where the encoder gives them.
    pub pooled: Option<Arc<Tensor>>,
}

impl TextEncoder {
    /// Finds the ports that are needed.
    pub(crate) fn new(
        graph: Box<dyn Graph>,
        tokenizer: Arc<PromptTokenizer>,
        layer: Layer,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        Ok(Self {
            ids: ports.input(&["input_ids"])?.name.clone(),
            hidden: match layer {
                Layer::Last => ports.output(&["last_hidden_state"])?.name.clone(),
                Layer::Penultimate => penultimate(ports)?,
            },
            pooled: ports
                .output(&["text_embeds"])
                .ok()
                .map(|port| port.name.clone()),
            graph,
            tokenizer,
            remembered: Vec::new(),
        })
    }

    /// Reads a prompt; one that was read lately costs nothing.
    ///
    /// Also gives the words that did not fit.
    pub(crate) fn read(
        &mut self,
        prompt: &str,
        cancel: &CancelToken,
    ) -> Result<(Read, Option<String>), RuntimeError> {
        let encoded = self.tokenizer.encode(prompt);
        let known = self.remembered.iter().position(|(text, _)| text == prompt);
        let read = match known {
            Some(place) => self.remembered.remove(place).1,
            None => self.run(encoded.ids, cancel)?,
        };
        self.remembered.push((prompt.to_owned(), read.clone()));
        if self.remembered.len() > REMEMBERED {
            self.remembered.remove(0);
        }
        Ok((read, encoded.cut))
    }

    /// The graph, for its figures and for messages.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    fn run(&mut self, ids: Vec<i64>, cancel: &CancelToken) -> Result<Read, RuntimeError> {
        let ids = Tensor::integers([1, ids.len()], ids).expect("one id for each place");
        let mut outputs = self
            .graph
            .run(Feeds::default().with(&self.ids, &ids), cancel)?;
        let pooled = self.pooled.as_ref().map(|name| outputs.take(name));
        Ok(Read {
            hidden: Arc::new(outputs.take(&self.hidden)?),
            pooled: pooled.transpose()?.map(Arc::new),
        })
    }
}

/// A single encoder, whose words are all that the denoiser listens to: Stable Diffusion 1 and 2.
impl PromptEncoder for TextEncoder {
    fn encode(
        &mut self,
        prompt: &str,
        _: Role,
        _: PixelSize,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        let (read, cut) = self.read(prompt, cancel)?;
        Ok(EncodedPrompt {
            conditioning: Conditioning::of_words(read.hidden),
            cut,
        })
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        vec![self.graph.as_ref()]
    }
}

/// The output of the last layer but one: exports number them from 0, the embeddings.
fn penultimate(ports: &Ports) -> Result<String, RuntimeError> {
    let numbers = ports
        .outputs
        .iter()
        .filter_map(|port| port.name.strip_prefix("hidden_states."))
        .filter_map(|number| number.parse::<u32>().ok());
    let above = numbers.max().and_then(|last| last.checked_sub(1));
    let name = above.map(|number| format!("hidden_states.{number}"));
    name.filter(|name| ports.output(&[name]).is_ok())
        .ok_or_else(|| {
            ports.misfit(
                "it gives no `hidden_states`, of which this kind of model needs the last but one; \
                 export it with `output_hidden_states`",
            )
        })
}
