//! Who runs a job, and where: in this process, or in a child that may die.
//!
//! ONNX Runtime can end a whole process over one flipped bit, a driver can hang, memory can run
//! out; so the window and the command line run models in a `Child`, which is the same program as
//! `maquette engine` (`serve`).
//! `InProcess` is what works inside that child; tests and `--in-process` use it directly.

mod cache;
mod child;
mod failures;
mod in_process;
mod process;
mod quarantine;
mod serve;
mod watch;
mod wildcards;
pub mod wire;

pub use self::child::Child;
pub use self::in_process::InProcess;
pub use self::serve::serve;
pub use crate::jobs::Engine;
