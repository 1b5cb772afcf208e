//! Where the noise of one picture of a request comes from.

use std::num::NonZeroU32;

use crate::diffusion::latents::{LatentShape, Latents};
use crate::diffusion::noise::{self, BatchPlace, Noise, NoiseSource};
use crate::diffusion::variation::{VARIATION_SEED, VARIATION_STRENGTH, between};
use crate::domain::{ParamKind, ParamSpec, ParamValue, Params, Request, Seed};

/// The most pictures that share one draw.
const MAX_BATCH: i64 = 1024;

/// Which picture of a batch it is, from 0, where a batch shares its seed.
pub static BATCH_INDEX: ParamSpec = ParamSpec {
    id: "batch-index",
    kind: ParamKind::Int {
        min: 0,
        max: MAX_BATCH - 1,
        default: 0,
    },
};

/// How many pictures the batch has; at least as many as are asked for.
pub static BATCH_SIZE: ParamSpec = ParamSpec {
    id: "batch-size",
    kind: ParamKind::Int {
        min: 1,
        max: MAX_BATCH,
        default: 1,
    },
};

/// The request for the `index`-th picture of a settled request alone: it gives the same picture.
///
/// Seeds count on from picture to picture, except where pictures share a seed: there the place in
/// the batch does, and in variations of a picture the seed of the variation.
pub fn picture_request(request: &Request, index: u32) -> Request {
    let mut single = request.clone();
    single.count = NonZeroU32::MIN;
    let params = &mut single.params;
    let source = noise::find(request.params.text(&noise::PARAM));
    if source.is_some_and(NoiseSource::shares_seed) {
        let first = params.int(&BATCH_INDEX);
        let size = params
            .int(&BATCH_SIZE)
            .max(first + i64::from(request.count.get()));
        let place = first + i64::from(index);
        // What one draw cannot hold is a batch of the next seed.
        single.seed = request.seed.of_picture((place / MAX_BATCH) as u32);
        params.set(BATCH_INDEX.id, ParamValue::Int(place % MAX_BATCH));
        params.set(BATCH_SIZE.id, ParamValue::Int(size.min(MAX_BATCH)));
    } else if params.float(&VARIATION_STRENGTH) > 0.0 {
        let seed = params.int(&VARIATION_SEED) + i64::from(index);
        let seeds = i64::from(u32::MAX) + 1;
        params.set(VARIATION_SEED.id, ParamValue::Int(seed % seeds));
    } else {
        single.seed = request.seed.of_picture(index);
    }
    single
}

/// Whether a value can change anything beside the others: a place in a batch says nothing to noise
/// that is drawn for each picture alone, and a seed nothing to a variation of no strength.
pub fn is_heard(spec: &ParamSpec, settled: &Params) -> bool {
    if [BATCH_INDEX.id, BATCH_SIZE.id].contains(&spec.id) {
        let source = noise::find(settled.text(&noise::PARAM));
        return source.is_some_and(NoiseSource::shares_seed);
    }
    spec.id != VARIATION_SEED.id || settled.float(&VARIATION_STRENGTH) > 0.0
}

/// The noise of one picture.
pub struct PictureNoise {
    source: &'static dyn NoiseSource,
    place: BatchPlace,
    variation: Option<(Seed, f64)>,
    stream: Box<dyn Noise>,
}

impl PictureNoise {
    /// The noise of the only picture of a settled request (see [`picture_request`]).
    pub fn new(source: &'static dyn NoiseSource, seed: Seed, params: &Params) -> Self {
        let index = params.int(&BATCH_INDEX).max(0) as usize;
        let place = BatchPlace {
            index,
            size: (params.int(&BATCH_SIZE).max(1) as usize).max(index + 1),
        };
        let strength = params.float(&VARIATION_STRENGTH);
        let variation_seed = Seed(params.int(&VARIATION_SEED).unsigned_abs());
        Self {
            stream: source.placed(seed, place),
            variation: (strength > 0.0).then_some((variation_seed, strength)),
            source,
            place,
        }
    }

    /// What the run starts from: the next draw, on the way to that of the variation.
    pub fn first(&mut self, shape: LatentShape) -> Latents {
        let noise = self.stream.draw(shape);
        match self.variation {
            None => noise,
            Some((seed, strength)) => {
                let other = self.source.placed(seed, self.place).draw(shape);
                between(&noise, &other, strength)
            }
        }
    }

    /// What is drawn before and after it.
    pub fn stream(&mut self) -> &mut dyn Noise {
        self.stream.as_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ModelId, PixelSize, Prompt, Task};

    fn request(source: &str, strength: f64) -> Request {
        let mut params = Params::default();
        params.set("noise", ParamValue::Text(source.into()));
        params.set("variation-strength", ParamValue::Float(strength));
        params.set("variation-seed", ParamValue::Int(i64::from(u32::MAX)));
        Request {
            model: ModelId::new("any"),
            task: Task::Create,
            prompt: Prompt::default(),
            size: PixelSize::new(64, 64).unwrap(),
            seed: Seed(40),
            count: NonZeroU32::new(3).unwrap(),
            params,
            parents: Vec::new(),
        }
    }

    #[test]
    fn a_value_that_changes_nothing_is_not_heard() {
        let heard = |source, strength| {
            let params = request(source, strength).params;
            [
                &BATCH_INDEX,
                &BATCH_SIZE,
                &VARIATION_SEED,
                &VARIATION_STRENGTH,
            ]
            .map(|spec| is_heard(spec, &params))
        };
        assert_eq!(heard("torch-cpu", 0.0), [false, false, false, true]);
        assert_eq!(heard("torch-cpu-batch", 0.3), [true; 4]);
    }

    #[test]
    fn what_counts_on_from_picture_to_picture_depends_on_the_noise() {
        let check = |source, strength, seed, variation, place, size| {
            let single = picture_request(&request(source, strength), 2);
            assert_eq!(single.count, NonZeroU32::MIN);
            assert_eq!(single.seed, Seed(seed), "{source}");
            assert_eq!(single.params.int(&VARIATION_SEED), variation, "{source}");
            assert_eq!(single.params.int(&BATCH_INDEX), place, "{source}");
            assert_eq!(single.params.int(&BATCH_SIZE), size, "{source}");
            assert_eq!(picture_request(&single, 0), single, "{source}");
        };
        let last = i64::from(u32::MAX);
        check("torch-cpu", 0.0, 42, last, 0, 0);
        check("philox", 0.3, 40, 1, 0, 0);
        check("torch-cpu-batch", 0.0, 40, last, 2, 3);
    }
}
