//! The library of pictures: files, records, thumbnails, and the one thread that touches them.
//!
//! The files are the truth: the database beside them can be made again from what they say.

mod command;
mod decoders;
mod error;
mod layout;
mod librarian;
mod library;
mod marking;
mod query;
mod reconcile;
mod record;
mod requests;
mod sidecar_duty;
mod sidecar_file;
mod store;
mod thumbnail;
mod timings;

pub use self::command::{Command, Event, View};
pub use self::error::LibraryError;
pub use self::librarian::Librarian;
pub use self::marking::{Journal, MarkChange, Marking};
pub use self::query::{
    Condition, Facet, KnownValues, MarkCondition, Measure, OpenValue, Order, Problem, Query,
    QueryError, SavedSearch, Term,
};
pub use self::record::{Entry, Record};
