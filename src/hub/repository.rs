//! Which model is meant: a repository of the hub, at a revision.

use std::fmt;
use std::str::FromStr;

use super::error::HubError;

/// The revision that a repository shows first.
const MAIN: &str = "main";

/// The longest id or revision that a hub gives.
const MAX_BYTES: usize = 96;

/// A repository and one of its revisions: a branch, a tag, or a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repository {
    id: String,
    revision: String,
}

impl Repository {
    /// Its id, such as `owner/name`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The revision that was asked for.
    pub fn revision(&self) -> &str {
        &self.revision
    }

    /// Who it belongs to; the hub's own have no owner.
    pub fn owner(&self) -> Option<&str> {
        self.id.split_once('/').map(|(owner, _)| owner)
    }

    /// Its id without the owner.
    pub fn name(&self) -> &str {
        self.id.split_once('/').map_or(&self.id, |(_, name)| name)
    }

    /// The name of a model from one of its folders, unique among all models of the hub.
    pub(super) fn model_id(&self, folder: &str) -> String {
        let mut name = self.id.clone();
        if !folder.is_empty() {
            name = format!("{name}/{folder}");
        }
        if self.revision != MAIN {
            name = format!("{name}@{}", self.revision);
        }
        name
    }
}

/// Reads `REPOSITORY` or `REPOSITORY@REVISION`.
impl FromStr for Repository {
    type Err = HubError;

    fn from_str(text: &str) -> Result<Self, HubError> {
        let text = text.trim();
        let (id, revision) = text.split_once('@').unwrap_or((text, MAIN));
        let words: Vec<&str> = id.split('/').collect();
        let is_id = words.len() <= 2 && words.iter().all(|word| is_word(word));
        if !is_id || !revision.split('/').all(is_word) || text.len() > 2 * MAX_BYTES {
            return Err(HubError::BadRepository {
                given: text.to_owned(),
            });
        }
        Ok(Self {
            id: id.to_owned(),
            revision: revision.to_owned(),
        })
    }
}

impl fmt::Display for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.model_id(""))
    }
}

fn is_word(word: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    !word.is_empty()
        && word.len() <= MAX_BYTES
        && word.bytes().all(is_plain)
        && !word.starts_with(['.', '-'])
        && !word.ends_with('.')
        && !word.contains("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_an_owner_a_name_and_perhaps_a_revision() {
        let check = |text: &str, id: &str, revision: &str| {
            let repository: Repository = text.parse().unwrap();
            assert_eq!((repository.id(), repository.revision()), (id, revision));
        };
        check("owner/name", "owner/name", "main");
        check(" owner/name@v1.5 ", "owner/name", "v1.5");
        check("owner/name@refs/pr/7", "owner/name", "refs/pr/7");
        check("name", "name", "main");
    }

    #[test]
    fn what_could_lead_elsewhere_is_no_repository() {
        for text in [
            "",
            "/name",
            "owner/",
            "a/b/c",
            "../name",
            "owner/..",
            "owner/na me",
            "owner/name@",
            "owner/name@../x",
            "owner\\name",
            "https://host/owner/name",
        ] {
            assert!(text.parse::<Repository>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_models_id_tells_folders_and_revisions_apart() {
        let check = |text: &str, folder: &str, expected: &str| {
            let repository: Repository = text.parse().unwrap();
            assert_eq!(repository.model_id(folder), expected);
        };
        check("owner/name", "", "owner/name");
        check("owner/name@main", "fp16", "owner/name/fp16");
        check("owner/name@v2", "", "owner/name@v2");
    }
}
