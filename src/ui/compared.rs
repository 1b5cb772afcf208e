//! Which pictures are held against each other, and how the candidate changes.

use crate::app::{Action, CullAction, Studio};
use crate::domain::PictureId;
use crate::gallery::Entry;

use super::panel::Desk;
use super::view::{Mode, View};

/// The most that stand beside each other.
const MOST: usize = 4;

/// Begins to compare the current picture with the next one, or the chosen ones with each other.
pub(super) fn begin(studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let Some(current) = wall.current() else {
        return;
    };
    desk.view.compared_to = Some(current);
    desk.view.mode = Mode::Compare;
    let mut chosen = wall.first_selected(2).into_iter();
    if wall.selected_count() < 2 {
        step(1, studio, desk);
    } else if let Some(other) = chosen.find(|id| *id != current) {
        desk.ask(Action::Cull(CullAction::TurnTo(other)));
    }
}

/// The pictures that are compared: the select first, then the candidate, or the others chosen.
pub(super) fn entries(studio: &Studio, view: &View) -> Vec<Entry> {
    let wall = studio.wall();
    let fixed = view.compared_to.filter(|id| wall.place(*id).is_some());
    let others = if (2..=MOST).contains(&wall.selected_count()) {
        wall.selected()
    } else {
        wall.current().into_iter().collect()
    };
    let others = others.into_iter().filter(|id| Some(*id) != fixed);
    let all = fixed.into_iter().chain(others);
    all.filter_map(|id| wall.entry(id)).copied().collect()
}

/// Makes the picture so many places on the candidate, among the chosen ones if there are more than
/// two, else among all that are shown.
pub(super) fn step(steps: isize, studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let chosen = wall.selected();
    let fixed = desk.view.compared_to;
    if chosen.len() > 2 {
        let others: Vec<PictureId> = chosen.into_iter().filter(|id| Some(*id) != fixed).collect();
        let place = others.iter().position(|id| Some(*id) == wall.current());
        let next = place.map_or(0, |place| place.saturating_add_signed(steps));
        let next = others[next.min(others.len() - 1)];
        desk.ask(Action::Cull(CullAction::TurnTo(next)));
        return;
    }
    let candidate = wall.current().or(fixed);
    let Some(place) = candidate.and_then(|id| wall.place(id)) else {
        return;
    };
    let at = |steps: isize| {
        let place = place.checked_add_signed(steps)?;
        wall.at(place).map(|entry| entry.id)
    };
    // Over the one that is fixed; at the very end, to its other side.
    let beyond = at(steps).filter(|id| Some(*id) != fixed);
    let next = beyond.or_else(|| at(steps + steps.signum())).or_else(|| {
        let is_alone = candidate == fixed;
        is_alone.then(|| at(-steps)).flatten()
    });
    if let (Some(fixed), Some(next)) = (fixed, next) {
        desk.ask(Action::Cull(CullAction::SelectThese(vec![fixed, next])));
        desk.ask(Action::Cull(CullAction::TurnTo(next)));
    }
}

/// Lets the candidate and the select change places.
pub(super) fn swap(studio: &Studio, desk: &mut Desk<'_>) {
    let candidate = studio.wall().current();
    if let (Some(fixed), Some(candidate)) = (desk.view.compared_to, candidate)
        && fixed != candidate
    {
        desk.view.compared_to = Some(candidate);
        desk.ask(Action::Cull(CullAction::TurnTo(fixed)));
    }
}

/// Makes a picture that was clicked the candidate.
pub(super) fn turn_to(id: PictureId, studio: &Studio, desk: &mut Desk<'_>) {
    if desk.view.compared_to == Some(id) {
        swap(studio, desk);
    } else {
        desk.ask(Action::Cull(CullAction::TurnTo(id)));
    }
}
