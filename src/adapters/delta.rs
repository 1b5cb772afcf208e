//! What an adapter adds to one weight, as factors of little rank.

use ndarray::{Array2, ArrayView2};

use super::tensor_file::Floats;

/// A change of one weight, as the product of smaller ones.
///
/// Formulas are those of the papers: `LoRA` (Hu et al. 2021), `LoHa` (Hyeon-Woo et al. 2022,
/// `FedPara`) and `LoKr` (Edalati et al. 2022, `KronA`), with the cores that `LyCORIS` puts between
/// the factors of convolutions.
#[derive(Clone, Debug)]
pub(super) enum Delta {
    /// `scale · up · down`.
    Lora { scale: f32, product: Product },
    /// `scale · (first ∘ second)`, element by element.
    Hadamard {
        scale: f32,
        first: Product,
        second: Product,
    },
    /// `scale · (first ⊗ second)`.
    Kronecker {
        scale: f32,
        first: Product,
        second: Product,
    },
}

/// A matrix whose rows are outputs and whose columns are inputs, and for convolutions the places
/// of the kernel within each input.
#[derive(Clone, Debug)]
pub(super) enum Product {
    /// As it is: `out × in…` numbers.
    Whole(Floats),
    /// `left · right`: `out × rank` and `rank × in…` numbers.
    Pair { left: Floats, right: Floats },
    /// `left · core[k] · right` for every place `k` of the kernel: `out × rank`, `rank × rank × k…`
    /// and `rank × in` numbers.
    Cored {
        left: Floats,
        core: Floats,
        right: Floats,
    },
    /// The same, with the left factor transposed: `rank × out` numbers, as `LyCORIS` keeps it.
    CoredTransposed {
        left: Floats,
        core: Floats,
        right: Floats,
    },
}

impl Delta {
    /// What it adds to a weight of that shape, `out × in…` as in `PyTorch`, row-major; `None` where
    /// it is for weights of another shape.
    pub(super) fn values(&self, shape: &[usize]) -> Option<Vec<f32>> {
        let (out, inner) = shape.split_first()?;
        // Factors of a few bytes may have a product that no memory holds, so its size comes first.
        if self.size()? != (*out, inner.iter().product::<usize>()) {
            return None;
        }
        let (scale, mut values) = match self {
            Self::Lora { scale, product } => (*scale, product.values()?),
            Self::Hadamard {
                scale,
                first,
                second,
            } => (*scale, first.values()? * second.values()?),
            Self::Kronecker {
                scale,
                first,
                second,
            } => (*scale, kronecker(&first.values()?, &second.values()?)),
        };
        if (scale - 1.0).abs() > f32::EPSILON {
            values *= scale;
        }
        Some(values.as_standard_layout().iter().copied().collect())
    }

    /// Rows and columns; `None` where the factors do not fit together.
    fn size(&self) -> Option<(usize, usize)> {
        match self {
            Self::Lora { product, .. } => product.size(),
            Self::Hadamard { first, second, .. } => {
                first.size().filter(|size| Some(*size) == second.size())
            }
            Self::Kronecker { first, second, .. } => {
                let ((rows, columns), (height, width)) = (first.size()?, second.size()?);
                Some((rows.checked_mul(height)?, columns.checked_mul(width)?))
            }
        }
    }
}

impl Product {
    /// Rows and columns; `None` where the factors do not fit together.
    fn size(&self) -> Option<(usize, usize)> {
        match self {
            Self::Whole(whole) => Some(rows(whole)?.dim()),
            Self::Pair { left, right } => {
                let ((outputs, rank), (inner, inputs)) = (rows(left)?.dim(), rows(right)?.dim());
                (rank == inner).then_some((outputs, inputs))
            }
            Self::Cored { left, core, right } => {
                let (outputs, upper) = rows(left)?.dim();
                cored_size(outputs, upper, core, &rows(right)?)
            }
            Self::CoredTransposed { left, core, right } => {
                let (upper, outputs) = rows(left)?.dim();
                cored_size(outputs, upper, core, &rows(right)?)
            }
        }
    }

    /// The numbers, of a product that has a size.
    fn values(&self) -> Option<Array2<f32>> {
        Some(match self {
            Self::Whole(whole) => rows(whole)?.to_owned(),
            Self::Pair { left, right } => rows(left)?.dot(&rows(right)?),
            Self::Cored { left, core, right } => cored(&rows(left)?, core, &rows(right)?)?,
            Self::CoredTransposed { left, core, right } => {
                let left = rows(left)?.reversed_axes();
                cored(&left, core, &rows(right)?)?
            }
        })
    }
}

