//! Getting a model from a hub: what was asked for, what was found, and what is on its way.

use std::path::PathBuf;

use crate::domain::{Explain as _, Message, Notice, Severity};
use crate::hub::{HubError, Plan};

use super::incoming::Incoming;

/// What the artist asked the hub for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookUp {
    /// An id or an address, as it was written.
    pub text: String,
    /// The folder of the repository that was chosen, where it has several models.
    pub folder: Option<String>,
}

/// A model that can be had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What would be fetched.
    pub plan: Plan,
    /// The hub's name on the network.
    pub host: String,
    /// Bytes of it that are here already.
    pub received_bytes: u64,
    /// Bytes that are free where it goes; `None` where the system does not say.
    pub free_bytes: Option<u64>,
    /// What is in the folder that it goes into.
    pub place: OfferPlace,
}

/// What is in the folder that a model goes into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferPlace {
    /// Nothing.
    Free,
    /// This very model.
    Here,
    /// Something else, such as another revision.
    Occupied,
}

/// Why a model cannot be had, at least not yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What happened.
    pub notice: Notice,
    /// What helps.
    pub remedy: RefusalRemedy,
}

/// What helps against a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RefusalRemedy {
    /// To ask again, perhaps for something else.
    AskAgain,
    /// To tell this hub who asks.
    Token {
        /// The hub's name on the network.
        host: String,
        /// The page where its terms can be accepted.
        page: Option<String>,
    },
    /// To choose one of these folders.
    Folder(Vec<String>),
}

/// What is known of the model that the artist asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Looked {
    /// Nothing was asked.
    #[default]
    Nothing,
    /// The hub is being asked.
    Asking,
    /// It cannot be had.
    Refused(Refusal),
    /// It can be had.
    Found(Box<Offer>),
}

/// How it went with the token.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum TokenState {
    /// None was given.
    #[default]
    Ungiven,
    /// The keyring is being asked to keep it.
    Keeping,
    /// The keyring has it.
    Kept,
    /// The keyring does not take it.
    NotKept(Notice),
}

/// The look-up and the one model on its way.
#[derive(Debug, Default)]
pub struct Fetching {
    pub(super) wish: Option<LookUp>,
    pub(super) looked: Looked,
    pub(super) token: TokenState,
    pub(super) incoming: Option<Incoming>,
    /// The folder of the model that came last, until a scan has found it.
    pub(super) arrived: Option<PathBuf>,
}

impl Fetching {
    /// What was asked for last.
    pub fn wish(&self) -> Option<&LookUp> {
        self.wish.as_ref()
    }

    /// What is known of it.
    pub fn looked(&self) -> &Looked {
        &self.looked
    }

    /// How it went with the token.
    pub fn token(&self) -> &TokenState {
        &self.token
    }

    /// The model on its way.
    pub fn incoming(&self) -> Option<&Incoming> {
        self.incoming.as_ref()
    }
}

impl Offer {
    /// Bytes still to come.
    pub fn missing_bytes(&self) -> u64 {
        self.plan.bytes().saturating_sub(self.received_bytes)
    }

    /// Whether there is room for what is still to come.
    pub fn fits(&self) -> bool {
        self.free_bytes
            .is_none_or(|free_bytes| self.missing_bytes() <= free_bytes)
    }

    /// Whether it can be fetched as things are.
    pub fn is_possible(&self) -> bool {
        self.place == OfferPlace::Free && self.fits()
    }
}

impl From<HubError> for Refusal {
    fn from(error: HubError) -> Self {
        let mut notice = error.explain();
        let (host, page) = match error {
            HubError::SeveralFolders { folders, .. } => {
                return Self {
                    notice: Notice::new(Severity::Info, Message::new("get-several")),
                    remedy: RefusalRemedy::Folder(folders),
                };
            }
            HubError::Denied {
                host,
                page,
                had_token,
                ..
            } => {
                if !had_token {
                    notice.headline = Message::new("get-denied");
                }
                (host, Some(page))
            }
            HubError::NoRepository { host, .. } => (host, None),
            HubError::BadRepository { .. }
            | HubError::BadEndpoint { .. }
            | HubError::Unreachable { .. }
            | HubError::NoRevision { .. }
            | HubError::Refused { .. }
            | HubError::Garbled { .. }
            | HubError::UnsafeName { .. }
            | HubError::NotOnnx { .. }
            | HubError::DiskSpace { .. }
            | HubError::Occupied { .. }
            | HubError::InUse { .. }
            | HubError::Length { .. }
            | HubError::Altered { .. }
            | HubError::Model(_)
            | HubError::Disk { .. }
            | HubError::Keyring { .. }
            | HubError::Cancelled => {
                return Self {
                    notice,
                    remedy: RefusalRemedy::AskAgain,
                };
            }
        };
        Self {
            notice,
            remedy: RefusalRemedy::Token { host, page },
        }
    }
}
