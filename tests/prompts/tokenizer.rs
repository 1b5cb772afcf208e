//! The tokenizer gives the ids that transformers gives.

use std::fs;
use std::path::Path;

use maquette::models::ModelFolder;
use maquette::pipeline::PromptTokenizer;
use maquette::prompt::Passage;
use serde_json::Value;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn ids(value: &Value) -> Vec<i64> {
    let ids = value.as_array().expect("a list of ids").iter();
    ids.map(|id| id.as_i64().expect("a whole number")).collect()
}

#[test]
fn every_prompt_has_the_ids_of_transformers() {
    let text = fs::read_to_string(root().join("tests/golden/tokenizer.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    let folder = Path::new(golden["folder"].as_str().unwrap())
        .parent()
        .unwrap();
    let folder = ModelFolder::open(&root().join(folder)).unwrap();
    let tokenizer = PromptTokenizer::open(&folder, "tokenizer").unwrap();
    for case in golden["cases"].as_array().unwrap() {
        let prompt = case["text"].as_str().unwrap();
        let whole = ids(&case["whole"]);
        let words = &whole[1..whole.len() - 1];
        assert_eq!(tokenizer.ids(prompt), words, "{prompt:?}");
        // What fits is what transformers pads; it cuts the rest, we do not.
        let chunks = tokenizer.chunks(&Passage::literal(prompt));
        if chunks.chunks.len() == 1 {
            assert_eq!(chunks.chunks[0].ids, ids(&case["ids"]), "{prompt:?}");
        }
        assert_eq!(
            chunks.chunks.len() > 1,
            whole.len() > ids(&case["ids"]).len()
        );
    }
}

#[test]
fn the_words_from_a_token_on_are_named_whole() {
    let folder = ModelFolder::open(&root().join("models/maquette-sketch")).unwrap();
    let tokenizer = PromptTokenizer::open(&folder, "tokenizer").unwrap();
    let places = tokenizer.rules().words.get();
    let check = |filler: usize, expected: &str| {
        let text = format!("{}(Красный zeppelin:1.2)  BREAK end ", "a  ".repeat(filler));
        let passage = Passage::weighted(&text);
        let begin = tokenizer.chunks(&passage).chunks[1].begin.unwrap();
        assert_eq!(tokenizer.words_from(&passage, begin), expected);
    };
    check(places, "Красный zeppelin end");
    check(places - 1, "Красный zeppelin end");
    check(1, "end");
}

#[test]
fn the_use_of_tokens_counts_chunks_and_no_grammar() {
    let folder = ModelFolder::open(&root().join("models/maquette-sketch")).unwrap();
    let tokenizer = PromptTokenizer::open(&folder, "tokenizer").unwrap();
    let places = tokenizer.rules().words.get();
    let check = |text: &str, taken: usize, chunks: usize| {
        let used = tokenizer.usage(text);
        assert_eq!((used.taken, used.chunks), (taken, chunks), "{text}");
        assert_eq!(used.places, chunks * places, "{text}");
    };
    check("", 0, 1);
    check("a (cat:1.2)<lora:anything:0.5>", 2, 1);
    check("a [cat:a a cat:0.5] AND a", 4, 1);
    check("a BREAK a a", places + 2, 2);
    check(&"a ".repeat(places), places, 1);
    check(&"a ".repeat(places + 1), places + 1, 2);
}
