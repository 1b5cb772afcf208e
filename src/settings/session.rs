//! Where the last run of the program ended.

use std::num::NonZeroU32;

use crate::domain::{ModelId, Params, Parent, PixelSize, Prompt, Request, Seed, Task};

use super::unknown::Unknown;

/// What was going on, so that the next start goes on with it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Session {
    /// The request that was being written.
    pub draft: Draft,
    /// The prompts used so far, oldest first.
    pub history: Vec<Prompt>,
    /// What was queued and not yet done, in the order of the queue.
    pub waiting: Vec<Request>,
    /// The window's arrangement, in the window's own words.
    pub layout: Option<String>,
    /// What a newer version wrote.
    pub unknown: Unknown,
}

/// A request being written: not yet complete, and not yet checked against a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Draft {
    /// The model; `None` = the first that is found.
    pub model: Option<ModelId>,
    /// What it starts from.
    pub task: Task,
    /// The pictures of the library that it starts from.
    pub parents: Vec<Parent>,
    /// The words.
    pub prompt: Prompt,
    /// The size in pixels; `None` = the model's own.
    pub size: Option<PixelSize>,
    /// How many pictures.
    pub count: NonZeroU32,
    /// The first picture's seed.
    pub seed: Seed,
    /// Whether the next request keeps the seed.
    pub seed_locked: bool,
    /// The values that were changed from the model's own.
    pub params: Params,
}

impl Default for Draft {
    fn default() -> Self {
        Self {
            model: None,
            task: Task::Create,
            parents: Vec::new(),
            prompt: Prompt::default(),
            size: None,
            // A single picture is an accident; from four one can choose.
            count: NonZeroU32::new(4).unwrap_or(NonZeroU32::MIN),
            seed: Seed(0),
            seed_locked: false,
            params: Params::default(),
        }
    }
}
