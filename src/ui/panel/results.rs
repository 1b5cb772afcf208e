//! What came of the requests: the same wall as the gallery's, beside what is being written.

use super::{Panel, gallery};

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    gallery::grid_panel("results", "results-title")
}
