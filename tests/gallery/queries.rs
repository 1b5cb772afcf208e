//! Searches are read as they are meant, and what is wrong with one is told with its place.

use proptest::prelude::*;

use maquette::domain::{Flag, Label, Marks, Stars};
use maquette::gallery::{
    Condition, Facet, MarkCondition, Measure, OpenValue, Order, Problem, Query, Term,
};

fn words(text: &str, is_prefix: bool) -> Condition {
    Condition::Words {
        text: text.to_owned(),
        is_prefix,
    }
}

fn stars(order: Order, number: u8) -> Condition {
    Condition::Marks(MarkCondition::Stars(Measure { order, number }))
}

#[test]
fn every_term_is_read_as_it_is_meant() {
    let date = |text: &str| text.parse().expect("a day");
    let measure = |order, number| Measure { order, number };
    for (text, expected) in [
        ("маяк", words("маяк", true)),
        ("\"red light\"", words("red light", false)),
        ("«красный маяк»", words("красный маяк", false)),
        ("\"red lig", words("red lig", true)),
        ("(red:1.2)", words("(red:1.2)", true)),
        ("model:sketch", Condition::Model("sketch".to_owned())),
        (
            "MODEL:\"big sketch\"",
            Condition::Model("big sketch".to_owned()),
        ),
        ("model:a:b", Condition::Model("a:b".to_owned())),
        ("lora:ink", Condition::Lora("ink".to_owned())),
        ("scheduler:euler", Condition::Scheduler("euler".to_owned())),
        ("seed:18446744073709551615", Condition::Seed(u64::MAX)),
        ("stars:3", stars(Order::Exactly, 3)),
        ("stars:>=3", stars(Order::AtLeast, 3)),
        ("stars:≥3", stars(Order::AtLeast, 3)),
        ("stars:<2", stars(Order::Below, 2)),
        (
            "flag:pick",
            Condition::Marks(MarkCondition::Flag(Flag::Picked)),
        ),
        (
            "flag:Reject",
            Condition::Marks(MarkCondition::Flag(Flag::Rejected)),
        ),
        (
            "flag:none",
            Condition::Marks(MarkCondition::Flag(Flag::Unflagged)),
        ),
        (
            "label:red",
            Condition::Marks(MarkCondition::Label(Some(Label::Red))),
        ),
        ("label:none", Condition::Marks(MarkCondition::Label(None))),
        (
            "size:>1024",
            Condition::LongerSide(measure(Order::Above, 1024)),
        ),
        ("steps:<=20", Condition::Steps(measure(Order::AtMost, 20))),
        ("before:2026-11-01", Condition::Before(date("2026-11-01"))),
        ("after:2026-02-28", Condition::After(date("2026-02-28"))),
        ("parents:none", Condition::Parents(None)),
        (
            "parents:AB12-cd",
            Condition::Parents(Some("ab12cd".to_owned())),
        ),
    ] {
        for is_excluded in [false, true] {
            let sign = if is_excluded { "-" } else { "" };
            let term = Term {
                is_excluded,
                condition: expected.clone(),
            };
            let query = Query::parse(&format!("  {sign}{text} "));
            assert_eq!(query, Ok(Query { terms: vec![term] }), "{sign}{text}");
        }
    }
    for size in ["size:512x768", "size:512×768", "size:512х768"] {
        let query = Query::parse(size).unwrap();
        let Condition::Size(size) = &query.terms[0].condition else {
            panic!("{size} is a size");
        };
        assert_eq!((size.width(), size.height()), (512, 768));
    }
    let many = Query::parse("a \"b c\" -d stars:1").unwrap();
    assert_eq!(many.terms.len(), 4);
}

