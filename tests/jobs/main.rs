//! Jobs on their way: the queue, the worker, the frames to the engine, and the engine that may die.
#![expect(
    clippy::unwrap_used,
    reason = "where nothing can be unwrapped, the test has failed"
)]

#[cfg(all(feature = "onnx", unix))]
#[expect(
    dead_code,
    reason = "engines are judged by their ends, not by their pictures"
)]
#[path = "../drawing/bench.rs"]
mod bench;
#[cfg(all(feature = "onnx", unix))]
mod engine;
mod queue;
mod wire;
mod worker;
