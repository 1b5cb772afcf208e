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
/// The same whether model outputs or denoised images are combined.
pub fn classifier_free(unconditional: &Latents, conditional: &Latents, scale: f64) -> Latents {
    Latents::sum(&[(1.0 - scale, unconditional), (scale, conditional)])
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
        let [without, with] = [2.0, 3.0].map(|value| Latents::new(shape, vec![value]).unwrap());
        let check = |scale, expected| {
            assert_eq!(classifier_free(&without, &with, scale).values(), [expected]);
        };
        check(1.0, 3.0);
        check(7.5, 9.5);
        assert!(!needs_unconditional(1.0));
        assert!(needs_unconditional(1.1));
    }
}