/// A tensor with all axes but the first in one.
fn rows(floats: &Floats) -> Option<ArrayView2<'_, f32>> {
    let (first, inner) = floats.shape.split_first()?;
    let size = (*first, inner.iter().product());
    ArrayView2::from_shape(size, &floats.values).ok()
}

fn cored_size(
    outputs: usize,
    upper: usize,
    core: &Floats,
    right: &ArrayView2<'_, f32>,
) -> Option<(usize, usize)> {
    let [height, width, kernel @ ..] = core.shape.as_slice() else {
        return None;
    };
    let (lower, inputs) = right.dim();
    let fits = (*height, *width) == (upper, lower);
    // A rank above both would be no saving, and only cost memory.
    let is_small = upper.max(lower) <= outputs.max(inputs);
    let columns = inputs.checked_mul(kernel.iter().product())?;
    (fits && is_small).then_some((outputs, columns))
}

fn cored(
    left: &ArrayView2<'_, f32>,
    core: &Floats,
    right: &ArrayView2<'_, f32>,
) -> Option<Array2<f32>> {
    let kernel = core.shape.iter().skip(2).product::<usize>();
    let size = (left.ncols(), right.nrows());
    let mut values = Array2::zeros((left.nrows(), right.ncols() * kernel));
    for place in 0..kernel {
        let layer = core.values.iter().skip(place).step_by(kernel).copied();
        let layer = Array2::from_shape_vec(size, layer.collect()).ok()?;
        for ((output, input), value) in left.dot(&layer).dot(right).indexed_iter() {
            values[(output, input * kernel + place)] = *value;
        }
    }
    Some(values)
}

/// The Kronecker product over outputs and over inputs; places of a kernel are inputs of the second
/// factor.
fn kronecker(first: &Array2<f32>, second: &Array2<f32>) -> Array2<f32> {
    let (height, width) = second.dim();
    let size = (first.nrows() * height, first.ncols() * width);
    Array2::from_shape_fn(size, |(row, column)| {
        first[(row / height, column / width)] * second[(row % height, column % width)]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn floats(shape: &[usize], values: &[f32]) -> Floats {
        Floats {
            shape: shape.to_vec(),
            values: values.to_vec(),
        }
    }

    fn pair() -> Product {
        Product::Pair {
            left: floats(&[2, 1], &[1.0, 2.0]),
            right: floats(&[1, 3], &[1.0, 10.0, 100.0]),
        }
    }

    #[test]
    fn a_pair_multiplies_out_and_is_scaled() {
        let delta = Delta::Lora {
            scale: 0.5,
            product: pair(),
        };
        let expected = [0.5, 5.0, 50.0, 1.0, 10.0, 100.0];
        assert_eq!(delta.values(&[2, 3]).unwrap(), expected);
        // A convolution of one place is a matrix.
        assert_eq!(delta.values(&[2, 3, 1, 1]).unwrap(), expected);
        assert!(delta.values(&[3, 2]).is_none());
        assert!(delta.values(&[]).is_none());
    }

    #[test]
    fn factors_that_do_not_fit_together_are_refused() {
        let product = Product::Pair {
            left: floats(&[2, 2], &[1.0; 4]),
            right: floats(&[1, 3], &[1.0; 3]),
        };
        let delta = Delta::Lora {
            scale: 1.0,
            product,
        };
        assert!(delta.values(&[2, 3]).is_none());
    }

    #[test]
    fn a_product_that_no_memory_holds_is_refused_before_it_is_made() {
        let long = || floats(&[1 << 20, 1], &vec![1.0; 1 << 20]);
        let wide = || floats(&[1, 1 << 20], &vec![1.0; 1 << 20]);
        let product = || Product::Pair {
            left: long(),
            right: wide(),
        };
        let scale = 1.0;
        for delta in [
            Delta::Lora {
                scale,
                product: product(),
            },
            Delta::Hadamard {
                scale,
                first: product(),
                second: product(),
            },
            Delta::Kronecker {
                scale,
                first: Product::Whole(long()),
                second: Product::Whole(wide()),
            },
        ] {
            assert!(delta.values(&[4, 4]).is_none());
        }
    }

    #[test]
    fn a_kronecker_product_repeats_the_second_factor() {
        let delta = Delta::Kronecker {
            scale: 1.0,
            first: Product::Whole(floats(&[1, 2], &[1.0, -1.0])),
            second: Product::Whole(floats(&[2, 1, 1, 2], &[1.0, 2.0, 3.0, 4.0])),
        };
        let expected = [1.0, 2.0, -1.0, -2.0, 3.0, 4.0, -3.0, -4.0];
        assert_eq!(delta.values(&[2, 2, 1, 2]).unwrap(), expected);
        assert!(delta.values(&[4, 2]).is_none());
    }
}
