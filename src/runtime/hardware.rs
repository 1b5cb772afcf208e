//! What the machine's parts call themselves, where ONNX Runtime does not say.

use std::fs;

/// The first card that NVIDIA's Linux driver lists.
pub(super) fn nvidia_card() -> Option<String> {
    let mut cards = fs::read_dir("/proc/driver/nvidia/gpus").ok()?;
    let facts = fs::read_to_string(cards.next()?.ok()?.path().join("information")).ok()?;
    value_of("Model", &facts)
}

/// What the processor calls itself.
pub(super) fn processor_name() -> String {
    let facts = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    value_of("model name", &facts).unwrap_or_else(|| std::env::consts::ARCH.to_owned())
}

/// The value in the first line `KEY : VALUE`.
fn value_of(key: &str, facts: &str) -> Option<String> {
    let mut lines = facts.lines().filter_map(|line| line.split_once(':'));
    let (_, value) = lines.find(|(name, _)| name.trim() == key)?;
    Some(value.trim().to_owned())
}
