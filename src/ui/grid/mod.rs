//! The grid of pictures, newest first: draws and asks for what is in view, and nothing else.

mod ahead_cell;
mod arrivals;
mod layout;
mod picture_cell;

use std::ops::Range;

use egui::{Id, Key, Modifiers, Rect, ScrollArea, Ui, Vec2};

use crate::app::{Action, GalleryAction, Studio};
use crate::domain::PictureId;

use super::panel::Desk;
use super::shortcut;

use self::ahead_cell::ahead_cell;
use self::arrivals::Arrivals;
use self::layout::GridLayout;
use self::picture_cell::{picture_cell, picture_side};

/// The look-and-feel state of one grid.
#[derive(Debug, Default)]
pub struct Grid {
    /// How far it is scrolled, in points.
    offset: f32,
    view_height: f32,
    anchor: Option<Anchor>,
    shown_current: Option<PictureId>,
    is_going_up: bool,
    arrivals: Arrivals,
}

/// The picture that holds its place when others come before it or the window changes its width.
#[derive(Clone, Copy, Debug)]
struct Anchor {
    picture: PictureId,
    /// From the top of the view to the top of the picture's row.
    below: f32,
}

impl Grid {
    /// Draws cells that are at least `smallest` points wide.
    pub fn ui(&mut self, ui: &mut Ui, smallest: f32, studio: &Studio, desk: &mut Desk<'_>) {
        let mut ahead = self.arrivals.follow(studio, desk.now);
        if studio.wall().is_narrow() {
            // Whether they will pass is not known yet.
            ahead.clear();
        }
        let pictures = studio.wall().shown();
        let layout = GridLayout::new(ui.available_width(), smallest, ahead.len(), pictures);
        if shortcut::is_free(ui.ctx(), desk) {
            self.step_by_keys(ui, &layout, desk);
        }
        self.view_height = ui.available_height();
        let is_chosen = studio.wall().current() != self.shown_current;
        let wanted = self.wanted_offset(&layout, studio);
        // Pictures are judged by their colours up to the very edge.
        ui.spacing_mut().scroll.fade.strength = 0.0;
        let mut area = ScrollArea::vertical()
            .id_salt("grid")
            .auto_shrink(false)
            .animated(false);
        if let Some(offset) = wanted {
            area = area.vertical_scroll_offset(offset);
        }
        let shown = area.show_viewport(ui, |ui, viewport| {
            ui.set_height(layout.height());
            let rows = layout.rows_between(viewport.top(), viewport.bottom());
            self.fetch(ui, &layout, &rows, studio, desk);
            let corner = ui.max_rect().min.to_vec2();
            for slot in layout.slots_of(&rows) {
                let rect = layout.rect(slot).translate(corner);
                match ahead.get(slot) {
                    Some(kind) => ahead_cell(ui, rect, slot, *kind, studio, desk),
                    None => picture(ui, rect, slot - ahead.len(), studio, desk),
                }
            }
        });
        let offset = shown.state.clamped_offset().y;
        let is_scrolled = (offset - wanted.unwrap_or(self.offset)).abs() > 0.5;
        if (offset - self.offset).abs() > 0.5 {
            self.is_going_up = offset < self.offset;
        }
        self.offset = offset;
        // The same picture holds its place until the artist scrolls: another one at each arrival
        // would let the view creep.
        if is_scrolled || is_chosen || self.anchor.is_none() || offset < 1.0 {
            self.anchor = anchor_at(offset, &layout, studio);
        }
    }

    fn step_by_keys(&self, ui: &Ui, layout: &GridLayout, desk: &mut Desk<'_>) {
        let row = layout.columns as isize;
        let page = row * layout.rows_in(self.view_height) as isize;
        for (key, steps) in [
            (Key::ArrowDown, row),
            (Key::ArrowUp, -row),
            (Key::PageDown, page),
            (Key::PageUp, -page),
        ] {
            let presses = ui.input_mut(|input| input.count_and_consume_key(Modifiers::NONE, key));
            if presses > 0 {
                let steps = steps * presses as isize;
                desk.ask(Action::Gallery(GalleryAction::Step(steps)));
            }
        }
    }

    /// The offset that keeps the anchor where it was, or brings a newly chosen picture into view.
    fn wanted_offset(&mut self, layout: &GridLayout, studio: &Studio) -> Option<f32> {
        let wall = studio.wall();
        let mut offset = self.offset;
        if let Some(anchor) = self.anchor
            && let Some(place) = wall.place(anchor.picture)
        {
            offset = layout.top_of(layout.row_of_place(place)) - anchor.below;
        }
        if wall.current() != self.shown_current {
            self.shown_current = wall.current();
            if let Some(place) = wall.current_place() {
                offset = layout.offset_showing(place, offset, self.view_height);
            }
        }
        let farthest = (layout.height() - self.view_height).max(0.0);
        let offset = offset.clamp(0.0, farthest);
        ((offset - self.offset).abs() > 0.5).then_some(offset)
    }

    /// Asks for thumbnails: first one screen ahead, then those in view, the topmost last, since
    /// the librarian begins with the newest request.
    fn fetch(
        &self,
        ui: &Ui,
        layout: &GridLayout,
        rows: &Range<usize>,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let screen = rows.len();
        let next = if self.is_going_up {
            rows.start.saturating_sub(screen)..rows.start
        } else {
            rows.end..rows.end + screen
        };
        let side = picture_side(layout.rect(0), ui.pixels_per_point());
        let slots = layout.slots_of(&next).chain(layout.slots_of(rows).rev());
        for place in slots.filter_map(|slot| slot.checked_sub(layout.ahead)) {
            if let Some(entry) = studio.wall().at(place).filter(|entry| !entry.missing) {
                desk.textures.thumbnail(entry.id, side, desk.actions);
            }
        }
    }
}

fn picture(ui: &Ui, rect: Rect, place: usize, studio: &Studio, desk: &mut Desk<'_>) {
    if let Some(entry) = studio.wall().at(place) {
        picture_cell(ui, rect, entry, studio, desk);
    }
}

/// The first picture whose row begins in view; none at the very top, where new ones show.
fn anchor_at(offset: f32, layout: &GridLayout, studio: &Studio) -> Option<Anchor> {
    if offset < 1.0 {
        return None;
    }
    let row = (offset / layout.pitch()).ceil() as usize;
    let place = (row * layout.columns).saturating_sub(layout.ahead);
    let entry = studio.wall().at(place)?;
    Some(Anchor {
        picture: entry.id,
        below: layout.top_of(layout.row_of_place(place)) - offset,
    })
}

/// The id of a picture's cell: the same wherever it is drawn.
fn cell_id(ui: &Ui, picture: PictureId) -> Id {
    ui.scope_id().with(picture)
}

/// The largest rectangle of a picture's shape inside `area`, in whole pixels of the screen.
fn fitted(ui: &Ui, size: Vec2, area: Rect) -> Rect {
    let ratio = area.size() / size;
    let fitted = Rect::from_center_size(area.center(), size * ratio.x.min(ratio.y));
    let scale = ui.pixels_per_point();
    let snap = |pos: egui::Pos2| ((pos.to_vec2() * scale).round() / scale).to_pos2();
    Rect::from_min_max(snap(fitted.min), snap(fitted.max))
}
