//! The window by the names of its parts, as screen readers and hands on the keyboard find them.
#![cfg(feature = "gui")]

mod bench;
mod culling;
mod get;
mod journey;
mod models;
#[path = "../gallery/pictures.rs"]
mod noise;
mod panels;
mod pictures;
mod searching;
