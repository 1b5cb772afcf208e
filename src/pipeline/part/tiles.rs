//! Pictures that are encoded and decoded in tiles, since a whole one may take too much memory.
//!
//! The decoder of Stable Diffusion takes about 3.6 kB for each pixel of its picture, 3.8 GB for
//! 1024 × 1024 (measured, 32-bit floats).
//! Its attention and its normalisation look at everything they are given, so tiles of one picture
//! differ a little in tone; where tiles overlap, each counts less the nearer its edge is.
//! Measured with our own model, 256 × 192 in tiles of 128: 57 dB from the picture in one piece, and
//! the difference changes by 0.14 of 255 from column to column at the edges of tiles, by 0.12
//! elsewhere.

use std::ops::Range;

use crate::domain::{LatentSize, PixelSize};

/// The most pixels that are decoded in one piece where nobody says otherwise: those of the
/// largest pictures that common models are trained on.
const WHOLE_PIXELS: usize = 1024 * 1024;

/// The side of a tile in pixels where nobody says otherwise.
const SIDE_PIXELS: u32 = 512;

/// The least cells along each side of a tile: smaller ones see too little.
const LEAST_CELLS: usize = 8;

/// The part of a tile's side that it shares with its neighbour, at least.
const OVERLAP: f64 = 0.25;

/// Whether what a run computes with is so much for a picture of so many cells that it is better
/// given back after it than kept for the next run: some 200 MB for a decoder.
pub(crate) fn is_worth_trimming(cells: usize) -> bool {
    cells >= 32 * 32
}

/// How a picture is cut; spans are counted in latent cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tiles {
    size: LatentSize,
    columns: Vec<Range<usize>>,
    rows: Vec<Range<usize>>,
}

/// One tile, in latent cells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Tile {
    columns: Range<usize>,
    rows: Range<usize>,
}

/// The side of the tiles of a picture, in pixels, by the parameter `tile`; `None` = one piece.
pub(crate) fn tile_side(named: i64, size: PixelSize, must_tile: bool) -> Option<u32> {
    match u32::try_from(named) {
        Ok(0) | Err(_) => (must_tile || size.area() > WHOLE_PIXELS).then_some(SIDE_PIXELS),
        Ok(side) if must_tile => Some(side.min(SIDE_PIXELS)),
        Ok(side) => Some(side),
    }
}

impl Tiles {
    /// Covers a picture with tiles of at most `side` pixels; `None` = with one.
    pub(crate) fn covering(size: LatentSize, side: Option<u32>, cell_pixels: u32) -> Self {
        let cells = side.map_or(usize::MAX, |side| {
            ((side / cell_pixels.max(1)) as usize).max(LEAST_CELLS)
        });
        Self {
            size,
            columns: spans(size.width, cells),
            rows: spans(size.height, cells),
        }
    }

    /// Puts results together that `compute` gives for each tile: planes of `scale` numbers for
    /// each cell along each side, as many planes for each tile.
    ///
    /// `None` when a result has another length than the tile asks for.
    pub(crate) fn assemble<E>(
        &self,
        scale: usize,
        mut compute: impl FnMut(&Tile) -> Result<Vec<f32>, E>,
    ) -> Result<Option<Vec<f32>>, E> {
        if self.columns.len() == 1 && self.rows.len() == 1 {
            let whole = compute(&self.tile(0, 0))?;
            let area = self.size.width * self.size.height * scale * scale;
            return Ok((whole.len() % area == 0).then_some(whole));
        }
        let across = weights(&self.columns, self.size.width, scale);
        let down = weights(&self.rows, self.size.height, scale);
        let [width, height] = [self.size.width, self.size.height].map(|cells| cells * scale);
        let mut canvas: Vec<f32> = Vec::new();
        for (row, down) in down.iter().enumerate() {
            for (column, across) in across.iter().enumerate() {
                let tile = self.tile(row, column);
                let planes = compute(&tile)?;
                let area = across.len() * down.len();
                if canvas.is_empty() {
                    canvas = vec![0.0; planes.len() / area * width * height];
                }
                if planes.is_empty() || planes.len() * width * height != canvas.len() * area {
                    return Ok(None);
                }
                let (left, top) = (tile.columns.start * scale, tile.rows.start * scale);
                let lines = planes.chunks_exact(across.len()).enumerate();
                for (line, values) in lines {
                    let (plane, line) = (line / down.len(), line % down.len());
                    let start = (plane * height + top + line) * width + left;
                    let target = &mut canvas[start..start + across.len()];
                    let terms = values.iter().zip(across);
                    for (sum, (value, weight)) in target.iter_mut().zip(terms) {
                        *sum += value * weight * down[line];
                    }
                }
            }
        }
        Ok(Some(canvas))
    }

    fn tile(&self, row: usize, column: usize) -> Tile {
        Tile {
            columns: self.columns[column].clone(),
            rows: self.rows[row].clone(),
        }
    }
}

impl Tile {
    /// Width and height in cells.
    pub(crate) fn cells(&self) -> [usize; 2] {
        [self.columns.len(), self.rows.len()]
    }

