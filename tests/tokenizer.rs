//! The tokenizer gives the ids that transformers gives.

use std::fs;
use std::path::Path;

use maquette::models::ModelFolder;
use maquette::pipeline::PromptTokenizer;
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
        assert_eq!(
            tokenizer.encode(prompt).ids,
            ids(&case["ids"]),
            "{prompt:?}"
        );
        assert_eq!(
            tokenizer.count(prompt),
            ids(&case["whole"]).len() - 2,
            "{prompt:?}"
        );
    }
}

#[test]
fn the_words_that_do_not_fit_are_named_whole() {
    let folder = ModelFolder::open(&root().join("models/maquette-sketch")).unwrap();
    let tokenizer = PromptTokenizer::open(&folder, "tokenizer").unwrap();
    let fitting = "a red lighthouse";
    assert_eq!(tokenizer.encode(fitting).cut, None);
    let mut words: Vec<String> = (0..tokenizer.limit()).map(|_| "a".to_owned()).collect();
    words.push("Красный zeppelin".to_owned());
    let encoded = tokenizer.encode(&words.join("  "));
    assert_eq!(encoded.cut.as_deref(), Some("Красный zeppelin"));
    words.remove(0);
    let encoded = tokenizer.encode(&words.join("  "));
    assert_eq!(
        encoded.cut.as_deref(),
        Some("Красный zeppelin"),
        "a word is not named in part"
    );
}
