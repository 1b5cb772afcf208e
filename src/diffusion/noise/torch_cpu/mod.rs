//! The noise of PyTorch's CPU generator: `torch.randn` in float32, bit for bit.
//!
//! PyTorch draws fewer than 16 numbers one by one in double precision, and more in blocks of 16
//! in single precision with a logarithm, sine and cosine of its own ([`vector_math`]).
//! The blocks are those of every x86-64 processor with AVX2, that is since 2013; on others
//! PyTorch itself differs from them by up to 2e-6, while this stays the same everywhere.

mod mersenne_twister;
mod vector_math;

use std::f32::consts::TAU;

use self::mersenne_twister::MersenneTwister;
use super::{Noise, NoiseSource};
use crate::domain::{Choice, Seed};

/// Numbers in one block: eight pairs, the first of each pair eight places before the second.
const BLOCK: usize = 16;

/// PyTorch's generator on a CPU.
pub(super) struct TorchCpu;

impl NoiseSource for TorchCpu {
    fn choice(&self) -> Choice {
        Choice {
            id: "torch-cpu",
            label: "PyTorch (CPU)",
            aliases: &["CPU", "torch"],
        }
    }

    fn seeded(&self, seed: Seed) -> Box<dyn Noise> {
        Box::new(TorchCpuNoise {
            // PyTorch too drops the upper half of the seed here.
            twister: MersenneTwister::seeded(seed.0 as u32),
            spare: None,
        })
    }
}

struct TorchCpuNoise {
    twister: MersenneTwister,
    /// The second number of a pair drawn one by one: it waits for the next short draw, whatever
    /// long draws come between.
    spare: Option<f64>,
}

impl Noise for TorchCpuNoise {
    fn fill(&mut self, values: &mut [f32]) {
        if values.len() < BLOCK {
            values.fill_with(|| self.single());
        } else {
            self.fill_blocks(values);
        }
    }
}

impl TorchCpuNoise {
    fn single(&mut self) -> f32 {
        if let Some(spare) = self.spare.take() {
            return spare as f32;
        }
        let angle = std::f64::consts::TAU * self.twister.next_f64();
        let radius = (-2.0 * (-self.twister.next_f64()).ln_1p()).sqrt();
        self.spare = Some(radius * angle.sin());
        (radius * angle.cos()) as f32
    }

    /// All uniform numbers first, then each block turned normal; where the length is no multiple
    /// of 16, the last 16 numbers are drawn again.
    fn fill_blocks(&mut self, values: &mut [f32]) {
        values.fill_with(|| self.twister.next_f32());
        for block in values.chunks_exact_mut(BLOCK) {
            turn_normal(block);
        }
        if !values.len().is_multiple_of(BLOCK) {
            let start = values.len() - BLOCK;
            let last = &mut values[start..];
            last.fill_with(|| self.twister.next_f32());
            turn_normal(last);
        }
    }
}

/// Box and Muller's transform of the eight pairs of a block.
fn turn_normal(block: &mut [f32]) {
    let (firsts, seconds) = block.split_at_mut(BLOCK / 2);
    for (first, second) in firsts.iter_mut().zip(seconds) {
        let radius = (-2.0 * vector_math::ln(1.0 - *first)).sqrt();
        let (sine, cosine) = vector_math::sin_cos(TAU * *second);
        (*first, *second) = (radius * cosine, radius * sine);
    }
}
