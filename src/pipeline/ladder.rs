//! What is done when memory runs out: one thing after the other, the cheapest first, each said.

use crate::domain::{Message, Notice, Severity};
use crate::runtime::{RuntimeError, free_bytes};

use super::Monitor;
use super::error::PipelineError;

/// What a run is at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Loads the parts.
    Open,
    /// Encodes the picture to start from.
    Source,
    /// Reads the prompts.
    Prompts,
    /// Takes the steps.
    Denoise,
    /// Draws the picture of the latents.
    Decode,
}

/// Something that takes memory off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rung {
    /// Lets go of other models.
    OtherModels,
    /// Puts down the parts that are not at work.
    IdleParts,
    /// Denoises under one prompt after the other.
    OneByOne,
    /// Encodes and decodes in tiles.
    Tiles,
    /// Has the processor encode and decode.
    VaeOnProcessor,
    /// Has the processor do everything.
    AllOnProcessor,
}

impl Stage {
    /// What helps in this stage, the cheapest first.
    fn rungs(self) -> &'static [Rung] {
        match self {
            Self::Source | Self::Decode => &[
                Rung::OtherModels,
                Rung::IdleParts,
                Rung::Tiles,
                Rung::VaeOnProcessor,
            ],
            Self::Open | Self::Prompts => {
                &[Rung::OtherModels, Rung::IdleParts, Rung::AllOnProcessor]
            }
            Self::Denoise => &[
                Rung::OtherModels,
                Rung::IdleParts,
                Rung::OneByOne,
                Rung::AllOnProcessor,
            ],
        }
    }
}

impl Rung {
    fn notice(self) -> Notice {
        let headline = Message::new(match self {
            Self::OtherModels => "notice-memory-other-models",
            Self::IdleParts => "notice-memory-idle-parts",
            Self::OneByOne => "notice-memory-one-by-one",
            Self::Tiles => "notice-memory-tiles",
            Self::VaeOnProcessor => "notice-memory-vae-on-processor",
            Self::AllOnProcessor => "notice-memory-all-on-processor",
        });
        Notice::new(Severity::Warning, headline)
    }
}

/// A model that can do with less memory.
pub(super) trait Thrifty {
    /// Takes memory off; `false` where there is nothing of the kind left to do.
    fn step_onto(&mut self, rung: Rung, stage: Stage, monitor: &mut dyn Monitor) -> bool;

    /// Bytes of its weights in memory.
    fn weight_bytes(&self) -> u64;
}

/// Attempts a stage again and again with less memory each time, and tells what was done for it.
pub(super) fn climb<M: Thrifty, T>(
    model: &mut M,
    stage: Stage,
    monitor: &mut dyn Monitor,
    mut attempt: impl FnMut(&mut M, &mut dyn Monitor) -> Result<T, PipelineError>,
) -> Result<T, PipelineError> {
    let mut rungs = stage.rungs().iter().copied();
    loop {
        let weight_bytes = model.weight_bytes();
        let shortage = match attempt(model, monitor) {
            Err(PipelineError::Runtime(error)) if error.is_out_of_memory() => error,
            outcome => return outcome,
        };
        monitor.checkpoint()?;
        let taken = rungs.find(|rung| model.step_onto(*rung, stage, monitor));
        let Some(rung) = taken else {
            return Err(out_of_memory(weight_bytes, shortage));
        };
        log::warn!("out of memory in {stage:?}, so {rung:?}: {shortage}");
        monitor.tell(rung.notice().caused_by(&shortage));
    }
}

