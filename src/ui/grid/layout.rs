//! Where the cells of the grid are: pure geometry, in points from the grid's upper left corner.

use std::ops::Range;

use egui::{Pos2, Rect, Vec2};

/// Between two cells, and around all of them.
const GAP: f32 = 8.0;

/// A grid of square cells that fills its width.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct GridLayout {
    /// Cells side by side.
    pub columns: usize,
    /// Cells that come before the kept pictures.
    pub ahead: usize,
    cell: f32,
    slots: usize,
}

impl GridLayout {
    /// The layout of cells that are at least `smallest` wide, where the width allows it.
    pub(super) fn new(width: f32, smallest: f32, ahead: usize, pictures: usize) -> Self {
        let columns = ((width - GAP) / (smallest + GAP)).floor().max(1.0);
        let cell = (width - GAP) / columns - GAP;
        Self {
            columns: columns as usize,
            ahead,
            cell: cell.max(1.0),
            slots: ahead + pictures,
        }
    }

    /// The height of all rows.
    pub(super) fn height(&self) -> f32 {
        GAP + self.rows() as f32 * self.pitch()
    }

    /// From the top of a row to that of the next.
    pub(super) fn pitch(&self) -> f32 {
        self.cell + GAP
    }

    /// The row of the picture at a place.
    pub(super) fn row_of_place(&self, place: usize) -> usize {
        self.row_of(self.ahead + place)
    }

    /// The row that a slot is in.
    pub(super) fn row_of(&self, slot: usize) -> usize {
        slot / self.columns
    }

    /// Where a row begins.
    pub(super) fn top_of(&self, row: usize) -> f32 {
        row as f32 * self.pitch()
    }

    /// The cell of a slot.
    pub(super) fn rect(&self, slot: usize) -> Rect {
        let column = (slot % self.columns) as f32;
        let corner = Pos2::new(
            GAP + column * self.pitch(),
            GAP + self.top_of(self.row_of(slot)),
        );
        Rect::from_min_size(corner, Vec2::splat(self.cell))
    }

    /// The rows that show between two heights.
    pub(super) fn rows_between(&self, top: f32, bottom: f32) -> Range<usize> {
        let first = (top / self.pitch()).floor().max(0.0) as usize;
        let end = (bottom / self.pitch()).ceil().max(0.0) as usize;
        first.min(self.rows())..end.min(self.rows())
    }

    /// The slots of some rows.
    pub(super) fn slots_of(&self, rows: &Range<usize>) -> Range<usize> {
        let end = (rows.end * self.columns).min(self.slots);
        (rows.start * self.columns).min(end)..end
    }

    /// The nearest offset at which a view of that height shows the picture at a place whole.
    pub(super) fn offset_showing(&self, place: usize, offset: f32, view_height: f32) -> f32 {
        let top = self.top_of(self.row_of_place(place));
        let bottom = top + self.pitch() + GAP;
        if top < offset {
            top
        } else if bottom > offset + view_height {
            // A row higher than the view is shown from its top.
            (bottom - view_height).min(top)
        } else {
            offset
        }
    }

    /// How many whole rows a view of that height shows, at least one.
    pub(super) fn rows_in(&self, view_height: f32) -> usize {
        (view_height / self.pitch()).floor().max(1.0) as usize
    }

    fn rows(&self) -> usize {
        self.slots.div_ceil(self.columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_fill_the_width_and_are_no_smaller_than_wished() {
        for width in [320.0, 777.0, 1600.0, 3840.0] {
            let layout = GridLayout::new(width, 192.0, 0, 1000);
            assert!(layout.cell >= 192.0, "{layout:?}");
            let last = layout.rect(layout.columns - 1);
            assert!((last.right() + GAP - width).abs() < 0.01, "{layout:?}");
            let next_row = layout.rect(layout.columns);
            assert!((next_row.left() - GAP).abs() < 0.01, "{layout:?}");
        }
        assert_eq!(GridLayout::new(100.0, 192.0, 0, 3).columns, 1);
    }

    #[test]
    fn only_the_rows_in_view_have_slots() {
        let layout = GridLayout::new(1000.0, 192.0, 4, 10_000);
        let rows = layout.rows_between(50_000.0, 50_800.0);
        let slots = layout.slots_of(&rows);
        assert!(slots.len() <= 6 * layout.columns, "{slots:?}");
        for slot in [slots.start, slots.end - 1] {
            let rect = layout.rect(slot);
            assert!(rect.bottom() > 50_000.0 && rect.top() < 50_800.0 + GAP);
        }
        assert_eq!(layout.rows_between(1e9, 2e9).len(), 0);
    }

    #[test]
    fn showing_a_slot_scrolls_no_farther_than_needed() {
        let layout = GridLayout::new(1000.0, 192.0, 0, 100);
        let check = |slot, offset, expected: f32| {
            let shown = layout.offset_showing(slot, offset, 600.0);
            assert!((shown - expected).abs() < 0.01, "{slot} {offset}: {shown}");
        };
        check(0, 0.0, 0.0);
        check(0, 500.0, 0.0);
        let far = 10 * layout.columns;
        let bottom = layout.rect(far).bottom() + GAP;
        check(far, 0.0, bottom - 600.0);
        check(far, bottom - 500.0, bottom - 500.0);
    }
}
