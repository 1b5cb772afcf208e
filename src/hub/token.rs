//! The secret by which a hub knows a person, and where it is kept.

use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use directories::BaseDirs;
use keyring::v1::{Entry, Error as KeyringError};

use super::endpoint::Endpoint;
use super::error::HubError;

/// The environment variable with a token, as other programs read it, too.
pub const TOKEN_VARIABLE: &str = "HF_TOKEN";

/// The environment variable with the path of a file that holds a token.
const TOKEN_FILE_VARIABLE: &str = "HF_TOKEN_PATH";

/// The environment variable with the folder of the field's own programs.
const HOME_VARIABLE: &str = "HF_HOME";

/// The name of this program in the system's keyring.
const SERVICE: &str = "maquette";

/// A token of a hub: never shown, logged, or written to a file.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    /// A token; `None` for what no hub gives: nothing, or letters that a header cannot carry.
    pub fn new(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        is_plain.then(|| Self(text.to_owned()))
    }

    /// What shows a hub who asks.
    pub(super) fn header(&self) -> String {
        format!("Bearer {}", self.0)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

/// The token for a hub: from the system's keyring, else [`TOKEN_VARIABLE`], else the file in which
/// the field's own programs keep it.
pub fn find_token(endpoint: &Endpoint) -> Option<Token> {
    let kept = entry(endpoint).and_then(|entry| entry.get_password());
    let kept = match kept {
        Ok(text) => Token::new(&text),
        Err(KeyringError::NoEntry) => None,
        Err(error) => {
            log::info!("the keyring was not asked for a token: {}", reason(&error));
            None
        }
    };
    let from_environment = || Token::new(&env::var(TOKEN_VARIABLE).ok()?);
    let from_file = || Token::new(&fs::read_to_string(token_file()?).ok()?);
    kept.or_else(from_environment).or_else(from_file)
}

/// Keeps a token for a hub in the system's keyring.
pub fn keep_token(endpoint: &Endpoint, token: &Token) -> Result<(), HubError> {
    let kept = entry(endpoint).and_then(|entry| entry.set_password(&token.0));
    kept.map_err(|error| HubError::Keyring {
        detail: reason(&error),
    })
}

/// Takes the token of a hub out of the system's keyring; whether there was one.
pub fn forget_token(endpoint: &Endpoint) -> Result<bool, HubError> {
    match entry(endpoint).and_then(|entry| entry.delete_credential()) {
        Ok(()) => Ok(true),
        Err(KeyringError::NoEntry) => Ok(false),
        Err(error) => Err(HubError::Keyring {
            detail: reason(&error),
        }),
    }
}

fn entry(endpoint: &Endpoint) -> Result<Entry, KeyringError> {
    Entry::new(SERVICE, endpoint.host())
}

/// An error in words; those that carry what was kept are not quoted.
fn reason(error: &KeyringError) -> String {
    match (error, Entry::store_status()) {
        (KeyringError::BadEncoding(_) | KeyringError::BadDataFormat(..), _) => {
            "the kept token is damaged".to_owned()
        }
        (KeyringError::NoDefaultStore, Err(cause)) => cause.to_string(),
        (error, _) => error.to_string(),
    }
}

/// Where the field's own programs keep a token.
fn token_file() -> Option<PathBuf> {
    let set = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    if let Some(file) = set(TOKEN_FILE_VARIABLE) {
        return Some(file.into());
    }
    if let Some(home) = set(HOME_VARIABLE) {
        return Some(PathBuf::from(home).join("token"));
    }
    let cache = match set("XDG_CACHE_HOME") {
        Some(cache) => cache.into(),
        None => BaseDirs::new()?.home_dir().join(".cache"),
    };
    Some(cache.join("huggingface/token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_not_shown() {
        let token = Token::new(" secret\n").unwrap();
        assert_eq!(token.header(), "Bearer secret");
        assert!(!format!("{token:?}").contains("secret"));
    }

    #[test]
    fn what_a_header_cannot_carry_is_no_token() {
        for text in ["", " \n", "two words", "line\nline", "ключ"] {
            assert!(Token::new(text).is_none(), "{text}");
        }
    }
}
