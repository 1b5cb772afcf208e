//! How much memory a picture takes, by the size that the artist asks about.

use egui::{ComboBox, Label, RichText, Ui};

use crate::doctor::MemoryEstimate;
use crate::domain::{Message, ModelId, PixelSize};
use crate::pipeline::{ModelInfo, SizeLimits};
use crate::ui::panel::Desk;
use crate::ui::theme;
use crate::ui::widget::value_row;

/// The larger sizes that can be asked about, as multiples of the model's own sides.
const LARGER: [f64; 3] = [1.5, 2.0, 3.0];

/// What the row remembers.
#[derive(Default)]
pub(super) struct MemoryRow {
    /// The size that was asked about, and of which model.
    asked: Option<(ModelId, PixelSize)>,
}

impl MemoryRow {
    /// Draws the menu of sizes, and what a picture of the chosen one takes.
    pub(super) fn ui(&mut self, ui: &mut Ui, model: &ModelInfo, desk: &Desk<'_>) {
        let sizes = sizes(&model.sizes);
        let asked = self.asked.as_ref();
        let asked = asked.filter(|(id, size)| *id == model.id && sizes.contains(size));
        let mut size = asked.map_or(model.sizes.default, |(_, size)| *size);
        let name = desk.text("models-memory-for");
        value_row(ui, &name, desk, |ui, label| {
            let menu = ComboBox::from_id_salt("memory-size")
                .selected_text(shown(size, model, desk))
                .width(ui.available_width())
                .icon(theme::menu_arrow)
                .truncate();
            let menu = menu.show_ui(ui, |ui| {
                for option in sizes {
                    ui.selectable_value(&mut size, option, shown(option, model, desk));
                }
            });
            menu.response.labelled_by(label);
        });
        let (_, text) = MemoryEstimate::new(model, size).fact(desk.strings);
        let text = RichText::new(text).color(desk.theme.color.text_secondary);
        ui.add(Label::new(text).wrap().selectable(true));
        self.asked = Some((model.id.clone(), size));
    }
}

/// The model's own size, and those of its larger ones that it draws.
fn sizes(limits: &SizeLimits) -> Vec<PixelSize> {
    let own = limits.default;
    let larger = LARGER.iter().filter_map(|times| {
        let side = |length: u32| (f64::from(length) * times).round() as u32;
        let size = PixelSize::new(side(own.width()), side(own.height())).ok()?;
        Some(limits.nearest(size))
    });
    let larger = larger.filter(|size| size.area() > own.area());
    let mut sizes: Vec<PixelSize> = [own].into_iter().chain(larger).collect();
    sizes.dedup();
    sizes
}

fn shown(size: PixelSize, model: &ModelInfo, desk: &Desk<'_>) -> String {
    let text = format!("{} × {}", size.width(), size.height());
    if size != model.sizes.default {
        return text;
    }
    desk.message(&Message::new("compose-size-own").with("size", text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn larger_sizes_are_those_that_the_model_draws() {
        let size = |side| PixelSize::new(side, side).unwrap();
        let limits = |max_side| SizeLimits {
            default: size(512),
            multiple: 64,
            min_side: 256,
            max_side,
        };
        let all = [512, 768, 1024, 1536].map(size);
        assert_eq!(sizes(&limits(4096)), all);
        assert_eq!(sizes(&limits(1024)), all[..3]);
        assert_eq!(sizes(&limits(512)), all[..1]);
    }
}
