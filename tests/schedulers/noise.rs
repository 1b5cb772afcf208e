//! Noise against PyTorch's own, bit for bit.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use maquette::diffusion::noise::{self, NOISES};
use maquette::domain::Seed;
use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use crate::{REWRITE, golden};

#[derive(Deserialize)]
struct Golden {
    torch_cpu: Vec<First>,
    torch_cpu_draws: Vec<Several>,
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

#[test]
fn noise_equals_the_reference_bit_for_bit() {
    let golden: Golden = golden("noise.json");
    let mut seen = BTreeSet::new();
    for (id, firsts, several) in [
        ("torch-cpu", golden.torch_cpu, golden.torch_cpu_draws),
        ("philox", golden.philox, golden.philox_draws),
    ] {
        for case in firsts {
            check(id, case.seed, &[case.draw]);
        }
        for case in several {
            check(id, case.seed, &case.draws);
        }
        seen.insert(id);
    }
    for source in NOISES {
        let id = source.choice().id;
        assert!(seen.contains(id), "{id} has no reference noise; {REWRITE}");
    }
}

/// All draws from one stream, in order.
fn check(id: &str, seed: u64, draws: &[Draw]) {
    let mut stream = noise::find(id).unwrap().seeded(Seed(seed));
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
