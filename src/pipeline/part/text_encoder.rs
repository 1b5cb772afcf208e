//! Words to the numbers that a denoiser listens to.

use std::sync::Arc;

use crate::adapters::AdapterSet;
use crate::domain::{CancelToken, Message, Notice, Severity};
use crate::pipeline::Monitor;
use crate::prompt::{Chunk, Passage};
use crate::runtime::{Feeds, Graph, Ports, Retouch, RuntimeError, Tensor};

use super::conditioning::{Conditioning, EncodedPrompt, PromptEncoder, Wording};
use super::tokenizer::PromptTokenizer;

/// Chunks that are remembered as the graph gave them: enough for a prompt that changes from step
/// to step, and to go back and forth between a few.
const REMEMBERED: usize = 32;

/// What the names of the layers' outputs begin with.
const HIDDEN: &str = "hidden_states.";

/// The part of a model that reads prompts.
pub(crate) struct TextEncoder {
    graph: Box<dyn Graph>,
    tokenizer: Arc<PromptTokenizer>,
    ids: String,
    layer: Layer,
    pooled: Option<String>,
    /// The tokens of a chunk and what a layer gave for them, the latest last.
    remembered: Vec<(Vec<i64>, String, Read)>,
}

/// Which of its layers is listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layer {
    /// The last, normalized.
    Last,
    /// The one of that number, as it is; exports count them from 0, the embeddings.
    Hidden(u32),
}

impl Layer {
    /// The last but one (Podell et al. 2023: SDXL).
    ///
    /// Tells of a graph that gives none but the last, which is listened to then: other words than
    /// the denoiser was trained on.
    pub(crate) fn penultimate(ports: &Ports, monitor: &mut dyn Monitor) -> Self {
        let numbers = ports
            .outputs
            .iter()
            .filter_map(|port| port.name.strip_prefix(HIDDEN)?.parse().ok());
        let above = numbers.max().and_then(|last: u32| last.checked_sub(1));
        above.map_or_else(
            || {
                let headline =
                    Message::new("notice-no-hidden-states").with("file", ports.path.display());
                monitor.tell(Notice::new(Severity::Warning, headline));
                Self::Last
            },
            Self::Hidden,
        )
    }
}

impl Layer {
    /// The output of a layer so many below this one.
    ///
    /// The last is alone in being normalized: to hear another one in its place, the graph is
    /// changed while it is loaded.
    fn output(self, skipped: u32) -> String {
        match self {
            Self::Last => "last_hidden_state".to_owned(),
            Self::Hidden(number) => format!("{HIDDEN}{}", number.saturating_sub(skipped)),
        }
    }
}

/// A chunk, or all chunks of a passage, as one encoder reads them.
#[derive(Clone)]
pub(crate) struct Read {
    /// `1 × tokens × width` numbers.
    pub hidden: Arc<Tensor>,
    /// The meaning of the first chunk: `1 × width` numbers, where it is listened to.
    pub pooled: Option<Arc<Tensor>>,
}

impl TextEncoder {
    /// Finds the ports that are needed; `pooled` is the one with the meaning of the whole, where
    /// that is listened to.
    pub(crate) fn new(
        graph: Box<dyn Graph>,
        tokenizer: Arc<PromptTokenizer>,
        layer: Layer,
        pooled: Option<&str>,
    ) -> Result<Self, RuntimeError> {
        let ports = graph.ports();
        let pooled = pooled.map(|name| ports.output(&[name])).transpose()?;
        Ok(Self {
            ids: ports.input(&["input_ids"])?.name.clone(),
            layer: ports.output(&[&layer.output(0)]).map(|_| layer)?,
            pooled: pooled.map(|port| port.name.clone()),
            graph,
            tokenizer,
            remembered: Vec::new(),
        })
    }

    /// What cuts its prompts to chunks.
    pub(crate) fn tokenizer(&self) -> &PromptTokenizer {
        &self.tokenizer
    }

