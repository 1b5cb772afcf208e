//! The studio without window and threads: what it does when asked, and what it keeps of settings.

mod actions;
mod culling;
mod fetching;
mod searching;
mod settings;
mod sidecars;
