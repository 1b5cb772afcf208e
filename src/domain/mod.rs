//! Plain values that every layer speaks: no I/O, no clock, no randomness.
//!
//! `Request` is the whole truth about what an artist asks for, `Recipe` about how one
//! `Picture` was made.
//! The types derive `serde` only to cross the pipe between two processes of the same build
//! (`engine::wire`); what is kept on disk has schemas of its own.

mod cancel;
mod clock;
mod id;
mod lineage;
mod marks;
mod notice;
mod params;
mod picture;
mod pixels;
mod progress;
mod recipe;
mod request;
mod seed;
mod size;
mod task;

pub use self::cancel::{Armed, CancelToken};
pub use self::clock::{Clock, SystemClock, Timestamp};
pub use self::id::{JobId, ModelId, PictureId};
pub use self::lineage::{Parent, Relation};
pub use self::marks::{Flag, Label, Mark, Marks, Stars};
pub use self::notice::{Arg, Explain, Message, Notice, Remedy, Severity};
pub use self::params::{
    CLIP_SKIP, Choice, GUIDANCE, ParamKind, ParamSpec, ParamValue, Params, ParamsError, STEPS,
    STRENGTH, TILE,
};
pub use self::picture::{Picture, Timings};
pub use self::pixels::Pixels;
pub use self::progress::{EngineStatus, Progress};
pub use self::recipe::{AdapterFile, MadeWith, Recipe};
pub use self::request::{Prompt, Request};
pub use self::seed::Seed;
pub use self::size::{LatentSize, PixelSize, SizeError};
pub use self::task::{Source, Strength, StrengthError, Task};
