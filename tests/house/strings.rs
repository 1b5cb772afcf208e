//! The texts: complete in every language, each used, and none missing.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use fluent_bundle::FluentResource;
use fluent_syntax::ast::{Entry, Expression, InlineExpression, Pattern, PatternElement};
use maquette::strings::Language;

use crate::sources::rust_files;

/// The values that each text names, by key.
type Texts = BTreeMap<String, BTreeSet<String>>;

/// What comes before the literal of a key that must exist.
const CALLS: [&str; 3] = ["text(", "Message::new(", ".message("];

#[test]
fn every_language_has_the_same_texts_with_the_same_values() {
    let english = texts_of(Language::English);
    for language in Language::ALL {
        let texts = texts_of(language);
        let missing: Vec<_> = english
            .keys()
            .filter(|key| !texts.contains_key(*key))
            .collect();
        let surplus: Vec<_> = texts
            .keys()
            .filter(|key| !english.contains_key(*key))
            .collect();
        let file = path_of(language);
        assert!(missing.is_empty(), "{file} lacks {missing:#?}");
        assert!(surplus.is_empty(), "only {file} has {surplus:#?}");
        for (key, values) in &texts {
            assert_eq!(
                values, &english[key],
                "the values of `{key}` in {file} and in English"
            );
        }
    }
}

#[test]
fn every_text_is_used_and_every_used_text_exists() {
    let known = texts_of(Language::English);
    let mut used = BTreeSet::new();
    let mut missing = Vec::new();
    for source in rust_files("src") {
        let code = code_of(&source.text);
        let mut required = required_keys(&code);
        for id in declared_params(&code) {
            required.extend([format!("param-{id}"), format!("param-{id}-help")]);
        }
        let absent = required.iter().filter(|key| !known.contains_key(*key));
        missing.extend(absent.map(|key| format!("{key} ({})", source.path.display())));
        used.extend(literals(&code).map(|literal| literal.text.to_owned()));
        used.extend(required);
    }
    assert!(missing.is_empty(), "texts that do not exist: {missing:#?}");
    let unused: Vec<_> = known.keys().filter(|key| !used.contains(*key)).collect();
    assert!(unused.is_empty(), "texts that nothing shows: {unused:#?}");
}

#[test]
fn keys_are_found_in_code_and_not_in_comments_or_tests() {
    let code = code_of(
        r#"
        // text("comment")
        let a = strings.text("one") + Message::new(
            "two",
        );
        let b = if c { "error-three" } else { "not a key \"quoted\"" };
        let d = ParamSpec { id: "steps", kind };
        #[cfg(test)]
        mod tests { fn x() { text("test") } }"#,
    );
    assert_eq!(required_keys(&code), ["one", "two", "error-three"]);
    assert_eq!(declared_params(&code), ["steps"]);
    assert_eq!(literals(&code).count(), 5);
}

fn path_of(language: Language) -> String {
    format!("assets/strings/{}.ftl", language.id())
}

fn texts_of(language: Language) -> Texts {
    let path = path_of(language);
    let source = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(&path));
    let source = source.expect("every language has a file");
    let resource = FluentResource::try_new(source)
        .unwrap_or_else(|(_, errors)| panic!("{path} cannot be read: {errors:#?}"));
    let mut texts = Texts::new();
    for entry in resource.entries() {
        let Entry::Message(message) = entry else {
            continue;
        };
        let key = message.id.name.to_owned();
        let pattern = message.value.as_ref();
        let pattern = pattern.unwrap_or_else(|| panic!("{path}: `{key}` has no text"));
        let mut values = BTreeSet::new();
        collect_values(pattern, &mut values);
        let earlier = texts.insert(key.clone(), values);
        assert!(earlier.is_none(), "{path}: `{key}` stands twice");
    }
    texts
}

fn collect_values(pattern: &Pattern<&str>, values: &mut BTreeSet<String>) {
    for element in &pattern.elements {
        let PatternElement::Placeable { expression } = element else {
            continue;
        };
        collect_expression(expression, values);
    }
}

fn collect_expression(expression: &Expression<&str>, values: &mut BTreeSet<String>) {
    match expression {
        Expression::Inline(inline) => collect_inline(inline, values),
        Expression::Select { selector, variants } => {
            collect_inline(selector, values);
            for variant in variants {
                collect_values(&variant.value, values);
            }
        }
    }
}

fn collect_inline(expression: &InlineExpression<&str>, values: &mut BTreeSet<String>) {
    match expression {
        InlineExpression::VariableReference { id } => {
            values.insert(id.name.to_owned());
        }
        InlineExpression::FunctionReference { arguments, .. } => {
            for argument in &arguments.positional {
                collect_inline(argument, values);
            }
        }
        InlineExpression::StringLiteral { .. }
        | InlineExpression::NumberLiteral { .. }
        | InlineExpression::MessageReference { .. }
        | InlineExpression::TermReference { .. } => {}
        InlineExpression::Placeable { expression } => collect_expression(expression, values),
    }
}

/// A string literal in code, and the code before it.
struct Literal<'a> {
    before: &'a str,
    text: &'a str,
}

/// The literals that must be keys: arguments of [`CALLS`], and whatever is named like an error.
fn required_keys(code: &str) -> Vec<String> {
    let is_required = |literal: &Literal<'_>| {
        let before = literal.before.trim_end();
        CALLS.iter().any(|call| before.ends_with(call)) || literal.text.starts_with("error-")
    };
    let required = literals(code).filter(is_required);
    required.map(|literal| literal.text.to_owned()).collect()
}

/// The ids of the parameters that the code declares.
fn declared_params(code: &str) -> Vec<String> {
    let declared = literals(code).filter(|literal| {
        let before = literal.before.trim_end();
        let declaration = before.strip_suffix("id:").map(str::trim_end);
        declaration.is_some_and(|before| before.ends_with("ParamSpec {"))
    });
    declared.map(|literal| literal.text.to_owned()).collect()
}

fn literals(code: &str) -> impl Iterator<Item = Literal<'_>> {
    let mut position = 0;
    std::iter::from_fn(move || {
        let start = position + code[position..].find('"')? + 1;
        let length = closing_quote(&code[start..])?;
        position = start + length + 1;
        Some(Literal {
            before: &code[..start - 1],
            text: &code[start..start + length],
        })
    })
}

fn closing_quote(code: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, character) in code.char_indices() {
        match character {
            '"' if !escaped => return Some(position),
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    None
}

/// The source without comments, without its tests, and without the character literal `'"'`.
fn code_of(source: &str) -> String {
    let mut code = String::new();
    let mut lines = source.lines().peekable();
    while let Some(line) = lines.next() {
        let next_is_tests = lines
            .peek()
            .is_some_and(|next| next.trim().starts_with("mod tests"));
        if line.trim() == "#[cfg(test)]" && next_is_tests {
            break;
        }
        if !line.trim_start().starts_with("//") {
            code.push_str(&line.replace("'\"'", ""));
            code.push('\n');
        }
    }
    code
}
