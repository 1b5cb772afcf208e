//! The panels: each draws a part of the studio and pushes actions.
//!
//! A new panel is a file here and a line in [`PANELS`]; `layout` gives it its first place.

mod compare;
mod compose;
mod gallery;
mod inspector;
mod results;
mod survey;
mod viewer;

use std::time::Duration;

use crate::app::{Action, Studio};
use crate::domain::{Message, Seed};
use crate::strings::Strings;

use super::textures::Textures;
use super::theme::Theme;
use super::view::View;

/// A part of the window that can be moved about.
///
/// A panel keeps nothing but its looks: scroll positions, half-written numbers.
pub trait Panel {
    /// Its name in the remembered layout; never changes.
    fn id(&self) -> &'static str;

    /// The key of its title.
    fn title_key(&self) -> &'static str;

    /// Draws it.
    fn ui(&mut self, ui: &mut egui::Ui, studio: &Studio, desk: &mut Desk<'_>);
}

/// What a panel works with, besides the studio.
pub struct Desk<'a> {
    /// What the artist asks for; applied before the next frame.
    pub actions: &'a mut Vec<Action>,
    /// Pictures on the graphics card.
    pub textures: &'a mut Textures,
    /// What the window looks at.
    pub view: &'a mut View,
    /// Colours and distances.
    pub theme: &'a Theme,
    /// Texts.
    pub strings: &'a Strings,
    /// The source of fresh seeds.
    pub dice: &'a mut dyn FnMut() -> Seed,
    /// The time since the program's start, on the studio's clock.
    pub now: Duration,
}

impl Desk<'_> {
    /// Asks for something.
    pub fn ask(&mut self, action: Action) {
        self.actions.push(action);
    }

    /// The text of a key.
    pub fn text(&self, key: &'static str) -> String {
        self.strings.text(key).into_owned()
    }

    /// The text of a message.
    pub fn message(&self, message: &Message) -> String {
        self.strings.message(message)
    }

    /// A random number for a seed.
    pub fn fresh_seed(&mut self) -> Seed {
        (self.dice)()
    }
}

/// Makes a panel as it looks at the start.
pub type NewPanel = fn() -> Box<dyn Panel>;

/// Every panel that the layout knows.
pub static PANELS: &[NewPanel] = &[
    compose::new,
    results::new,
    gallery::new,
    viewer::new,
    survey::new,
    compare::new,
    inspector::new,
];
