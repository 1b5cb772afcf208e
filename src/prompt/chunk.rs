//! Tokens in portions of the length that a text encoder takes.

use std::num::NonZeroUsize;

use super::passage::{Passage, Piece};

/// How far back from a chunk's end a comma may stand so that what follows it moves to the next
/// chunk as one, in tokens: the default of Automatic1111's web UI.
const COMMA_REACH: usize = 20;

/// How a text encoder wants its tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChunkRules {
    /// Tokens of words in each chunk: 75 for CLIP.
    pub words: NonZeroUsize,
    /// The token before the words; `None` for T5.
    pub start: Option<i64>,
    /// The token behind the words.
    pub end: i64,
    /// The token that fills up what is left behind the end.
    pub padding: i64,
    /// The token of a comma, if there is one.
    pub comma: Option<i64>,
}

/// A portion that is encoded at once: start, words, end, padding.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunk {
    /// The tokens: those of the words and the marks around them.
    pub ids: Vec<i64>,
    /// The weight of each token.
    pub weights: Vec<f32>,
    /// Where in the passage its words begin; `None` where it has none.
    pub begin: Option<Place>,
}

/// A token of a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Which piece of the passage.
    pub piece: usize,
    /// Which of the piece's tokens.
    pub token: usize,
}

/// A passage cut to chunks.
#[derive(Clone, Debug, PartialEq)]
pub struct Chunks {
    /// At least one.
    pub chunks: Vec<Chunk>,
    /// Places that are taken: all of every chunk but the last, and the words of the last.
    pub taken: usize,
}

impl ChunkRules {
    /// Cuts a passage; `tokens` gives the ids of a text, without start and end.
    ///
    /// A chunk ends when it is full or the passage says so. Where it is full and its last comma is
    /// at most 20 tokens back, the words behind the comma go to the next chunk.
    pub fn cut(&self, passage: &Passage, tokens: impl Fn(&str) -> Vec<i64>) -> Chunks {
        let mut cutter = Cutter {
            rules: self,
            open: Vec::new(),
            after_comma: None,
            chunks: Vec::new(),
        };
        for (piece, content) in passage.pieces().iter().enumerate() {
            let Piece::Words(span) = content else {
                cutter.close();
                continue;
            };
            for (token, id) in tokens(&span.text).into_iter().enumerate() {
                cutter.push(Token {
                    id,
                    weight: span.weight as f32,
                    place: Place { piece, token },
                });
            }
        }
        cutter.finish()
    }

    /// A chunk without words: what makes shorter prompts as long as longer ones.
    pub fn empty(&self) -> Chunk {
        self.chunk(&[])
    }

    /// Tokens of a chunk, start and end included.
    pub fn length(&self) -> usize {
        self.words.get() + 1 + self.marks_before()
    }

    fn marks_before(&self) -> usize {
        usize::from(self.start.is_some())
    }

    fn chunk(&self, words: &[Token]) -> Chunk {
        let mut ids = Vec::with_capacity(self.length());
        ids.extend(self.start);
        ids.extend(words.iter().map(|token| token.id));
        ids.push(self.end);
        ids.resize(self.length(), self.padding);
        let mut weights = vec![1.0; self.marks_before()];
        weights.extend(words.iter().map(|token| token.weight));
        weights.resize(self.length(), 1.0);
        Chunk {
            ids,
            weights,
            begin: words.first().map(|token| token.place),
        }
    }
}

#[derive(Clone, Copy)]
struct Token {
    id: i64,
    weight: f32,
    place: Place,
}

struct Cutter<'a> {
    rules: &'a ChunkRules,
    /// The words of the chunk that is being filled.
    open: Vec<Token>,
    /// How many of them stand up to the last comma.
    after_comma: Option<usize>,
    chunks: Vec<Chunk>,
}

impl Cutter<'_> {
    fn push(&mut self, token: Token) {
        let is_comma = self.rules.comma == Some(token.id);
        if self.open.len() == self.rules.words.get() {
            let comma = self.after_comma.filter(|_| !is_comma);
            // The comma itself counts as one of the tokens that it stands back.
            let comma = comma.filter(|end| self.open.len() + 1 - end <= COMMA_REACH);
            let moved = comma.map(|end| self.open.split_off(end));
            self.close();
            self.open = moved.unwrap_or_default();
        }
        self.open.push(token);
        if is_comma {
            self.after_comma = Some(self.open.len());
        }
    }

    fn close(&mut self) {
        self.chunks.push(self.rules.chunk(&self.open));
        self.open.clear();
        self.after_comma = None;
    }

    fn finish(mut self) -> Chunks {
        let full = self.chunks.len() * self.rules.words.get();
        let taken = full + self.open.len();
        if !self.open.is_empty() || self.chunks.is_empty() {
            self.close();
        }
        Chunks {
            chunks: self.chunks,
            taken,
        }
    }
}
