//! The language of prompts: from what an artist writes to what a text encoder reads.
//!
//! The grammar is that of Automatic1111's web UI, and of its extension for dynamic prompts, since
//! that is what prompts in circulation are written in.
//! A prompt passes through here in this order:
//!
//! 1. `resolve` picks among `{a|b}` and lines of wildcards, by the seed;
//! 2. `take_adapters` takes `<lora:name:0.8>` out;
//! 3. `PromptSchedule` says what is left of `[a:b:0.5]`, `[a|b]` and `AND` in each step, each
//!    a `Passage` of weighted words;
//! 4. `ChunkRules` cut a passage's tokens to the length that the text encoder takes;
//! 5. `Emphasis` brings the weights into what the encoder gives.
//!
//! Reading never fails: what is not grammar is meant literally.
//! Nothing here reads a file or knows a model.
//!
//! ```
//! use std::num::NonZeroU32;
//!
//! use maquette::prompt::PromptSchedule;
//!
//! let steps = NonZeroU32::new(10).expect("not 0");
//! let schedule = PromptSchedule::composed("a [dog:(cat:1.3):0.5]", steps, true);
//! let words = |step| schedule.stages()[schedule.stage_of_step(step)].parts[0].passage.plain_text();
//! assert_eq!(words(5), "a dog");
//! assert_eq!(words(6), "a cat");
//! ```

mod adapter_edit;
mod adapter_tag;
mod chunk;
mod composition;
mod dynamic;
mod editing;
mod emphasis;
mod passage;
mod random;
mod schedule;
mod template;

pub use self::adapter_edit::{
    add_adapter, can_be_named, remove_adapter, set_adapter_weights, weigh_adapter,
};
pub use self::adapter_tag::{AdapterTag, adapter_tags, take_adapters};
pub use self::chunk::{Chunk, ChunkRules, Chunks, Place};
pub use self::dynamic::{DynamicError, Lane, Wildcards, resolve};
pub use self::emphasis::{Emphasis, PARAM as EMPHASIS};
pub use self::passage::{Passage, Piece, Span};
pub use self::schedule::{PromptSchedule, Stage, SubPrompt};
