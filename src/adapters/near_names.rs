//! What somebody may have meant by a name that is not there.

/// How many names are offered.
const OFFERED: usize = 3;

/// The names that are most like one, the nearest first; none where no name is much like it.
pub(super) fn near_names(wanted: &str, names: &[String]) -> Vec<String> {
    let wanted = wanted.to_lowercase();
    let most = wanted.chars().count() / 3 + 1;
    let mut near: Vec<(usize, &String)> = names
        .iter()
        .filter_map(|name| {
            let lower = name.to_lowercase();
            let distance = if lower.starts_with(&wanted) || wanted.starts_with(&lower) {
                1
            } else {
                distance(&wanted, &lower)
            };
            (distance <= most).then_some((distance, name))
        })
        .collect();
    near.sort();
    near.dedup();
    let nearest = near.into_iter().take(OFFERED);
    nearest.map(|(_, name)| name.clone()).collect()
}

/// How many letters must be added, taken away or changed (Levenshtein 1966).
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (above, letter) in left.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, other) in right.iter().enumerate() {
            let changed = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = changed.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_and_beginnings_are_understood() {
        let names = ["InkWash", "ink_wash_v2", "oil", "Fog"].map(str::to_owned);
        assert_eq!(near_names("inkwish", &names), ["InkWash"]);
        assert_eq!(near_names("ink", &names), ["InkWash", "ink_wash_v2"]);
        assert_eq!(near_names("Fag", &names), ["Fog"]);
        assert!(near_names("portrait", &names).is_empty());
    }
}
