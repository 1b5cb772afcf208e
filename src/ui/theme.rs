//! Colours, type and distances: the only place that knows any, read from `assets/theme`.

use std::sync::Arc;

use egui::epaint::Shadow;
use egui::style::{ScrollStyle, TextCursorStyle, WidgetVisuals, Widgets};
use egui::{
    Color32, CornerRadius, FontData, FontDefinitions, FontFamily, FontId, Margin, RichText, Stroke,
    Style, TextStyle, Visuals, vec2,
};
use lucide_icons::{Icon, LUCIDE_FONT_BYTES};
use serde::{Deserialize, Deserializer, de};

use crate::settings;

/// The height of buttons and fields, in points.
pub const ROW_HEIGHT: f32 = 28.0;

/// How dark the shadows below cards are.
const SHADOW_ALPHA: u8 = 96;
const FOCUS_WIDTH: f32 = 1.5;
const ICONS: &str = "icons";
const TITLE: &str = "title";

/// How the window looks.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The colours, by their use.
    pub color: Colors,
    /// The distances between things, in points.
    pub space: Space,
    metrics: Metrics,
}

/// The colours of one theme, by their use.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Colors {
    /// Behind pictures.
    #[serde(deserialize_with = "color")]
    pub ground: Color32,
    /// Around the canvas.
    #[serde(deserialize_with = "color")]
    pub surround: Color32,
    /// Behind panels.
    #[serde(deserialize_with = "color")]
    pub panel: Color32,
    /// Cards, buttons, menus.
    #[serde(deserialize_with = "color")]
    pub raised: Color32,
    /// Inside fields.
    #[serde(deserialize_with = "color")]
    pub field: Color32,
    /// Lines between things.
    #[serde(deserialize_with = "color")]
    pub hairline: Color32,
    /// Controls under the pointer.
    #[serde(deserialize_with = "color")]
    pub control_hover: Color32,
    /// Controls under the finger.
    #[serde(deserialize_with = "color")]
    pub control_pressed: Color32,
    /// Text that is read.
    #[serde(deserialize_with = "color")]
    pub text: Color32,
    /// Labels and hints.
    #[serde(deserialize_with = "color")]
    pub text_secondary: Color32,
    /// What cannot be used now.
    #[serde(deserialize_with = "color")]
    pub text_disabled: Color32,
    /// Behind selected text and chosen rows.
    #[serde(deserialize_with = "color")]
    pub text_selection: Color32,
    /// The main action, the selection, the focus, progress.
    #[serde(deserialize_with = "color")]
    pub accent: Color32,
    /// The main action under the pointer.
    #[serde(deserialize_with = "color")]
    pub accent_hover: Color32,
    /// The main action while pressed.
    #[serde(deserialize_with = "color")]
    pub accent_pressed: Color32,
    /// Text on the accent.
    #[serde(deserialize_with = "color")]
    pub on_accent: Color32,
    /// Picked, and what is well.
    #[serde(deserialize_with = "color")]
    pub pick: Color32,
    /// Rejected.
    #[serde(deserialize_with = "color")]
    pub reject: Color32,
    /// Stars.
    #[serde(deserialize_with = "color")]
    pub star: Color32,
    /// Labelled red.
    #[serde(deserialize_with = "color")]
    pub label_red: Color32,
    /// Labelled yellow.
    #[serde(deserialize_with = "color")]
    pub label_yellow: Color32,
    /// Labelled green.
    #[serde(deserialize_with = "color")]
    pub label_green: Color32,
    /// Labelled blue.
    #[serde(deserialize_with = "color")]
    pub label_blue: Color32,
    /// Labelled purple.
    #[serde(deserialize_with = "color")]
    pub label_purple: Color32,
    /// Good to know.
    #[serde(deserialize_with = "color")]
    pub info: Color32,
    /// Not as asked for.
    #[serde(deserialize_with = "color")]
    pub warn: Color32,
    /// Did not happen.
    #[serde(deserialize_with = "color")]
    pub error: Color32,
}

