//! What the library knows of a picture.

use std::path::PathBuf;

use crate::domain::{Marks, Parent, PictureId, PixelSize, Recipe, Timestamp, Timings};

/// What a cell of the grid needs to know of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The picture.
    pub id: PictureId,
    /// Its size in pixels.
    pub size: PixelSize,
    /// When it was kept; for show, the order is the library's own.
    pub created: Timestamp,
    /// Whether the artist has looked at it.
    pub seen: bool,
    /// What the artist thinks of it.
    pub marks: Marks,
    /// Whether its file was gone when the library was opened.
    pub missing: bool,
}

/// All that the library knows of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// What the grid shows.
    pub entry: Entry,
    /// Its file, as an absolute path.
    pub file: PathBuf,
    /// How to make it again; its parents are in there.
    pub recipe: Recipe,
    /// Where its time went; `None` when it came back from its file alone.
    pub timings: Option<Timings>,
    /// The pictures that descend from it, oldest first: each with what it is to this one.
    pub children: Vec<Parent>,
}
