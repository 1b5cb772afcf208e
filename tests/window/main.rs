//! The window by the names of its parts, as screen readers and hands on the keyboard find them.
#![cfg(feature = "gui")]

mod bench;
mod get;
mod models;
mod panels;
mod pictures;
