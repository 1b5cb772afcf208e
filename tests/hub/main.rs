//! Getting models from a hub that breaks connections, lies, and sends what it should not.
#![expect(
    clippy::unwrap_used,
    reason = "where nothing can be unwrapped, the test has failed"
)]

mod answering;
mod choosing;
mod commands;
mod downloading;
mod fetching;
mod repo;
mod secrets;
mod server;