    /// Reads the chunks of a passage; those that were read lately cost nothing, whatever their
    /// weights.
    ///
    /// Also gives the words that did not fit.
    pub(crate) fn read(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<(Read, Option<String>), RuntimeError> {
        let mut chunks = self.tokenizer.chunks(wording.passage).chunks;
        let mut beyond = chunks.drain(wording.chunks.min(chunks.len())..);
        let cut = beyond.find_map(|chunk| chunk.begin);
        drop(beyond);
        let cut = cut.map(|place| self.tokenizer.words_from(wording.passage, place));
        chunks.resize(wording.chunks, self.tokenizer.rules().empty());
        let layer = self.layer.output(wording.skipped_layers);
        let (mut values, mut width, mut pooled) = (Vec::new(), 1, None);
        for chunk in &chunks {
            let read = self.read_chunk(chunk, &layer, cancel)?;
            width = read.hidden.shape().last().copied().unwrap_or(width);
            let start = values.len();
            values.extend_from_slice(&read.hidden.to_floats());
            wording.emphasis.weigh(&mut values[start..], &chunk.weights);
            pooled = pooled.or(read.pooled);
        }
        let shape = [1, values.len() / width.max(1), width];
        let hidden = Tensor::floats(shape, values).expect("whole rows of one width");
        let hidden = Arc::new(hidden);
        Ok((Read { hidden, pooled }, cut))
    }

    /// Reads a passage as one chunk without its weights, for encoders that know none, such as T5.
    ///
    /// Also gives the words that did not fit.
    pub(crate) fn read_plainly(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<(Read, Option<String>), RuntimeError> {
        let passage = Passage::literal(&wording.passage.plain_text());
        let plain = Wording {
            passage: &passage,
            chunks: 1,
            ..*wording
        };
        self.read(&plain, cancel)
    }

    /// Reads with these adapters from now on, and knows their words; `false` where that makes no
    /// difference.
    pub(crate) fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool {
        let retouch: Arc<dyn Retouch> = Arc::<AdapterSet>::clone(adapters);
        let is_other = self.graph.retouch(&retouch);
        if is_other {
            self.remembered.clear();
        }
        // New words stand in a longer table of tokens, so they come and go with other weights.
        let words = adapters.words(&self.graph.ports().path);
        if words != self.tokenizer.words() {
            self.tokenizer = Arc::new(self.tokenizer.with_words(words.to_vec()));
        }
        is_other
    }

    /// The graph, for its figures and for messages.
    pub(crate) fn graph(&self) -> &dyn Graph {
        self.graph.as_ref()
    }

    /// The graph, to change how it is held.
    pub(crate) fn graph_mut(&mut self) -> &mut dyn Graph {
        self.graph.as_mut()
    }

    fn read_chunk(
        &mut self,
        chunk: &Chunk,
        layer: &str,
        cancel: &CancelToken,
    ) -> Result<Read, RuntimeError> {
        let mut remembered = self.remembered.iter();
        let known = remembered.position(|(ids, of, _)| *ids == chunk.ids && of == layer);
        let remembered = if let Some(place) = known {
            self.remembered.remove(place)
        } else {
            let read = self.run(&chunk.ids, layer, cancel)?;
            (chunk.ids.clone(), layer.to_owned(), read)
        };
        let read = remembered.2.clone();
        self.remembered.push(remembered);
        if self.remembered.len() > REMEMBERED {
            self.remembered.remove(0);
        }
        Ok(read)
    }

    fn run(
        &mut self,
        ids: &[i64],
        layer: &str,
        cancel: &CancelToken,
    ) -> Result<Read, RuntimeError> {
        let ids = Tensor::integers([1, ids.len()], ids.to_vec()).expect("one id for each place");
        let mut outputs = self
            .graph
            .run(Feeds::default().with(&self.ids, &ids), cancel)?;
        let pooled = self.pooled.as_ref().map(|name| outputs.take(name));
        Ok(Read {
            hidden: Arc::new(outputs.take(layer)?),
            pooled: pooled.transpose()?.map(Arc::new),
        })
    }
}

/// A single encoder, whose words are all that the denoiser listens to: Stable Diffusion 1 and 2.
impl PromptEncoder for TextEncoder {
    fn chunk_tokens(&self) -> usize {
        self.tokenizer.rules().length()
    }

    fn chunks(&self, passage: &Passage) -> usize {
        self.tokenizer.chunks(passage).chunks.len()
    }

    fn encode(
        &mut self,
        wording: &Wording<'_>,
        cancel: &CancelToken,
    ) -> Result<EncodedPrompt, RuntimeError> {
        let (read, cut) = self.read(wording, cancel)?;
        Ok(EncodedPrompt {
            conditioning: Conditioning::of_words(read.hidden),
            cut,
        })
    }

    fn wear(&mut self, adapters: &Arc<AdapterSet>) -> bool {
        Self::wear(self, adapters)
    }

    fn graphs(&self) -> Vec<&dyn Graph> {
        vec![self.graph.as_ref()]
    }

    fn graphs_mut(&mut self) -> Vec<&mut dyn Graph> {
        vec![self.graph.as_mut()]
    }
}