#[test]
fn what_is_wrong_is_told_with_its_place() {
    for (text, place, problem) in [
        ("boat colour:red", 5..11, Problem::UnknownFacet),
        ("-colour:red", 1..7, Problem::UnknownFacet),
        ("model:", 0..6, Problem::NoValue(Facet::Model)),
        ("a -stars: b", 2..9, Problem::NoValue(Facet::Stars)),
        ("model:\"\"", 0..8, Problem::NoValue(Facet::Model)),
        ("stars:many", 6..10, Problem::BadValue(Facet::Stars)),
        ("stars:6", 6..7, Problem::BadValue(Facet::Stars)),
        ("flag:picked", 5..11, Problem::BadValue(Facet::Flag)),
        ("label:pink", 6..10, Problem::BadValue(Facet::Label)),
        ("size:512x", 5..9, Problem::BadValue(Facet::Size)),
        ("size:0x5", 5..8, Problem::BadValue(Facet::Size)),
        ("seed:>5", 5..7, Problem::BadValue(Facet::Seed)),
        ("steps:-5", 6..8, Problem::BadValue(Facet::Steps)),
        ("guidance:NaN", 9..12, Problem::BadValue(Facet::Guidance)),
        ("before:01.11.2026", 7..17, Problem::BadValue(Facet::Before)),
        ("after:2026-02-30", 6..16, Problem::BadValue(Facet::After)),
        ("parents:mother", 8..14, Problem::BadValue(Facet::Parents)),
        ("parents:ab", 8..10, Problem::BadValue(Facet::Parents)),
        ("маяк !?", 9..11, Problem::NoWord),
        ("-", 0..1, Problem::NoWord),
    ] {
        let errors = Query::parse(text).unwrap_err();
        assert_eq!(errors.len(), 1, "{text}: {errors:?}");
        assert_eq!(
            (&errors[0].span, errors[0].problem),
            (&place, problem),
            "{text}"
        );
        assert_eq!(errors[0].written, text[place]);
    }
    let both = Query::parse("stars:x boat size:y").unwrap_err();
    assert_eq!(both.len(), 2, "each of them is told");
}

#[test]
fn marks_are_judged_without_the_library() {
    let query = Query::parse("маяк stars:>=3 -label:red").unwrap();
    let marks = Marks {
        stars: Stars::new(4),
        ..Marks::default()
    };
    assert!(query.passes(marks));
    assert!(!query.passes(Marks::default()));
    let red = Marks {
        label: Some(Label::Red),
        ..marks
    };
    assert!(!query.passes(red));
    assert_eq!(query.library_terms().count(), 1);
    assert!(Query::parse("flag:reject").unwrap().wants_rejected());
    assert!(!Query::parse("-flag:reject").unwrap().wants_rejected());
}

fn scraps() -> impl Strategy<Value = String> {
    let scraps = [
        "stars:",
        "size:",
        "-",
        "\"",
        "«",
        " ",
        ">=",
        "<",
        "3",
        "512x",
        "х",
        "before:",
        "2026-11-01",
        "model:",
        "ё",
        "é",
        "\u{301}",
        "🦊",
        ":",
        "parents:",
        "none",
        "flag:",
        "\0",
        "AND",
        "(",
    ];
    let scrap = prop::sample::select(scraps.to_vec());
    let mix = prop_oneof![scrap.prop_map(str::to_owned), any::<String>()];
    prop::collection::vec(mix, 0..12).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn any_text_is_read_or_its_faults_are_told_in_order(text in scraps()) {
        match Query::parse(&text) {
            Ok(query) => prop_assert_eq!(query.is_empty(), text.trim().is_empty()),
            Err(errors) => {
                let mut end = 0;
                for error in errors {
                    prop_assert!(error.span.start >= end && !error.span.is_empty());
                    prop_assert_eq!(&text[error.span.clone()], &error.written);
                    end = error.span.end;
                }
            }
        }
    }

    #[test]
    fn a_completed_value_is_what_is_searched(
        text in scraps(),
        cursor in 0_usize..40,
        value in "[a-zа-я][a-zа-я ]{0,8}[a-z]",
    ) {
        if let Some(open) = OpenValue::at(&text, cursor) {
            let (completed, cursor) = open.completed(&text, &value);
            prop_assert!(completed.is_char_boundary(cursor));
            if open.facet == Facet::Model {
                let terms = Query::parse(&completed[..cursor]).map(|query| query.terms);
                if let Ok(terms) = terms {
                    let last = &terms.last().expect("it was completed").condition;
                    prop_assert_eq!(last, &Condition::Model(value));
                }
            }
        }
    }
}
