//! The cards: only those in view are drawn, and keys step from one to the next.

use std::ops::Range;

use egui::{Key, Modifiers, Pos2, Rect, ScrollArea, Ui, Vec2, vec2};

use crate::app::Studio;
use crate::ui::panel::Desk;

use super::listing::Listed;
use super::model_card::{TEXT_HEIGHT, model_card};

/// Between two cards, and around all of them.
const GAP: f32 = 12.0;
const MIN_WIDTH: f32 = 204.0;
/// Left of the first card: its ring, and no more, so that it stands below the search.
const LEFT: f32 = 3.0;
/// The height of the picture on a card, of the card's width.
const PICTURE_SHARE: f32 = 0.8;

/// How far the cards are scrolled.
#[derive(Default)]
pub(super) struct CardGrid {
    offset: f32,
    view_height: f32,
    columns: usize,
    /// The chosen card is brought into view with the next frame.
    wants_chosen: bool,
}

/// What was done to a card.
pub(super) enum Picked {
    /// The card at this place was chosen.
    Chosen(usize),
    /// The card at this place is to be used.
    Used(usize),
}

impl CardGrid {
    /// Brings the chosen card into view with the next frame.
    pub(super) fn show_chosen(&mut self) {
        self.wants_chosen = true;
    }

    /// The card that the pressed arrows lead to; `is_in_words` leaves left and right to a field.
    pub(super) fn step(
        &self,
        ui: &Ui,
        cards: usize,
        chosen: Option<usize>,
        is_in_words: bool,
    ) -> Option<usize> {
        let presses = |key| {
            let pressed = |input: &mut egui::InputState| {
                input.count_and_consume_key(Modifiers::NONE, key) as isize
            };
            ui.input_mut(pressed)
        };
        let row = self.columns.max(1) as isize;
        let mut steps = row * (presses(Key::ArrowDown) - presses(Key::ArrowUp));
        if !is_in_words {
            steps += presses(Key::ArrowRight) - presses(Key::ArrowLeft);
        }
        let last = cards.checked_sub(1)?;
        if steps == 0 {
            return None;
        }
        let Some(chosen) = chosen else { return Some(0) };
        let wanted = chosen.saturating_add_signed(steps);
        // A step down from the row before the last one ends at the last card.
        let is_stuck = steps > 1 && wanted > last && chosen / row as usize == last / row as usize;
        (!is_stuck).then_some(wanted.min(last))
    }

    /// Draws the cards.
    pub(super) fn ui(
        &mut self,
        ui: &mut Ui,
        listed: &[Listed<'_>],
        chosen: Option<usize>,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) -> Option<Picked> {
        let layout = CardLayout::new(ui.available_width(), listed.len());
        self.columns = layout.columns;
        self.view_height = ui.available_height();
        let mut area = ScrollArea::vertical().id_salt("cards").auto_shrink(false);
        let wants_chosen = std::mem::take(&mut self.wants_chosen);
        if let Some(place) = chosen.filter(|_| wants_chosen) {
            let offset = layout.offset_showing(place, self.offset, self.view_height);
            area = area.vertical_scroll_offset(offset);
        }
        let mut picked = None;
        let shown = area.show_viewport(ui, |ui, viewport| {
            ui.set_height(layout.height());
            let corner = ui.max_rect().min.to_vec2();
            for place in layout.places_between(viewport.top(), viewport.bottom()) {
                let rect = layout.rect(place).translate(corner);
                let is_chosen = chosen == Some(place);
                let response = model_card(ui, rect, listed[place], is_chosen, studio, desk);
                if response.double_clicked() {
                    picked = Some(Picked::Used(place));
                } else if response.clicked() {
                    picked = Some(Picked::Chosen(place));
                }
            }
        });
        self.offset = shown.state.clamped_offset().y;
        picked
    }
}

/// Where the cards are, in points from the upper left corner of the first.
struct CardLayout {
    columns: usize,
    card: Vec2,
    cards: usize,
}

impl CardLayout {
    fn new(width: f32, cards: usize) -> Self {
        // The scroll bar lies over the right gap.
        let columns = ((width - LEFT) / (MIN_WIDTH + GAP)).floor().max(1.0);
        let card = ((width - LEFT) / columns - GAP).max(1.0);
        Self {
            columns: columns as usize,
            card: vec2(card, (card * PICTURE_SHARE).round() + TEXT_HEIGHT),
            cards,
        }
    }

    fn height(&self) -> f32 {
        GAP + self.cards.div_ceil(self.columns) as f32 * self.pitch()
    }

    fn pitch(&self) -> f32 {
        self.card.y + GAP
    }

    fn rect(&self, place: usize) -> Rect {
        let (column, row) = (place % self.columns, place / self.columns);
        let across = column as f32 * (self.card.x + GAP);
        let corner = Pos2::new(LEFT + across, GAP + row as f32 * self.pitch());
        Rect::from_min_size(corner, self.card)
    }

    fn places_between(&self, top: f32, bottom: f32) -> Range<usize> {
        let row = |height: f32| (height / self.pitch()).max(0.0);
        let first = row(top - GAP).floor() as usize * self.columns;
        let end = row(bottom).ceil() as usize * self.columns;
        first.min(self.cards)..end.min(self.cards)
    }

    /// The nearest offset at which a view of that height shows a card whole.
    fn offset_showing(&self, place: usize, offset: f32, view_height: f32) -> f32 {
        let rect = self.rect(place);
        let (first, last) = (rect.bottom() + GAP - view_height, rect.top() - GAP);
        offset.max(first).min(last).max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_cards_in_view_have_places() {
        let layout = CardLayout::new(720.0, 200);
        let shown = layout.places_between(2000.0, 2600.0);
        assert!(shown.len() <= 5 * layout.columns, "{shown:?}");
        assert!(layout.rect(shown.start).top() <= 2000.0);
        assert!(layout.rect(shown.end - 1).bottom() >= 2600.0);
        assert!(layout.rect(199).bottom() < layout.height());
        assert!(layout.places_between(1e9, 2e9).is_empty());
    }

    #[test]
    fn a_card_is_brought_into_view_by_the_shortest_way() {
        let layout = CardLayout::new(720.0, 200);
        let far = 20 * layout.columns;
        let offset = layout.offset_showing(far, 0.0, 600.0);
        let rect = layout.rect(far);
        assert!(rect.top() >= offset && rect.bottom() <= offset + 600.0);
        assert!((layout.offset_showing(far, offset, 600.0) - offset).abs() < 0.01);
        assert!(layout.offset_showing(0, 5000.0, 600.0).abs() < 0.01);
    }
}
