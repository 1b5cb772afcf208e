//! Cards over the workspace: every command with its key, and the palette that finds one by name.

use egui::{Align2, Grid, Key, Modifiers, RichText, ScrollArea, TextEdit, Ui, vec2};

use crate::app::{Action, CullAction, Studio};
use crate::domain::Message;

use super::panel::Desk;
use super::shortcut::{self, Group, SHORTCUTS, Shortcut};
use super::view::Sheet;

const PALETTE_WIDTH: f32 = 480.0;
const QUESTION_WIDTH: f32 = 380.0;
const SHORTCUTS_WIDTH: f32 = 1000.0;
/// Wide enough for the longest name in any language.
const COLUMN_WIDTH: f32 = 312.0;
/// The groups of commands on the sheet, column by column.
const COLUMNS: [&[Group]; 3] = [
    &[Group::Compose, Group::Queue, Group::Window],
    &[Group::Pictures],
    &[Group::Culling],
];

/// What the palette remembers while it is open.
#[derive(Default)]
pub(super) struct Palette {
    wanted: String,
    chosen: usize,
}

/// Draws every command with its key.
pub(super) fn shortcuts_ui(ctx: &egui::Context, desk: &mut Desk<'_>) {
    let mut is_open = true;
    egui::Window::new(desk.text("shortcut-shortcuts"))
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ctx, |ui| {
            ui.set_width(SHORTCUTS_WIDTH);
            ui.horizontal_top(|ui| {
                for (place, groups) in COLUMNS.iter().enumerate() {
                    if place > 0 {
                        ui.add_space(desk.theme.space.huge);
                    }
                    ui.vertical(|ui| {
                        ui.set_width(COLUMN_WIDTH);
                        for group in *groups {
                            group_ui(ui, *group, desk);
                        }
                    });
                }
            });
        });
    if !is_open {
        desk.view.sheet = None;
    }
}

/// Asks once more before the rejected pictures go to the trash.
pub(super) fn empty_bin_ui(ctx: &egui::Context, studio: &Studio, desk: &mut Desk<'_>) {
    let count = studio.wall().rejected() as f64;
    let question = Message::new("bin-empty-question").with_number("count", count);
    let mut is_open = true;
    egui::Window::new(desk.text("shortcut-empty-bin"))
        .open(&mut is_open)
        .collapsible(false)
        .resizable(false)
        .anchor(Align2::CENTER_CENTER, vec2(0.0, 0.0))
        .show(ctx, |ui| {
            ui.set_width(QUESTION_WIDTH);
            ui.label(desk.message(&question));
            let help = RichText::new(desk.text("bin-empty-help"));
            ui.label(help.color(desk.theme.color.text_secondary));
            ui.add_space(desk.theme.space.medium);
            ui.horizontal(|ui| {
                if ui.button(desk.text("bin-empty-do")).clicked() {
                    desk.ask(Action::Cull(CullAction::EmptyBin));
                    desk.view.sheet = None;
                }
                if ui.button(desk.text("bin-empty-leave")).clicked() {
                    desk.view.sheet = None;
                }
            });
        });
    if !is_open {
        desk.view.sheet = None;
    }
}

fn group_ui(ui: &mut Ui, group: Group, desk: &Desk<'_>) {
    ui.label(RichText::new(desk.text(group.title_key())).heading());
    ui.spacing_mut().interact_size.y = 20.0;
    Grid::new(group.title_key())
        .num_columns(2)
        .spacing(vec2(desk.theme.space.large, desk.theme.space.tiny))
        .show(ui, |ui| {
            for shortcut in SHORTCUTS.iter().filter(|shortcut| shortcut.group == group) {
                let keys = shortcut::keys_text(ui.ctx(), shortcut);
                ui.label(RichText::new(keys).monospace());
                let name = RichText::new(desk.text(shortcut.name_key));
                ui.label(name.color(desk.theme.color.text_secondary));
                ui.end_row();
            }
        });
    ui.add_space(desk.theme.space.large);
}

impl Palette {
    /// Draws the palette; runs the command that is picked.
    pub(super) fn ui(&mut self, ctx: &egui::Context, studio: &Studio, desk: &mut Desk<'_>) {
        let found = self.found(desk);
        self.chosen = self.chosen.min(found.len().saturating_sub(1));
        self.step(ctx, found.len());
        let mut picked = ctx
            .input_mut(|input| input.consume_key(Modifiers::NONE, Key::Enter))
            .then(|| found.get(self.chosen).copied())
            .flatten();
        let shown = egui::Window::new(desk.text("shortcut-palette"))
            .title_bar(false)
            .resizable(false)
            .anchor(Align2::CENTER_TOP, vec2(0.0, 96.0))
            .fixed_size(vec2(PALETTE_WIDTH, 0.0))
            .show(ctx, |ui| {
                let field = TextEdit::singleline(&mut self.wanted)
                    .hint_text(desk.text("shortcut-palette-hint"))
                    .desired_width(f32::INFINITY)
                    .margin(vec2(8.0, 8.0));
                let field = ui.add(field);
                field.request_focus();
                desk.theme.ring_focus(ui, &field);
                if field.changed() {
                    self.chosen = 0;
                }
                ScrollArea::vertical().max_height(360.0).show(ui, |ui| {
                    for (place, shortcut) in found.iter().enumerate() {
                        if row_ui(ui, shortcut, place == self.chosen, desk) {
                            picked = Some(shortcut);
                        }
                    }
                    if found.is_empty() {
                        ui.label(desk.text("shortcut-palette-none"));
                    }
                });
            });
        let clicked_elsewhere = shown.is_some_and(|shown| shown.response.clicked_elsewhere());
        if let Some(shortcut) = picked {
            self.close(desk);
            (shortcut.run)(studio, desk);
        } else if clicked_elsewhere {
            self.close(desk);
        }
    }

    fn close(&mut self, desk: &mut Desk<'_>) {
        *self = Self::default();
        if desk.view.sheet == Some(Sheet::Palette) {
            desk.view.sheet = None;
        }
    }

    fn step(&mut self, ctx: &egui::Context, count: usize) {
        let pressed = |key| ctx.input_mut(|input| input.consume_key(Modifiers::NONE, key));
        if pressed(Key::ArrowDown) {
            self.chosen = (self.chosen + 1).min(count.saturating_sub(1));
        }
        if pressed(Key::ArrowUp) {
            self.chosen = self.chosen.saturating_sub(1);
        }
    }

    fn found(&self, desk: &Desk<'_>) -> Vec<&'static Shortcut> {
        let wanted = self.wanted.to_lowercase();
        let words: Vec<&str> = wanted.split_whitespace().collect();
        let has_words = |shortcut: &&Shortcut| {
            let name = desk.strings.text(shortcut.name_key).to_lowercase();
            words.iter().all(|word| name.contains(word))
        };
        let callable = SHORTCUTS.iter().filter(|shortcut| shortcut.id != "palette");
        callable.filter(has_words).collect()
    }
}

fn row_ui(ui: &mut Ui, shortcut: &Shortcut, is_chosen: bool, desk: &Desk<'_>) -> bool {
    let keys = RichText::new(shortcut::keys_text(ui.ctx(), shortcut)).small();
    let button = egui::Button::selectable(is_chosen, desk.text(shortcut.name_key))
        .shortcut_text(keys)
        .min_size(vec2(ui.available_width(), 0.0));
    let response = ui.add(button);
    if is_chosen {
        response.scroll_to_me(None);
    }
    response.clicked()
}
