//! The order of the modules in `src/lib.rs` is the order of who may use whom.

use crate::sources::{Source, rust_files};

#[test]
fn modules_use_only_modules_listed_above_them() {
    let lib = &rust_files("src/lib.rs")[0].text;
    let order = modules(lib);
    assert!(order.first() == Some(&"domain"), "{order:?}");
    for (rank, module) in order.iter().enumerate() {
        for source in module_files(module) {
            let used = used_modules(&source.text);
            let above = &order[..=rank];
            let upward = used
                .iter()
                .find(|name| order.contains(&name.as_str()) && !above.contains(&name.as_str()));
            assert!(
                upward.is_none(),
                "{} uses `{}`, which src/lib.rs lists after `{module}`",
                source.path.display(),
                upward.map_or("", String::as_str),
            );
        }
    }
}

#[test]
fn every_form_of_use_is_seen() {
    let check = |code: &str, expected: &[&str]| assert_eq!(used_modules(code), expected, "{code}");
    check("use crate::gallery::Store;", &["gallery"]);
    check("let x = crate::gallery::open()", &["gallery"]);
    check("use crate::{gallery::Store, jobs};", &["gallery", "jobs"]);
    check(
        "use crate::{\n    gallery::{Store, Query},\n    jobs::*,\n};",
        &["gallery", "jobs"],
    );
    check("use maquette::jobs;", &["jobs"]);
    check("pub(crate) fn crate_name() {}", &[]);
    check("use crate::gallery_like;", &["gallery_like"]);
    check(
        "/// See [`crate::gallery`].\n// crate::jobs\nuse crate::domain;",
        &["domain"],
    );
}

/// The modules in the order of their listing.
fn modules(lib: &str) -> Vec<&str> {
    let listed = lib.lines().filter_map(|line| {
        let module = line.trim().strip_prefix("pub mod ")?;
        module.strip_suffix(';')
    });
    listed.collect()
}

fn module_files(module: &str) -> Vec<Source> {
    let mut files = rust_files(&format!("src/{module}.rs"));
    files.extend(rust_files(&format!("src/{module}")));
    files
}

/// The first path segments after `crate::` or `maquette::`, comments aside.
fn used_modules(code: &str) -> Vec<String> {
    let lines = code
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let code = lines.collect::<Vec<_>>().join("\n");
    let mut used = Vec::new();
    for root in ["crate::", "maquette::"] {
        for (position, _) in code.match_indices(root) {
            let before = code[..position].chars().next_back();
            if before.is_some_and(|character| character.is_alphanumeric() || character == '_') {
                continue;
            }
            let path = &code[position + root.len()..];
            match path.strip_prefix('{') {
                Some(group) => used.extend(heads_of_group(group)),
                None => used.push(head(path)),
            }
        }
    }
    used.retain(|name| !name.is_empty());
    used
}

/// The first segments inside `{…}`, up to its end.
fn heads_of_group(group: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let mut heads = vec![head(group)];
    for (position, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => heads.push(head(&group[position + 1..])),
            _ => {}
        }
    }
    heads
}

fn head(path: &str) -> String {
    let path = path.trim_start();
    let end = path.find(|character: char| !character.is_alphanumeric() && character != '_');
    path[..end.unwrap_or(path.len())].to_owned()
}
