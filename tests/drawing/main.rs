//! Tiny real models draw what they should: each family, layout, adapter and provider.
#![cfg(feature = "onnx")]

mod adapters;
mod bench;
mod layouts;
mod memory;
mod parity;
mod pipelines;
mod webgpu;
