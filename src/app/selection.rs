//! The chosen pictures, one of them the current one.

use std::collections::BTreeSet;

use crate::domain::PictureId;

/// Which pictures a command is for.
///
/// The current picture is always among the chosen ones.
#[derive(Debug, Default)]
pub(super) struct Selection {
    chosen: BTreeSet<PictureId>,
    current: Option<PictureId>,
    /// Where a range begins that is drawn with Shift.
    anchor: Option<PictureId>,
}

impl Selection {
    pub(super) fn current(&self) -> Option<PictureId> {
        self.current
    }

    pub(super) fn has(&self, id: PictureId) -> bool {
        self.chosen.contains(&id)
    }

    pub(super) fn chosen(&self) -> impl Iterator<Item = PictureId> {
        self.chosen.iter().copied()
    }

    pub(super) fn len(&self) -> usize {
        self.chosen.len()
    }

    /// Where a range begins.
    pub(super) fn anchor(&self) -> Option<PictureId> {
        self.anchor.or(self.current)
    }

    /// Chooses one picture alone.
    pub(super) fn choose(&mut self, id: PictureId) {
        self.chosen = BTreeSet::from([id]);
        self.current = Some(id);
        self.anchor = Some(id);
    }

    /// Makes one of the chosen pictures the current one, and keeps the others.
    pub(super) fn turn_to(&mut self, id: PictureId) {
        if self.chosen.contains(&id) {
            self.current = Some(id);
        }
    }

    /// Chooses a picture beside the others, or no more.
    pub(super) fn toggle(&mut self, id: PictureId) {
        if self.chosen.remove(&id) {
            if self.current == Some(id) {
                self.current = self.chosen.first().copied();
            }
        } else {
            self.chosen.insert(id);
            self.current = Some(id);
        }
        self.anchor = Some(id);
    }

    /// Chooses a range, and remembers where it began.
    pub(super) fn draw(&mut self, range: impl IntoIterator<Item = PictureId>, to: PictureId) {
        self.anchor = self.anchor();
        self.chosen = range.into_iter().collect();
        self.chosen.insert(to);
        self.current = Some(to);
    }

    /// Chooses several; the current one stays if it is among them.
    pub(super) fn set(&mut self, ids: impl IntoIterator<Item = PictureId>) {
        self.chosen = ids.into_iter().collect();
        let stays = self.current.filter(|id| self.chosen.contains(id));
        self.current = stays.or_else(|| self.chosen.first().copied());
        self.anchor = self.current;
    }

    /// Chooses the current picture alone.
    pub(super) fn narrow(&mut self) {
        self.set(self.current);
    }

    /// Lets go of those that are not to be kept.
    pub(super) fn retain(&mut self, keep: impl Fn(PictureId) -> bool) {
        self.chosen.retain(|id| keep(*id));
        self.anchor = self.anchor.filter(|id| keep(*id));
        if self.current.is_some_and(|id| !keep(id)) {
            self.current = self.chosen.first().copied();
        }
    }
}
