//! MT19937: the uniform numbers below PyTorch's CPU noise.
//!
//! Matsumoto and Nishimura 1998, with the initialisation of 2002.

/// Words of state.
const WORDS: usize = 624;

/// A stream of uniform numbers.
pub(super) struct MersenneTwister {
    state: [u32; WORDS],
    position: usize,
}

impl MersenneTwister {
    /// The stream of a seed, from its beginning.
    pub(super) fn seeded(seed: u32) -> Self {
        let mut state = [seed; WORDS];
        for index in 1..WORDS {
            let before = state[index - 1];
            state[index] = (before ^ (before >> 30))
                .wrapping_mul(1_812_433_253)
                .wrapping_add(index as u32);
        }
        Self {
            state,
            position: WORDS,
        }
    }

    /// 24 random bits, from 0 to just below 1.
    pub(super) fn next_f32(&mut self) -> f32 {
        const BITS: u32 = 24;
        (self.next_u32() & ((1 << BITS) - 1)) as f32 / (1_u32 << BITS) as f32
    }

    /// 53 random bits of two words, the upper word first; from 0 to just below 1.
    pub(super) fn next_f64(&mut self) -> f64 {
        const BITS: u32 = 53;
        let upper = u64::from(self.next_u32());
        let word = upper << 32 | u64::from(self.next_u32());
        (word & ((1 << BITS) - 1)) as f64 / (1_u64 << BITS) as f64
    }

    fn next_u32(&mut self) -> u32 {
        if self.position == WORDS {
            self.renew();
        }
        let mut word = self.state[self.position];
        self.position += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9D2C_5680;
        word ^= (word << 15) & 0xEFC6_0000;
        word ^ (word >> 18)
    }

    fn renew(&mut self) {
        for index in 0..WORDS {
            let upper = self.state[index] & 0x8000_0000;
            let joined = upper | (self.state[(index + 1) % WORDS] & 0x7FFF_FFFF);
            let twist = if joined & 1 == 1 { 0x9908_B0DF } else { 0 };
            self.state[index] = self.state[(index + 397) % WORDS] ^ (joined >> 1) ^ twist;
        }
        self.position = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ten_thousandth_word_is_the_one_that_the_c_plus_plus_standard_asks_for() {
        let mut twister = MersenneTwister::seeded(5489);
        let last = (0..10_000).map(|_| twister.next_u32()).last();
        assert_eq!(last, Some(4_123_659_995));
    }
}
