//! Pictures between the noise of two seeds: variations that stay near one of them.

use crate::diffusion::latents::Latents;
use crate::domain::{ParamKind, ParamSpec};

/// The seed of the noise that a variation goes towards.
pub static VARIATION_SEED: ParamSpec = ParamSpec {
    id: "variation-seed",
    kind: ParamKind::Int {
        min: 0,
        max: u32::MAX as i64,
        default: 0,
    },
};

/// How far a variation goes: 0 = not at all, 1 = all the way.
pub static VARIATION_STRENGTH: ParamSpec = ParamSpec {
    id: "variation-strength",
    kind: ParamKind::Float {
        min: 0.0,
        max: 1.0,
        step: 0.01,
        default: 0.0,
    },
};

/// Where noises point nearly the same way on average, the way between them has no sure direction.
const SAME: f64 = 0.9995;

/// The noise so far on the way from one to another, `share` 0 to 1, along the sphere on which
/// noise lies (Shoemake 1985), the columns of each channel apart.
///
/// This is what Automatic1111's web UI computes, with its slip: noises that hardly differ are
/// mixed straight and the other way round, so that share 0 gives `towards`.
///
/// # Panics
/// When the shapes differ.
#[must_use]
pub fn between(from: &Latents, towards: &Latents, share: f64) -> Latents {
    assert_eq!(
        from.shape(),
        towards.shape(),
        "both are the noise of one picture"
    );
    let columns = Columns::of(from);
    let cosines: Vec<f64> = columns
        .all()
        .map(|column| columns.cosine(column, from.values(), towards.values()))
        .collect();
    if cosines.iter().sum::<f64>() / cosines.len() as f64 > SAME {
        return Latents::sum(&[(share, from), (1.0 - share, towards)]);
    }
    let mut between = from.clone();
    for (column, cosine) in columns.all().zip(cosines) {
        let angle = cosine.clamp(-1.0, 1.0).acos();
        let part = |share: f64| match angle.sin() {
            // Columns of one direction have no arc between them.
            sine if sine.abs() < 1e-9 => share,
            sine => (share * angle).sin() / sine,
        };
        for spot in columns.spots(column) {
            let [first, second] = [from, towards].map(|noise| f64::from(noise.values()[spot]));
            let value = part(1.0 - share) * first + part(share) * second;
            between.values_mut()[spot] = value as f32;
        }
    }
    between
}

/// The columns of all channels: one number from each row.
struct Columns {
    channels: usize,
    height: usize,
    width: usize,
}

impl Columns {
    fn of(latents: &Latents) -> Self {
        let shape = latents.shape();
        Self {
            channels: shape.channels,
            height: shape.size.height,
            width: shape.size.width,
        }
    }

    /// Each by its first spot.
    fn all(&self) -> impl Iterator<Item = usize> {
        let area = self.height * self.width;
        let width = self.width;
        (0..self.channels).flat_map(move |channel| (0..width).map(move |x| channel * area + x))
    }

    fn spots(&self, column: usize) -> impl Iterator<Item = usize> {
        let width = self.width;
        (0..self.height).map(move |row| column + row * width)
    }

    fn cosine(&self, column: usize, first: &[f32], second: &[f32]) -> f64 {
        let product = |a: &[f32], b: &[f32]| -> f64 {
            let products = self
                .spots(column)
                .map(|spot| f64::from(a[spot]) * f64::from(b[spot]));
            products.sum()
        };
        product(first, second) / (product(first, first) * product(second, second)).sqrt()
    }
}
