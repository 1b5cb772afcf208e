//! Words to numbers, by the vocabulary that a model folder brings along.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::sync::Arc;

use serde::Deserialize;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{Lowercase, NFC, Replace, Sequence as Normalizers};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as PreTokenizers;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, NormalizerWrapper, SplitDelimiterBehavior, Tokenizer};

use crate::adapters::{NewWord, find_word};
use crate::models::{ModelError, ModelFolder};
use crate::prompt::{ChunkRules, Chunks, Passage, Piece, Place};

use super::sentence_piece;

/// The words of CLIP: marks, contractions, letters, single digits, everything else.
const CLIP_WORDS: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// The token of a comma that ends a word.
const COMMA: &str = ",</w>";

/// What ends a text for CLIP.
const CLIP_END: &str = "<|endoftext|>";

/// How many tokens CLIP takes where no configuration says otherwise.
const CLIP_TOKENS: usize = 77;

/// More tokens than any text encoder takes: configurations that set no limit name such numbers.
const NO_LIMIT: f64 = 100_000.0;

/// Turns prompts into the token ids that a text encoder takes.
pub struct PromptTokenizer {
    tokenizer: Arc<Tokenizer>,
    rules: ChunkRules,
    /// Words that no vocabulary has.
    words: Vec<NewWord>,
}

impl PromptTokenizer {
    /// Reads the folder `part`, such as `tokenizer`: its `tokenizer.json`, else the `vocab.json` and
    /// `merges.txt` of CLIP.
    pub fn open(folder: &ModelFolder, part: &str) -> Result<Self, ModelError> {
        let config: Config = folder
            .json(&format!("{part}/tokenizer_config.json"))?
            .unwrap_or_default();
        let special: Special = folder
            .json(&format!("{part}/special_tokens_map.json"))?
            .unwrap_or_default();
        // OpenCLIP's, which stands second where there are two.
        let padding = if part.ends_with("_2") { "!" } else { CLIP_END };
        let marks = Marks::new(&special, &config.special, padding);
        let whole = format!("{part}/tokenizer.json");
        let tokenizer = if folder.has(&whole) {
            read_whole(&folder.file(&whole)?)?
        } else {
            read_clip(folder, part, &marks)?
        };
        let id = |mark: &str| {
            let id = tokenizer.token_to_id(mark).map(i64::from);
            id.ok_or_else(|| lacks(mark, folder, part))
        };
        let rules = ChunkRules {
            words: words(&config, folder, part)?,
            start: Some(id(&marks.start)?),
            end: id(&marks.end)?,
            padding: id(&marks.padding)?,
            comma: tokenizer.token_to_id(COMMA).map(i64::from),
        };
        Ok(Self::new(tokenizer, rules))
    }

    /// Reads the folder `part` of a T5 encoder that takes so many tokens: its `tokenizer.json`, else
    /// its `spiece.model`.
    pub fn open_t5(
        folder: &ModelFolder,
        part: &str,
        tokens: NonZeroUsize,
    ) -> Result<Self, ModelError> {
        let whole = format!("{part}/tokenizer.json");
        let tokenizer = if folder.has(&whole) {
            read_whole(&folder.file(&whole)?)?
        } else {
            sentence_piece::read(&folder.file(&format!("{part}/spiece.model"))?)?
        };
        let id = |mark: &str| {
            let id = tokenizer.token_to_id(mark).map(i64::from);
            id.ok_or_else(|| lacks(mark, folder, part))
        };
        let rules = ChunkRules {
            words: NonZeroUsize::new(tokens.get() - 1).unwrap_or(tokens),
            start: None,
            end: id("</s>")?,
            padding: id("<pad>")?,
            comma: None,
        };
        Ok(Self::new(tokenizer, rules))
    }

    fn new(tokenizer: Tokenizer, rules: ChunkRules) -> Self {
        Self {
            tokenizer: Arc::new(tokenizer),
            rules,
            words: Vec::new(),
        }
    }

    /// The same, but with these new words and no others.
    #[must_use]
    pub fn with_words(&self, words: Vec<NewWord>) -> Self {
        Self {
            tokenizer: Arc::clone(&self.tokenizer),
            rules: self.rules,
            words,
        }
    }

    /// Words that it knows besides its vocabulary.
    pub fn words(&self) -> &[NewWord] {
        &self.words
    }

    /// How the text encoder wants its tokens.
    pub fn rules(&self) -> &ChunkRules {
        &self.rules
    }

