//! Has the doctor draw a step with a model, on a thread of its own.

use std::path::{Path, PathBuf};

use crate::doctor;
use crate::domain::CancelToken;
use crate::engine::Child;
use crate::jobs::EngineConfig;
use crate::runtime::ProviderId;

use super::effect::Heard;

/// Looks at a folder and draws a step with it, in a process of `program` that may die.
///
/// The folder's report is told in any case: someone waits for it.
pub(super) fn test_step(
    folder: &Path,
    provider: &ProviderId,
    program: PathBuf,
    config: EngineConfig,
    tell: &dyn Fn(Heard),
) {
    let mut report = doctor::examine(folder, None);
    let mut engine = Child::new(program, config);
    let cancel = CancelToken::default();
    if let Err(failure) = doctor::probe(&mut report, &mut engine, provider, &cancel) {
        tell(Heard::Trouble(failure.notice));
    }
    tell(Heard::Examined(Box::new(report)));
}
