//! What a job will need, said before it runs.

use crate::diffusion::Convention;
use crate::diffusion::scheduler::{self, Scheduler};
use crate::domain::{ParamValue, Params, PixelSize, Recipe, Request, STEPS, TILE, Task, Timings};

use super::model_info::ModelInfo;
use super::part::tiles::tile_side;

/// Bytes of the process before it holds any model.
const BASE_BYTES: u64 = 60 << 20;

/// Bytes that decoding takes for each pixel of what is decoded in one piece: measured with the
/// decoder of Stable Diffusion 1.5 in 32-bit floats.
const DECODE_BYTES_PER_PIXEL: f64 = 3_600.0;

/// Bytes that a step takes for each pixel of the picture, attention aside: measured with the
/// denoiser of Stable Diffusion 1.5 in 32-bit floats.
const STEP_BYTES_PER_PIXEL: f64 = 500.0;

/// Bytes that attention takes for each pair of cells: two arrays of scores for each of 8 heads.
const STEP_BYTES_PER_PAIR: f64 = 64.0;

/// Pixels of a latent cell of common models.
const CELL_PIXELS: f64 = 64.0;

/// Weights of the denoiser of Stable Diffusion 1.5, by which smaller and larger ones are judged.
const KNOWN_DENOISER_BYTES: f64 = 3.44e9;

/// Bytes of a model's weights, part by part, as they are on the disk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weights {
    /// All that reads prompts.
    pub text_encoders: u64,
    /// What takes the steps.
    pub denoiser: u64,
    /// From latents to pictures.
    pub decoder: u64,
    /// From pictures to latents; held only for jobs that start from one.
    pub encoder: u64,
}

impl Weights {
    /// Bytes of the parts that every job needs.
    pub fn lasting(&self) -> u64 {
        self.text_encoders + self.denoiser + self.decoder
    }

    /// Bytes in memory at once under a budget: parts take turns where it does not hold them all.
    pub fn at_once(&self, budget_bytes: u64) -> u64 {
        if self.lasting() <= budget_bytes {
            return self.lasting();
        }
        let steps = self.denoiser + self.decoder;
        steps.max(self.text_encoders)
    }
}

/// What a job will need.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The most that the engine will have in memory, in bytes.
    pub memory_bytes: u64,
    /// How long all its pictures will take, the model's loading aside; `None` where the model was
    /// never measured here.
    pub secs: Option<f64>,
}

/// How fast a model was.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Of an ask of the denoiser, for each pixel.
    ask_secs_per_pixel: f64,
    /// Of all else, for each pixel.
    rest_secs_per_pixel: f64,
}

impl Pace {
    /// The pace of the median step of pictures by one model on one provider, at any size; `None`
    /// where there is none.
    pub fn measured<'a>(
        pictures: impl IntoIterator<Item = (&'a Recipe, &'a Timings)>,
    ) -> Option<Self> {
        let (mut steps, mut rests) = (Vec::new(), Vec::new());
        for (recipe, timings) in pictures {
            let pixels = recipe.size.area() as f64;
            let asks = f64::from(asks_per_step(&recipe.params)) * pixels;
            steps.extend(timings.step_secs.iter().map(|secs| secs / asks));
            rests.push((timings.encode_secs + timings.decode_secs) / pixels);
        }
        Some(Self {
            ask_secs_per_pixel: median(steps)?,
            rest_secs_per_pixel: median(rests)?,
        })
    }
}

/// What a settled request will need, under a budget for the weights.
///
/// Its constants were measured on the processor, with Stable Diffusion 1.5 at 512 × 512.
pub fn estimate(
    info: &ModelInfo,
    request: &Request,
    budget_bytes: u64,
    pace: Option<Pace>,
) -> Estimate {
    let working_bytes = working_bytes(info, request.size, request.params.int(&TILE));
    let encoder = match request.task {
        Task::Vary { .. } if info.weights.lasting() <= budget_bytes => info.weights.encoder,
        Task::Vary { .. } | Task::Create => 0,
    };
    let secs = pace.map(|pace| {
        let pixels = request.size.area() as f64;
        let asks = steps(request) * f64::from(asks_per_step(&request.params));
        let each = asks * pace.ask_secs_per_pixel + pace.rest_secs_per_pixel;
        pixels * each * f64::from(request.count.get())
    });
    Estimate {
        memory_bytes: info.weights.at_once(budget_bytes) + encoder + working_bytes,
        secs,
    }
}

