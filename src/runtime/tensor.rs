//! Numbers on their way into a graph and out of it.

use std::borrow::Cow;

use half::f16;

/// An array of numbers, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    values: Values,
}

/// The numbers of a [`Tensor`].
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// 32-bit floats.
    F32(Vec<f32>),
    /// 16-bit floats.
    F16(Vec<f16>),
    /// 64-bit whole numbers.
    I64(Vec<i64>),
    /// 32-bit whole numbers.
    I32(Vec<i32>),
}

/// The kinds of numbers that graphs take and give.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Element {
    /// 32-bit floats.
    F32,
    /// 16-bit floats, IEEE 754 binary16.
    F16,
    /// 64-bit whole numbers.
    I64,
    /// 32-bit whole numbers.
    I32,
}

impl Tensor {
    /// An array of floats; `None` when `values` does not fill `shape`.
    pub fn floats(shape: impl Into<Vec<usize>>, values: Vec<f32>) -> Option<Self> {
        Self::new(shape.into(), Values::F32(values))
    }

    /// An array of whole numbers; `None` when `values` does not fill `shape`.
    pub fn integers(shape: impl Into<Vec<usize>>, values: Vec<i64>) -> Option<Self> {
        Self::new(shape.into(), Values::I64(values))
    }

    /// An array of any numbers; `None` when `values` does not fill `shape`.
    pub fn new(shape: Vec<usize>, values: Values) -> Option<Self> {
        let filled = shape.iter().product::<usize>() == values.len();
        filled.then_some(Self { shape, values })
    }

    /// Arrays of one shape behind one another along their first axis, as floats; `None` where the
    /// shapes differ or there is none.
    pub fn stacked(tensors: &[&Self]) -> Option<Self> {
        let mut shape = tensors.first()?.shape.clone();
        if tensors.iter().any(|tensor| tensor.shape != shape) {
            return None;
        }
        *shape.first_mut()? *= tensors.len();
        let values = tensors
            .iter()
            .flat_map(|tensor| tensor.to_floats().into_owned());
        Self::floats(shape, values.collect())
    }

    /// One entry along the first axis, as floats, in an array whose first axis has that entry only.
    ///
    /// # Panics
    /// When there is no such entry.
    #[must_use]
    pub fn row(&self, index: usize) -> Self {
        let mut shape = self.shape.clone();
        let rows = std::mem::replace(&mut shape[0], 1);
        let values = self.to_floats();
        let length = values.len() / rows;
        let values = values[index * length..][..length].to_vec();
        Self::floats(shape, values).expect("a whole entry")
    }

    /// Arrays side by side along their last axis, as floats; `None` where the other axes differ or
    /// there is none.
    pub fn joined(tensors: &[&Self]) -> Option<Self> {
        let (_, outer) = tensors.first()?.shape.split_last()?;
        let rows = tensors.iter().map(|tensor| {
            let (width, own_outer) = tensor.shape.split_last()?;
            (own_outer == outer && *width > 0).then(|| (*width, tensor.to_floats()))
        });
        let rows = rows.collect::<Option<Vec<_>>>()?;
        let count: usize = outer.iter().product();
        let values = (0..count).flat_map(|row| {
            rows.iter()
                .flat_map(move |(width, values)| values[row * width..][..*width].iter().copied())
        });
        let values = values.collect();
        let width = rows.iter().map(|(width, _)| width).sum();
        let mut shape = outer.to_vec();
        shape.push(width);
        Self::floats(shape, values)
    }

    /// As many zeros.
    #[must_use]
    pub fn zeroed(&self) -> Self {
        Self {
            shape: self.shape.clone(),
            values: Values::F32(vec![0.0; self.values.len()]),
        }
    }

