//! What a person writes or pastes to name a model: an id, or the address of its page.

use super::endpoint::Endpoint;
use super::error::HubError;
use super::repository::Repository;

/// The parts of an address after which the revision stands.
const REVISION_WORDS: [&str; 3] = ["tree", "blob", "resolve"];

/// A repository, and perhaps one of its folders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The repository and its revision.
    pub repository: Repository,
    /// The folder that the address shows; `None` = the repository itself, or whichever fits.
    pub folder: Option<String>,
}

impl Wanted {
    /// Reads `owner/name`, `owner/name@revision`, or the address of a page of this hub or of the
    /// public one, of which another hub may be a mirror.
    pub fn read(text: &str, endpoint: &Endpoint) -> Result<Self, HubError> {
        let text = text.trim();
        let Some(path) = path_of_page(text, endpoint) else {
            return Ok(Self {
                repository: text.parse()?,
                folder: None,
            });
        };
        let bad = |_| HubError::BadRepository {
            given: text.to_owned(),
        };
        let words: Vec<String> = path
            .split('/')
            .filter(|word| !word.is_empty())
            .map(decoded)
            .collect();
        let place = words
            .iter()
            .position(|word| REVISION_WORDS.contains(&word.as_str()));
        let id_end = place.unwrap_or(2).min(2).min(words.len());
        let id = words[..id_end].join("/");
        let revision = place.and_then(|place| words.get(place + 1));
        let named = match revision {
            Some(revision) => format!("{id}@{revision}"),
            None => id,
        };
        let is_folder = place.is_some_and(|place| words[place] == "tree");
        let folder = place
            .filter(|_| is_folder)
            .and_then(|place| words.get(place + 2..))
            .map(|words| words.join("/"));
        Ok(Self {
            repository: named.parse().map_err(bad)?,
            folder: folder.filter(|folder| !folder.is_empty()),
        })
    }
}

/// The path of an address of the hub, without query and fragment; `None` for anything else.
fn path_of_page<'a>(text: &'a str, endpoint: &Endpoint) -> Option<&'a str> {
    let rest = text
        .strip_prefix("https://")
        .or_else(|| text.strip_prefix("http://"))
        .unwrap_or(text);
    let rest = rest.split(['?', '#']).next().unwrap_or(rest);
    endpoint
        .own_pages()
        .into_iter()
        .find_map(|page| rest.strip_prefix(&page))
        .and_then(|path| path.strip_prefix('/'))
}

/// Undoes the percent-encoding of RFC 3986; what is none stays as it is.
fn decoded(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut plain = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let digits = bytes.get(place + 1..place + 3);
        let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        let byte = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        if let Some(byte) = byte.filter(|_| bytes[place] == b'%') {
            plain.push(byte);
            place += 3;
        } else {
            plain.push(bytes[place]);
            place += 1;
        }
    }
    String::from_utf8_lossy(&plain).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_the_address_of_a_page_name_the_same() {
        let endpoint = Endpoint::at("https://hub.example/mirror").unwrap();
        let check = |text: &str, repository: &str, folder: Option<&str>| {
            let wanted = Wanted::read(text, &endpoint).unwrap();
            assert_eq!(wanted.repository, repository.parse().unwrap(), "{text}");
            assert_eq!(wanted.folder.as_deref(), folder, "{text}");
        };
        check(" owner/name ", "owner/name", None);
        check("owner/name@v1", "owner/name@v1", None);
        check("https://hub.example/mirror/owner/name", "owner/name", None);
        check("https://huggingface.co/owner/name/", "owner/name", None);
        check("huggingface.co/owner/name?library=x#y", "owner/name", None);
        check("https://huggingface.co/gpt2", "gpt2", None);
        let tree = "https://huggingface.co/owner/name/tree";
        check(&format!("{tree}/onnx"), "owner/name@onnx", None);
        let revision = "owner/name@refs/pr/7";
        check(&format!("{tree}/refs%2Fpr%2F7"), revision, None);
        let folder = Some("sd 15/fp16");
        check(&format!("{tree}/main/sd%2015/fp16"), "owner/name", folder);
        let file = "https://huggingface.co/owner/name/blob/v2/unet/model.onnx";
        check(file, "owner/name@v2", None);
    }

    #[test]
    fn other_addresses_are_refused() {
        let endpoint = Endpoint::at("https://hub.example").unwrap();
        for text in [
            "",
            "https://elsewhere.example/owner/name",
            "https://huggingface.co",
            "https://huggingface.co/",
            "https://huggingface.co/owner/..%2F..",
            "huggingface.company/owner/name",
        ] {
            assert!(Wanted::read(text, &endpoint).is_err(), "{text}");
        }
    }
}
