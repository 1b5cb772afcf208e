//! What the machine has of memory, and what this process takes of it.

use std::fs::{self, OpenOptions};
use std::io::Write as _;

use sysinfo::{MemoryRefreshKind, System};

/// The part of the free memory that weights may take where nobody says: the rest is for what is
/// computed with them, and for other programs.
const SHARE: f64 = 0.6;

/// Bytes that can be had without swapping.
pub fn free_bytes() -> u64 {
    let mut system = System::new();
    system.refresh_memory_specifics(MemoryRefreshKind::nothing().with_ram());
    system.available_memory()
}

/// Bytes that the weights of models may take where the artist names no budget: six tenths of what
/// is free now.
pub fn default_budget_bytes() -> u64 {
    (free_bytes() as f64 * SHARE) as u64
}

/// The most that this process had in memory since [`forget_peak`], in bytes; `None` where the
/// system does not tell.
pub fn peak_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib << 10)
}

/// Starts [`peak_bytes`] anew; without effect where the system cannot.
pub fn forget_peak() {
    // 5 means the peak: `proc_pid_clear_refs(5)`.
    let told = OpenOptions::new()
        .write(true)
        .open("/proc/self/clear_refs")
        .and_then(|mut file| file.write_all(b"5"));
    if let Err(error) = told {
        log::debug!("the peak of memory goes on from before: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_budget_is_a_part_of_what_is_free() {
        let budget = default_budget_bytes();
        assert!(budget > 0);
        assert!(budget < free_bytes());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn the_peak_knows_what_was_taken_and_given_back() {
        const TAKEN: usize = 256 << 20;
        forget_peak();
        let before = peak_bytes().unwrap();
        drop(std::hint::black_box(vec![1_u8; TAKEN]));
        let after = peak_bytes().unwrap();
        assert!(after >= before + TAKEN as u64 / 2, "{before} {after}");
    }
}
