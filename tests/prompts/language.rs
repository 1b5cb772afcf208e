//! The language of prompts, case by case, as its definition says.

use std::fs;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::Path;

use maquette::domain::Seed;
use maquette::models::ModelFolder;
use maquette::pipeline::PromptTokenizer;
use maquette::prompt::{
    AdapterTag, ChunkRules, DynamicError, Emphasis, Lane, Passage, Piece, PromptSchedule, Span,
    Wildcards, resolve, take_adapters,
};
use proptest::prelude::*;
use serde::Deserialize;

/// Texts, and their words with weights other than 1 behind a `*`, pieces apart by `|`, chunks by
/// `#`.
const WEIGHTS: [(&str, &str); 37] = [
    ("", ""),
    ("a red fox", "a red fox"),
    ("(fox)", "fox*1.1"),
    ("((fox))", "fox*1.21"),
    ("(((fox)))", "fox*1.331"),
    ("[fox]", "fox*0.909"),
    ("[[fox]]", "fox*0.826"),
    ("([fox])", "fox"),
    ("(fox:1.5)", "fox*1.5"),
    ("(fox:+1.5)", "fox*1.5"),
    ("(fox:-0.5)", "fox*-0.5"),
    ("(fox: .5 )", "fox*0.5"),
    ("(fox:2)", "fox*2"),
    ("(fox:0)", "fox*0"),
    ("a (red:1.3) fox", "a |red*1.3| fox"),
    ("(a (red:2) fox:0.5)", "a *0.5|red| fox*0.5"),
    ("(a [red] fox)", "a *1.1|red| fox*1.1"),
    ("(a:1.1)(b:1.1)", "ab*1.1"),
    // Left open: to the end.
    ("a (b", "a |b*1.1"),
    ("a [b", "a |b*0.909"),
    ("(a (b", "a *1.1|b*1.21"),
    // Without a partner: literal.
    ("a) b] c", "a) b] c"),
    ("a:1.2)", "a:1.2)"),
    ("12:30", "12:30"),
    ("(a:b)", "a:b*1.1"),
    ("(a:1.2.3)", "a:1.2.3*1.1"),
    ("(a:1.1:1.2)", "a:1.1*1.2"),
    ("[a:1.2]", "a:1.2*0.909"),
    // Escapes.
    (r"a \(b\)", "a (b)"),
    (r"(a \(b\):1.2)", "a (b)*1.2"),
    (r"\[a\]", "[a]"),
    (r"a \\ b", r"a \ b"),
    (r"\a \", "a "),
    // Chunks.
    ("a BREAK b", "a|#|b"),
    ("a\nBREAK\nb", "a|#|b"),
    ("BREAKING aBREAK", "BREAKING aBREAK"),
    ("(a BREAK b:1.2) BREAK", "a*1.2|#|b*1.2|#"),
];

/// Texts, and what they say in each of ten steps: a text, and behind `@` its last step.
const SCHEDULES: [(&str, &str); 29] = [
    ("test", "test@10"),
    ("a [b:3]", "a @3 a b@10"),
    ("a [b: 3 ]", "a @3 a b@10"),
    ("a [b:c:3]", "a b@3 a c@10"),
    ("a [b::3]", "a b@3 a @10"),
    ("a [::3]", "a @10"),
    ("a [b:.5] c", "a  c@5 a b c@10"),
    ("[a:b:0.25]", "a@2 b@10"),
    ("[a:b:1.0]", "a@10"),
    ("[a:b:1]", "a@1 b@10"),
    ("[a:b:0]", "b@10"),
    ("[a:b:-1]", "b@10"),
    ("[a:b:99]", "a@10"),
    ("a [[[b]]:2]", "a @2 a [[b]]@10"),
    ("[(a:2):3]", "@3 (a:2)@10"),
    ("a [b : c : 1] d", "a b  d@1 a  c  d@10"),
    ("a[b:[c:d:2]:1]e", "abe@1 ace@2 ade@10"),
    ("((a][:b:c [d:3]", "((a][:b:c @3 ((a][:b:c d@10"),
    ("(x:[1.2:0.8:5])", "(x:1.2)@5 (x:0.8)@10"),
    // Not grammar: literal.
    ("a [unbalanced", "a [unbalanced@10"),
    ("[a:b]", "[a:b]@10"),
    ("[a:b:c:3]", "[a:b:c:3]@10"),
    ("[a|b:3]", "[a|b:3]@10"),
    (r"\[a:b:3\]", r"\[a:b:3\]@10"),
    ("(a [b) c:3]", "(a [b) c:3]@10"),
    // Alternation.
    ("[a|b]", "a@1 b@2 a@3 b@4 a@5 b@6 a@7 b@8 a@9 b@10"),
    ("[a|b|c]", "a@1 b@2 c@3 a@4 b@5 c@6 a@7 b@8 c@9 a@10"),
    (
        "[fe|||]male",
        "female@1 male@4 female@5 male@8 female@9 male@10",
    ),
    ("[[a|b]:c:2]", "a@1 b@2 c@10"),
];

/// Texts, and their prompts with the weight of each behind a `*`.
const COMPOSITIONS: [(&str, &str); 9] = [
    ("a cat", "a cat*1"),
    ("a cat AND a dog", "a cat*1|a dog*1"),
    ("a cat:1.2 AND a dog :-.5", "a cat*1.2|a dog*-0.5"),
    ("a cat : 2. AND a dog", "a cat*2|a dog*1"),
    ("a AND b AND c:0.5", "a*1|b*1|c*0.5"),
    ("SAND AND ANDY", "SAND*1|ANDY*1"),
    ("a cat:x AND b", "a cat:x*1|b*1"),
    ("AND", "*1|*1"),
    ("a screen of 16:9", "a screen of 16:9*1"),
];

/// Texts, and all that they can become.
const CHOICES: [(&str, &[&str]); 22] = [
    ("a fox", &["a fox"]),
    ("{a}", &["a"]),
    ("{a|b} fox", &["a fox", "b fox"]),
    ("{a|}", &["a", ""]),
    ("{a|{b|c}}", &["a", "b", "c"]),
    ("{1::a|0::b}", &["a"]),
    ("{0.5::a|b}", &["a", "b"]),
    ("{x::a|b}", &["x::a", "b"]),
    ("{2$$a|b}", &["a, b", "b, a"]),
    ("{2$$ and $$a|b}", &["a and b", "b and a"]),
    ("{3$$a|b}", &["a, b", "b, a"]),
    ("{0$$a|b}", &[""]),
    ("{1-2$$ $$a|b}", &["a", "b", "a b", "b a"]),
    ("{2-$$+$$a|b}", &["a+b", "b+a"]),
    ("{-1$$a|b}", &["a", "b"]),
    ("{x$$a}", &["x$$a"]),
    ("{2$$ $$__pet__|b}", &["cat b", "dog b", "b cat", "b dog"]),
    (
        "__pet__, __nested__",
        &["cat, a cat", "cat, a dog", "dog, a cat", "dog, a dog"],
    ),
    (r"\{a|b\}", &[r"\{a|b\}"]),
    ("{a|b", &["{a|b"]),
    ("a}", &["a}"]),
    (
        "snake_case __ and __two words__",
        &["snake_case __ and __two words__"],
    ),
];

struct Lists;

impl Wildcards for Lists {
    fn lines(&self, name: &str) -> Result<Vec<String>, DynamicError> {
        let lines: &[&str] = match name {
            "pet" => &["cat", "dog"],
            "nested" => &["a {__pet__|__pet__}"],
            "endless" => &["__endless__"],
            "wide" => &["__wide__ __wide__"],
            _ => {
                return Err(DynamicError::Missing {
                    name: name.to_owned(),
                    path: name.into(),
                });
            }
        };
        Ok(lines.iter().map(|&line| line.to_owned()).collect())
    }
}

fn ten() -> NonZeroU32 {
    NonZeroU32::new(10).expect("it is not 0")
}

fn resolved(text: &str, seed: u64) -> Result<String, DynamicError> {
    resolve(text, Seed(seed), Lane::Prompt, &Lists)
}

fn shown(passage: &Passage) -> String {
    let pieces = passage.pieces().iter().map(|piece| match piece {
        Piece::Break => "#".to_owned(),
        Piece::Words(Span { text, weight }) if (weight - 1.0).abs() < 1e-9 => text.clone(),
        Piece::Words(Span { text, weight }) => {
            format!("{text}*{}", (weight * 1000.0).round() / 1000.0)
        }
    });
    pieces.collect::<Vec<_>>().join("|")
}

#[test]
fn words_have_the_weights_of_their_brackets() {
    for (text, expected) in WEIGHTS {
        assert_eq!(shown(&Passage::weighted(text)), expected, "{text:?}");
        let literal = Passage::literal(text);
        assert_eq!(literal.plain_text(), text);
    }
    let passage = Passage::weighted(r"(a \(red\):1.3) fox BREAK [snow]");
    assert_eq!(passage.plain_text(), "a (red) fox snow");
}

#[test]
fn every_step_says_what_its_schedule_says() {
    for (text, expected) in SCHEDULES {
        let schedule = PromptSchedule::composed(text, ten(), false);
        let mut shown: Vec<(String, u32)> = Vec::new();
        for step in 1..=10 {
            let stage = &schedule.stages()[schedule.stage_of_step(step)];
            let words = stage.parts[0].passage.plain_text();
            match shown.last_mut().filter(|(last, _)| *last == words) {
                Some((_, last_step)) => *last_step = step,
                None => shown.push((words, step)),
            }
        }
        let shown: Vec<String> = shown
            .iter()
            .map(|(text, last)| format!("{text}@{last}"))
            .collect();
        assert_eq!(shown.join(" "), expected, "{text:?}");
    }
}

#[test]
fn what_is_said_in_several_steps_is_one_stage() {
    let schedule = PromptSchedule::composed("[a|b] AND [c:d:0.5]", ten(), true);
    assert_eq!(schedule.stages().len(), 4);
    let stages: Vec<usize> = (1..=12).map(|step| schedule.stage_of_step(step)).collect();
    assert_eq!(stages, [0, 1, 0, 1, 0, 2, 3, 2, 3, 2, 2, 2]);
    let whole = PromptSchedule::composed("[a:b:1.0] [c|c]", ten(), true);
    assert_eq!(whole.stages().len(), 1);
}

#[test]
fn prompts_of_one_picture_have_their_weights() {
    for (text, expected) in COMPOSITIONS {
        let schedule = PromptSchedule::composed(text, ten(), true);
        let parts = schedule.stages()[0].parts.iter();
        let shown: Vec<String> = parts
            .map(|part| format!("{}*{}", part.passage.plain_text().trim(), part.weight))
            .collect();
        assert_eq!(shown.join("|"), expected, "{text:?}");
        let negative = PromptSchedule::single(text, ten(), false);
        assert_eq!(negative.stages()[0].parts.len(), 1);
        assert_eq!(negative.stages()[0].parts[0].passage.plain_text(), text);
    }
    let many = PromptSchedule::composed(&"a AND ".repeat(100), ten(), true);
    assert_eq!(
        many.stages()[0].parts.len(),
        16,
        "each costs as much as a picture"
    );
}

#[test]
fn choices_become_each_of_what_they_can_and_nothing_else() {
    for (text, possible) in CHOICES {
        let found: Vec<String> = (0..200).map(|seed| resolved(text, seed).unwrap()).collect();
        for words in &found {
            assert!(possible.contains(&words.as_str()), "{text:?}: {words:?}");
        }
        for words in possible {
            assert!(
                found.iter().any(|found| found == words),
                "{text:?}: never {words:?}"
            );
        }
    }
}

#[test]
fn choices_follow_the_seed_for_ever() {
    // These words are what requests of old pictures became; they must never change.
    let check = |seed, lane, expected: &str| {
        let text = "{3$$a|b|c|d|e} {0.25::x|y} __pet__";
        assert_eq!(resolve(text, Seed(seed), lane, &Lists).unwrap(), expected);
    };
    check(7, Lane::Prompt, "b, a, e y cat");
    check(8, Lane::Prompt, "d, c, e y cat");
    check(7, Lane::Negative, "b, d, e y dog");
}

#[test]
fn choices_without_end_and_lists_that_are_not_there_are_errors() {
    let check = |text: &str, expected: &str| {
        let error = resolved(text, 7).unwrap_err().to_string();
        assert!(error.contains(expected), "{text}: {error}");
    };
    check("__nothing/here__", "nothing/here");
    check("__endless__", "more than 16 times");
    check("__wide__", "16384 bytes");
}

#[test]
fn adapters_are_taken_out_and_the_rest_stays() {
    let check = |text: &str, rest: &str, expected: &[(&str, f64, f64)]| {
        let (words, adapters) = take_adapters(text);
        let expected: Vec<AdapterTag> = expected
            .iter()
            .map(|&(name, weight, text_encoder_weight)| AdapterTag {
                name: name.to_owned(),
                weight,
                text_encoder_weight,
            })
            .collect();
        assert_eq!((words.as_str(), adapters), (rest, expected), "{text:?}");
    };
    check("a fox", "a fox", &[]);
    check("a <lora:ink:0.8>fox", "a fox", &[("ink", 0.8, 0.8)]);
    check("<lora:ink:0.8:0.5>", "", &[("ink", 0.8, 0.5)]);
    check("<lora:ink>", "", &[("ink", 1.0, 1.0)]);
    check(
        "<lora:my ink v2.1: -1 >",
        "",
        &[("my ink v2.1", -1.0, -1.0)],
    );
    check(
        "<lora:a:1><lora:b:2>",
        "",
        &[("a", 1.0, 1.0), ("b", 2.0, 2.0)],
    );
    check("<lora:a:x> #ff0000 <b> #", "<lora:a:x> #ff0000 <b> #", &[]);
    check("<lora::1> <lora:a:1:2:3>", "<lora::1> <lora:a:1:2:3>", &[]);
    check("<lora:open <lora:a:1>", "<lora:open ", &[("a", 1.0, 1.0)]);
    check("<hypernet:a:1>", "<hypernet:a:1>", &[]);
}

#[derive(Deserialize)]
struct Golden {
    folder: String,
    passages: Vec<GoldenPassage>,
    chunks: Vec<GoldenChunks>,
    embeddings: GoldenEmbeddings,
}

#[derive(Deserialize)]
struct GoldenPassage {
    text: String,
    pieces: Vec<Option<(String, f64)>>,
}

#[derive(Deserialize)]
struct GoldenChunks {
    text: String,
    words: NonZeroUsize,
    padding: i64,
    taken: usize,
    ids: Vec<Vec<i64>>,
    weights: Vec<Vec<f32>>,
}

#[derive(Deserialize)]
struct GoldenEmbeddings {
    weights: Vec<f32>,
    plain: Vec<f32>,
    original: Vec<f32>,
    #[serde(rename = "no-norm")]
    no_norm: Vec<f32>,
}

fn golden() -> Golden {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/prompts.json");
    let text = fs::read_to_string(path).expect("golden files are there");
    serde_json::from_str(&text).expect("golden files are read")
}

fn assert_near(found: &[f32], expected: &[f32], what: &str) {
    assert_eq!(found.len(), expected.len(), "{what}");
    for (found, expected) in found.iter().zip(expected) {
        let tolerance = 1e-5 * expected.abs().max(1.0);
        assert!(
            (found - expected).abs() <= tolerance,
            "{what}: {found} {expected}"
        );
    }
}

#[test]
fn weights_and_chunks_are_those_of_the_reference() {
    let golden = golden();
    for GoldenPassage { text, pieces } in golden.passages {
        let passage = Passage::weighted(&text);
        assert_eq!(passage.pieces().len(), pieces.len(), "{text:?}");
        for (found, expected) in passage.pieces().iter().zip(pieces) {
            match (found, expected) {
                (Piece::Break, None) => {}
                (Piece::Words(span), Some((words, weight))) => {
                    assert_eq!(span.text, words, "{text:?}");
                    assert!((span.weight - weight).abs() < 1e-8, "{text:?}: {span:?}");
                }
                (found, expected) => panic!("{text:?}: {found:?} and not {expected:?}"),
            }
        }
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(golden.folder);
    let folder = ModelFolder::open(folder.parent().unwrap()).unwrap();
    let tokenizer = PromptTokenizer::open(&folder, "tokenizer").unwrap();
    for case in golden.chunks {
        let rules = ChunkRules {
            words: case.words,
            padding: case.padding,
            ..*tokenizer.rules()
        };
        let what = format!("{:?} in chunks of {}", case.text, case.words);
        let cut = rules.cut(&Passage::weighted(&case.text), |text| tokenizer.ids(text));
        assert_eq!(cut.taken, case.taken, "{what}");
        assert_eq!(cut.chunks.len(), case.ids.len(), "{what}");
        for (chunk, (ids, weights)) in cut.chunks.iter().zip(case.ids.iter().zip(&case.weights)) {
            assert_eq!(&chunk.ids, ids, "{what}");
            assert_near(&chunk.weights, weights, &what);
        }
    }
}

#[test]
fn weighed_embeddings_are_those_of_the_reference() {
    let golden = golden().embeddings;
    let weighed = |emphasis: Emphasis, weights: &[f32]| {
        let mut values = golden.plain.clone();
        emphasis.weigh(&mut values, weights);
        values
    };
    let weights = &golden.weights;
    assert_near(
        &weighed(Emphasis::Original, weights),
        &golden.original,
        "original",
    );
    assert_near(
        &weighed(Emphasis::NoNorm, weights),
        &golden.no_norm,
        "no norm",
    );
    assert_eq!(weighed(Emphasis::Ignore, weights), golden.plain);
    assert_eq!(weighed(Emphasis::None, weights), golden.plain);
    let even = vec![1.0; weights.len()];
    assert_eq!(
        weighed(Emphasis::Original, &even),
        golden.plain,
        "bit by bit"
    );
}

/// Texts made of what the grammar is made of.
fn texts() -> impl Strategy<Value = String> {
    let marks = [
        "(", ")", "[", "]", "{", "}", "|", ":", "::", "$$", "\\", "<lora:", ">", "__", "AND",
        "BREAK", " ", ",", "a", "é", "日", "0.5", "2", "-", "1.2)",
    ];
    proptest::collection::vec(proptest::sample::select(marks.to_vec()), 0..40)
        .prop_map(|marks| marks.concat())
}

proptest! {
    #[test]
    fn reading_never_fails(text in texts(), seed: u64, steps in 1_u32..30) {
        let steps = NonZeroU32::new(steps).unwrap();
        let (words, _) = take_adapters(&text);
        let schedule = PromptSchedule::composed(&words, steps, true);
        prop_assert!(schedule.stages().len() <= steps.get() as usize);
        if let Ok(words) = resolved(&text, seed) {
            prop_assert_eq!(resolved(&words, seed.wrapping_add(1)).unwrap(), words);
        }
    }

    #[test]
    fn words_without_grammar_stay_as_they_are(text in "[\\p{L}\\p{N} ,.;!?'\"#/+*~@=_-]{0,60}") {
        prop_assume!(!text.contains("__") && !text.contains("AND") && !text.contains("BREAK"));
        prop_assert_eq!(&take_adapters(&text).0, &text);
        prop_assert_eq!(&resolved(&text, 7).unwrap(), &text);
        let schedule = PromptSchedule::composed(&text, ten(), true);
        prop_assert_eq!(schedule.stages().len(), 1);
        prop_assert_eq!(&schedule.stages()[0].parts[0].passage, &Passage::literal(&text));
    }

    #[test]
    fn escaped_text_is_literal(text in "[a-z ()\\[\\]\\\\:]{0,40}") {
        let marks = ['(', ')', '[', ']', '\\'];
        let escaped: String = text
            .chars()
            .flat_map(|c| marks.contains(&c).then_some('\\').into_iter().chain([c]))
            .collect();
        let schedule = PromptSchedule::composed(&escaped, ten(), true);
        prop_assert_eq!(&schedule.stages()[0].parts[0].passage, &Passage::literal(&text));
    }

    #[test]
    fn chunks_lose_no_token(text in texts(), words in 1_usize..30) {
        let rules = ChunkRules {
            words: NonZeroUsize::new(words).unwrap(),
            start: Some(-1),
            end: -2,
            padding: -3,
            comma: Some(i64::from(u32::from(','))),
        };
        let ids = |text: &str| text.chars().map(|c| i64::from(u32::from(c))).collect::<Vec<_>>();
        let passage = Passage::weighted(&text);
        let cut = rules.cut(&passage, ids);
        for chunk in &cut.chunks {
            prop_assert_eq!(chunk.ids.len(), words + 2);
            prop_assert_eq!(chunk.weights.len(), words + 2);
        }
        let found = cut.chunks.iter().flat_map(|chunk| &chunk.ids).copied();
        let found: Vec<i64> = found.filter(|id| *id >= 0).collect();
        let words = passage.pieces().iter().flat_map(|piece| match piece {
            Piece::Words(span) => ids(&span.text),
            Piece::Break => Vec::new(),
        });
        prop_assert_eq!(found, words.collect::<Vec<_>>());
    }
}

#[test]
fn the_deepest_nesting_is_read_too() {
    for (open, close) in [("[", ":a:5]"), ("(", ")"), ("{", "|a}")] {
        let text = format!("{}a{}", open.repeat(4000), close.repeat(2000));
        let schedule = PromptSchedule::composed(&text, ten(), true);
        assert!(!schedule.stages().is_empty());
        resolved(&text, 7).ok();
    }
}
