//! A model that is opened with less where memory does not suffice for more.

use crate::models::ModelFolder;
use crate::runtime::{Provider, ProviderId, Runtime};

use super::error::PipelineError;
use super::ladder::{Rung, Stage, Thrifty, climb};
use super::{Family, Monitor, Pipeline};

/// Opens a model of that family, and gives up one thing after the other when memory runs out.
pub(super) fn open(
    family: &dyn Family,
    folder: &ModelFolder,
    runtime: &Runtime,
    provider: &ProviderId,
    monitor: &mut dyn Monitor,
) -> Result<Box<dyn Pipeline>, PipelineError> {
    let mut opening = Opening {
        runtime: runtime.clone(),
        provider: provider.clone(),
    };
    climb(&mut opening, Stage::Open, monitor, |opening, monitor| {
        family.open(folder, &opening.runtime, &opening.provider, monitor)
    })
}

struct Opening {
    runtime: Runtime,
    provider: ProviderId,
}

impl Thrifty for Opening {
    fn step_onto(&mut self, rung: Rung, _: Stage, monitor: &mut dyn Monitor) -> bool {
        match rung {
            Rung::OtherModels => monitor.free_memory(),
            // Without any budget no two parts are held at once.
            Rung::IdleParts => {
                let had_budget = self.runtime.budget_bytes() > 0;
                self.runtime = self.runtime.with_budget(0);
                had_budget
            }
            Rung::AllOnProcessor => {
                let chosen = self.runtime.choose(&self.provider);
                self.provider = ProviderId::new(Provider::Cpu.id());
                chosen.is_ok_and(|chosen| chosen.id != self.provider)
            }
            Rung::OneByOne | Rung::Tiles | Rung::VaeOnProcessor => false,
        }
    }

    fn weight_bytes(&self) -> u64 {
        0
    }
}
