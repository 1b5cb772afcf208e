//! Whatever the words, reading ends, and what our own files say comes back.

use std::path::Path;

use maquette::domain::{
    MadeWith, ModelId, ParamValue, Params, PixelSize, Prompt, Recipe, Seed, Task,
};
use maquette::provenance::foreign::{READERS, Texts, read_foreign};
use maquette::provenance::parameters_text;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::frames::{Exif, jpeg_with_exif, png, png_of, text_chunk, webp_with_exif};
use crate::{comfyui, write};

/// Keywords under which a reader looks.
const KEYWORDS: [&str; 8] = [
    "parameters",
    "prompt",
    "invokeai_metadata",
    "sd-metadata",
    "Comment",
    "UserComment",
    "Software",
    "fooocus_scheme",
];
/// Words that readers know.
const WORDS: [&str; 24] = [
    "Steps: ",
    "Seed: ",
    "Size: ",
    ", ",
    "\n",
    "\"",
    "{",
    "[",
    "]",
    "}",
    ":",
    "Negative prompt:",
    "sui_image_params",
    "class_type",
    "inputs",
    "base_model",
    "Fooocus",
    "NovelAI",
    "Version: ",
    "stable-diffusion.cpp",
    "<lora:",
    ">",
    "1e999",
    "\\",
];

fn read_all(texts: &Texts) {
    for reader in READERS {
        if let Some(Ok(recipe)) = reader.read(texts) {
            assert!(recipe.prompt_with_adapters().text.len() >= recipe.prompt.text.len());
        }
    }
}

fn any_words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        3 => prop::sample::select(&WORDS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
        1 => any::<f64>().prop_map(|number| number.to_string()),
    ];
    prop::collection::vec(word, 0..30).prop_map(|words| words.concat())
}

