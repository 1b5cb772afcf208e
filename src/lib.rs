//! Maquette: a desktop studio for illustrators who iterate on concepts with generative models.
//!
//! **The modules stand in dependency order, and a module may use only modules listed above it**
//! (`tests/house/layering.rs` checks it).
//! So this list is the map, the reading order and the data flow at once.

/// Plain values: requests, recipes, pictures, progress, notices.
pub mod domain;

/// Where files live, and how one is written whole or not at all.
pub mod files;

/// The texts a person sees, in every language.
pub mod strings;

/// The language of prompts: weights, schedules, choices, and chunks of tokens.
pub mod prompt;

/// Pixel arithmetic on the CPU.
pub mod imaging;

/// The mathematics of diffusion: noise, schedules, and schedulers that ask and are told.
pub mod diffusion;

/// What models are on disk.
pub mod models;

/// Getting a model from a hub.
pub mod hub;

/// ONNX Runtime: where it is, how it gets there, and what it runs graphs on.
pub mod runtime;

/// Small files that change what a model draws: `LoRA` and its kin, and embeddings.
pub mod adapters;

/// From a request to pictures: one loop, and a file for each family of models.
pub mod pipeline;

/// Jobs: what runs, what waits, and the thread that does the work.
pub mod jobs;

/// Who runs a job, and where: this process, or a child that may die.
pub mod engine;

/// What a folder holds, whether it runs, and what is to be done where it does not.
pub mod doctor;

/// How a picture was made, in words that files carry: recipes, A1111's text, PNG, XMP.
pub mod provenance;

/// What outlives the program: preferences, and where the last run ended.
pub mod settings;

/// The library of pictures: files, records, thumbnails, and the one thread that touches them.
pub mod gallery;

/// The studio's mind: state, wishes, and what must be done about them.
pub mod app;

/// The window: draws the studio and gathers wishes.
#[cfg(feature = "gui")]
pub mod ui;

/// The studio without a window: one file for each command.
pub mod cli;
