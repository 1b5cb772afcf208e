//! The doctor: what it says of damaged and odd model folders, and what it tries with them.
#![expect(
    clippy::unwrap_used,
    reason = "where nothing can be unwrapped, the test has failed"
)]

mod damage;
mod folders;
#[cfg(feature = "onnx")]
mod probe;
