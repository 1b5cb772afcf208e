//! How weighted words make themselves heard in what a text encoder gives.

use crate::domain::{Choice, ParamKind, ParamSpec};

/// How weighted words make themselves heard.
pub static PARAM: ParamSpec = ParamSpec {
    id: "emphasis",
    kind: ParamKind::Choice {
        default: "original",
        options: || Emphasis::ALL.map(Emphasis::choice).to_vec(),
    },
};

/// What is done with the weights of words; the ways of Automatic1111's web UI.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Emphasis {
    /// Each token's numbers times its weight, then all of them scaled so that their mean is what
    /// it was.
    Original,
    /// Each token's numbers times its weight; SDXL takes it better.
    NoNorm,
    /// Weights are read, and have no effect.
    Ignore,
    /// Brackets are read as words.
    None,
}

impl Emphasis {
    /// Every way, in menu order.
    pub const ALL: [Self; 4] = [Self::Original, Self::NoNorm, Self::Ignore, Self::None];

    /// The way of that id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.choice().id == id)
    }

    /// Whether brackets mean weights at all.
    pub fn reads_weights(self) -> bool {
        self != Self::None
    }

    /// Weighs what the encoder gave for one chunk: as many numbers for each token as for another.
    ///
    /// Nothing changes where every weight is 1.
    pub fn weigh(self, embeddings: &mut [f32], weights: &[f32]) {
        let is_even = weights
            .iter()
            .all(|weight| weight.to_bits() == 1.0_f32.to_bits());
        if matches!(self, Self::Ignore | Self::None) || is_even || embeddings.is_empty() {
            return;
        }
        let before = mean(embeddings);
        let width = embeddings.len() / weights.len();
        for (token, weight) in embeddings.chunks_mut(width).zip(weights) {
            for value in token {
                *value *= weight;
            }
        }
        let after = mean(embeddings);
        if self == Self::Original && after != 0.0 {
            let factor = (before / after) as f32;
            for value in embeddings {
                *value *= factor;
            }
        }
    }

    fn choice(self) -> Choice {
        let (id, label) = match self {
            Self::Original => ("original", "Original"),
            Self::NoNorm => ("no-norm", "No norm"),
            Self::Ignore => ("ignore", "Ignore"),
            Self::None => ("none", "None"),
        };
        Choice {
            id,
            label,
            aliases: &[],
        }
    }
}

fn mean(values: &[f32]) -> f64 {
    let sum: f64 = values.iter().copied().map(f64::from).sum();
    sum / values.len() as f64
}