/// Steps that a request takes: from a picture, the last share of them.
fn steps(request: &Request) -> f64 {
    let steps = request.params.int(&STEPS) as f64;
    let is_distilled = scheduler_of(&request.params)
        .is_some_and(|scheduler| scheduler.convention() == Convention::Distilled);
    match &request.task {
        Task::Vary { strength, .. } if !is_distilled => (steps * strength.share()).max(1.0),
        Task::Vary { .. } | Task::Create => steps,
    }
}

fn asks_per_step(params: &Params) -> u32 {
    scheduler_of(params).map_or(1, Scheduler::asks_per_step)
}

fn scheduler_of(params: &Params) -> Option<&'static dyn Scheduler> {
    let ParamValue::Text(id) = params.get(scheduler::PARAM.id)? else {
        return None;
    };
    scheduler::find(id)
}

/// Bytes beside the weights that a picture takes; `tile` is the value of [`TILE`].
pub fn working_bytes(info: &ModelInfo, size: PixelSize, tile: i64) -> u64 {
    let tile = tile_side(tile, size, false);
    let working = step_bytes(info, size).max(decode_bytes(size, tile));
    BASE_BYTES + working as u64
}

/// Bytes beside the weights that a step takes on the processor, where prompts take turns.
///
/// What a denoiser computes grows with its channels, and so with the root of its weights.
fn step_bytes(info: &ModelInfo, size: PixelSize) -> f64 {
    let pixels = size.area() as f64;
    let cells = pixels / CELL_PIXELS;
    let width = (info.weights.denoiser as f64 / KNOWN_DENOISER_BYTES).sqrt();
    (pixels * STEP_BYTES_PER_PIXEL + cells * cells * STEP_BYTES_PER_PAIR) * width.min(1.0)
}

fn decode_bytes(size: PixelSize, tile: Option<u32>) -> f64 {
    let side = |pixels: u32| f64::from(tile.map_or(pixels, |tile| pixels.min(tile)));
    side(size.width()) * side(size.height()) * DECODE_BYTES_PER_PIXEL
}

fn median(mut values: Vec<f64>) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ModelId, Prompt, Seed, Source, Strength};

    #[test]
    fn parts_take_turns_where_the_budget_does_not_hold_them_all() {
        let weights = Weights {
            text_encoders: 5,
            denoiser: 30,
            decoder: 2,
            encoder: 1,
        };
        assert_eq!(weights.at_once(37), 37);
        assert_eq!(weights.at_once(36), 32);
    }

    #[test]
    fn a_run_takes_the_last_share_of_its_steps_and_some_schedulers_ask_twice() {
        let request = |strength: Option<f64>, scheduler: &str| {
            let mut params = Params::default();
            params.set(STEPS.id, ParamValue::Int(20));
            params.set(scheduler::PARAM.id, ParamValue::Text(scheduler.to_owned()));
            let strength = strength.map(|share| Strength::new(share).unwrap());
            Request {
                model: ModelId::new("any"),
                task: strength.map_or(Task::Create, |strength| Task::Vary {
                    source: Source {
                        file: "start.png".into(),
                        sha256: None,
                    },
                    strength,
                    mask: None,
                }),
                prompt: Prompt::default(),
                size: PixelSize::new(8, 8).unwrap(),
                seed: Seed(0),
                count: std::num::NonZeroU32::MIN,
                params,
                parents: Vec::new(),
            }
        };
        for (strength, scheduler, expected) in [
            (None, "euler", 20),
            (None, "heun", 40),
            (Some(0.5), "euler", 10),
            (Some(0.01), "dpm2", 2),
            // All its steps are in the share.
            (Some(0.5), "lcm", 20),
        ] {
            let request = request(strength, scheduler);
            let asks = steps(&request) * f64::from(asks_per_step(&request.params));
            assert_eq!(asks as u32, expected, "{scheduler}, {strength:?}");
        }
    }

    #[test]
    fn tiles_bound_what_decoding_takes() {
        let size = |side| PixelSize::new(side, side).unwrap();
        let whole = decode_bytes(size(1024), None);
        assert!(decode_bytes(size(2048), Some(512)) < whole);
        assert!(decode_bytes(size(256), Some(512)) < whole / 15.0);
    }

    #[test]
    fn the_median_ignores_a_step_that_warmed_up() {
        assert_eq!(median(vec![9.0, 1.0, 1.1]), Some(1.1));
        assert_eq!(median(Vec::new()), None);
    }
}