    /// The length of each axis, the outermost first; empty for a single number.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The numbers as 32-bit floats.
    pub fn to_floats(&self) -> Cow<'_, [f32]> {
        match &self.values {
            Values::F32(values) => Cow::Borrowed(values),
            Values::F16(values) => values.iter().map(|value| value.to_f32()).collect(),
            Values::I64(values) => values.iter().map(|value| *value as f32).collect(),
            Values::I32(values) => values.iter().map(|value| *value as f32).collect(),
        }
    }

    /// The numbers as 32-bit floats, without copying where they are.
    pub fn into_floats(self) -> Vec<f32> {
        match self.values {
            Values::F32(values) => values,
            Values::F16(_) | Values::I64(_) | Values::I32(_) => self.to_floats().into_owned(),
        }
    }

    /// The same numbers as another kind: floats are rounded to the nearest, whole numbers cut to
    /// the range of the narrower kind.
    pub fn cast(&self, element: Element) -> Cow<'_, Self> {
        if self.values.element() == element {
            return Cow::Borrowed(self);
        }
        let values = match element {
            Element::F32 => Values::F32(self.to_floats().into_owned()),
            Element::F16 => Values::F16(
                self.to_floats()
                    .iter()
                    .copied()
                    .map(f16::from_f32)
                    .collect(),
            ),
            Element::I64 => Values::I64(self.whole_numbers().collect()),
            Element::I32 => {
                let narrow = |value: i64| value.clamp(i64::from(i32::MIN), i64::from(i32::MAX));
                Values::I32(
                    self.whole_numbers()
                        .map(|value| narrow(value) as i32)
                        .collect(),
                )
            }
        };
        Cow::Owned(Self {
            shape: self.shape.clone(),
            values,
        })
    }

    /// The numbers as they are.
    pub fn values(&self) -> &Values {
        &self.values
    }

    /// The numbers alone, without copying them.
    pub fn into_values(self) -> Values {
        self.values
    }

    fn whole_numbers(&self) -> Box<dyn Iterator<Item = i64> + '_> {
        match &self.values {
            Values::I64(values) => Box::new(values.iter().copied()),
            Values::I32(values) => Box::new(values.iter().map(|value| i64::from(*value))),
            Values::F32(values) => Box::new(values.iter().map(|value| value.round() as i64)),
            Values::F16(values) => Box::new(values.iter().map(|v| v.to_f32().round() as i64)),
        }
    }
}

impl Values {
    fn element(&self) -> Element {
        match self {
            Self::F32(_) => Element::F32,
            Self::F16(_) => Element::F16,
            Self::I64(_) => Element::I64,
            Self::I32(_) => Element::I32,
        }
    }

    fn len(&self) -> usize {
        match self {
            Self::F32(values) => values.len(),
            Self::F16(values) => values.len(),
            Self::I64(values) => values.len(),
            Self::I32(values) => values.len(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_change_their_kind_and_keep_their_shape() {
        let given = Tensor::integers([1, 3], vec![7, -1, i64::MAX]).unwrap();
        let narrow = given.cast(Element::I32);
        assert_eq!(narrow.shape(), [1, 3]);
        assert_eq!(narrow.values(), &Values::I32(vec![7, -1, i32::MAX]));
        assert_eq!(narrow.cast(Element::F32).to_floats()[..2], [7.0, -1.0]);
        let half = Tensor::floats([2], vec![1.5, 1e9]).unwrap();
        let half = half.cast(Element::F16).into_owned();
        assert_eq!(half.into_floats(), [1.5, f32::INFINITY]);
    }

    #[test]
    fn tensors_are_joined_row_by_row() {
        let wide = Tensor::floats([1, 2, 2], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let narrow = Tensor::floats([1, 2, 1], vec![5.0, 6.0]).unwrap();
        let joined = Tensor::joined(&[&wide, &narrow]).unwrap();
        assert_eq!(joined.shape(), [1, 2, 3]);
        assert_eq!(joined.into_floats(), [1.0, 2.0, 5.0, 3.0, 4.0, 6.0]);
        let other = Tensor::floats([1, 3, 1], vec![0.0; 3]).unwrap();
        assert!(Tensor::joined(&[&wide, &other]).is_none());
    }

    #[test]
    fn rows_of_stacked_tensors_are_those_tensors() {
        let [a, b] =
            [[1.0, 2.0], [3.0, 4.0]].map(|it| Tensor::floats([1, 2], it.to_vec()).unwrap());
        let both = Tensor::stacked(&[&a, &b]).unwrap();
        assert_eq!([both.row(0), both.row(1)], [a, b]);
    }

    #[test]
    fn a_shape_must_be_filled() {
        assert!(Tensor::floats([2, 2], vec![0.0; 3]).is_none());
        assert!(Tensor::floats([], vec![0.0]).is_some());
    }
}
