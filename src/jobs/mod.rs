//! Jobs: what runs, what waits, and the thread that does the work.
//!
//! The `Queue` lives with whoever submits and is plain data; the `Worker` is a thread that owns
//! an `Engine` and hears `Command`s.
//! It answers with `Event`s: progress, which may be dropped, then exactly one
//! `Update::Finished` for each job.

mod command;
mod engine;
mod event;
mod job;
mod queue;
mod worker;

pub use self::command::{Command, EngineConfig};
pub use self::engine::Engine;
pub use self::event::{Event, Failure, Outcome, Update};
pub use self::job::Job;
pub use self::queue::{Queue, RunningJob};
pub use self::worker::{Waker, Worker};