    /// What the tile shows of planes of a picture of that size, with `scale` numbers for each
    /// cell along each side.
    pub(crate) fn cut(&self, planes: &[f32], size: LatentSize, scale: usize) -> Vec<f32> {
        let [width, height] = [size.width, size.height].map(|cells| cells * scale);
        let columns = self.columns.start * scale..self.columns.end * scale;
        let rows = self.rows.start * scale..self.rows.end * scale;
        let lines = planes.chunks_exact(width).enumerate();
        let lines = lines.filter(|(line, _)| rows.contains(&(line % height)));
        lines
            .flat_map(|(_, values)| &values[columns.clone()])
            .copied()
            .collect()
    }
}

/// Spans of at most `side` that cover a length, evenly spread.
fn spans(length: usize, side: usize) -> Vec<Range<usize>> {
    if length <= side {
        return std::iter::once(0..length).collect();
    }
    let overlap = (side as f64 * OVERLAP).ceil() as usize;
    let count = (length - overlap).div_ceil(side - overlap);
    let last = length - side;
    let starts = (0..count).map(|index| index * last / (count - 1));
    starts.map(|start| start..start + side).collect()
}

/// How much each number along a span counts: together 1 everywhere.
fn weights(spans: &[Range<usize>], length: usize, scale: usize) -> Vec<Vec<f32>> {
    let raw = |span: &Range<usize>| {
        let numbers = span.len() * scale;
        let (is_first, is_last) = (span.start == 0, span.end == length);
        let weight = move |place: usize| {
            let from_start = if is_first { numbers } else { place };
            let from_end = if is_last {
                numbers
            } else {
                numbers - 1 - place
            };
            from_start.min(from_end) as f32 + 0.5
        };
        (0..numbers).map(weight).collect::<Vec<f32>>()
    };
    let mut weights: Vec<Vec<f32>> = spans.iter().map(raw).collect();
    let mut totals = vec![0.0; length * scale];
    for (span, weights) in spans.iter().zip(&weights) {
        let totals = &mut totals[span.start * scale..];
        for (total, weight) in totals.iter_mut().zip(weights) {
            *total += weight;
        }
    }
    for (span, weights) in spans.iter().zip(&mut weights) {
        let totals = &totals[span.start * scale..];
        for (weight, total) in weights.iter_mut().zip(totals) {
            *weight /= total;
        }
    }
    weights
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use proptest::prelude::*;

    use super::*;

    fn size(width: usize, height: usize) -> LatentSize {
        LatentSize { width, height }
    }

    #[test]
    fn only_large_pictures_are_tiled_where_nobody_says() {
        let side = |width, height, must| tile_side(0, PixelSize::new(width, height).unwrap(), must);
        assert_eq!(side(1024, 1024, false), None);
        assert_eq!(side(1088, 1024, false), Some(512));
        assert_eq!(side(512, 512, true), Some(512));
        assert_eq!(
            tile_side(256, PixelSize::new(64, 64).unwrap(), false),
            Some(256)
        );
    }

    proptest! {
        /// A result that does not depend on the tile comes back as it was.
        #[test]
        fn tiles_of_one_picture_give_that_picture(
            width in 1..50_usize, height in 1..50_usize, side in 8..40_u32, scale in 1..3_usize,
        ) {
            let size = size(width, height);
            let area = width * height * scale * scale;
            let whole: Vec<f32> = (0..2 * area).map(|value| value as f32).collect();
            let tiles = Tiles::covering(size, Some(side), 1);
            let mut count = 0;
            let drawn = tiles.assemble(scale, |tile| {
                count += 1;
                assert!(tile.cells()[0] <= side as usize && tile.cells()[1] <= side as usize);
                Ok::<_, Infallible>(tile.cut(&whole, size, scale))
            });
            let drawn = drawn.unwrap().unwrap();
            prop_assert_eq!(drawn.len(), whole.len());
            for (drawn, whole) in drawn.iter().zip(&whole) {
                prop_assert!((drawn - whole).abs() <= 1e-5 * whole.abs().max(1.0));
            }
            prop_assert!((count == 1) == (width <= side as usize && height <= side as usize));
        }
    }

    #[test]
    fn a_result_of_another_length_is_none() {
        let tiles = Tiles::covering(size(20, 20), Some(8), 1);
        let drawn = tiles.assemble(1, |_| Ok::<_, Infallible>(vec![0.0; 7]));
        assert_eq!(drawn.unwrap(), None);
    }

    /// Tiles of different tone, the worst that a normalisation can do, pass into one another.
    #[test]
    fn no_seam_is_steeper_than_the_passage_across_the_overlap() {
        let size = size(64, 16);
        let tiles = Tiles::covering(size, Some(32), 1);
        let mut tone = 0.0;
        let drawn = tiles.assemble(8, |tile| {
            tone += 1.0;
            let [width, height] = tile.cells();
            Ok::<_, Infallible>(vec![tone; width * height * 64])
        });
        let drawn = drawn.unwrap().unwrap();
        let steps = drawn.windows(2).take(64 * 8 - 1);
        let steepest = steps
            .map(|pair| (pair[1] - pair[0]).abs())
            .fold(0.0, f32::max);
        let overlap = 8.0 * 8.0;
        assert!(steepest <= 2.0 / overlap, "{steepest}");
    }
}