    /// The tokens of a passage in chunks, as many as it takes.
    pub fn chunks(&self, passage: &Passage) -> Chunks {
        self.rules.cut(passage, |text| self.ids(text))
    }

    /// The tokens of a text, without start and end.
    pub fn ids(&self, text: &str) -> Vec<i64> {
        let tokens = self.tokens(text).into_iter();
        tokens.map(|token| token.id).collect()
    }

    /// The words of a passage from a token on; the word that the token is a part of is whole.
    pub fn words_from(&self, passage: &Passage, place: Place) -> String {
        let pieces = passage.pieces().iter().enumerate().skip(place.piece);
        let texts = pieces.map(|(index, piece)| match piece {
            Piece::Break => " ",
            Piece::Words(span) if index > place.piece => span.text.as_str(),
            Piece::Words(span) => {
                let tokens = self.tokens(&span.text);
                let begin = tokens.get(place.token).map_or(0, |token| token.begin);
                // Whoever reads it knows words, not parts of words.
                let space = span.text[..begin].rfind(char::is_whitespace);
                &span.text[space.unwrap_or(0)..]
            }
        });
        texts.collect::<String>().trim().to_owned()
    }

    fn tokens(&self, text: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut from = 0;
        let names = || self.words.iter().map(|word| word.name.as_str());
        while let Some((place, index)) = find_word(&text[from..], names()) {
            let begin = from + place.start;
            tokens.extend(self.known_tokens(&text[from..begin], from));
            let ids = self.words[index].ids.iter();
            tokens.extend(ids.map(|id| Token { id: *id, begin }));
            from += place.end;
        }
        tokens.extend(self.known_tokens(&text[from..], from));
        tokens
    }

    /// The tokens of words of the vocabulary, in a text that begins at that byte of another.
    fn known_tokens(&self, text: &str, from: usize) -> Vec<Token> {
        match self.tokenizer.encode(text, false) {
            Ok(encoding) => {
                let begins = encoding.get_offsets().iter();
                let begins = begins.map(|(begin, _)| from + begin);
                let ids = encoding.get_ids().iter().map(|id| i64::from(*id));
                ids.zip(begins)
                    .map(|(id, begin)| Token { id, begin })
                    .collect()
            }
            Err(error) => {
                // Only a foreign tokenizer.json with patterns that never end gets here.
                log::error!("a prompt cannot be read by the model's tokenizer: {error}");
                Vec::new()
            }
        }
    }
}

impl fmt::Debug for PromptTokenizer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PromptTokenizer")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

struct Token {
    id: i64,
    /// The byte of the text where it begins.
    begin: usize,
}

/// What matters of `tokenizer_config.json`.
#[derive(Default, Deserialize)]
struct Config {
    model_max_length: Option<f64>,
    #[serde(flatten)]
    special: Special,
}

/// The marks that a configuration names; `special_tokens_map.json` goes first.
#[derive(Default, Deserialize)]
struct Special {
    #[serde(rename = "bos_token")]
    start: Option<Mark>,
    #[serde(rename = "eos_token")]
    end: Option<Mark>,
    #[serde(rename = "unk_token")]
    unknown: Option<Mark>,
    #[serde(rename = "pad_token")]
    padding: Option<Mark>,
}

/// A mark, as older and as newer versions of transformers write it.
#[derive(Deserialize)]
#[serde(untagged)]
enum Mark {
    Plain(String),
    Described { content: String },
}

impl Mark {
    fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Described { content: text } => text,
        }
    }
}

/// The marks in use.
struct Marks {
    start: String,
    end: String,
    unknown: String,
    padding: String,
}

impl Marks {
    /// `padding` fills up chunks where no configuration says what does.
    fn new(special: &Special, config: &Special, padding: &str) -> Self {
        let pick = |first: &Option<Mark>, second: &Option<Mark>, clip: &str| {
            let named = first.as_ref().or(second.as_ref());
            named.map_or(clip, Mark::text).to_owned()
        };
        Self {
            start: pick(&special.start, &config.start, "<|startoftext|>"),
            end: pick(&special.end, &config.end, CLIP_END),
            unknown: pick(&special.unknown, &config.unknown, CLIP_END),
            padding: pick(&special.padding, &config.padding, padding),
        }
    }
}

