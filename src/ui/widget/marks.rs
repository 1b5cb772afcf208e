//! Flag, stars and colour of a picture, as they stand below it.

use egui::{
    Align2, Color32, Mesh, Painter, Pos2, Rect, Response, Role, Sense, Shape, Stroke, Ui, Vec2,
    WidgetInfo, pos2, vec2,
};
use lucide_icons::Icon;

use crate::domain::{Flag, Label, Mark, Marks, Message, Stars};
use crate::ui::panel::Desk;
use crate::ui::theme::{self, Theme};

/// The height of a row of marks, in points.
pub const MARKS_HEIGHT: f32 = 18.0;

const STAR_RADIUS: f32 = 5.5;
const STAR_PITCH: f32 = 13.0;
const DOT_RADIUS: f32 = 4.5;
const ICON_SIZE: f32 = 13.0;
/// The inner corners of a five-pointed star, by its outer ones.
const STAR_WAIST: f32 = 0.45;

/// The colour of a label on the screen.
fn label_color(label: Label, theme: &Theme) -> Color32 {
    let color = &theme.color;
    match label {
        Label::Red => color.label_red,
        Label::Yellow => color.label_yellow,
        Label::Green => color.label_green,
        Label::Blue => color.label_blue,
        Label::Purple => color.label_purple,
    }
}

/// The key of a label's name.
fn label_key(label: Label) -> &'static str {
    match label {
        Label::Red => "label-red",
        Label::Yellow => "label-yellow",
        Label::Green => "label-green",
        Label::Blue => "label-blue",
        Label::Purple => "label-purple",
    }
}

/// The key of a flag's name.
pub fn flag_key(flag: Flag) -> &'static str {
    match flag {
        Flag::Picked => "flag-picked",
        Flag::Unflagged => "flag-none",
        Flag::Rejected => "flag-rejected",
    }
}

/// Paints the marks from the left: flag, stars, and the colour at the right end.
pub fn paint_marks(painter: &Painter, row: Rect, marks: Marks, theme: &Theme) {
    let middle = row.left_center();
    let icon = match marks.flag {
        Flag::Picked => Some((Icon::Flag, theme.color.pick)),
        Flag::Rejected => Some((Icon::FlagOff, theme.color.reject)),
        Flag::Unflagged => None,
    };
    if let Some((icon, color)) = icon {
        let font = theme::icon_font(ICON_SIZE);
        let glyph = char::from(icon);
        painter.text(middle, Align2::LEFT_CENTER, glyph, font, color);
    }
    let first = middle + vec2(ICON_SIZE + 6.0 + STAR_RADIUS, 0.0);
    for star in 0..marks.stars.count() {
        let center = first + vec2(f32::from(star) * STAR_PITCH, 0.0);
        paint_star(painter, center, theme.color.star, true);
    }
    if let Some(label) = marks.label {
        let center = row.right_center() - vec2(DOT_RADIUS + 2.0, 0.0);
        painter.circle_filled(center, DOT_RADIUS, label_color(label, theme));
    }
}

/// What the marks say in words, for those who cannot see them; empty where there are none.
pub fn marks_text(marks: Marks, desk: &Desk<'_>) -> String {
    let mut words = Vec::new();
    if marks.flag != Flag::Unflagged {
        words.push(desk.text(flag_key(marks.flag)));
    }
    if marks.stars != Stars::default() {
        words.push(stars_text(marks.stars, desk));
    }
    if let Some(label) = marks.label {
        words.push(desk.text(label_key(label)));
    }
    words.join(", ")
}

fn stars_text(stars: Stars, desk: &Desk<'_>) -> String {
    let count = f64::from(stars.count());
    desk.message(&Message::new("stars").with_number("count", count))
}

