//! How a denoiser takes its latents: as planes, or as a row of patches.

use crate::diffusion::{LatentShape, Latents};
use crate::runtime::{Port, Ports, RuntimeError, Tensor};

/// Cells along each side of a patch.
pub(crate) const PATCH: usize = 2;

/// The order in which a denoiser takes and gives its numbers.
pub(crate) enum LatentLayout {
    /// `batch × channels × height × width`: U-Nets, Stable Diffusion 3.
    Planes,
    /// `batch × patches × numbers of a patch`: Flux. A patch is two cells wide and high, and holds
    /// channel by channel its four cells, row by row.
    Patches,
}

/// A layout, and how many channels it has.
pub(crate) struct LatentPorts {
    pub layout: LatentLayout,
    /// Channels that the denoiser takes.
    pub taken: usize,
    /// Channels that it gives.
    pub given: usize,
}

impl LatentPorts {
    /// Reads the layout off the ports of latents.
    pub(crate) fn of(ports: &Ports, sample: &Port, output: &Port) -> Result<Self, RuntimeError> {
        let (layout, axis, cells) = match sample.axes.len() {
            3 => (LatentLayout::Patches, 2, PATCH * PATCH),
            _ => (LatentLayout::Planes, 1, 1),
        };
        let channels = |port: &Port| {
            let numbers = port.axes.get(axis).copied().flatten();
            numbers.map(|numbers| numbers / cells)
        };
        let taken = channels(sample);
        // An output of patches need not say what it gives: it is as much as it takes.
        let given = channels(output).or(taken);
        match (taken, given) {
            (Some(taken), Some(given)) => Ok(Self {
                layout,
                taken,
                given,
            }),
            _ => Err(ports.misfit("it does not say how many channels its latents have")),
        }
    }
}

impl LatentLayout {
    /// The same latents once for each prompt.
    pub(crate) fn fed(&self, latents: &Latents, prompts: usize) -> Tensor {
        let LatentShape { channels, size } = latents.shape();
        let tensor = match self {
            Self::Planes => Tensor::floats(
                [prompts, channels, size.height, size.width],
                latents.values().repeat(prompts),
            ),
            Self::Patches => Tensor::floats(
                [prompts, tokens(latents.shape()), channels * PATCH * PATCH],
                patches(latents).repeat(prompts),
            ),
        };
        tensor.expect("as many values as in so many samples")
    }

    /// The latents in what the denoiser gave for one prompt.
    pub(crate) fn read(&self, values: Vec<f32>, shape: LatentShape) -> Option<Latents> {
        match self {
            Self::Planes => Latents::new(shape, values),
            Self::Patches => planes(&values, shape),
        }
    }
}

/// Patches that the denoisers of flows attend to, whichever layout they are fed in.
pub(crate) fn tokens(shape: LatentShape) -> usize {
    (shape.size.height / PATCH) * (shape.size.width / PATCH)
}

/// Row and column of each patch behind a number that is 0 for still pictures: `patches × 3`.
pub(crate) fn patch_places(shape: LatentShape) -> Vec<i64> {
    let [rows, columns] = [shape.size.height, shape.size.width].map(|cells| cells / PATCH);
    let places = (0..rows).flat_map(|row| (0..columns).map(move |column| [0, row, column]));
    places.flatten().map(|number| number as i64).collect()
}

fn patches(latents: &Latents) -> Vec<f32> {
    let planes = latents.values();
    places(latents.shape()).map(|place| planes[place]).collect()
}

fn planes(values: &[f32], shape: LatentShape) -> Option<Latents> {
    let mut latents = Latents::new(shape, vec![0.0; values.len()])?;
    for (place, value) in places(shape).zip(values) {
        latents.values_mut()[place] = *value;
    }
    Some(latents)
}

/// Where in the planes each number of the patches stands.
fn places(shape: LatentShape) -> impl Iterator<Item = usize> {
    let LatentShape { channels, size } = shape;
    let [rows, columns] = [size.height / PATCH, size.width / PATCH];
    (0..rows * columns).flat_map(move |patch| {
        let [top, left] = [patch / columns * PATCH, patch % columns * PATCH];
        (0..channels * PATCH * PATCH).map(move |number| {
            let channel = number / (PATCH * PATCH);
            let [down, right] = [number / PATCH % PATCH, number % PATCH];
            (channel * size.height + top + down) * size.width + left + right
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::LatentSize;

    #[test]
    fn patches_hold_four_cells_channel_by_channel_and_become_planes_again() {
        let size = LatentSize {
            width: 4,
            height: 2,
        };
        let shape = LatentShape { channels: 2, size };
        let values: Vec<f32> = (0..16_u8).map(f32::from).collect();
        let latents = Latents::new(shape, values).unwrap();
        let fed = LatentLayout::Patches.fed(&latents, 1);
        assert_eq!(fed.shape(), [1, 2, 8]);
        let [first, second] = [
            [0.0, 1.0, 4.0, 5.0, 8.0, 9.0, 12.0, 13.0],
            [2.0, 3.0, 6.0, 7.0, 10.0, 11.0, 14.0, 15.0],
        ];
        assert_eq!(*fed.to_floats(), [first, second].concat());
        let read = LatentLayout::Patches.read(fed.into_floats(), shape);
        assert_eq!(read, Some(latents));
        assert_eq!(patch_places(shape), [0, 0, 0, 0, 0, 1]);
    }
}
