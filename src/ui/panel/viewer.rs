//! One picture, as large or as close as the artist likes.

use std::time::Duration;

use egui::{
    Align, Align2, Button, Color32, CursorIcon, Layout, Pos2, Rect, Response, RichText, Role,
    Sense, TextStyle, Ui, WidgetInfo, vec2,
};
use lucide_icons::Icon;

use crate::app::{Action, CullAction, Reach, Studio};
use crate::domain::{Marks, Message, PictureId};
use crate::gallery::Entry;
use crate::imaging::{PicturePlace, TEXEL_ZOOM};
use crate::ui::look_around::look_around;
use crate::ui::picture_tile::frame_of;
use crate::ui::shortcut;
use crate::ui::textures::{FullLook, Look, THUMBNAIL_SIDES};
use crate::ui::view::{Mode, ZoomWish};
use crate::ui::viewport::{Frame, Viewport};
use crate::ui::widget::{
    MARKS_HEIGHT, command_button, damaged_ui, marks_ui, paint_marks, picture_menu, picture_name,
};

use super::{Desk, Panel};

const BAR_HEIGHT: f32 = 36.0;
const PERCENT_WIDTH: f32 = 60.0;
/// Room for a flag, five stars and a colour.
const MARKS_WIDTH: f32 = 108.0;
/// How long the zoom is told in full screen once it has changed.
const ZOOM_TOLD: Duration = Duration::from_millis(1200);

#[derive(Default)]
struct Viewer {
    shown: Option<PictureId>,
    viewport: Viewport,
    /// As it was last drawn: the bar is drawn before the room for the picture is known.
    zoom: f32,
    full: FullState,
    zoom_changed: Option<Duration>,
}

/// How far the whole picture is: its thumbnail stands in meanwhile.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
enum FullState {
    #[default]
    Unknown,
    Awaited,
    FadingIn {
        since: Duration,
    },
    Opaque,
}

/// The panel as it looks at the start.
pub(super) fn new() -> Box<dyn Panel> {
    Box::<Viewer>::default()
}

impl Panel for Viewer {
    fn id(&self) -> &'static str {
        "viewer"
    }

    fn title_key(&self) -> &'static str {
        "viewer-title"
    }

    fn ui(&mut self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let wall = studio.wall();
        let Some((place, entry)) = wall
            .current_place()
            .and_then(|place| Some((place, wall.at(place)?)))
        else {
            desk.view.mode = Mode::Grid;
            desk.view.is_full_screen = false;
            return;
        };
        if self.shown != Some(entry.id) {
            self.shown = Some(entry.id);
            self.full = FullState::Unknown;
        }
        if !desk.view.is_full_screen {
            self.bar_ui(ui, place, entry, studio, desk);
        }
        self.picture_ui(ui, place, entry, studio, desk);
    }
}

