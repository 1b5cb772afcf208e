//! Where the hub is.

use std::fmt;

use ureq::http::Uri;

use super::error::HubError;
use super::repository::Repository;

/// The environment variable that names another hub, as other programs read it, too.
pub const ENDPOINT_VARIABLE: &str = "HF_ENDPOINT";

/// The hub that is asked where the environment names no other.
const PUBLIC_ENDPOINT: &str = "https://huggingface.co";

/// The address of a hub: the public one, a mirror, or one within a company.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Endpoint {
    /// Without a slash at its end.
    address: String,
    uri: Uri,
}

impl Endpoint {
    /// The hub that [`ENDPOINT_VARIABLE`] names, else the public one.
    pub fn find() -> Result<Self, HubError> {
        let named = std::env::var(ENDPOINT_VARIABLE).ok();
        let named = named.filter(|address| !address.trim().is_empty());
        Self::at(named.as_deref().unwrap_or(PUBLIC_ENDPOINT))
    }

    /// The hub at an `http` or `https` address.
    pub fn at(address: &str) -> Result<Self, HubError> {
        let bad = || HubError::BadEndpoint {
            given: address.to_owned(),
        };
        let trimmed = address.trim().trim_end_matches('/');
        let Ok(uri) = trimmed.parse::<Uri>() else {
            return Err(bad());
        };
        let is_web = matches!(uri.scheme_str(), Some("http" | "https"));
        // A name and password in the address would end up in messages.
        let is_plain = uri.query().is_none() && !trimmed.contains('@');
        if !is_web || !is_plain || uri.host().is_none_or(str::is_empty) {
            return Err(bad());
        }
        Ok(Self {
            address: trimmed.to_owned(),
            uri,
        })
    }

    /// Its name on the network.
    pub fn host(&self) -> &str {
        self.uri.host().unwrap_or_default()
    }

    /// The page that shows a repository to a person.
    pub fn page(&self, repository: &Repository) -> String {
        format!("{}/{}", self.address, repository.id())
    }

    /// The heads of addresses whose pages are meant for this hub, without their scheme.
    pub(super) fn own_pages(&self) -> [String; 2] {
        [&self.address, PUBLIC_ENDPOINT].map(|address| {
            let (_, page) = address.split_once("://").unwrap_or(("", address));
            page.to_owned()
        })
    }

    /// Where a revision's files are listed, with lengths and hashes.
    pub(super) fn listing(&self, repository: &Repository) -> String {
        let revision = encoded(repository.revision(), false);
        let id = repository.id();
        format!(
            "{}/api/models/{id}/revision/{revision}?blobs=true",
            self.address
        )
    }

    /// Where a file is, as it was at a commit.
    pub(super) fn file(&self, repository: &Repository, commit: &str, path: &str) -> String {
        let path = encoded(path, true);
        format!(
            "{}/{}/resolve/{commit}/{path}",
            self.address,
            repository.id()
        )
    }

    /// Whether an address is of this very server, so that it may see what is secret.
    pub(super) fn is_same_server(&self, uri: &Uri) -> bool {
        server(uri) == server(&self.uri)
    }

    /// Whether nobody between us and the hub can read along.
    pub(super) fn is_private(&self) -> bool {
        let is_this_machine = matches!(self.host(), "127.0.0.1" | "localhost" | "[::1]");
        self.uri.scheme_str() == Some("https") || is_this_machine
    }
}

impl fmt::Display for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.address)
    }
}

/// Scheme, host and port.
fn server(uri: &Uri) -> (Option<&str>, String, u16) {
    let scheme = uri.scheme_str();
    let usual = if scheme == Some("https") { 443 } else { 80 };
    let host = uri.host().unwrap_or_default().to_ascii_lowercase();
    (scheme, host, uri.port_u16().unwrap_or(usual))
}

/// Percent-encodes all but the unreserved characters of RFC 3986, slashes perhaps aside.
fn encoded(text: &str, keep_slashes: bool) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
        if is_plain || (keep_slashes && byte == b'/') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&crate::files::hex(&[byte]).to_ascii_uppercase());
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_made_of_encoded_parts() {
        let endpoint = Endpoint::at("https://hub.example/mirror/").unwrap();
        let repository: Repository = "owner/name@refs/pr/7".parse().unwrap();
        assert_eq!(
            endpoint.listing(&repository),
            "https://hub.example/mirror/api/models/owner/name/revision/refs%2Fpr%2F7?blobs=true"
        );
        assert_eq!(
            endpoint.file(&repository, "c0ffee", "unet/a b#é.onnx"),
            "https://hub.example/mirror/owner/name/resolve/c0ffee/unet/a%20b%23%C3%A9.onnx"
        );
        assert_eq!(
            endpoint.page(&repository),
            "https://hub.example/mirror/owner/name"
        );
    }

    #[test]
    fn only_the_very_server_is_the_same() {
        let endpoint = Endpoint::at("https://hub.example").unwrap();
        let check = |address: &str, expected: bool| {
            let uri: Uri = address.parse().unwrap();
            assert_eq!(endpoint.is_same_server(&uri), expected, "{address}");
        };
        check("https://HUB.example:443/x", true);
        check("http://hub.example/x", false);
        check("https://hub.example:8443/x", false);
        check("https://cdn.hub.example/x", false);
        check("https://hub.example.org/x", false);
    }

    #[test]
    fn secrets_go_encrypted_or_nowhere() {
        let check = |address: &str, expected: bool| {
            assert_eq!(Endpoint::at(address).unwrap().is_private(), expected);
        };
        check("https://hub.example", true);
        check("http://127.0.0.1:8080", true);
        check("http://hub.example", false);
        check("http://127.0.0.1.hub.example", false);
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for address in [
            "",
            "hub.example",
            "ftp://hub.example",
            "https://",
            "https://a:b@hub",
        ] {
            assert!(Endpoint::at(address).is_err(), "{address}");
        }
    }
}
