//! What the librarian is told, and what it tells.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::{JobId, ModelId, Notice, Picture, PictureId, Pixels};
use crate::settings::{ModelNotes, Session, Settings};

use super::marking::{Journal, Marking};
use super::query::{KnownValues, Query, SavedSearch};
use super::record::{Entry, Record};

/// Work for the librarian, done in the order in which it was told.
///
/// The studio never waits for room in the channel.
/// A [`Command::Keep`] that finds none stays with the studio, which tells it again; a request for
/// a thumbnail may be forgotten, its cell asks again.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Open the library in this folder and close the last one; answered by [`Event::Opened`] or
    /// [`Event::NotOpened`].
    Open(PathBuf),
    /// Write a picture into the library; answered by [`Event::Kept`] or [`Event::NotKept`].
    Keep {
        /// The job that made it.
        job: JobId,
        /// The picture.
        picture: Box<Picture>,
    },
    /// Bring a small version; answered by [`Event::Thumbnail`], [`Event::NoThumbnail`] or
    /// [`Event::Forgotten`], newest request first.
    Thumbnail {
        /// The picture.
        id: PictureId,
        /// Pixels of its longer side.
        side: u32,
    },
    /// Bring the whole picture; answered by [`Event::Loaded`], [`Event::NotLoaded`] or
    /// [`Event::Forgotten`], newest request first.
    Load(PictureId),
    /// Drop a request that has not been answered; it may be answered all the same.
    Forget {
        /// The picture.
        id: PictureId,
        /// What was asked for.
        view: View,
    },
    /// Tell all that is known of a picture; answered by [`Event::Described`] or
    /// [`Event::Trouble`].
    Describe(PictureId),
    /// Tell the newest picture of each model; answered by [`Event::Newest`] or
    /// [`Event::Trouble`].
    FindNewest,
    /// Remember that the artist has looked at these.
    MarkSeen(Vec<PictureId>),
    /// Set marks; answered by [`Event::NotMarked`] where that fails.
    Mark(Marking),
    /// Take marks back; answered by [`Event::NotMarked`] where that fails.
    Unmark(Marking),
    /// Set marks again that were taken back; answered by [`Event::NotMarked`] where that fails.
    MarkAgain(Marking),
    /// Give pictures to the system's trash; answered by [`Event::Discarded`], and by
    /// [`Event::Trouble`] where one stays.
    Discard(Vec<PictureId>),
    /// Find the pictures that pass a search; answered by [`Event::Found`] or
    /// [`Event::NotSearched`], unless a newer one was told before it began.
    Search {
        /// Grows from one search to the next.
        serial: u64,
        /// What is searched; what it asks of marks is the studio's to judge.
        query: Query,
    },
    /// Tell what values can be searched for; answered by [`Event::Known`] or
    /// [`Event::Trouble`].
    ListKnown,
    /// Tell the kept searches; answered by [`Event::Searches`] or [`Event::Trouble`].
    ListSearches,
    /// Keep a search, in the place of the one that had its name; answered as
    /// [`Command::ListSearches`] is.
    SaveSearch(SavedSearch),
    /// Give a kept search another name, unless another one has it; answered as
    /// [`Command::ListSearches`] is.
    RenameSearch {
        /// Its name.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Keep the search of that name no longer; answered as [`Command::ListSearches`] is.
    DeleteSearch(String),
    /// Keep a sidecar beside every picture from now on, or no more; those that are there stay.
    KeepSidecars(bool),
    /// Write the preferences.
    SaveSettings(Box<Settings>),
    /// Write where the program is.
    SaveSession(Box<Session>),
    /// Write what is kept about models.
    SaveModelNotes(Box<ModelNotes>),
}

/// A rendering of a picture that can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum View {
    /// A small version of at most so many pixels on its longer side.
    Thumbnail(u32),
    /// All pixels.
    Full,
}

/// What the librarian tells; nothing of it is dropped.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A library is open.
    Opened {
        /// Its folder.
        library: PathBuf,
        /// Its pictures, newest first.
        entries: Vec<Entry>,
        /// What can be taken back of what was marked.
        journal: Journal,
    },
    /// No library is open, and why.
    NotOpened(Notice),
    /// A picture is on the disk, and will be there after a loss of power.
    Kept {
        /// The job that made it.
        job: JobId,
        /// The model that made it.
        model: ModelId,
        /// What the grid shows.
        entry: Entry,
    },
    /// A picture could not be written; it comes back whole, and nothing of it is on the disk.
    NotKept {
        /// The job that made it.
        job: JobId,
        /// The picture.
        picture: Box<Picture>,
        /// Why, and the way out.
        notice: Notice,
    },
    /// A small version.
    Thumbnail {
        /// The picture.
        id: PictureId,
        /// The side that was asked for; the pixels may be more or fewer.
        side: u32,
        /// What it looks like.
        pixels: Pixels,
    },
    /// There is no small version to be had.
    NoThumbnail {
        /// The picture.
        id: PictureId,
        /// The side that was asked for.
        side: u32,
        /// Why.
        notice: Notice,
    },
    /// A whole picture.
    Loaded {
        /// The picture.
        id: PictureId,
        /// All its pixels.
        pixels: Pixels,
    },
    /// The picture cannot be read.
    NotLoaded {
        /// The picture.
        id: PictureId,
        /// Why.
        notice: Notice,
    },
    /// Newer requests pushed this one out, or another library was opened: ask again if it is
    /// still wanted.
    Forgotten {
        /// The picture.
        id: PictureId,
        /// What was asked for.
        view: View,
    },
    /// All that is known of a picture.
    Described(Box<Record>),
    /// Marks could not be written: they are as they were before.
    NotMarked {
        /// What was wanted, the other way round where it was to be taken back.
        marking: Marking,
        /// Why.
        notice: Notice,
    },
    /// These are in the system's trash.
    Discarded(Vec<PictureId>),
    /// The newest picture of each model.
    Newest(BTreeMap<ModelId, PictureId>),
    /// These pass a search, as far as its marks do not matter.
    Found {
        /// The search.
        serial: u64,
        /// Oldest first.
        ids: Vec<PictureId>,
    },
    /// A search failed.
    NotSearched {
        /// The search.
        serial: u64,
        /// Why.
        notice: Notice,
    },
    /// What values can be searched for.
    Known(KnownValues),
    /// The kept searches, in the order of the alphabet.
    Searches(Vec<SavedSearch>),
    /// Something the artist should know.
    Trouble(Notice),
}
