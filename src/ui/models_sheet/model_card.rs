//! A card: the last picture made with a model, its name, and what it is.

use egui::epaint::text::{LayoutJob, TextFormat, TextWrapping};
use egui::{
    Align2, Color32, FontId, Pos2, Rect, Response, Role, Sense, Stroke, StrokeKind, TextStyle, Ui,
    Vec2, WidgetInfo, pos2, vec2,
};
use lucide_icons::Icon;

use crate::app::Studio;
use crate::domain::{Message, PictureId};
use crate::pipeline::ModelInfo;
use crate::ui::panel::Desk;
use crate::ui::textures::Look;
use crate::ui::theme;
use crate::ui::widget::shown_bytes;

use super::listing::{Listed, family_name};

/// The height of the two lines below the picture.
pub(super) const TEXT_HEIGHT: f32 = 52.0;
const RING_WIDTH: f32 = 2.0;
const MARK_SIZE: f32 = 15.0;
const SIGN_SIZE: f32 = 28.0;

/// Draws the card and takes its clicks.
pub(super) fn model_card(
    ui: &Ui,
    rect: Rect,
    listed: Listed<'_>,
    is_chosen: bool,
    studio: &Studio,
    desk: &mut Desk<'_>,
) -> Response {
    // Not a stop of the Tab key: the arrow keys step through the cards.
    let id = ui.scope_id().with(listed.path());
    let response = ui.interact(rect, id, Sense::CLICK | Sense::HOVER);
    let is_in_use = is_in_use(listed, studio);
    let line = second_line(listed, desk);
    response.widget_info(|| {
        let mut name = format!("{}, {line}", listed.name());
        if is_in_use {
            name = format!("{name}, {}", desk.text("models-in-use"));
        }
        WidgetInfo::selected(Role::Button, true, is_chosen, name)
    });
    if !ui.is_rect_visible(rect) {
        return response;
    }
    let color = desk.theme.color.clone();
    let fill = if response.hovered() {
        color.control_hover
    } else {
        color.raised
    };
    let radius = desk.theme.card_radius();
    ui.painter().rect_filled(rect, radius, fill);
    let picture = rect.with_max_y(rect.bottom() - TEXT_HEIGHT);
    picture_ui(ui, picture, listed, studio, desk);
    if is_chosen {
        let ring = Stroke::new(RING_WIDTH, color.accent);
        let painter = ui.painter();
        painter.rect_stroke(rect.expand(1.0), radius, ring, StrokeKind::Outside);
    }
    let text = Rect::from_min_max(picture.left_bottom(), rect.max);
    let text = text.shrink2(vec2(desk.theme.space.small, desk.theme.space.small));
    let mut name_width = text.width();
    if is_in_use {
        name_width -= MARK_SIZE + desk.theme.space.tiny;
        let (glyph, font) = (char::from(Icon::CircleCheck), theme::icon_font(MARK_SIZE));
        let corner = text.right_top() + vec2(0.0, 1.0);
        let painter = ui.painter();
        painter.text(corner, Align2::RIGHT_TOP, glyph, font, color.accent);
    }
    let body = TextStyle::Body.resolve(ui.style());
    let small = TextStyle::Small.resolve(ui.style());
    one_line(ui, text.min, &listed.name(), body, color.text, name_width);
    let second = pos2(text.left(), text.bottom() - small.size - 3.0);
    one_line(ui, second, &line, small, color.text_secondary, text.width());
    response.on_hover_text(listed.name())
}

/// The bytes of a model's files, in the units of a file manager.
pub(super) fn size_on_disk(model: &ModelInfo) -> Message {
    shown_bytes(model.file_bytes)
}

fn is_in_use(listed: Listed<'_>, studio: &Studio) -> bool {
    let used = studio.model();
    match listed {
        Listed::Model(model) => used.is_some_and(|used| used.id == model.id),
        Listed::Refused(..) | Listed::Removed(_) => false,
    }
}

fn second_line(listed: Listed<'_>, desk: &Desk<'_>) -> String {
    match listed {
        Listed::Model(model) => {
            let mut facts = vec![family_name(model.family)];
            let inpainting = || desk.text("models-inpainting");
            facts.extend(model.is_for_inpainting.then(inpainting));
            facts.extend(
                model
                    .precision
                    .map(|precision| precision.label().to_owned()),
            );
            facts.push(desk.message(&size_on_disk(model)));
            facts.join(" · ")
        }
        Listed::Refused(..) => desk.text("models-refused"),
        Listed::Removed(_) => desk.text("models-removed"),
    }
}

/// The last picture made with a model, letterboxed, or a sign in its place.
fn picture_ui(ui: &Ui, rect: Rect, listed: Listed<'_>, studio: &Studio, desk: &mut Desk<'_>) {
    let radius = desk.theme.card_radius();
    let top = egui::CornerRadius {
        nw: radius,
        ne: radius,
        sw: 0,
        se: 0,
    };
    let color = desk.theme.color.clone();
    ui.painter().rect_filled(rect, top, color.ground);
    let (icon, tint) = match listed {
        Listed::Model(model) => {
            let newest = studio.wall().newest_of(&model.id);
            if newest.is_some_and(|id| thumbnail_ui(ui, rect, id, desk)) {
                return;
            }
            (Icon::Box, color.text_disabled)
        }
        Listed::Refused(..) => (Icon::TriangleAlert, color.warn),
        Listed::Removed(_) => (Icon::EyeOff, color.text_disabled),
    };
    let (glyph, font) = (char::from(icon), theme::icon_font(SIGN_SIZE));
    let painter = ui.painter();
    painter.text(rect.center(), Align2::CENTER_CENTER, glyph, font, tint);
}

/// Draws a picture once it is there; tells whether it is there or coming.
fn thumbnail_ui(ui: &Ui, rect: Rect, id: PictureId, desk: &mut Desk<'_>) -> bool {
    let side = (rect.size().max_elem() * ui.pixels_per_point()).round() as u32;
    match desk.textures.thumbnail(id, side, desk.actions) {
        Look::Ready { texture, size } => {
            let ratio: Vec2 = rect.size() / size;
            let fitted = Rect::from_center_size(rect.center(), size * ratio.min_elem());
            let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
            ui.painter().image(texture, fitted, whole, Color32::WHITE);
            true
        }
        Look::Coming => true,
        Look::Missing => false,
    }
}

/// A line of text that ends in dots where it does not fit.
fn one_line(ui: &Ui, corner: Pos2, text: &str, font: FontId, color: Color32, width: f32) {
    let mut job = LayoutJob::single_section(text.to_owned(), TextFormat::simple(font, color));
    job.wrap = TextWrapping::truncate_at_width(width);
    let galley = ui.painter().layout_job(job);
    ui.painter().galley(corner, galley, color);
}