/// Draws buttons for all marks; gives back the one that was clicked.
///
/// `marks` are lit; `None` lights nothing.
pub fn marks_ui(ui: &mut Ui, marks: Option<Marks>, desk: &Desk<'_>) -> Option<Mark> {
    let mut clicked = None;
    ui.spacing_mut().item_spacing.x = 0.0;
    for (flag, icon) in [(Flag::Picked, Icon::Flag), (Flag::Rejected, Icon::FlagOff)] {
        let is_on = marks.is_some_and(|marks| marks.flag == flag);
        let name = desk.text(flag_key(flag));
        if flag_ui(ui, icon, is_on, &name, desk).clicked() {
            // The second click takes it off, as a button does.
            clicked = Some(Mark::Flag(if is_on { Flag::Unflagged } else { flag }));
        }
    }
    ui.add_space(desk.theme.space.small);
    let lit = marks.map_or(0, |marks| marks.stars.count());
    if let Some(stars) = stars_ui(ui, lit, desk) {
        clicked = Some(Mark::Stars(stars));
    }
    ui.add_space(desk.theme.space.small);
    for label in Label::ALL {
        let is_on = marks.is_some_and(|marks| marks.label == Some(label));
        if label_ui(ui, label, is_on, desk).clicked() {
            clicked = Some(Mark::Label(label));
        }
    }
    clicked
}

/// Draws a button for a flag.
pub fn flag_ui(ui: &mut Ui, icon: Icon, is_on: bool, name: &str, desk: &Desk<'_>) -> Response {
    super::IconButton::new(icon, name)
        .on(is_on)
        .small()
        .show(ui, desk.theme)
}

/// Draws five stars, so many of them lit; gives back how many were clicked.
pub fn stars_ui(ui: &mut Ui, lit: u8, desk: &Desk<'_>) -> Option<Stars> {
    let mut clicked = None;
    for star in 1..=Stars::MOST {
        let size = vec2(STAR_PITCH + 2.0, MARKS_HEIGHT);
        let (rect, response) = ui.allocate_exact_size(size, Sense::click());
        let color = if star <= lit {
            desk.theme.color.star
        } else if response.hovered() {
            desk.theme.color.text
        } else {
            desk.theme.color.text_secondary
        };
        paint_star(ui.painter(), rect.center(), color, star <= lit);
        ring_focus(ui, rect, &response, desk.theme);
        let name = stars_text(Stars::new(star), desk);
        response.widget_info(|| WidgetInfo::selected(Role::Button, true, star <= lit, &name));
        if response.on_hover_text(name).clicked() {
            clicked = Some(Stars::new(star));
        }
    }
    clicked
}

/// Draws a button for a colour.
pub fn label_ui(ui: &mut Ui, label: Label, is_on: bool, desk: &Desk<'_>) -> Response {
    let size = Vec2::splat(MARKS_HEIGHT);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let painter = ui.painter();
    painter.circle_filled(rect.center(), DOT_RADIUS, label_color(label, desk.theme));
    if is_on || response.hovered() {
        let color = if is_on {
            desk.theme.color.text
        } else {
            desk.theme.color.text_secondary
        };
        painter.circle_stroke(rect.center(), DOT_RADIUS + 2.5, Stroke::new(1.5, color));
    }
    ring_focus(ui, rect, &response, desk.theme);
    let name = desk.text(label_key(label));
    response.widget_info(|| WidgetInfo::selected(Role::Button, true, is_on, &name));
    response.on_hover_text(name)
}

fn ring_focus(ui: &Ui, rect: Rect, response: &Response, theme: &Theme) {
    if response.has_focus() {
        let stroke = Stroke::new(1.0, theme.color.accent);
        ui.painter()
            .rect_stroke(rect, 2.0, stroke, egui::StrokeKind::Inside);
    }
}

/// A star with five points, one of them up; only its outline where it is not lit.
fn paint_star(painter: &Painter, center: Pos2, color: Color32, is_lit: bool) {
    let corner = |place: usize| {
        let radius = if place.is_multiple_of(2) {
            STAR_RADIUS
        } else {
            STAR_RADIUS * STAR_WAIST
        };
        let angle =
            (place as f32 / 10.0).mul_add(std::f32::consts::TAU, -std::f32::consts::FRAC_PI_2);
        pos2(
            radius.mul_add(angle.cos(), center.x),
            radius.mul_add(angle.sin(), center.y),
        )
    };
    let corners: Vec<Pos2> = (0..10).map(corner).collect();
    if is_lit {
        let mut fan = Mesh::default();
        fan.colored_vertex(center, color);
        for corner in &corners {
            fan.colored_vertex(*corner, color);
        }
        for place in 0..10 {
            fan.add_triangle(0, place + 1, (place + 1) % 10 + 1);
        }
        painter.add(fan);
    }
    // Also around a lit one: the fan has hard edges.
    let width = if is_lit { 0.8 } else { 0.7 };
    painter.add(Shape::closed_line(corners, Stroke::new(width, color)));
}
