//! What the keys for choosing and marking do, by what is looked at.

use crate::app::{Action, CullAction, Filter, GalleryAction, Reach, SettingsAction, Studio};
use crate::domain::Mark;

use super::compared;
use super::panel::Desk;
use super::view::{Mode, Sheet};

/// Marks what is looked at: in the grid all chosen pictures, elsewhere the current one.
pub(super) fn mark(mark: Mark, studio: &Studio, desk: &mut Desk<'_>) {
    let is_grid = desk.view.mode == Mode::Grid && !desk.view.is_full_screen;
    let reach = if is_grid {
        Reach::Chosen
    } else {
        Reach::Current
    };
    let is_paged = matches!(desk.view.mode, Mode::Grid | Mode::Loupe);
    desk.ask(Action::Cull(CullAction::Mark {
        mark,
        reach,
        advances: is_paged && studio.settings().auto_advance,
    }));
}

/// Goes so many pictures on, among those that are looked at.
pub(super) fn step(steps: isize, studio: &Studio, desk: &mut Desk<'_>) {
    match desk.view.mode {
        Mode::Grid | Mode::Loupe => desk.ask(Action::Gallery(GalleryAction::Step(steps))),
        Mode::Survey => desk.ask(Action::Cull(CullAction::StepChosen(steps))),
        Mode::Compare => compared::step(steps, studio, desk),
    }
}

/// Opens what shows several pictures, or closes it.
pub(super) fn toggle(mode: Mode, studio: &Studio, desk: &mut Desk<'_>) {
    if desk.view.mode == mode {
        desk.view.mode = Mode::Grid;
    } else if studio.wall().current().is_none() {
    } else if mode == Mode::Compare {
        compared::begin(studio, desk);
    } else {
        desk.view.mode = mode;
    }
}

/// Drops the current picture from those that are looked at, and leaves it as it is.
pub(super) fn let_go(studio: &Studio, desk: &mut Desk<'_>) {
    if let Some(id) = studio.wall().current() {
        desk.ask(Action::Cull(CullAction::LetGo(id)));
    }
}

/// Shows the grid with the field of the search, ready to be written in.
pub(super) fn search(studio: &Studio, desk: &mut Desk<'_>) {
    if studio.wall().kept() == 0 {
        return;
    }
    desk.view.mode = Mode::Grid;
    desk.view.is_full_screen = false;
    desk.view.sheet = None;
    desk.view.is_filtering = true;
    desk.view.wants_search = true;
}

/// Shows the rejected pictures, or all others again.
pub(super) fn toggle_bin(studio: &Studio, desk: &mut Desk<'_>) {
    let filter = if studio.wall().filter().is_bin() {
        Filter::default()
    } else {
        Filter::bin()
    };
    desk.view.mode = Mode::Grid;
    desk.ask(Action::Cull(CullAction::Show(filter)));
}

/// Asks whether the bin is to be emptied, unless it is empty.
pub(super) fn empty_bin(studio: &Studio, desk: &mut Desk<'_>) {
    if studio.wall().rejected() > 0 {
        desk.view.sheet = Some(Sheet::EmptyBin);
    }
}

/// Goes on by itself after a mark, or no more.
pub(super) fn toggle_auto_advance(studio: &Studio, desk: &mut Desk<'_>) {
    let mut settings = studio.settings().clone();
    settings.auto_advance = !settings.auto_advance;
    desk.ask(Action::Settings(SettingsAction::Edit(Box::new(settings))));
}
