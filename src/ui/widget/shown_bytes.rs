//! How many bytes, in the units of a file manager.

use crate::domain::Message;

/// Bytes as kilobytes, megabytes or gigabytes of thousands.
pub fn shown_bytes(bytes: u64) -> Message {
    let size = bytes as f64;
    if size < 1e6 {
        return Message::new("models-kilobytes")
            .with("size", format!("{:.0}", (size / 1e3).ceil()));
    }
    if size < 1e9 {
        return Message::new("models-megabytes").with("size", format!("{:.0}", size / 1e6));
    }
    Message::new("models-gigabytes").with("size", format!("{:.1}", size / 1e9))
}
