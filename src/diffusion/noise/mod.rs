//! The catalogue of noise sources: where the randomness of a picture comes from.
//!
//! A source and a seed decide every number that is drawn, on every machine and for ever; that is
//! why recipes name the source.
//!
//! ```
//! use maquette::diffusion::{LatentShape, noise};
//! use maquette::domain::{LatentSize, Seed};
//!
//! let shape = LatentShape { channels: 4, size: LatentSize { width: 32, height: 32 } };
//! let source = noise::find("torch-cpu").expect("it is in the catalogue");
//! let first = source.seeded(Seed(7)).draw(shape);
//! assert_eq!(first, source.seeded(Seed(7)).draw(shape));
//! assert_ne!(first, source.seeded(Seed(8)).draw(shape));
//! ```

mod philox;
mod torch_cpu;
mod torch_cpu_batch;

use crate::diffusion::latents::{LatentShape, Latents};
use crate::domain::{Choice, ParamKind, ParamSpec, Seed};

/// Every noise source, in menu order.
pub static NOISES: &[&dyn NoiseSource] = &[
    &torch_cpu::TorchCpu,
    &torch_cpu_batch::TorchCpuBatch,
    &philox::Philox,
];

/// Which noise source a picture is made from.
pub static PARAM: ParamSpec = ParamSpec {
    id: "noise",
    kind: ParamKind::Choice {
        default: "torch-cpu",
        options: || NOISES.iter().map(|source| source.choice()).collect(),
    },
};

/// A way to turn a seed into noise.
pub trait NoiseSource: Sync {
    /// Its names.
    fn choice(&self) -> Choice;

    /// The stream of one picture, from its beginning.
    fn seeded(&self, seed: Seed) -> Box<dyn Noise>;

    /// Whether all pictures of a request have one seed, and differ by their places in a batch.
    fn shares_seed(&self) -> bool {
        false
    }

    /// The stream of a picture of a batch; the place counts only where they share a seed.
    fn placed(&self, seed: Seed, _place: BatchPlace) -> Box<dyn Noise> {
        self.seeded(seed)
    }
}

/// Which picture of how many that are drawn at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BatchPlace {
    /// From 0, below `size`.
    pub index: usize,
    /// How many pictures.
    pub size: usize,
}

/// The noise of one picture: numbers of a standard normal distribution, draw after draw.
pub trait Noise {
    /// Overwrites all values; **how a sequence is cut into draws may matter**.
    fn fill(&mut self, values: &mut [f32]);

    /// The next draw, as latents.
    fn draw(&mut self, shape: LatentShape) -> Latents {
        let mut latents = Latents::zeros(shape);
        self.fill(latents.values_mut());
        latents
    }
}

/// The noise source of that id, label or alias.
pub fn find(name: &str) -> Option<&'static dyn NoiseSource> {
    let named = |source: &&&dyn NoiseSource| source.choice().answers_to(name);
    NOISES.iter().find(named).copied()
}
