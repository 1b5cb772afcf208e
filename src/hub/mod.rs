//! Getting a model from a hub: what is there, what of it is needed, and how it comes whole.
//!
//! `Hub::list` asks what a repository holds, `Plan::choose` picks what a pipeline needs, and
//! `Hub::fetch` brings it; a `Download` does the last on a thread of its own.
//! A model's folder appears among the models when every byte of it has been compared with the
//! hashes of the listing, and not before.

mod checksum;
mod choice;
mod connection;
mod download;
mod endpoint;
mod error;
mod fetch;
mod file_name;
mod listing;
mod manifest_text;
mod part;
mod plan;
mod repository;
mod site;
mod staging;
mod token;
mod transfer;
mod wanted;

pub use self::checksum::Checksum;
pub use self::download::{Download, DownloadEvent};
pub use self::endpoint::{ENDPOINT_VARIABLE, Endpoint};
pub use self::error::HubError;
pub use self::fetch::{FetchOutcome, FetchProgress};
pub use self::listing::{Listing, RemoteFile};
pub use self::plan::{Plan, PlannedFile};
pub use self::repository::Repository;
pub use self::site::{Hub, Patience};
pub use self::token::{TOKEN_VARIABLE, Token, find_token, forget_token, keep_token};
pub use self::wanted::Wanted;
