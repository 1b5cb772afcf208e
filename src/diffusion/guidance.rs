//! How predictions with and without the words become one.

use crate::diffusion::latents::Latents;

/// Whether a scale needs the prediction without the words at all; at 1 one evaluation is enough.
pub fn needs_unconditional(scale: f64) -> bool {
    // Exactly 1 is what "off" is stored as; anything else is asked for.
    (scale - 1.0).abs() > f64::EPSILON
}

/// Classifier-free guidance (Ho and Salimans 2022): away from the prediction without the words
/// and towards the one with them, `scale` times as far as they lie apart.
///
/// Towards several at once, each by its weight (Liu et al. 2022, "Compositional visual
/// generation with composable diffusion models").
/// The same whether model outputs or denoised images are combined.
pub fn classifier_free<'a>(
    unconditional: &'a Latents,
    conditionals: impl IntoIterator<Item = (f64, &'a Latents)>,
    scale: f64,
) -> Latents {
    let mut terms = vec![(1.0, unconditional)];
    for (weight, conditional) in conditionals {
        terms[0].0 -= weight * scale;
        terms.push((weight * scale, conditional));
    }
    Latents::sum(&terms)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diffusion::latents::LatentShape;
    use crate::domain::LatentSize;

    #[test]
    fn a_scale_of_one_is_the_conditional_prediction_and_more_goes_beyond_it() {
        let size = LatentSize {
            width: 1,
            height: 1,
        };
        let shape = LatentShape { channels: 1, size };
        let [without, with, other] =
            [2.0, 3.0, 6.0].map(|value| Latents::new(shape, vec![value]).unwrap());
        let check = |conditionals: &[(f64, &Latents)], scale, expected| {
            let guided = classifier_free(&without, conditionals.iter().copied(), scale);
            assert_eq!(guided.values(), [expected]);
        };
        check(&[(1.0, &with)], 1.0, 3.0);
        check(&[(1.0, &with)], 7.5, 9.5);
        check(&[(1.0, &with), (-0.5, &other)], 2.0, 0.0);
        assert!(!needs_unconditional(1.0));
        assert!(needs_unconditional(1.1));
    }
}
