//! Where the panels are: one tree of tiles for each workspace, kept as JSON between runs.

use egui_tiles::{Container, Linear, LinearDir, Tile, TileId, Tiles, Tree};
use serde::{Deserialize, Serialize};

use super::view::Workspace;

/// The widths that side panels start with, in points.
const COMPOSE_WIDTH: f32 = 320.0;
const INSPECTOR_WIDTH: f32 = 300.0;
/// What a tile's share is until a width is set.
const UNSET_SHARE: f32 = 1.0;
/// The panels that profit from room.
const MIDDLE: [&str; 2] = ["results", "gallery"];
/// What the middle needs at the least.
const MIDDLE_WIDTH: f32 = 320.0;

/// A tree of panels by their ids.
pub(super) type Panels = Tree<String>;

/// The arrangement of every workspace.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Layout {
    create: Panels,
    gallery: Panels,
    /// Whether the fold of the compose panel is open.
    #[serde(default)]
    pub(super) is_more_open: bool,
}

impl Default for Layout {
    fn default() -> Self {
        Self {
            create: row("create", &["compose", "results", "inspector"]),
            gallery: row("gallery", &["gallery", "inspector"]),
            is_more_open: false,
        }
    }
}

impl Layout {
    /// The arrangement of the last run; the default one where it cannot be read.
    pub(super) fn read(remembered: Option<&str>) -> Self {
        let Some(text) = remembered else {
            return Self::default();
        };
        serde_json::from_str(text).unwrap_or_else(|error| {
            log::info!("the remembered layout is of another version: {error}");
            Self::default()
        })
    }

    /// The arrangement as text for [`Layout::read`].
    pub(super) fn write(&self) -> Option<String> {
        serde_json::to_string(self)
            .inspect_err(|error| log::error!("the layout cannot be remembered: {error}"))
            .ok()
    }

    /// The panels of a workspace.
    pub(super) fn panels(&mut self, workspace: Workspace) -> &mut Panels {
        match workspace {
            Workspace::Create => &mut self.create,
            Workspace::Gallery => &mut self.gallery,
        }
    }
}

/// Whether a panel shows pictures and takes what room there is.
pub(super) fn is_middle(panel: &str) -> bool {
    MIDDLE.contains(&panel)
}

/// Gives a change of the window's width to the middle, so that side panels keep theirs.
///
/// Shares of the outer row are widths in points from then on.
pub(super) fn keep_side_widths(tree: &mut Panels, width: f32) {
    let Some(middle) = outer_row(tree).and_then(|row| {
        let mut shown = row.children.iter().copied();
        shown.find(|child| holds(tree, *child, &MIDDLE))
    }) else {
        return;
    };
    let Some(row) = outer_row(tree) else { return };
    let sides: Vec<(TileId, f32)> = row
        .children
        .iter()
        .filter(|child| **child != middle)
        .map(|child| (*child, width_of(tree, row, *child)))
        .collect();
    let taken: f32 = sides.iter().map(|(_, width)| width).sum();
    let Some(Tile::Container(Container::Linear(row))) =
        tree.root().and_then(|root| tree.tiles.get_mut(root))
    else {
        return;
    };
    row.shares
        .set_share(middle, (width - taken).max(MIDDLE_WIDTH));
    for (side, width) in sides {
        row.shares.set_share(side, width);
    }
}

/// The tiles side by side that make up the window, where it is so arranged.
fn outer_row(tree: &Panels) -> Option<&Linear> {
    match tree.tiles.get(tree.root()?)? {
        Tile::Container(Container::Linear(row)) if row.dir == LinearDir::Horizontal => Some(row),
        Tile::Container(_) | Tile::Pane(_) => None,
    }
}

fn row(name: &str, panels: &[&str]) -> Panels {
    let mut tiles = Tiles::default();
    let children: Vec<TileId> = panels
        .iter()
        .map(|panel| {
            let pane = tiles.insert_pane((*panel).to_owned());
            tiles.insert_tab_tile(vec![pane])
        })
        .collect();
    let root = tiles.insert_container(Linear::new(LinearDir::Horizontal, children));
    Tree::new(egui::Id::unique(name), root, tiles)
}

/// Whether a tile has one of `panels` in it.
fn holds(tree: &Panels, tile: TileId, panels: &[&str]) -> bool {
    match tree.tiles.get(tile) {
        Some(Tile::Pane(panel)) => panels.contains(&panel.as_str()),
        Some(Tile::Container(container)) => container
            .children()
            .any(|child| holds(tree, *child, panels)),
        None => false,
    }
}

/// The width of a side tile: as it was last drawn, else as remembered, else as panels start.
fn width_of(tree: &Panels, row: &Linear, tile: TileId) -> f32 {
    if let Some(rect) = tree.tiles.rect(tile) {
        return rect.width();
    }
    let share = row.shares[tile];
    if share > UNSET_SHARE {
        return share;
    }
    if holds(tree, tile, &["compose"]) {
        COMPOSE_WIDTH
    } else {
        INSPECTOR_WIDTH
    }
}
