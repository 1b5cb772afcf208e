//! Words to numbers, by the vocabulary that a model folder brings along.

use std::collections::HashMap;
use std::fmt;
use std::fs;
use std::path::Path;

use serde::Deserialize;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{Lowercase, NFC, Replace, Sequence as Normalizers};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as PreTokenizers;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, NormalizerWrapper, SplitDelimiterBehavior, Tokenizer};

use crate::models::{ModelError, ModelFolder};

/// The words of CLIP: marks, contractions, letters, single digits, everything else.
const CLIP_WORDS: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// How many tokens CLIP takes where no configuration says otherwise.
const CLIP_TOKENS: usize = 77;

/// More tokens than any text encoder takes: configurations that set no limit name such numbers.
const NO_LIMIT: f64 = 100_000.0;

/// Turns prompts into the token ids that a text encoder takes.
pub struct PromptTokenizer {
    tokenizer: Tokenizer,
    /// Tokens in all, the start and the end included.
    length: usize,
    start: i64,
    end: i64,
    padding: i64,
}

/// A prompt as token ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Encoded {
    /// Start, words, end, padding: always as many as the text encoder takes.
    pub ids: Vec<i64>,
    /// The words that did not fit.
    pub cut: Option<String>,
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
        let marks = Marks::new(&special, &config.special);
        let whole = format!("{part}/tokenizer.json");
        let tokenizer = if folder.has(&whole) {
            read_whole(&folder.file(&whole)?)?
        } else {
            read_clip(folder, part, &marks)?
        };
        let id = |mark: &str| {
            let id = tokenizer.token_to_id(mark).map(i64::from);
            id.ok_or_else(|| ModelError::Malformed {
                reason: format!("`{mark}` is not in the vocabulary"),
                path: folder.path().join(part),
            })
        };
        Ok(Self {
            length: length(&config, folder, part)?,
            start: id(&marks.start)?,
            end: id(&marks.end)?,
            padding: id(&marks.padding)?,
            tokenizer,
        })
    }

    /// How many tokens a text makes, the start and the end not counted.
    pub fn count(&self, text: &str) -> usize {
        self.tokens(text).len()
    }

    /// How many tokens a prompt may make, the start and the end not counted.
    pub fn limit(&self) -> usize {
        self.length - 2
    }

    /// The ids of a prompt, cut to what fits.
    pub fn encode(&self, text: &str) -> Encoded {
        let tokens = self.tokens(text);
        let cut = tokens.get(self.limit()).map(|first| {
            // Whoever reads it knows words, not parts of words.
            let before = &text[..first.begin];
            let begin = before
                .rfind(char::is_whitespace)
                .map_or(0, |space| space + 1);
            text[begin..].trim().to_owned()
        });
        let words = tokens.iter().take(self.limit()).map(|token| token.id);
        let mut ids: Vec<i64> = std::iter::once(self.start).chain(words).collect();
        ids.push(self.end);
        ids.resize(self.length, self.padding);
        Encoded { ids, cut }
    }

    fn tokens(&self, text: &str) -> Vec<Token> {
        match self.tokenizer.encode(text, false) {
            Ok(encoding) => {
                let begins = encoding.get_offsets().iter().map(|(begin, _)| *begin);
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
            .field("length", &self.length)
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
    fn new(special: &Special, config: &Special) -> Self {
        let pick = |first: &Option<Mark>, second: &Option<Mark>, clip: &str| {
            let named = first.as_ref().or(second.as_ref());
            named.map_or(clip, Mark::text).to_owned()
        };
        let end = "<|endoftext|>";
        Self {
            start: pick(&special.start, &config.start, "<|startoftext|>"),
            end: pick(&special.end, &config.end, end),
            unknown: pick(&special.unknown, &config.unknown, end),
            padding: pick(&special.padding, &config.padding, end),
        }
    }
}

fn length(config: &Config, folder: &ModelFolder, part: &str) -> Result<usize, ModelError> {
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
    if length < 2 {
        return Err(ModelError::Malformed {
            reason: format!("a length of {length} tokens leaves no place for start and end"),
            path: folder.path().join(part).join("tokenizer_config.json"),
        });
    }
    Ok(length)
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

fn malformed(error: &dyn fmt::Display, path: &Path) -> ModelError {
    ModelError::Malformed {
        reason: error.to_string(),
        path: path.to_owned(),
    }
}
