//! The size: two numbers, their swap, presets, and the usual shapes.

use egui::{DragValue, Id, Popup, Rect, Sense, Stroke, StrokeKind, Ui, WidgetInfo, pos2, vec2};
use lucide_icons::Icon;

use crate::domain::{Message, PixelSize};
use crate::pipeline::SizeLimits;
use crate::ui::panel::Desk;

use super::{IconButton, value_row};

/// The usual shapes, as width to height.
const SHAPES: [(u32, u32); 7] = [(1, 1), (3, 2), (2, 3), (4, 3), (3, 4), (16, 9), (9, 16)];
/// How far from its name a shape may be, as the logarithm of the ratio.
const SHAPE_TOLERANCE: f32 = 0.08;
/// Preset sizes, as multiples of the model's own sides.
const PRESETS: [f32; 6] = [0.5, 0.75, 1.0, 1.5, 2.0, 3.0];

/// Draws the rows; `size` is `None` as long as the model's own is meant.
pub fn size_rows(ui: &mut Ui, size: &mut Option<PixelSize>, limits: &SizeLimits, desk: &Desk<'_>) {
    let current = size.unwrap_or(limits.default);
    let mut chosen = None;
    let name = desk.text("compose-size");
    value_row(ui, &name, desk, |ui, label| {
        chosen = sides_ui(ui, current, limits, label, desk);
    });
    let shapes = shapes(limits);
    if shapes.len() > 1 {
        ui.horizontal_wrapped(|ui| {
            ui.spacing_mut().item_spacing = vec2(4.0, 4.0);
            for (shape, shaped) in shapes {
                if shape_button(ui, shape, shaped == current, desk) {
                    chosen = Some(shaped);
                }
            }
        });
    }
    if let Some(chosen) = chosen {
        *size = Some(limits.nearest(chosen));
    }
}

fn sides_ui(
    ui: &mut Ui,
    size: PixelSize,
    limits: &SizeLimits,
    label: Id,
    desk: &Desk<'_>,
) -> Option<PixelSize> {
    let (mut width, mut height) = (size.width(), size.height());
    side_ui(ui, &mut width, limits, label, &desk.text("compose-width"));
    let swap = desk.text("compose-swap");
    if IconButton::new(Icon::ArrowLeftRight, &swap)
        .show(ui, desk.theme)
        .clicked()
    {
        (width, height) = (height, width);
    }
    side_ui(ui, &mut height, limits, label, &desk.text("compose-height"));
    let changed = PixelSize::new(width, height)
        .ok()
        .filter(|new| *new != size);
    let name = desk.text("compose-presets");
    let button = IconButton::new(Icon::ChevronDown, &name).show(ui, desk.theme);
    let mut preset = None;
    Popup::menu(&button).show(|ui| {
        for option in presets(limits, size) {
            let mut text = format!("{} × {}", option.width(), option.height());
            if option == limits.default {
                let own = Message::new("compose-size-own").with("size", text);
                text = desk.message(&own);
            }
            if ui.selectable_label(option == size, text).clicked() {
                preset = Some(option);
            }
        }
    });
    preset.or(changed)
}

fn side_ui(ui: &mut Ui, side: &mut u32, limits: &SizeLimits, label: Id, name: &str) {
    ui.scope(|ui| {
        ui.spacing_mut().interact_size.x = 48.0;
        let field = DragValue::new(side)
            .range(limits.min_side..=limits.max_side)
            .speed(f64::from(limits.multiple) / 8.0)
            .update_while_editing(false);
        let response = ui.add(field).labelled_by(label);
        response.on_hover_text(name);
    });
}