fn out_of_memory(weight_bytes: u64, source: RuntimeError) -> PipelineError {
    PipelineError::OutOfMemory {
        weight_bytes,
        free_bytes: free_bytes(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::diffusion::{LatentShape, Latents};
    use crate::domain::{CancelToken, Explain as _, LatentSize, Picture, Progress};
    use crate::pipeline::part::latent_scale::LatentScale;
    use crate::pipeline::part::vae::VaeDecoder;
    use crate::runtime::{
        Adjustment, Element, Feeds, Graph, LazyGraph, Lodging, Port, Ports, ProviderId, Tensor,
        Tensors,
    };

    /// Fails for want of memory until it stands on a rung, and cannot take some of them.
    struct Hungry {
        content_on: Option<Rung>,
        cannot: &'static [Rung],
        taken: Vec<Rung>,
    }

    impl Thrifty for Hungry {
        fn step_onto(&mut self, rung: Rung, _: Stage, _: &mut dyn Monitor) -> bool {
            let can = !self.cannot.contains(&rung);
            if can {
                self.taken.push(rung);
            }
            can
        }

        fn weight_bytes(&self) -> u64 {
            3 << 30
        }
    }

    #[derive(Default)]
    struct Ear(CancelToken, Vec<String>);

    impl Monitor for Ear {
        fn cancel(&self) -> &CancelToken {
            &self.0
        }
        fn report(&mut self, _: Progress) {}
        fn deliver(&mut self, _: Picture) {}
        fn tell(&mut self, notice: Notice) {
            self.1.push(notice.headline.key.into_owned());
        }
    }

    fn run(model: &mut Hungry, stage: Stage, ear: &mut Ear) -> Result<&'static str, PipelineError> {
        climb(model, stage, ear, |model, _| {
            if model.taken.last() == model.content_on.as_ref() {
                return Ok("done");
            }
            let shortage = RuntimeError::Run {
                detail: "std::bad_alloc".to_owned(),
                path: PathBuf::from("unet.onnx"),
            };
            Err(shortage.into())
        })
    }

    #[test]
    fn rungs_are_climbed_until_it_works_and_each_is_said() {
        let mut model = Hungry {
            content_on: Some(Rung::Tiles),
            cannot: &[Rung::OtherModels],
            taken: Vec::new(),
        };
        let mut ear = Ear::default();
        assert_eq!(run(&mut model, Stage::Decode, &mut ear).unwrap(), "done");
        assert_eq!(model.taken, [Rung::IdleParts, Rung::Tiles]);
        assert_eq!(ear.1, ["notice-memory-idle-parts", "notice-memory-tiles"]);
    }

    #[test]
    fn at_the_end_of_the_ladder_the_numbers_are_told() {
        for stage in [
            Stage::Open,
            Stage::Source,
            Stage::Prompts,
            Stage::Denoise,
            Stage::Decode,
        ] {
            let mut model = Hungry {
                content_on: Some(Rung::OtherModels),
                cannot: &[Rung::OtherModels],
                taken: Vec::new(),
            };
            let mut ear = Ear::default();
            let error = run(&mut model, stage, &mut ear).unwrap_err();
            assert!(error.to_string().contains("3.0 GiB"), "{error}");
            assert_eq!(error.explain().headline.key, "error-pipeline-memory");
            assert_eq!(model.taken.len(), ear.1.len());
            assert_eq!(model.taken.len() + 1, stage.rungs().len());
        }
    }

    /// Decodes no more than so many cells at once on the card, and any number on the processor.
    struct Cramped(Ports, ProviderId);

    const MOST_CELLS: usize = 64 * 64;

    impl Graph for Cramped {
        fn ports(&self) -> &Ports {
            &self.0
        }

        fn run(&mut self, feeds: Feeds<'_>, _: &CancelToken) -> Result<Tensors, RuntimeError> {
            let (_, latents) = feeds.iter().next().unwrap();
            let [_, _, height, width] = *latents.shape() else {
                panic!("latents have four axes");
            };
            if self.1.as_str() == "cuda" && height * width > MOST_CELLS {
                return Err(RuntimeError::Run {
                    detail: "CUDA failure 2: out of memory".to_owned(),
                    path: self.0.path.clone(),
                });
            }
            let planes = vec![0.5; 3 * 64 * height * width];
            let picture = Tensor::floats([1, 3, 8 * height, 8 * width], planes).unwrap();
            Ok(Tensors::new(
                &self.0.path,
                vec![("sample".to_owned(), picture)],
            ))
        }

        fn bytes(&self) -> u64 {
            1
        }

        fn run_secs(&self) -> f64 {
            0.0
        }
    }

    struct Painter {
        decoder: VaeDecoder,
        can_tile: bool,
        must_tile: bool,
    }

    impl Thrifty for Painter {
        fn step_onto(&mut self, rung: Rung, _: Stage, _: &mut dyn Monitor) -> bool {
            let graph = self.decoder.graph_mut();
            match rung {
                Rung::Tiles => self.can_tile && !std::mem::replace(&mut self.must_tile, true),
                Rung::VaeOnProcessor => graph.adjust(Adjustment::ToProcessor),
                Rung::OtherModels | Rung::IdleParts | Rung::OneByOne | Rung::AllOnProcessor => {
                    false
                }
            }
        }

        fn weight_bytes(&self) -> u64 {
            self.decoder.graph().bytes()
        }
    }

    fn painter(can_tile: bool) -> Painter {
        let load = |lodging: &Lodging, _: &CancelToken| {
            let port = |name: &str| Port {
                name: name.to_owned(),
                element: Some(Element::F32),
                axes: vec![None; 4],
            };
            let ports = Ports {
                path: PathBuf::from("vae.onnx"),
                inputs: vec![port("latent_sample")],
                outputs: vec![port("sample")],
            };
            Ok(Box::new(Cramped(ports, lodging.provider.clone())) as Box<dyn Graph>)
        };
        let cuda = ProviderId::new("cuda");
        let lodging = Lodging {
            provider: cuda,
            is_wide: false,
            retouching: None,
        };
        let graph = LazyGraph::new(Box::new(load), lodging, &CancelToken::default()).unwrap();
        Painter {
            decoder: VaeDecoder::new(Box::new(graph), LatentScale::new(1.0, 0.0), 8).unwrap(),
            can_tile,
            must_tile: false,
        }
    }

    #[test]
    fn a_decoder_that_runs_out_of_memory_tiles_or_moves_to_the_processor() {
        let size = LatentSize {
            width: 100,
            height: 80,
        };
        let latents = Latents::zeros(LatentShape { channels: 4, size });
        for (can_tile, told) in [
            (true, "notice-memory-tiles"),
            (false, "notice-memory-vae-on-processor"),
        ] {
            let mut ear = Ear::default();
            let mut painter = painter(can_tile);
            let pixels = climb(&mut painter, Stage::Decode, &mut ear, |painter, monitor| {
                let side = painter.must_tile.then_some(512);
                painter.decoder.decode(&latents, side, monitor.cancel())
            });
            assert_eq!(pixels.unwrap().size().to_string(), "800x640");
            assert_eq!(ear.1, [told]);
        }
    }

    #[test]
    fn other_failures_and_a_cancel_climb_nothing() {
        let mut model = Hungry {
            content_on: None,
            cannot: &[],
            taken: Vec::new(),
        };
        let mut ear = Ear::default();
        let failed: Result<(), _> = climb(&mut model, Stage::Decode, &mut ear, |_, _| {
            Err(PipelineError::PictureNotFinite)
        });
        assert!(matches!(failed, Err(PipelineError::PictureNotFinite)));
        ear.0.cancel();
        model.content_on = Some(Rung::Tiles);
        let ended = run(&mut model, Stage::Decode, &mut ear);
        assert!(matches!(ended, Err(PipelineError::Cancelled)));
        assert!(model.taken.is_empty() && ear.1.is_empty());
    }
}