fn any_json() -> impl Strategy<Value = Value> {
    let key = prop_oneof![
        prop::sample::select(vec![
            "sui_image_params",
            "prompt",
            "loras",
            "lora",
            "image",
            "variations",
            "model",
            "seed",
            "width",
            "height",
            "steps",
            "base_model",
            "resolution",
            "class_type",
            "inputs",
            "c",
            "Comment",
            "weight",
            "lora_combined_1",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any_words().prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::hash_map(key.clone(), inner, 0..8)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// The nodes of a real graph, linked at random: circles and all.
fn any_graph() -> impl Strategy<Value = Value> {
    prop::collection::vec(
        (0..8_usize, any::<prop::sample::Index>(), 0..12_usize),
        0..20,
    )
    .prop_map(|changes| {
        let mut graph = comfyui::plain();
        for (node, input, target) in changes {
            let inputs = graph[(node + 2).to_string()]["inputs"].as_object().cloned();
            let Some(mut inputs) = inputs else { continue };
            let names: Vec<String> = inputs.keys().cloned().collect();
            inputs.insert(input.get(&names).clone(), json!([target.to_string(), 0]));
            graph[(node + 2).to_string()]["inputs"] = Value::Object(inputs);
        }
        graph
    })
}

proptest! {
    // Six properties, and builds without optimisation take their time.
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_words_are_read_or_refused(keyword in prop::sample::select(&KEYWORDS[..]), words in any_words()) {
        read_all(&Texts::of_pairs([(keyword, words.as_str()), ("Software", "NovelAI")]));
        read_all(&Texts::of_pairs([(keyword, words.as_str()), ("Software", "Draw Things")]));
    }

    #[test]
    fn any_json_is_read_or_refused(keyword in prop::sample::select(&KEYWORDS[..]), json in any_json()) {
        let text = json.to_string();
        for software in ["NovelAI", "Draw Things", "Fooocus"] {
            read_all(&Texts::of_pairs([(keyword, text.as_str()), ("Software", software)]));
        }
    }

    #[test]
    fn any_graph_is_read_or_refused(graph in any_graph()) {
        read_all(&Texts::of_pairs([("prompt", graph.to_string().as_str())]));
    }

    #[test]
    fn any_bytes_behind_a_signature_are_read_or_refused(
        start in prop::sample::select(vec![
            &b"\x89PNG\r\n\x1a\n"[..], b"\xff\xd8\xff\xe1", b"RIFF\0\0\0\0WEBPEXIF",
        ]),
        bytes in prop::collection::vec(any::<u8>(), 0..400),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        write(&path, &[start, &bytes].concat());
        let _ended = read_foreign(&path);
    }

    #[test]
    fn any_exif_is_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture");
        for order in [b"II\x2a\0\x08\0\0\0", b"MM\0\x2a\0\0\0\x08"] {
            write(&path, &jpeg_with_exif(&[&order[..], &bytes].concat()));
            let _ended = read_foreign(&path);
        }
    }

    #[test]
    fn what_our_own_files_say_in_the_words_of_a1111_comes_back(
        text in "[a-z][a-z ,:()\n]{0,40}[a-z]",
        negative in "[a-z][a-z ,:()]{0,20}[a-z]",
        seed in any::<u64>(),
        steps in 1_i64..=150,
        guidance in 1.0_f64..=20.0,
    ) {
        let recipe = recipe(&text, &negative, seed, steps, guidance);
        let written = parameters_text(&recipe);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("picture.png");
        write(&path, &png(&[text_chunk("parameters", written.as_bytes())]));
        let read = read_foreign(&path).unwrap().unwrap();
        prop_assert_eq!(read.program, "Maquette");
        prop_assert_eq!(read.prompt.text, text);
        prop_assert_eq!(read.prompt.negative, negative);
        prop_assert_eq!(read.seed, Some(recipe.seed));
        prop_assert_eq!(read.size, Some(recipe.size));
        prop_assert_eq!(read.model.as_deref(), Some("maquette-small"));
        prop_assert_eq!(read.params, recipe.params);
        prop_assert_eq!(read.unmapped, []);
    }
}

fn recipe(text: &str, negative: &str, seed: u64, steps: i64, guidance: f64) -> Recipe {
    let mut params = Params::default();
    params.set("steps", ParamValue::Int(steps));
    params.set("guidance", ParamValue::Float(guidance));
    params.set("scheduler", ParamValue::Text("dpmpp_2m_sde".into()));
    params.set("schedule", ParamValue::Text("sgm_uniform".into()));
    params.set("noise", ParamValue::Text("torch-cpu".into()));
    params.set("clip-skip", ParamValue::Int(1));
    Recipe {
        model: ModelId::new("maquette-small"),
        fingerprint: "0123456789abcdef".into(),
        prompt: Prompt {
            text: text.into(),
            negative: negative.into(),
        },
        size: PixelSize::new(512, 768).expect("an ordinary size"),
        seed: Seed(seed),
        params,
        parents: Vec::new(),
        task: Task::Create,
        made_with: MadeWith {
            app: "0.1.0".into(),
            ..MadeWith::default()
        },
    }
}

/// One file of each kind with a byte or two changed, or its end missing: never more than refused.
#[test]
fn damaged_files_never_end_the_program() {
    let graph = comfyui::plain().to_string();
    let files = [
        png_of(&[
            ("prompt", graph.as_str()),
            ("parameters", crate::a1111::PLAIN),
        ]),
        jpeg_with_exif(&Exif::of_comment(crate::a1111::PLAIN)),
        webp_with_exif(&Exif::of_first(&[(0x0110, &format!("prompt:{graph}"))])),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("picture");
    for whole in &files {
        for place in (0..whole.len().min(900)).step_by(2) {
            for bit in [0, 3, 7] {
                let mut damaged = whole.clone();
                damaged[place] ^= 1 << bit;
                check(&path, &damaged);
            }
            check(&path, &whole[..place]);
        }
    }
}

fn check(path: &Path, bytes: &[u8]) {
    write(path, bytes);
    if let Err(error) = read_foreign(path) {
        assert!(error.to_string().contains("picture"), "{error}");
    }
}