/// The distances between things, in points.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Space {
    /// Within a group.
    pub tiny: f32,
    /// Between the rows of a group.
    pub small: f32,
    /// Between groups, and inside panels.
    pub medium: f32,
    /// Around cards.
    pub large: f32,
    /// Between sections.
    pub huge: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Metrics {
    space: Space,
    radius: Radius,
    hairline_width: f32,
    font: FontSizes,
    motion_ms: f32,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Radius {
    field: u8,
    panel: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct FontSizes {
    small: f32,
    body: f32,
    section: f32,
    title: f32,
    monospace: f32,
}

impl Theme {
    /// The theme of that name.
    pub fn of(choice: settings::Theme) -> Self {
        let source = match choice {
            settings::Theme::Dark => include_str!("../../assets/theme/dark.ron"),
            settings::Theme::Light => include_str!("../../assets/theme/light.ron"),
        };
        let metrics: Metrics = read(include_str!("../../assets/theme/metrics.ron"));
        Self {
            color: read(source),
            space: metrics.space,
            metrics,
        }
    }

    /// Dresses the window.
    pub fn apply(&self, ctx: &egui::Context, choice: settings::Theme, motion: Motion) {
        let theme = match choice {
            settings::Theme::Dark => egui::Theme::Dark,
            settings::Theme::Light => egui::Theme::Light,
        };
        ctx.set_style_of(theme, Arc::new(self.style(theme, motion)));
        ctx.set_theme(theme);
    }

    /// The colour of a notice.
    pub fn of_severity(&self, severity: crate::domain::Severity) -> Color32 {
        match severity {
            crate::domain::Severity::Info => self.color.info,
            crate::domain::Severity::Warning => self.color.warn,
            crate::domain::Severity::Error => self.color.error,
        }
    }

    /// The frame of a card that lies on a panel.
    pub fn card(&self) -> egui::Frame {
        egui::Frame::new()
            .fill(self.color.raised)
            .corner_radius(self.metrics.radius.panel)
            .inner_margin(Margin::same(self.space.medium as i8))
    }

    /// Draws the focus ring around a text field that has the keyboard.
    pub fn ring_focus(&self, ui: &egui::Ui, field: &egui::Response) {
        if field.has_focus() {
            ui.painter().rect_stroke(
                field.rect,
                CornerRadius::same(self.metrics.radius.field),
                Stroke::new(FOCUS_WIDTH, self.color.accent),
                egui::StrokeKind::Inside,
            );
        }
    }

    /// Makes the buttons in a card stand out from it.
    pub fn dress_card(&self, ui: &mut egui::Ui) {
        let inactive = &mut ui.visuals_mut().widgets.inactive;
        inactive.weak_bg_fill = self.color.control_hover;
        ui.visuals_mut().widgets.hovered.weak_bg_fill = self.color.control_pressed;
    }

    /// How round the corners of fields and cells are, in points.
    pub fn field_radius(&self) -> u8 {
        self.metrics.radius.field
    }

    /// How round the corners of panels and cards are, in points.
    pub fn card_radius(&self) -> u8 {
        self.metrics.radius.panel
    }

    /// The line between things.
    pub fn hairline(&self) -> Stroke {
        Stroke::new(self.metrics.hairline_width, self.color.hairline)
    }

    fn style(&self, theme: egui::Theme, motion: Motion) -> Style {
        let mut style = theme.default_style();
        let (font, space) = (self.metrics.font, self.space);
        style.visuals = self.visuals(theme);
        style.text_styles = [
            (TextStyle::Small, FontId::proportional(font.small)),
            (TextStyle::Body, FontId::proportional(font.body)),
            (TextStyle::Button, FontId::proportional(font.body)),
            (TextStyle::Heading, FontId::proportional(font.section)),
            (TextStyle::Monospace, FontId::monospace(font.monospace)),
            (title_style(), FontId::proportional(font.title)),
        ]
        .into();
        style.drag_value_text_style = TextStyle::Monospace;
        let spacing = &mut style.spacing;
        spacing.item_spacing = vec2(space.small, space.small);
        spacing.button_padding = vec2(space.small, space.tiny);
        spacing.interact_size = vec2(ROW_HEIGHT, ROW_HEIGHT);
        spacing.menu_margin = Margin::same(space.tiny as i8);
        spacing.window_margin = Margin::same(space.large as i8);
        spacing.icon_width = 16.0;
        spacing.icon_width_inner = 8.0;
        spacing.combo_width = 80.0;
        spacing.tooltip_width = 320.0;
        spacing.slider_rail_height = 4.0;
        spacing.scroll = ScrollStyle {
            bar_width: 8.0,
            ..ScrollStyle::floating()
        };
        style.interaction.tooltip_delay = 0.4;
        style.interaction.selectable_labels = false;
        style.animation_time = match motion {
            Motion::Full => self.metrics.motion_ms / 1000.0,
            Motion::Reduced => 0.0,
        };
        if motion == Motion::Reduced {
            style.scroll_animation = egui::style::ScrollAnimation::none();
        }
        style
    }

    fn visuals(&self, theme: egui::Theme) -> Visuals {
        let color = &self.color;
        let radius = CornerRadius::same(self.metrics.radius.panel);
        let shadow = Shadow {
            offset: [0, 4],
            blur: 16,
            spread: 0,
            color: Color32::from_black_alpha(SHADOW_ALPHA),
        };
        Visuals {
            dark_mode: theme == egui::Theme::Dark,
            widgets: self.widgets(),
            selection: egui::style::Selection {
                bg_fill: color.text_selection,
                // The text on a selection, not a ring around it.
                stroke: Stroke::new(1.0, color.text),
            },
            weak_text_color: Some(color.text_secondary),
            hyperlink_color: color.accent,
            faint_bg_color: color.raised,
            extreme_bg_color: color.field,
            text_edit_bg_color: Some(color.field),
            code_bg_color: color.field,
            warn_fg_color: color.warn,
            error_fg_color: color.error,
            window_corner_radius: radius,
            window_shadow: shadow,
            window_fill: color.panel,
            window_stroke: self.hairline(),
            menu_corner_radius: radius,
            panel_fill: color.panel,
            popup_shadow: shadow,
            text_cursor: TextCursorStyle {
                stroke: Stroke::new(2.0, color.accent),
                ..TextCursorStyle::default()
            },
            slider_trailing_fill: true,
            handle_shape: egui::style::HandleShape::Circle,
            ..theme.default_visuals()
        }
    }

    fn widgets(&self) -> Widgets {
        let color = &self.color;
        let plain = WidgetVisuals {
            // Rails, boxes and circles, which must stand out from cards and menus.
            bg_fill: color.control_pressed,
            weak_bg_fill: color.raised,
            bg_stroke: self.hairline(),
            corner_radius: CornerRadius::same(self.metrics.radius.field),
            fg_stroke: Stroke::new(1.0, color.text),
            expansion: 0.0,
        };
        let hovered = WidgetVisuals {
            bg_fill: color.control_hover,
            weak_bg_fill: color.control_hover,
            ..plain
        };
        Widgets {
            noninteractive: WidgetVisuals {
                bg_fill: color.panel,
                weak_bg_fill: color.panel,
                ..plain
            },
            inactive: plain,
            hovered,
            // What has the keyboard looks as if pressed: the ring is the focus ring.
            active: WidgetVisuals {
                bg_fill: color.control_pressed,
                weak_bg_fill: color.control_pressed,
                bg_stroke: Stroke::new(FOCUS_WIDTH, color.accent),
                ..plain
            },
            open: hovered,
        }
    }
}

/// Whether things may move by themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Motion {
    /// Short fades and folds.
    Full,
    /// None.
    Reduced,
}

/// Adds the icon font to egui's own.
pub fn install_fonts(ctx: &egui::Context) {
    let mut fonts = FontDefinitions::default();
    let icons = FontData::from_static(LUCIDE_FONT_BYTES);
    fonts.font_data.insert(ICONS.to_owned(), Arc::new(icons));
    fonts
        .families
        .insert(FontFamily::Name(ICONS.into()), vec![ICONS.to_owned()]);
    ctx.set_fonts(fonts);
}

/// An icon as text, 16 points high.
pub fn icon(icon: Icon) -> RichText {
    RichText::new(char::from(icon)).font(icon_font(16.0))
}

/// The font of the icons, so many points high.
pub fn icon_font(size: f32) -> FontId {
    FontId::new(size, FontFamily::Name(ICONS.into()))
}

/// Paints the arrow of a menu that can be opened.
pub fn menu_arrow(ui: &egui::Ui, rect: egui::Rect, visuals: &WidgetVisuals, _is_open: bool) {
    ui.painter().text(
        rect.center(),
        egui::Align2::CENTER_CENTER,
        char::from(Icon::ChevronDown),
        FontId::new(14.0, FontFamily::Name(ICONS.into())),
        visuals.fg_stroke.color,
    );
}

/// The largest text, for titles.
pub fn title_style() -> TextStyle {
    TextStyle::Name(TITLE.into())
}

fn color<'de, D: Deserializer<'de>>(source: D) -> Result<Color32, D::Error> {
    let hex = String::deserialize(source)?;
    Color32::from_hex(&hex).map_err(|error| de::Error::custom(format!("{hex}: {error:?}")))
}

fn read<'de, T: Deserialize<'de>>(source: &'de str) -> T {
    ron::from_str(source).expect("the themes are part of the program, and every start reads them")
}