/// How many tokens of words a chunk has.
fn words(config: &Config, folder: &ModelFolder, part: &str) -> Result<NonZeroUsize, ModelError> {
    #[derive(Deserialize)]
    struct Encoder {
        max_position_embeddings: Option<usize>,
    }
    let encoder = part.replace("tokenizer", "text_encoder");
    let encoder: Option<Encoder> = folder.json(&format!("{encoder}/config.json"))?;
    let positions = encoder.and_then(|encoder| encoder.max_position_embeddings);
    let named = config.model_max_length.filter(|length| *length < NO_LIMIT);
    let length = named
        .map(|length| length as usize)
        .or(positions)
        .unwrap_or(CLIP_TOKENS);
    let words = length.checked_sub(2).and_then(NonZeroUsize::new);
    words.ok_or_else(|| ModelError::Malformed {
        reason: format!("a length of {length} tokens leaves no place for words"),
        path: folder.path().join(part).join("tokenizer_config.json"),
    })
}

fn read_whole(path: &Path) -> Result<Tokenizer, ModelError> {
    let mut tokenizer = Tokenizer::from_file(path).map_err(|error| malformed(&error, path))?;
    // Cutting and filling up are ours to do, and to say.
    tokenizer.with_padding(None);
    let cleared = tokenizer.with_truncation(None);
    cleared.map_err(|error| malformed(&error, path))?;
    Ok(tokenizer)
}

/// CLIP's byte-level pair encoding, as `CLIPTokenizer` of transformers puts it together.
fn read_clip(folder: &ModelFolder, part: &str, marks: &Marks) -> Result<Tokenizer, ModelError> {
    let vocabulary_file = format!("{part}/vocab.json");
    let vocabulary_path = folder.file(&vocabulary_file)?;
    let vocabulary: Option<HashMap<String, u32>> = folder.json(&vocabulary_file)?;
    let vocabulary: Vocab = vocabulary.into_iter().flatten().collect();
    let merges = read_merges(&folder.file(&format!("{part}/merges.txt"))?)?;
    let model = BPE::builder()
        .vocab_and_merges(vocabulary, merges)
        .unk_token(marks.unknown.clone())
        .continuing_subword_prefix(String::new())
        .end_of_word_suffix("</w>".to_owned())
        .build()
        .map_err(|error| malformed(&error, &vocabulary_path))?;
    let mut tokenizer = Tokenizer::new(model);
    let space = Replace::new(ReplacePattern::Regex(r"\s+".to_owned()), " ");
    let words = Split::new(
        SplitPattern::Regex(CLIP_WORDS.to_owned()),
        SplitDelimiterBehavior::Removed,
        true,
    );
    let (space, words) = space
        .and_then(|space| Ok((space, words?)))
        .expect("both patterns are ours");
    let normalizers: Vec<NormalizerWrapper> = vec![NFC.into(), space.into(), Lowercase.into()];
    tokenizer.with_normalizer(Some(Normalizers::new(normalizers)));
    let bytes = ByteLevel::new(false, true, true);
    tokenizer.with_pre_tokenizer(Some(PreTokenizers::new(vec![words.into(), bytes.into()])));
    let special = [&marks.start, &marks.end, &marks.unknown, &marks.padding];
    let special = special.map(|mark| AddedToken::from(mark.clone(), true));
    tokenizer.add_special_tokens(&special);
    Ok(tokenizer)
}

/// A pair of tokens on each line, the most frequent first; the first line may name a version.
fn read_merges(path: &Path) -> Result<Vec<(String, String)>, ModelError> {
    let text = fs::read_to_string(path).map_err(|source| ModelError::Unreadable {
        source,
        path: path.to_owned(),
    })?;
    let lines = text.lines().enumerate();
    let lines = lines.filter(|(_, line)| !line.starts_with("#version") && !line.trim().is_empty());
    lines
        .map(|(number, line)| {
            let pair = line.split_once(' ');
            let pair = pair.map(|(left, right)| (left.to_owned(), right.to_owned()));
            pair.ok_or_else(|| ModelError::Malformed {
                reason: format!("line {} is not a pair of tokens", number + 1),
                path: path.to_owned(),
            })
        })
        .collect()
}

fn lacks(mark: &str, folder: &ModelFolder, part: &str) -> ModelError {
    ModelError::Malformed {
        reason: format!("`{mark}` is not in the vocabulary"),
        path: folder.path().join(part),
    }
}

pub(super) fn malformed(error: &dyn fmt::Display, path: &Path) -> ModelError {
    ModelError::Malformed {
        reason: error.to_string(),
        path: path.to_owned(),
    }
}
