//! What a request starts from: nothing, or a picture and how far to go from it.

use std::path::PathBuf;

use egui::{Align, Align2, Button, Color32, Id, Label, Layout, Pos2, Rect, Sense, Ui, Vec2, pos2};
use lucide_icons::Icon;

use crate::app::Studio;
use crate::domain::{ParamSpec, ParamValue, STRENGTH, Source, Strength, Task};
use crate::settings::Draft;
use crate::ui::folder_dialog::FolderDialog;
use crate::ui::panel::Desk;
use crate::ui::textures::Look;
use crate::ui::theme;

use super::dropped::dropped_picture;
use super::icon_button::IconButton;
use super::param_row::{param_row, value_row};

/// The rows, and the dialog that they may have open.
#[derive(Default)]
pub struct StartRows {
    dialog: FolderDialog,
}

impl StartRows {
    /// Draws them, and changes the draft as the artist does.
    pub fn ui(&mut self, ui: &mut Ui, draft: &mut Draft, studio: &Studio, desk: &mut Desk<'_>) {
        if let Some(file) = self.dialog.picked().or_else(|| dropped_picture(ui.ctx())) {
            start_from_file(draft, file);
        }
        let name = desk.text("compose-start");
        let is_from_nothing = draft.task == Task::Create;
        let mut wants_file = false;
        let mut is_put_away = false;
        let side = ui.spacing().interact_size.y;
        let look = look_of(draft, side * ui.pixels_per_point(), studio, desk);
        value_row(ui, &name, desk, |ui, label| match &draft.task {
            Task::Create => {
                let choose = Button::new(desk.text("compose-start-choose")).truncate();
                let choose = ui.add(choose).labelled_by(label);
                wants_file = choose
                    .on_hover_text(desk.text("compose-start-help"))
                    .clicked();
            }
            Task::Vary { source, .. } => {
                thumbnail_ui(ui, side, look.as_ref(), desk);
                is_put_away = source_ui(ui, source, label, desk);
            }
        });
        if wants_file {
            let title = desk.text("compose-start-choose");
            self.dialog.ask_file(ui.ctx(), title);
        }
        if is_put_away {
            draft.task = Task::Create;
            draft.parents.clear();
        }
        if !is_from_nothing {
            strength_ui(ui, draft, desk);
        }
    }
}

/// Starts from a file that is not, or not known to be, in the library.
fn start_from_file(draft: &mut Draft, file: PathBuf) {
    draft.task = Task::Vary {
        source: Source { file, sha256: None },
        strength: strength_of(&draft.task),
        mask: None,
    };
    draft.parents.clear();
}

fn strength_of(task: &Task) -> Strength {
    match task {
        Task::Create => Strength::default(),
        Task::Vary { strength, .. } => *strength,
    }
}

/// The name of the picture; tells whether it is to be put away.
fn source_ui(ui: &mut Ui, source: &Source, label: Id, desk: &Desk<'_>) -> bool {
    let path = source.file.display().to_string();
    let name = source.file.file_name().unwrap_or(source.file.as_os_str());
    let name = name.to_string_lossy().into_owned();
    ui.with_layout(Layout::right_to_left(Align::Center), |ui| {
        let away = desk.text("compose-start-away");
        let is_put_away = IconButton::new(Icon::X, &away)
            .small()
            .show(ui, desk.theme)
            .clicked();
        ui.with_layout(Layout::left_to_right(Align::Center), |ui| {
            let name = ui.add(Label::new(name).truncate());
            name.labelled_by(label).on_hover_text(path);
        });
        is_put_away
    })
    .inner
}

/// A small view of the source, where it is a picture of the library.
fn look_of(draft: &Draft, side: f32, studio: &Studio, desk: &mut Desk<'_>) -> Option<Look> {
    let picture = draft.parents.first()?.picture;
    studio.wall().place(picture)?;
    Some(desk.textures.thumbnail(picture, side as u32, desk.actions))
}

/// The view, or an icon in its place.
fn thumbnail_ui(ui: &mut Ui, side: f32, look: Option<&Look>, desk: &Desk<'_>) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(side), Sense::hover());
    if let Some(Look::Ready { texture, size }) = look {
        let fitted = *size * (side / size.max_elem());
        let whole = Rect::from_min_max(Pos2::ZERO, pos2(1.0, 1.0));
        let place = Rect::from_center_size(rect.center(), fitted);
        ui.painter().image(*texture, place, whole, Color32::WHITE);
    } else {
        let (glyph, font) = (char::from(Icon::Image), theme::icon_font(16.0));
        let color = desk.theme.color.text_secondary;
        let painter = ui.painter();
        painter.text(rect.center(), Align2::CENTER_CENTER, glyph, font, color);
    }
}

fn strength_ui(ui: &mut Ui, draft: &mut Draft, desk: &Desk<'_>) {
    let spec: &ParamSpec = &STRENGTH;
    let value = ParamValue::Float(strength_of(&draft.task).share());
    let changed = param_row(ui, spec, &value, &spec.default_value(), desk);
    if let (Some(ParamValue::Float(share)), Task::Vary { strength, .. }) =
        (changed, &mut draft.task)
    {
        *strength = Strength::new(share).unwrap_or(*strength);
    }
}
