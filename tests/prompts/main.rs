//! From a prompt to its tokens: the language of prompts, and the tokenizer.

mod language;
mod tokenizer;
