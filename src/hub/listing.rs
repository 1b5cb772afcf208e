//! What a repository holds, as the hub tells it.

use serde::Deserialize;
use serde_json::Value;

use crate::models::Licence;

use super::checksum::Checksum;
use super::endpoint::Endpoint;
use super::repository::Repository;

/// What a licence is called when nobody says.
const NO_LICENCE: &str = "unknown";

/// What a licence is called when it has a name of its own.
const OTHER_LICENCE: &str = "other";

/// The files of a repository at one commit, and what else must be known before getting them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    /// What was asked for.
    pub repository: Repository,
    /// The commit that its revision is now; what is fetched is fetched from it.
    pub commit: String,
    /// The terms of its use, by its model card.
    pub licence: Licence,
    /// Whether its owner wants to know who uses it.
    pub is_gated: bool,
    /// The page that shows it to a person.
    pub page: String,
    /// Every file, in the order of the hub.
    pub files: Vec<RemoteFile>,
}

/// A file of a repository.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RemoteFile {
    /// Below the repository, with `/` between names; from a stranger.
    pub path: String,
    /// Its length.
    pub bytes: u64,
    /// What its bytes must come to.
    pub checksum: Checksum,
}

impl Listing {
    /// Reads the answer of a hub, or says what is wrong with it.
    pub(super) fn read(
        text: &[u8],
        repository: &Repository,
        endpoint: &Endpoint,
    ) -> Result<Self, String> {
        let answer: Answer = serde_json::from_slice(text).map_err(|error| error.to_string())?;
        if Checksum::git_blob(&answer.sha).is_none() {
            return Err(format!("no commit: {}", answer.sha));
        }
        let files: Result<_, String> = answer.siblings.iter().map(Sibling::read).collect();
        let page = endpoint.page(repository);
        Ok(Self {
            licence: licence(&answer.card.unwrap_or_default(), repository, &page),
            is_gated: !matches!(answer.gated, Value::Null | Value::Bool(false)),
            repository: repository.clone(),
            commit: answer.sha.to_ascii_lowercase(),
            files: files?,
            page,
        })
    }
}

/// A model as `/api/models/…/revision/…?blobs=true` tells it.
#[derive(Deserialize)]
struct Answer {
    sha: String,
    /// `false`, or who decides: `auto`, `manual`.
    #[serde(default)]
    gated: Value,
    #[serde(default, rename = "cardData")]
    card: Option<Card>,
    siblings: Vec<Sibling>,
}

/// The head of a model card.
#[derive(Default, Deserialize)]
struct Card {
    /// A text, or several in a list.
    #[serde(default)]
    license: Value,
    #[serde(default)]
    license_name: Value,
    #[serde(default)]
    license_link: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sibling {
    #[serde(rename = "rfilename")]
    path: String,
    size: Option<u64>,
    blob_id: Option<String>,
    lfs: Option<LargeFile>,
}

#[derive(Deserialize)]
struct LargeFile {
    sha256: String,
    size: u64,
}

impl Sibling {
    fn read(&self) -> Result<RemoteFile, String> {
        let (checksum, bytes) = if let Some(large) = &self.lfs {
            (Checksum::sha256(&large.sha256), Some(large.size))
        } else {
            let blob = self.blob_id.as_deref();
            (blob.and_then(Checksum::git_blob), self.size)
        };
        match (checksum, bytes) {
            (Some(checksum), Some(bytes)) => Ok(RemoteFile {
                path: self.path.clone(),
                bytes,
                checksum,
            }),
            _ => Err(format!("no hash or no length of {}", self.path)),
        }
    }
}

fn licence(card: &Card, repository: &Repository, page: &str) -> Licence {
    let named = words(&card.license);
    let id = match named.as_deref() {
        Some(OTHER_LICENCE) | None => words(&card.license_name).or(named),
        Some(_) => named,
    };
    let link = words(&card.license_link).filter(|link| link.starts_with("https://"));
    Licence {
        id: id.unwrap_or_else(|| NO_LICENCE.to_owned()),
        holder: repository
            .owner()
            .unwrap_or_else(|| repository.id())
            .to_owned(),
        text: format!("See {}", link.as_deref().unwrap_or(page)),
    }
}

/// A text or a list of texts on one line; `None` where there is nothing to read.
fn words(value: &Value) -> Option<String> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Array(list) => list
            .iter()
            .filter_map(Value::as_str)
            .collect::<Vec<_>>()
            .join(", "),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => String::new(),
    };
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    Some(text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

    fn read(rest: &str) -> Result<Listing, String> {
        let text = format!(r#"{{"id": "owner/name", "sha": "{COMMIT}", {rest}}}"#);
        let endpoint = Endpoint::at("https://hub.example").unwrap();
        Listing::read(text.as_bytes(), &"owner/name".parse().unwrap(), &endpoint)
    }

    #[test]
    fn small_and_large_files_have_their_own_hashes() {
        let sha256 = "a".repeat(64);
        let listing = read(&format!(
            r#""siblings": [
                {{"rfilename": "a.json", "size": 3, "blobId": "{COMMIT}"}},
                {{"rfilename": "b.onnx", "size": 9, "blobId": "{COMMIT}",
                  "lfs": {{"sha256": "{sha256}", "size": 9, "pointerSize": 130}}}}]"#
        ))
        .unwrap();
        assert_eq!(
            listing.files[0].checksum,
            Checksum::GitBlob(COMMIT.to_owned())
        );
        assert_eq!(listing.files[1].checksum, Checksum::Sha256(sha256));
        assert_eq!(listing.files[1].bytes, 9);
        assert!(!listing.is_gated);
    }

    #[test]
    fn a_file_without_a_hash_is_no_answer() {
        let error = read(r#""siblings": [{"rfilename": "a", "size": 3}]"#).unwrap_err();
        assert!(error.contains("no hash"), "{error}");
    }

    #[test]
    fn the_licence_is_what_the_card_says() {
        let check = |card: &str, id: &str, text: &str| {
            let listing = read(&format!(r#""siblings": [], "gated": "auto", {card}"#)).unwrap();
            assert!(listing.is_gated);
            assert_eq!(listing.licence.id, id);
            assert_eq!(listing.licence.text, text);
        };
        let page = "See https://hub.example/owner/name";
        check(r#""cardData": {"license": "mit"}"#, "mit", page);
        check(
            r#""cardData": {"license": ["mit", "apache-2.0"]}"#,
            "mit, apache-2.0",
            page,
        );
        check(
            r#""cardData": {"license": "other", "license_name": "own", "license_link": "https://x/y"}"#,
            "own",
            "See https://x/y",
        );
        check(r#""cardData": {"license": "other"}"#, "other", page);
        check(r#""cardData": null"#, "unknown", page);
        check(r#""tags": []"#, "unknown", page);
    }
}
