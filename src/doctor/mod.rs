//! What a folder holds, whether it runs, and what is to be done where it does not.
//!
//! `examine` looks at a folder without running anything of it; `probe` draws one step with it,
//! in a process that may die.
//! Whatever lies in the folder, both come to an end with a `Report`.

mod checkup;
mod contents;
mod facts;
mod finding;
mod fit;
mod graph_sheet;
mod layout;
mod memory;
mod pieces;
mod probe;
mod report;
mod scheduler_sheet;

pub use self::checkup::examine;
pub use self::facts::{axes_text, grouped, size_text};
pub use self::finding::Finding;
pub use self::graph_sheet::{GraphSheet, Role, element_name};
pub use self::layout::Layout;
pub use self::memory::MemoryEstimate;
pub use self::probe::probe;
pub use self::report::{Report, Verdict};
pub use self::scheduler_sheet::SchedulerSheet;
