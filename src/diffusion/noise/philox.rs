//! Philox-4x32-10: the noise of PyTorch on a CUDA device, made on the processor.
//!
//! Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3".
//! A CUDA device computes the same formulas in single precision with its own fast logarithm and
//! sine, so a card's noise agrees with this to about 1e-6, not bit by bit.

use super::{Noise, NoiseSource};
use crate::domain::{Choice, Seed};

/// The generator of CUDA devices.
pub(super) struct Philox;

impl NoiseSource for Philox {
    fn choice(&self) -> Choice {
        Choice {
            id: "philox",
            label: "Philox (CUDA)",
            aliases: &["NV", "cuda"],
        }
    }

    fn seeded(&self, seed: Seed) -> Box<dyn Noise> {
        Box::new(PhiloxNoise {
            key: [seed.0 as u32, (seed.0 >> 32) as u32],
            draws: 0,
        })
    }
}

/// Every draw numbers its values from 0; the counter tells draws apart.
struct PhiloxNoise {
    key: [u32; 2],
    draws: u32,
}

impl Noise for PhiloxNoise {
    fn fill(&mut self, values: &mut [f32]) {
        for (index, value) in (0..).zip(values) {
            let [radius, angle, ..] = scrambled([self.draws, 0, index, 0], self.key);
            *value = normal(radius, angle);
        }
        self.draws = self.draws.wrapping_add(1);
    }
}

/// Box and Muller's transform; both words are moved off zero by half a unit.
fn normal(radius: u32, angle: u32) -> f32 {
    const UNIT: f32 = 2.328_306_4e-10;
    const TURN: f32 = UNIT * 6.283_185_5;
    let [unit, turn] = [UNIT, TURN].map(f64::from);
    let radius = (-2.0 * (f64::from(radius) * unit + unit / 2.0).ln()).sqrt();
    let angle = f64::from(angle) * turn + turn / 2.0;
    (radius * angle.sin()) as f32
}

/// Ten rounds of the cipher.
fn scrambled(mut counter: [u32; 4], mut key: [u32; 2]) -> [u32; 4] {
    const MULTIPLIERS: [u64; 2] = [0xD251_1F53, 0xCD9E_8D57];
    const WEYL: [u32; 2] = [0x9E37_79B9, 0xBB67_AE85];
    for _ in 0..10 {
        let [first, second, third, fourth] = counter;
        let one = MULTIPLIERS[0] * u64::from(first);
        let two = MULTIPLIERS[1] * u64::from(third);
        counter = [
            (two >> 32) as u32 ^ second ^ key[0],
            two as u32,
            (one >> 32) as u32 ^ fourth ^ key[1],
            one as u32,
        ];
        key = [key[0].wrapping_add(WEYL[0]), key[1].wrapping_add(WEYL[1])];
    }
    counter
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cipher_gives_the_answers_that_its_authors_publish() {
        let check = |counter, key, expected| assert_eq!(scrambled(counter, key), expected);
        check(
            [0; 4],
            [0; 2],
            [0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8],
        );
        check(
            [0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344],
            [0xA409_3822, 0x299F_31D0],
            [0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1],
        );
    }
}