impl Viewer {
    fn bar_ui(
        &self,
        ui: &mut Ui,
        place: usize,
        entry: &Entry,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let size = vec2(ui.available_width(), BAR_HEIGHT);
        let layout = Layout::left_to_right(Align::Center);
        ui.allocate_ui_with_layout(size, layout, |ui| {
            ui.set_min_size(size);
            ui.add_space(desk.theme.space.small);
            ui.spacing_mut().item_spacing.x = desk.theme.space.tiny;
            command_button(ui, Icon::LayoutGrid, "back", false, studio, desk);
            command_button(ui, Icon::ChevronLeft, "previous", false, studio, desk);
            command_button(ui, Icon::ChevronRight, "next", false, studio, desk);
            let count = studio.wall().shown();
            let text = format!("{} / {count}", place + 1);
            let quiet = desk.theme.color.text_secondary;
            ui.label(RichText::new(text).monospace().color(quiet));
            ui.add_space(desk.theme.space.medium);
            if let Some(mark) = marks_ui(ui, Some(entry.marks), desk) {
                desk.ask(Action::Cull(CullAction::Mark {
                    mark,
                    reach: Reach::Current,
                    advances: false,
                }));
            }
            ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
                ui.add_space(desk.theme.space.small);
                command_button(ui, Icon::Expand, "full-screen", false, studio, desk);
                command_button(ui, Icon::ZoomIn, "zoom-closer", false, studio, desk);
                self.percent_ui(ui, studio, desk);
                command_button(ui, Icon::ZoomOut, "zoom-farther", false, studio, desk);
            });
        });
    }

    /// The zoom in percent; a click goes to 100 % and back.
    fn percent_ui(&self, ui: &mut Ui, studio: &Studio, desk: &mut Desk<'_>) {
        let text = RichText::new(percent(self.zoom)).monospace();
        let button = Button::new(text).min_size(vec2(PERCENT_WIDTH, 0.0));
        let response = ui.add(button.frame_when_inactive(false));
        let name = Message::new("viewer-zoom").with("percent", percent(self.zoom));
        response.widget_info(|| WidgetInfo::labeled(Role::Button, true, desk.message(&name)));
        let tip = shortcut::tip(ui.ctx(), desk.strings, "zoom-toggle");
        if response.on_hover_text(tip).clicked()
            && let Some(toggle) = shortcut::find("zoom-toggle")
        {
            (toggle.run)(studio, desk);
        }
    }

    fn picture_ui(
        &mut self,
        ui: &Ui,
        place: usize,
        entry: &Entry,
        studio: &Studio,
        desk: &mut Desk<'_>,
    ) {
        let area = ui.available_rect_before_wrap();
        ui.painter().rect_filled(area, 0.0, desk.theme.color.ground);
        let sense = Sense::CLICK | Sense::DRAG | Sense::HOVER;
        let response = ui.interact(area, ui.scope_id().with("picture"), sense);
        let margin = if desk.view.is_full_screen {
            0.0
        } else {
            desk.theme.space.medium
        };
        let frame = frame_of(ui, area, margin, entry);
        self.look_around(ui, &response, frame, desk);
        self.fetch_neighbours(place, studio, desk);
        self.paint(ui, area, entry, frame, desk);
        response.widget_info(|| {
            WidgetInfo::labeled(Role::Image, true, picture_name(entry, studio, desk))
        });
        response.context_menu(|ui| picture_menu(ui, entry.id, studio, desk));
    }

    /// Zooms and pans as the artist does.
    fn look_around(&mut self, ui: &Ui, response: &Response, frame: Frame, desk: &mut Desk<'_>) {
        let before = self.viewport;
        let wish = desk.view.zoom_wish.take().or_else(|| {
            // The key that Plus is on, without Shift.
            let key = egui::Key::Equals;
            let is_pressed = shortcut::is_free(ui.ctx(), desk)
                && ui.input_mut(|input| input.consume_key(egui::Modifiers::NONE, key));
            is_pressed.then_some(ZoomWish::Closer)
        });
        self.viewport = look_around(ui, response, frame, wish, before);
        if self.viewport != before {
            self.zoom_changed = Some(desk.now);
        }
        self.show_hand(ui, response);
        let zoom = self.viewport.zoom(frame);
        if zoom.to_bits() != self.zoom.to_bits() {
            // The bar was drawn with the zoom before.
            self.zoom = zoom;
            ui.request_repaint();
        }
    }

    fn show_hand(&self, ui: &Ui, response: &Response) {
        if matches!(self.viewport, Viewport::Free { .. }) && response.hovered() {
            let is_held = ui.input(|input| input.pointer.any_down());
            let cursor = if is_held {
                CursorIcon::Grabbing
            } else {
                CursorIcon::Grab
            };
            ui.set_cursor_icon(cursor);
        }
    }

    /// Asks for the pictures before and after, so that the next one is there at once.
    fn fetch_neighbours(&self, place: usize, studio: &Studio, desk: &mut Desk<'_>) {
        if self.full == FullState::Awaited {
            return;
        }
        for neighbour in [place.checked_sub(1), Some(place + 1)]
            .into_iter()
            .flatten()
        {
            if let Some(entry) = studio.wall().at(neighbour).filter(|entry| !entry.missing) {
                desk.textures.full(entry.id, desk.actions);
            }
        }
    }

    fn paint(&mut self, ui: &Ui, area: Rect, entry: &Entry, frame: Frame, desk: &mut Desk<'_>) {
        let scale = ui.pixels_per_point();
        let zoom = self.viewport.zoom(frame);
        let origin = (area.min.to_vec2() * scale).round() + self.viewport.origin(frame);
        let side = THUMBNAIL_SIDES[THUMBNAIL_SIDES.len() - 1];
        let full = if entry.missing {
            FullLook::Missing
        } else {
            desk.textures.full(entry.id, desk.actions)
        };
        let opacity = self.opacity(ui, &full, desk.now);
        if opacity < 1.0
            && !matches!(full, FullLook::Missing)
            && let Look::Ready { texture, .. } =
                desk.textures.thumbnail(entry.id, side, desk.actions)
        {
            let corner = (origin / scale).to_pos2();
            let rect = Rect::from_min_size(corner, frame.picture * zoom / scale);
            let whole = Rect::from_min_max(Pos2::ZERO, Pos2::new(1.0, 1.0));
            let painter = ui.painter().with_clip_rect(area);
            painter.image(texture, rect, whole, Color32::WHITE);
        }
        match full {
            FullLook::Ready(picture) => {
                let place = PicturePlace {
                    origin: origin.into(),
                    zoom,
                    // All of a small picture is looked at as a picture, not as texels.
                    shows_texels: zoom >= TEXEL_ZOOM && self.viewport != Viewport::Fit,
                };
                desk.textures
                    .paint(ui.painter(), area, &picture, place, opacity);
            }
            FullLook::Missing => damaged_ui(ui, area, desk),
            FullLook::Coming => {}
        }
        if desk.view.is_full_screen {
            self.tell_zoom(ui, area, zoom, desk);
            tell_marks(ui, area, entry, desk);
        }
    }

    /// How much of the whole picture shows over its thumbnail.
    fn opacity(&mut self, ui: &Ui, full: &FullLook, now: Duration) -> f32 {
        self.full = match (full, self.full) {
            (FullLook::Ready(_), FullState::Awaited) => FullState::FadingIn { since: now },
            (FullLook::Ready(_), FullState::Unknown) => FullState::Opaque,
            (FullLook::Ready(_), known) => known,
            (FullLook::Coming | FullLook::Missing, _) => FullState::Awaited,
        };
        let fade_secs = ui.style().animation_time;
        match self.full {
            FullState::Unknown | FullState::Awaited => 0.0,
            FullState::FadingIn { since } => {
                let secs = now.saturating_sub(since).as_secs_f32();
                if secs < fade_secs {
                    ui.request_repaint();
                    return secs / fade_secs;
                }
                self.full = FullState::Opaque;
                1.0
            }
            FullState::Opaque => 1.0,
        }
    }

    fn tell_zoom(&self, ui: &Ui, area: Rect, zoom: f32, desk: &Desk<'_>) {
        let Some(left) = self
            .zoom_changed
            .and_then(|changed| ZOOM_TOLD.checked_sub(desk.now.saturating_sub(changed)))
        else {
            return;
        };
        ui.request_repaint_after(left);
        let color = &desk.theme.color;
        let font = TextStyle::Monospace.resolve(ui.style());
        let galley = ui.painter().layout_no_wrap(percent(zoom), font, color.text);
        let corner = area.center_bottom() - vec2(0.0, desk.theme.space.huge);
        let rect = Align2::CENTER_BOTTOM.anchor_size(corner, galley.size());
        let chip = rect.expand2(vec2(10.0, 6.0));
        let radius = desk.theme.card_radius();
        ui.painter()
            .rect_filled(chip, radius, color.panel.gamma_multiply(0.85));
        ui.painter().galley(rect.min, galley, color.text);
    }
}

/// In full screen the marks stand in a corner, without a bar.
fn tell_marks(ui: &Ui, area: Rect, entry: &Entry, desk: &Desk<'_>) {
    if entry.marks == Marks::default() {
        return;
    }
    let size = vec2(MARKS_WIDTH, MARKS_HEIGHT);
    let space = desk.theme.space.large;
    let corner = area.left_bottom() + vec2(space, -space - size.y);
    let row = Rect::from_min_size(corner, size);
    let fill = desk.theme.color.panel.gamma_multiply(0.85);
    let radius = desk.theme.card_radius();
    ui.painter()
        .rect_filled(row.expand2(vec2(10.0, 6.0)), radius, fill);
    paint_marks(ui.painter(), row, entry.marks, desk.theme);
}

fn percent(zoom: f32) -> String {
    format!("{:.0} %", zoom * 100.0)
}
