//! What the window looks at: plain state of the view, of no interest to the studio.

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
    /// The current picture fills the middle instead of the grid.
    pub is_viewing: bool,
    /// The current picture fills the screen.
    pub is_full_screen: bool,
    /// Only the middle is shown.
    pub is_bare: bool,
    /// Looked closer or farther with the next frame.
    pub zoom_wish: Option<ZoomWish>,
    /// The card over the workspace.
    pub sheet: Option<Sheet>,
    /// The prompt field takes the keyboard with the next frame.
    pub wants_prompt: bool,
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
        } else if self.is_viewing {
            self.is_viewing = false;
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
            is_viewing: true,
            is_full_screen: true,
            sheet: Some(Sheet::GetModel),
            ..View::default()
        };
        let mut levels = Vec::new();
        for _ in 0..4 {
            view.step_back();
            levels.push((view.sheet, view.is_full_screen, view.is_viewing));
        }
        assert_eq!(
            levels,
            [
                (Some(Sheet::Models), true, true),
                (None, true, true),
                (None, false, true),
                (None, false, false)
            ]
        );
    }
}
