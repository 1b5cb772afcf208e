//! T5's vocabulary as `SentencePiece` keeps it: a `spiece.model`.
//!
//! Exporters that ship no `tokenizer.json` ship this one; field numbers are those of
//! `sentencepiece_model.proto`.

use std::fs;
use std::path::Path;

use tokenizers::models::unigram::Unigram;
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{
    NFKC, NormalizerWrapper, Precompiled, Replace, Sequence as Normalizers, Strip,
};
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use tokenizers::{AddedToken, Tokenizer};

use super::tokenizer::malformed;
use crate::models::ModelError;

/// What stands for a space.
const SPACE: char = '\u{2581}';

/// The kinds of pieces that no text is cut to.
const UNKNOWN: u64 = 2;
const CONTROL: u64 = 3;

/// Reads a vocabulary of unigrams (Kudo 2018), and puts a tokenizer together as transformers does
/// for T5.
pub(super) fn read(path: &Path) -> Result<Tokenizer, ModelError> {
    let bytes = fs::read(path).map_err(|source| ModelError::Unreadable {
        source,
        path: path.to_owned(),
    })?;
    let broken = || malformed(&"not a SentencePiece model", path);
    let model = Model::parse(&bytes).ok_or_else(broken)?;
    let unknown = model.pieces.iter().position(|piece| piece.kind == UNKNOWN);
    let vocabulary = model.pieces.iter();
    let vocabulary = vocabulary.map(|piece| (piece.text.clone(), f64::from(piece.score)));
    let unigrams = Unigram::from(vocabulary.collect(), unknown, false);
    let mut tokenizer = Tokenizer::new(unigrams.map_err(|error| malformed(&error, path))?);
    let characters: NormalizerWrapper = if model.characters.is_empty() {
        NFKC.into()
    } else {
        let characters = Precompiled::from(model.characters);
        characters.map_err(|error| malformed(&error, path))?.into()
    };
    let spaces = ReplacePattern::Regex(" {2,}".to_owned());
    let spaces = Replace::new(spaces, SPACE.to_string()).expect("the pattern is ours");
    let normalizers = vec![characters, Strip::new(false, true).into(), spaces.into()];
    tokenizer.with_normalizer(Some(Normalizers::new(normalizers)));
    let words = Metaspace::new(SPACE, PrependScheme::Always, true);
    tokenizer.with_pre_tokenizer(Some(words));
    let special = model.pieces.into_iter();
    let special = special.filter(|piece| [UNKNOWN, CONTROL].contains(&piece.kind));
    let special: Vec<AddedToken> = special
        .map(|piece| AddedToken::from(piece.text, true))
        .collect();
    tokenizer.add_special_tokens(&special);
    Ok(tokenizer)
}

/// What matters of the file.
#[derive(Default)]
struct Model<'a> {
    pieces: Vec<SentencePiece>,
    /// How characters are normalized, in `SentencePiece`'s own form; empty where it does not say.
    characters: &'a [u8],
}

#[derive(Default)]
struct SentencePiece {
    text: String,
    /// The logarithm of its likelihood.
    score: f32,
    kind: u64,
}

impl<'a> Model<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let mut model = Self::default();
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(piece)) => model.pieces.push(SentencePiece::parse(piece)?),
                (3, Value::Bytes(normalizer)) => {
                    for field in Fields(normalizer) {
                        if let (2, Value::Bytes(characters)) = field? {
                            model.characters = characters;
                        }
                    }
                }
                _ => {}
            }
        }
        Some(model).filter(|model| !model.pieces.is_empty())
    }
}

impl SentencePiece {
    fn parse(bytes: &[u8]) -> Option<Self> {
        // A piece that does not say is one of a text.
        let mut piece = Self {
            kind: 1,
            ..Self::default()
        };
        for field in Fields(bytes) {
            match field? {
                (1, Value::Bytes(text)) => piece.text = String::from_utf8(text.to_vec()).ok()?,
                (2, Value::Bytes(score)) => {
                    piece.score = f32::from_le_bytes(score.try_into().ok()?);
                }
                (3, Value::Number(kind)) => piece.kind = kind,
                _ => {}
            }
        }
        Some(piece)
    }
}

/// The fields of a protobuf message; `None` once, where it is broken.
struct Fields<'a>(&'a [u8]);

enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

impl<'a> Iterator for Fields<'a> {
    type Item = Option<(u64, Value<'a>)>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.field();
        if field.is_none() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.number()?;
        let value = match tag & 7 {
            0 => Value::Number(self.number()?),
            1 => Value::Bytes(self.bytes(8)?),
            2 => {
                let length = usize::try_from(self.number()?).ok()?;
                Value::Bytes(self.bytes(length)?)
            }
            5 => Value::Bytes(self.bytes(4)?),
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.bytes(1)?[0];
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(number);
            }
        }
        None
    }

    fn bytes(&mut self, length: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }
}
