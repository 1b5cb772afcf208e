//! PyTorch's CPU generator as ComfyUI uses it: one draw for all pictures of a batch.

use super::torch_cpu::TorchCpu;
use super::{BatchPlace, Noise, NoiseSource};
use crate::domain::{Choice, Seed};

/// All pictures of a batch share a seed; each takes its slice of what is drawn for all.
///
/// Later draws go on in the same stream, as a batch on the processor does.
pub(super) struct TorchCpuBatch;

impl NoiseSource for TorchCpuBatch {
    fn choice(&self) -> Choice {
        Choice {
            id: "torch-cpu-batch",
            label: "PyTorch (CPU, batch)",
            aliases: &["ComfyUI"],
        }
    }

    fn seeded(&self, seed: Seed) -> Box<dyn Noise> {
        TorchCpu.seeded(seed)
    }

    fn shares_seed(&self) -> bool {
        true
    }

    fn placed(&self, seed: Seed, place: BatchPlace) -> Box<dyn Noise> {
        Box::new(Slice {
            batch: TorchCpu.seeded(seed),
            place,
        })
    }
}

struct Slice {
    batch: Box<dyn Noise>,
    place: BatchPlace,
}

impl Noise for Slice {
    fn fill(&mut self, values: &mut [f32]) {
        let mut batch = vec![0.0; values.len() * self.place.size];
        self.batch.fill(&mut batch);
        let start = values.len() * self.place.index;
        values.copy_from_slice(&batch[start..start + values.len()]);
    }
}
