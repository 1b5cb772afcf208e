//! The row of filters above the grid: flags, stars, colours, order.

use egui::{Align, Button, ComboBox, Layout, RichText, Ui, vec2};
use lucide_icons::Icon;

use crate::app::{Action, CullAction, Filter, Sort, Studio};
use crate::domain::{Flag, Label, Stars};
use crate::ui::widget::{flag_key, flag_ui, label_ui, stars_ui};

use super::panel::Desk;

const HEIGHT: f32 = 30.0;

/// Draws the row; what is pressed changes what is shown.
pub(super) fn filter_row_ui(ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
    let wall = studio.wall();
    let mut filter = wall.filter().clone();
    let mut sort = wall.sort();
    let size = vec2(ui.available_width(), HEIGHT);
    ui.allocate_ui_with_layout(size, Layout::left_to_right(Align::Center), |ui| {
        ui.set_min_size(size);
        ui.spacing_mut().item_spacing.x = desk.theme.space.tiny;
        ui.add_space(desk.theme.space.medium);
        for (flag, icon) in [
            (Flag::Picked, Icon::Flag),
            (Flag::Unflagged, Icon::Minus),
            (Flag::Rejected, Icon::FlagOff),
        ] {
            let is_on = filter.flags.contains(&flag);
            let name = desk.text(flag_key(flag));
            if flag_ui(ui, icon, is_on, &name, desk).clicked() {
                toggle(&mut filter.flags, flag);
            }
        }
        ui.add_space(desk.theme.space.medium);
        let quiet = desk.theme.color.text_secondary;
        ui.label(RichText::new("≥").color(quiet));
        if let Some(stars) = stars_ui(ui, filter.least_stars.count(), desk) {
            let is_same = stars == filter.least_stars;
            filter.least_stars = if is_same { Stars::default() } else { stars };
        }
        ui.add_space(desk.theme.space.medium);
        for label in Label::ALL {
            if label_ui(ui, label, filter.labels.contains(&label), desk).clicked() {
                toggle(&mut filter.labels, label);
            }
        }
        ui.add_space(desk.theme.space.medium);
        sort_ui(ui, &mut sort, desk);
        if filter.is_narrow() {
            ui.add_space(desk.theme.space.small);
            if ui.add(Button::new(desk.text("filter-clear"))).clicked() {
                filter = Filter::default();
            }
        }
    });
    if filter != *wall.filter() {
        desk.ask(Action::Cull(CullAction::Show(filter)));
    }
    if sort != wall.sort() {
        desk.ask(Action::Cull(CullAction::Sort(sort)));
    }
}

fn sort_ui(ui: &mut Ui, sort: &mut Sort, desk: &Desk<'_>) {
    let name = |sort| {
        desk.text(match sort {
            Sort::Newest => "sort-newest",
            Sort::Oldest => "sort-oldest",
            Sort::Best => "sort-best",
        })
    };
    let shown = ComboBox::from_id_salt("sort")
        .selected_text(name(*sort))
        .show_ui(ui, |ui| {
            for one in Sort::ALL {
                ui.selectable_value(sort, one, name(one));
            }
        });
    shown.response.on_hover_text(desk.text("sort-order"));
}

fn toggle<T: PartialEq>(list: &mut Vec<T>, item: T) {
    match list.iter().position(|one| *one == item) {
        Some(place) => {
            list.remove(place);
        }
        None => list.push(item),
    }
}
