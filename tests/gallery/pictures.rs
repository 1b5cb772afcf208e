//! Pictures for tests: small, each different from the others.

use maquette::domain::{
    MadeWith, ModelId, ParamValue, Params, Picture, PixelSize, Pixels, Prompt, Recipe, Seed, Task,
    Timings,
};

/// A picture of noise, `side` pixels square; the same for the same seed.
pub(crate) fn noise_picture(seed: u64, side: u32) -> Picture {
    let size = PixelSize::new(side, side).expect("tests ask for possible sizes");
    let mut random = Random::new(seed);
    let bytes: Vec<u8> = (0..3 * size.area()).map(|_| random.next() as u8).collect();
    Picture {
        pixels: Pixels::new(size, bytes).expect("there are three bytes for each pixel"),
        recipe: recipe(seed, size),
        timings: Timings {
            load_secs: 0.5,
            encode_secs: 0.25,
            step_secs: vec![0.1, 0.2],
            decode_secs: 1.0,
            graph_secs: 1.5,
            peak_bytes: Some(1 << 30),
        },
    }
}

fn recipe(seed: u64, size: PixelSize) -> Recipe {
    let mut params = Params::default();
    params.set("steps", ParamValue::Int(20));
    params.set("guidance", ParamValue::Float(7.1));
    params.set("scheduler", ParamValue::Text("euler".to_owned()));
    Recipe {
        model: ModelId::new("tiny"),
        fingerprint: "0123456789abcdef".repeat(4),
        prompt: Prompt {
            text: format!("маяк № {seed}, sunset"),
            negative: "fog".to_owned(),
        },
        size,
        seed: Seed(seed),
        params,
        parents: Vec::new(),
        task: Task::Create,
        made_with: MadeWith {
            app: "0.1.0".to_owned(),
            runtime: "1.31.1".to_owned(),
            provider: "cpu".to_owned(),
            adapters: Vec::new(),
        },
    }
}

/// Numbers that look random and are the same in every run (Marsaglia's xorshift64).
pub(crate) struct Random(u64);

impl Random {
    /// A sequence for each seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// The next number.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 8
    }
}
