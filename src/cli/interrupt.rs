//! Ctrl-C.

use std::io;

use crate::domain::CancelToken;

/// A token that Ctrl-C cancels, as does the system when it asks the program to end.
///
/// **Once a process**: there is one Ctrl-C.
pub(super) fn cancel_on_interrupt() -> io::Result<CancelToken> {
    let cancel = CancelToken::default();
    let interrupted = cancel.clone();
    ctrlc::set_handler(move || interrupted.cancel()).map_err(io::Error::other)?;
    Ok(cancel)
}
