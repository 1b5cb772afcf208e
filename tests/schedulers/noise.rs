//! Noise against PyTorch's own, bit for bit.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maquette::diffusion::noise::{self, BatchPlace, NOISES, Noise};
use maquette::diffusion::{LatentShape, Latents, between};
use maquette::domain::{LatentSize, Seed};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{REWRITE, golden};

#[derive(Deserialize)]
struct Golden {
    torch_cpu: Vec<First>,
    torch_cpu_draws: Vec<Several>,
    torch_cpu_batch: Vec<InBatch>,
    variation: Vec<Variation>,
    philox: Vec<First>,
    philox_draws: Vec<Several>,
}

#[derive(Deserialize)]
struct First {
    seed: u64,
    #[serde(flatten)]
    draw: Draw,
}

#[derive(Deserialize)]
struct Several {
    seed: u64,
    draws: Vec<Draw>,
}

#[derive(Deserialize)]
struct InBatch {
    seed: u64,
    size: usize,
    index: usize,
    draws: Vec<Draw>,
}

#[derive(Deserialize)]
struct Variation {
    seeds: [u64; 2],
    shape: [usize; 3],
    strength: f64,
    nudge: f64,
    values: Vec<f32>,
}

/// A draw, whole or by its ends and checksum.
#[derive(Deserialize)]
struct Draw {
    n: usize,
    #[serde(default)]
    values: Vec<f32>,
    #[serde(default)]
    first: Vec<f32>,
    #[serde(default)]
    last: Vec<f32>,
    sha256: Option<String>,
}

const ALONE: BatchPlace = BatchPlace { index: 0, size: 1 };

#[test]
fn noise_equals_the_reference_bit_for_bit() {
    let golden: Golden = golden("noise.json");
    let mut seen = BTreeSet::new();
    for (id, firsts, several) in [
        ("torch-cpu", golden.torch_cpu, golden.torch_cpu_draws),
        ("philox", golden.philox, golden.philox_draws),
    ] {
        for case in firsts {
            check(id, case.seed, ALONE, &[case.draw]);
        }
        for case in several {
            check(id, case.seed, ALONE, &case.draws);
        }
        seen.insert(id);
    }
    for InBatch {
        seed,
        size,
        index,
        draws,
    } in golden.torch_cpu_batch
    {
        check("torch-cpu-batch", seed, BatchPlace { index, size }, &draws);
        seen.insert("torch-cpu-batch");
    }
    for source in NOISES {
        let id = source.choice().id;
        assert!(seen.contains(id), "{id} has no reference noise; {REWRITE}");
    }
}

#[test]
fn variations_lie_where_the_reference_puts_them() {
    let golden: Golden = golden("noise.json");
    let nudges = golden.variation.iter().filter(|case| case.nudge > 0.0);
    assert!(nudges.count() > 0, "near noises are a case of their own");
    for case in golden.variation {
        let [channels, height, width] = case.shape;
        let size = LatentSize { width, height };
        let shape = LatentShape { channels, size };
        let draw = |seed| {
            noise::find("torch-cpu")
                .unwrap()
                .seeded(Seed(seed))
                .draw(shape)
        };
        let [from, mut towards] = case.seeds.map(draw);
        if case.nudge > 0.0 {
            towards = Latents::sum(&[(1.0, &from), (case.nudge, &towards)]);
        }
        let found = between(&from, &towards, case.strength);
        for (found, expected) in found.values().iter().zip(&case.values) {
            let difference = (found - expected).abs();
            assert!(difference < 1e-5, "{:?}: {found} {expected}", case.shape);
        }
    }
}

/// All draws from one stream, in order.
fn check(id: &str, seed: u64, place: BatchPlace, draws: &[Draw]) {
    let mut stream: Box<dyn Noise> = noise::find(id).unwrap().placed(Seed(seed), place);
    for draw in draws {
        let mut found = vec![0.0; draw.n];
        stream.fill(&mut found);
        let what = format!("{id}, seed {seed}, {} numbers", draw.n);
        if let Some(sha256) = &draw.sha256 {
            assert_eq!(found[..draw.first.len()], draw.first, "{what}");
            assert_eq!(found[draw.n - draw.last.len()..], draw.last, "{what}");
            assert_eq!(&checksum(&found), sha256, "{what}");
        } else {
            assert_eq!(found, draw.values, "{what}");
        }
    }
}

fn checksum(values: &[f32]) -> String {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    Sha256::digest(bytes)
        .iter()
        .fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").unwrap();
            text
        })
}
