//! The random numbers by which dynamic prompts are resolved: `SplitMix64`, for ever.

/// `SplitMix64` (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators").
///
/// **It must never change**: recipes hold what was picked, but requests hold only the seed.
pub(super) struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    pub(super) fn new(state: u64) -> Self {
        Self { state }
    }

    /// The next 64 random bits.
    fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^ (bits >> 31)
    }

    /// A whole number from 0 to below `end`: the upper half of the bits times `end`.
    pub(super) fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// Which of the weights a random point falls on; all alike where their sum is no number above
    /// 0. There must be one.
    pub(super) fn pick(&mut self, weights: &[f64]) -> usize {
        let sum: f64 = weights.iter().sum();
        if !(sum.is_finite() && sum > 0.0) {
            return self.below(weights.len());
        }
        // 53 bits are all that such a number holds.
        let mut point = (self.next() >> 11) as f64 / (1_u64 << 53) as f64 * sum;
        for (place, weight) in weights.iter().enumerate() {
            if point < *weight {
                return place;
            }
            point -= weight;
        }
        // Rounding may carry the point past the end.
        let last = weights.iter().rposition(|weight| *weight > 0.0);
        last.unwrap_or(weights.len() - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_are_those_that_its_authors_publish() {
        let mut random = SplitMix64::new(1_234_567);
        let expected = [
            6_457_827_717_110_365_317,
            3_203_168_211_198_807_973,
            9_817_491_932_198_370_423,
        ];
        assert_eq!([(); 3].map(|()| random.next()), expected);
    }

    #[test]
    fn picks_follow_the_weights() {
        let mut random = SplitMix64::new(7);
        let mut counts = [0_u32; 3];
        for _ in 0..4000 {
            counts[random.pick(&[1.0, 0.0, 3.0])] += 1;
        }
        assert_eq!(counts[1], 0);
        assert!((900..1100).contains(&counts[0]), "{counts:?}");
        assert!(random.pick(&[0.0, 0.0]) < 2);
    }
}
