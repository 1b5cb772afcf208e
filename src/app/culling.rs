//! Choosing pictures and marking them, one function for each wish.

use crate::domain::{Mark, Marks, PictureId};
use crate::gallery::{self, MarkChange, Marking};

use super::action::{CullAction, Reach};
use super::effect::{Effect, Effects};
use super::studio::Studio;

impl Studio {
    pub(super) fn apply_cull(&mut self, action: CullAction) -> Effects {
        match action {
            CullAction::Toggle(id) => self.wall.selection.toggle(id),
            CullAction::SelectTo(id) => {
                let from = self.wall.selection.anchor().unwrap_or(id);
                let range = self.wall.span(from, id);
                self.wall.selection.draw(range, id);
            }
            CullAction::SelectThese(ids) => self.wall.selection.set(ids),
            CullAction::SelectAll => {
                let all: Vec<_> = self.wall.all_shown().collect();
                self.wall.selection.set(all);
            }
            CullAction::SelectOne => self.wall.selection.narrow(),
            CullAction::LetGo(id) => self.let_go(id),
            CullAction::StepChosen(steps) => self.step_chosen(steps),
            CullAction::TurnTo(id) => self.wall.selection.turn_to(id),
            CullAction::Mark {
                mark,
                reach,
                advances,
            } => return self.mark(mark, reach, advances),
            CullAction::TakeBack => return self.take_back(),
            CullAction::DoAgain => return self.do_again(),
            CullAction::Show(filter) => self.wall.set_filter(filter),
            CullAction::Sort(sort) => self.wall.set_sort(sort),
            CullAction::EmptyBin => {
                let ids = self.wall.all_rejected();
                return vec![Effect::Library(gallery::Command::Discard(ids))];
            }
        }
        self.look_at_current()
    }

    /// Has the current picture described, and remembers that it was seen.
    pub(super) fn look_at_current(&mut self) -> Effects {
        let Some(id) = self.wall.current() else {
            return Effects::new();
        };
        let mut effects = Effects::new();
        if self.wall.record(id).is_none() {
            effects.push(Effect::Library(gallery::Command::Describe(id)));
        }
        if self.wall.mark_seen(id) {
            effects.push(Effect::Library(gallery::Command::MarkSeen(vec![id])));
        }
        effects
    }

    /// Takes back what was marked where the library could not write it.
    pub(super) fn unmark_unwritten(&mut self, marking: &Marking) {
        self.history.forget(marking.number);
        self.show_marks(marking, |change| change.before);
    }

    fn mark(&mut self, mark: Mark, reach: Reach, advances: bool) -> Effects {
        let targets = match reach {
            Reach::Chosen => self.wall.selected(),
            Reach::Current => self.wall.current().into_iter().collect(),
            Reach::These(ids) => ids,
        };
        let place = self.wall.current_place();
        let changes = self.changes(mark, &targets);
        let mut effects = Effects::new();
        if !changes.is_empty() {
            let marking = self.history.record(changes);
            self.show_marks(&marking, |change| change.after);
            effects.push(Effect::Library(gallery::Command::Mark(marking)));
        }
        let stands_still = targets.len() == 1 && self.wall.current_place() == place;
        let is_still_here = self.wall.current().is_some_and(|id| targets.contains(&id));
        if advances
            && stands_still
            && is_still_here
            && let Some(next) = self.wall.stepped(1)
        {
            self.wall.selection.choose(next);
        }
        effects.extend(self.look_at_current());
        effects
    }

    /// What a mark changes; where all have it already, the same key takes it off.
    fn changes(&self, mark: Mark, targets: &[PictureId]) -> Vec<MarkChange> {
        let entries = || targets.iter().filter_map(|id| self.wall.entry(*id));
        let is_off = entries().all(|entry| entry.marks.has(mark));
        let changes = entries().map(|entry| MarkChange {
            picture: entry.id,
            before: entry.marks,
            after: if is_off {
                entry.marks.without(mark)
            } else {
                entry.marks.with(mark)
            },
        });
        changes
            .filter(|change| change.before != change.after)
            .collect()
    }

    fn take_back(&mut self) -> Effects {
        let Some(marking) = self.history.take_back() else {
            return Effects::new();
        };
        self.show_marks(&marking, |change| change.before);
        self.turn_to_changed(&marking);
        let mut effects = vec![Effect::Library(gallery::Command::Unmark(marking))];
        effects.extend(self.look_at_current());
        effects
    }

    fn do_again(&mut self) -> Effects {
        let Some(marking) = self.history.do_again() else {
            return Effects::new();
        };
        self.show_marks(&marking, |change| change.after);
        self.turn_to_changed(&marking);
        let mut effects = vec![Effect::Library(gallery::Command::MarkAgain(marking))];
        effects.extend(self.look_at_current());
        effects
    }

    fn show_marks(&mut self, marking: &Marking, marks: impl Fn(&MarkChange) -> Marks) {
        let changes = marking.changes.iter();
        self.wall
            .mark(changes.map(|change| (change.picture, marks(change))));
    }

    /// The eye goes where something changed.
    fn turn_to_changed(&mut self, marking: &Marking) {
        let changed = marking.changes.iter().map(|change| change.picture);
        let shown: Vec<_> = changed
            .filter(|id| self.wall.place(*id).is_some())
            .collect();
        let is_seen = shown.iter().any(|id| self.wall.is_selected(*id));
        if let (false, [first, ..]) = (is_seen, &*shown) {
            self.wall.selection.choose(*first);
        }
    }

    /// Drops a picture from the chosen ones; its neighbour among them becomes the current one.
    fn let_go(&mut self, id: PictureId) {
        let chosen = self.wall.selected();
        let Some(place) = chosen.iter().position(|other| *other == id) else {
            return;
        };
        let left: Vec<_> = chosen.into_iter().filter(|other| *other != id).collect();
        let Some(next) = left.get(place).or_else(|| left.last()).copied() else {
            return;
        };
        let is_current = self.wall.current() == Some(id);
        self.wall.selection.set(left);
        if is_current {
            self.wall.selection.turn_to(next);
        }
    }

    fn step_chosen(&mut self, steps: isize) {
        let chosen = self.wall.selected();
        let place = chosen
            .iter()
            .position(|id| Some(*id) == self.wall.current());
        let (Some(place), Some(last)) = (place, chosen.len().checked_sub(1)) else {
            return;
        };
        let place = place.saturating_add_signed(steps).min(last);
        self.wall.selection.turn_to(chosen[place]);
    }
}
