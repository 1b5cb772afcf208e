//! What stands where a picture cannot be shown.

use egui::{Align2, Rect, TextStyle, Ui, Vec2};
use lucide_icons::Icon;

use crate::ui::panel::Desk;
use crate::ui::theme;

/// Paints a glyph and a word in the middle of `rect`.
pub fn damaged_ui(ui: &Ui, rect: Rect, desk: &Desk<'_>) {
    let color = &desk.theme.color;
    let painter = ui.painter().with_clip_rect(rect);
    painter.rect_filled(rect, 0.0, color.panel);
    let glyph = char::from(Icon::ImageOff);
    let above = rect.center() - Vec2::new(0.0, 10.0);
    let ink = color.text_secondary;
    painter.text(
        above,
        Align2::CENTER_CENTER,
        glyph,
        theme::icon_font(22.0),
        ink,
    );
    let below = rect.center() + Vec2::new(0.0, 6.0);
    let text = desk.strings.text("picture-damaged");
    let font = TextStyle::Small.resolve(ui.style());
    painter.text(below, Align2::CENTER_TOP, text, font, ink);
}