fn shape_button(ui: &mut Ui, (wide, high): (u32, u32), is_chosen: bool, desk: &Desk<'_>) -> bool {
    let size = vec2(38.0, 40.0);
    let (rect, response) = ui.allocate_exact_size(size, Sense::click());
    let name = Message::new("compose-shape").with("shape", format!("{wide}:{high}"));
    let name = desk.message(&name);
    response.widget_info(|| {
        WidgetInfo::selected(egui::Role::Button, response.enabled(), is_chosen, &name)
    });
    let visuals = ui.style().interact_selectable(&response, false);
    let color = if is_chosen {
        desk.theme.color.accent
    } else {
        desk.theme.color.text_secondary
    };
    let painter = ui.painter();
    if response.hovered() || response.has_focus() {
        painter.rect(
            rect,
            visuals.corner_radius,
            visuals.weak_bg_fill,
            visuals.bg_stroke,
            StrokeKind::Inside,
        );
    }
    let longest = wide.max(high) as f32;
    let glyph = vec2(wide as f32 / longest, high as f32 / longest) * 18.0;
    let glyph = Rect::from_center_size(pos2(rect.center().x, rect.top() + 13.0), glyph);
    painter.rect_stroke(glyph, 1.0, Stroke::new(1.5, color), StrokeKind::Middle);
    painter.text(
        pos2(rect.center().x, rect.bottom() - 9.0),
        egui::Align2::CENTER_CENTER,
        format!("{wide}:{high}"),
        egui::FontId::proportional(11.0),
        color,
    );
    response.clicked()
}

/// The shapes that the model can make, each with the size nearest to the model's own.
fn shapes(limits: &SizeLimits) -> Vec<((u32, u32), PixelSize)> {
    let shaped = SHAPES.into_iter().filter_map(|shape| {
        let size = size_of_shape(shape, limits)?;
        Some((shape, size))
    });
    shaped.collect()
}

/// Of all possible sizes of about that shape, the one with about the model's own area.
fn size_of_shape((wide, high): (u32, u32), limits: &SizeLimits) -> Option<PixelSize> {
    let area = limits.default.area() as f32;
    let ratio = wide as f32 / high as f32;
    let steps = limits.min_side.div_ceil(limits.multiple)..=limits.max_side / limits.multiple;
    let sizes = steps.filter_map(|step| {
        let height = step * limits.multiple;
        let ideal = PixelSize::new(((height as f32 * ratio).round() as u32).max(1), height);
        let size = limits.nearest(ideal.ok()?);
        let error = (size.width() as f32 / size.height() as f32 / ratio)
            .ln()
            .abs();
        let growth = (size.area() as f32 / area).ln().abs();
        (error <= SHAPE_TOLERANCE).then_some((size, error * 4.0 + growth))
    });
    sizes
        .min_by(|one, other| one.1.total_cmp(&other.1))
        .map(|(size, _)| size)
}

/// Sizes of the current shape, from small to large.
fn presets(limits: &SizeLimits, current: PixelSize) -> Vec<PixelSize> {
    let own = (limits.default.area() as f32).sqrt();
    let scale = own / (current.area() as f32).sqrt();
    let scaled = PRESETS.into_iter().filter_map(|times| {
        let side = |length: u32| (length as f32 * scale * times).round() as u32;
        let size = PixelSize::new(side(current.width()), side(current.height())).ok()?;
        Some(limits.nearest(size))
    });
    let mut sizes: Vec<PixelSize> = scaled.chain([limits.default]).collect();
    sizes.sort_by_key(|size| (size.area(), size.width()));
    sizes.dedup();
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn limits(own: u32, multiple: u32, max_side: u32) -> SizeLimits {
        SizeLimits {
            default: PixelSize::new(own, own).unwrap(),
            multiple,
            min_side: 64,
            max_side,
        }
    }

    #[test]
    fn shapes_keep_about_the_area_of_the_model() {
        let limits = limits(512, 8, 1024);
        let wide = size_of_shape((3, 2), &limits).unwrap();
        assert_eq!(wide.width() * 2, wide.height() * 3);
        let growth = wide.area() as f32 / limits.default.area() as f32;
        assert!((0.9..1.1).contains(&growth), "{wide}");
    }

    #[test]
    fn a_model_of_one_size_has_one_shape() {
        let limits = SizeLimits {
            min_side: 128,
            ..limits(128, 32, 128)
        };
        assert_eq!(shapes(&limits).len(), 1);
    }
}
