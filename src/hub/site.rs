//! A hub that can be asked: its address, how we show who we are, and how patient we are with it.

use std::io::Read as _;
use std::sync::OnceLock;
use std::time::Duration;

use crate::domain::CancelToken;

use super::connection::{Connection, Trouble};
use super::endpoint::Endpoint;
use super::error::HubError;
use super::listing::Listing;
use super::repository::Repository;
use super::token::{Token, find_token};

/// How often a list is asked for at most: somebody waits for it and sees nothing meanwhile.
const LISTING_ATTEMPTS: u32 = 3;

/// The longest list of files that is read: some hundred thousand of them.
const MAX_LISTING_BYTES: u64 = 64 << 20;

type FindToken = dyn Fn(&Endpoint) -> Option<Token> + Send + Sync;

/// A hub, and the person whom it may know.
pub struct Hub {
    endpoint: Endpoint,
    find_token: Box<FindToken>,
    /// Looked for when the hub first refuses, so that nobody is known where nobody need be.
    token: OnceLock<Option<Token>>,
    patience: Patience,
}

/// How often and how long a server that does not answer, or breaks off, is waited for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Attempts without a byte of progress before it is given up.
    pub attempts: u32,
    /// The pause after the first of them; each further one is twice as long.
    pub first_pause: Duration,
    /// The longest pause, also when the server asks for a longer one.
    pub longest_pause: Duration,
    /// How long a server may be silent.
    pub silence: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            attempts: 6,
            first_pause: Duration::from_millis(500),
            longest_pause: Duration::from_mins(1),
            silence: Duration::from_secs(30),
        }
    }
}

impl Hub {
    /// The hub at an address, for whoever [`find_token`] says we are.
    pub fn at(endpoint: Endpoint) -> Self {
        Self {
            endpoint,
            find_token: Box::new(find_token),
            token: OnceLock::new(),
            patience: Patience::default(),
        }
    }

    /// Looks for the token elsewhere.
    #[must_use]
    pub fn with_token_from(
        self,
        find: impl Fn(&Endpoint) -> Option<Token> + Send + Sync + 'static,
    ) -> Self {
        Self {
            find_token: Box::new(find),
            ..self
        }
    }

    /// Waits longer or shorter.
    #[must_use]
    pub fn with_patience(self, patience: Patience) -> Self {
        Self { patience, ..self }
    }

    /// Where it is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Asks what a repository holds at its revision, and which commit that is.
    pub fn list(&self, repository: &Repository, cancel: &CancelToken) -> Result<Listing, HubError> {
        let connection = Connection::new(self, repository);
        let agent = connection.agent();
        let _armed = cancel.arm(move || agent.clone().shutdown());
        let url = self.endpoint.listing(repository);
        let patience = Patience {
            attempts: self.patience.attempts.min(LISTING_ATTEMPTS),
            ..self.patience
        };
        let mut failures = 0;
        let text = loop {
            let answer = connection.get(&url, None).and_then(|response| {
                let mut text = Vec::new();
                let mut body = response.into_body().into_reader().take(MAX_LISTING_BYTES);
                let read = body.read_to_end(&mut text);
                read.map(|_| text)
                    .map_err(|error| connection.broke_off(&error))
            });
            match answer {
                Ok(text) => break text,
                Err(Trouble::Final(error)) => return Err(error),
                Err(Trouble::Passing(error, wanted)) => {
                    failures += 1;
                    patience.wait(failures, error, wanted, cancel)?;
                }
            }
        };
        Listing::read(&text, repository, &self.endpoint).map_err(|detail| HubError::Garbled {
            host: self.endpoint.host().to_owned(),
            detail,
        })
    }

    pub(super) fn patience(&self) -> Patience {
        self.patience
    }

    /// The token, where it was needed before.
    pub(super) fn known_token(&self) -> Option<&Token> {
        self.token.get()?.as_ref()
    }

    /// The token, looked for if nobody did; never one that others could read on its way.
    pub(super) fn needed_token(&self) -> Option<&Token> {
        let find = || {
            let may_be_shown = self.endpoint.is_private();
            may_be_shown.then(|| (self.find_token)(&self.endpoint))?
        };
        self.token.get_or_init(find).as_ref()
    }
}

impl Patience {
    /// Waits before the next attempt, or gives up with the last attempt's error.
    pub(super) fn wait(
        &self,
        failures: u32,
        error: HubError,
        wanted: Option<Duration>,
        cancel: &CancelToken,
    ) -> Result<(), HubError> {
        /// How soon a cancel is seen.
        const GLANCE: Duration = Duration::from_millis(20);

        if cancel.is_cancelled() {
            return Err(HubError::Cancelled);
        }
        if failures >= self.attempts {
            return Err(error);
        }
        let doubled = 1_u32 << (failures - 1).min(16);
        let pause = wanted.unwrap_or_else(|| self.first_pause.saturating_mul(doubled));
        let mut left = pause.min(self.longest_pause);
        log::info!("{error}; trying again in {} ms", left.as_millis());
        while !left.is_zero() {
            if cancel.is_cancelled() {
                return Err(HubError::Cancelled);
            }
            let glance = left.min(GLANCE);
            std::thread::sleep(glance);
            left -= glance;
        }
        Ok(())
    }
}
