//! What the window looks at: plain state of the view, of no interest to the studio.

use crate::domain::PictureId;

/// An arrangement of panels for one kind of work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Workspace {
    /// Write a request and see its results.
    #[default]
    Create,
    /// Look through all pictures.
    Gallery,
}

impl Workspace {
    /// Every workspace, in the order of the top bar.
    pub const ALL: [Self; 2] = [Self::Create, Self::Gallery];

    /// The key of its name.
    pub fn title_key(self) -> &'static str {
        match self {
            Self::Create => "window-create",
            Self::Gallery => "window-gallery",
        }
    }

    /// The id of the command that shows it.
    pub fn shortcut_id(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Gallery => "gallery",
        }
    }
}

/// A card that lies over the workspace until it is put away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sheet {
    /// Every command with its key.
    Shortcuts,
    /// Find a command by its name.
    Palette,
    /// The models.
    Models,
    /// The page of the models' sheet on which one is got.
    GetModel,
    /// The preferences.
    Settings,
    /// Whether the rejected pictures are to go to the trash.
    EmptyBin,
}

/// How pictures are looked at in the middle of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// All that are shown.
    #[default]
    Grid,
    /// The current one alone.
    Loupe,
    /// All chosen ones, as large as they fit.
    Survey,
    /// One against another, at the same place of each.
    Compare,
}

/// How two pictures are held against each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// Beside each other.
    #[default]
    Beside,
    /// One over the other, up to a line.
    Split,
    /// One in the place of the other, in turns.
    Flicker,
}

impl Comparison {
    /// Every way, in the order of the bar.
    pub const ALL: [Self; 3] = [Self::Beside, Self::Split, Self::Flicker];
}

/// A wish to look closer or farther, for the viewer or the grid, whichever is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ZoomWish {
    /// The next closer stop; larger cells.
    Closer,
    /// The next farther stop; smaller cells.
    Farther,
    /// All of the picture.
    Fit,
    /// From all of it to 100 %, and back.
    Toggle,
}

/// Where the artist is; panels may change it at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each says of one thing whether it is on, and all combine"
)]
pub struct View {
    /// The arrangement on screen.
    pub workspace: Workspace,
    /// What fills the middle.
    pub mode: Mode,
    /// In [`Mode::Compare`], the picture that others are held against.
    pub compared_to: Option<PictureId>,
    /// How they are held against it.
    pub comparison: Comparison,
    /// The row of filters is open.
    pub is_filtering: bool,
    /// The middle fills the screen.
    pub is_full_screen: bool,
    /// Only the middle is shown.
    pub is_bare: bool,
    /// Looked closer or farther with the next frame.
    pub zoom_wish: Option<ZoomWish>,
    /// The card over the workspace.
    pub sheet: Option<Sheet>,
    /// The prompt field takes the keyboard with the next frame.
    pub wants_prompt: bool,
    /// The field of the search takes the keyboard with the next frame.
    pub wants_search: bool,
    /// The fold of the compose panel is open.
    pub is_more_open: bool,
    /// The panels go back to their places with the next frame.
    pub wants_default_layout: bool,
}

impl View {
    /// Brings a workspace up, with its own place in it.
    pub fn show(&mut self, workspace: Workspace) {
        self.workspace = workspace;
        self.is_full_screen = false;
    }

    /// Opens a sheet, or closes it where it is open.
    pub fn toggle(&mut self, sheet: Sheet) {
        self.sheet = (self.sheet != Some(sheet)).then_some(sheet);
    }

    /// Goes one level out.
    pub fn step_back(&mut self) {
        if let Some(sheet) = self.sheet.take() {
            self.sheet = (sheet == Sheet::GetModel).then_some(Sheet::Models);
            return;
        }
        if self.is_full_screen {
            self.is_full_screen = false;
        } else if self.mode != Mode::Grid {
            self.mode = Mode::Grid;
        } else {
            self.is_bare = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escape_goes_out_one_level_at_a_time() {
        let mut view = View {
            mode: Mode::Survey,
            is_full_screen: true,
            sheet: Some(Sheet::GetModel),
            ..View::default()
        };
        let mut levels = Vec::new();
        for _ in 0..4 {
            view.step_back();
            levels.push((view.sheet, view.is_full_screen, view.mode));
        }
        assert_eq!(
            levels,
            [
                (Some(Sheet::Models), true, Mode::Survey),
                (None, true, Mode::Survey),
                (None, false, Mode::Survey),
                (None, false, Mode::Grid)
            ]
        );
    }
}
