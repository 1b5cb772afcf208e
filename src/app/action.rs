//! What the artist can ask for; plain data, so that it can be logged, bound to keys and replayed.

use std::path::PathBuf;

use crate::domain::{JobId, Mark, ModelId, PictureId, Remedy, Seed};
use crate::hub::Token;
use crate::settings::{Draft, ModelNote, Settings};

use super::filter::{Filter, Sort};

/// A wish, by the part of the studio that it concerns.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// About the request being written.
    Compose(ComposeAction),
    /// About the jobs.
    Queue(QueueAction),
    /// About the pictures.
    Gallery(GalleryAction),
    /// About which pictures are chosen, shown and good.
    Cull(CullAction),
    /// About what is searched for.
    Search(SearchAction),
    /// About the models at hand.
    Model(ModelAction),
    /// About models of a hub.
    Fetch(FetchAction),
    /// About the engine that runs models.
    Engine(EngineAction),
    /// About what was told.
    Notice(NoticeAction),
    /// About preferences.
    Settings(SettingsAction),
}

/// About the request being written.
#[derive(Clone, Debug, PartialEq)]
pub enum ComposeAction {
    /// The draft was changed by hand.
    Edit(Box<Draft>),
    /// Queue the draft; `fresh` becomes its seed unless the seed is locked.
    Generate {
        /// A random number.
        fresh: Seed,
    },
    /// Throw the dice.
    Roll {
        /// A random number.
        fresh: Seed,
    },
    /// Bring back the prompt before this one.
    OlderPrompt,
    /// Go forth again to the prompt after this one.
    NewerPrompt,
    /// Write for another model.
    ChooseModel(ModelId),
}

/// About the jobs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueAction {
    /// Stop or drop one job.
    Cancel(JobId),
    /// Stop and drop all jobs.
    CancelAll,
    /// Put a waiting job at another place of the line.
    Move {
        /// The job.
        job: JobId,
        /// Its new place among the waiting, from 0.
        to: usize,
    },
    /// Queue once more what failed.
    Retry(JobId),
}

/// About the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GalleryAction {
    /// Make a picture the current one.
    Select(PictureId),
    /// Step from the current picture by so many places; down the grid is positive.
    Step(isize),
    /// Go to the first (newest) picture.
    First,
    /// Go to the last (oldest) picture.
    Last,
    /// Have a thumbnail of at most `side` pixels brought as a texture.
    FetchThumbnail {
        /// The picture.
        id: PictureId,
        /// Pixels of the longer side.
        side: u32,
    },
    /// Have the whole picture brought as a texture.
    FetchPixels(PictureId),
    /// Have a picture described.
    Describe(PictureId),
    /// Write with the settings of a picture, seed included.
    UseSettings(PictureId),
    /// Start from a picture instead of nothing.
    StartFrom(PictureId),
    /// Queue four pictures with the settings of this one and new seeds.
    MakeVariants {
        /// The parent.
        id: PictureId,
        /// A random number, the first seed.
        fresh: Seed,
    },
    /// Queue the very same picture.
    MakeAgain(PictureId),
    /// Try again to keep the pictures that could not be written.
    KeepAgain,
}

/// About which pictures are chosen, shown and good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CullAction {
    /// Choose a picture beside the others, or no more.
    Toggle(PictureId),
    /// Choose all from where the last choice began to this one.
    SelectTo(PictureId),
    /// Choose these alone.
    SelectThese(Vec<PictureId>),
    /// Choose all that are shown.
    SelectAll,
    /// Choose the current picture alone.
    SelectOne,
    /// Drop a picture from the chosen ones; the last one stays.
    LetGo(PictureId),
    /// Make the picture so many places on among the chosen ones the current one.
    StepChosen(isize),
    /// Make one of the chosen pictures the current one.
    TurnTo(PictureId),
    /// Mark pictures; the same stars or colour again take them off.
    Mark {
        /// The mark.
        mark: Mark,
        /// Which pictures it is for.
        reach: Reach,
        /// Go on to the next picture, if it was one.
        advances: bool,
    },
    /// Take the last marks back.
    TakeBack,
    /// Set the marks again that were taken back last.
    DoAgain,
    /// Show these pictures.
    Show(Filter),
    /// Show them in this order.
    Sort(Sort),
    /// Give all rejected pictures to the system's trash.
    EmptyBin,
}

/// About what is searched for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SearchAction {
    /// Search for this; nothing shows all pictures.
    Write(String),
    /// A search is about to be written.
    Begin,
    /// Keep the search under a name, in the place of the one that has it.
    Save(String),
    /// Give a kept search another name.
    Rename {
        /// Its name.
        from: String,
        /// Its name from now on.
        to: String,
    },
    /// Keep a search no longer.
    Delete(String),
}

/// Which pictures a mark is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// The current one.
    Current,
    /// All chosen ones.
    Chosen,
    /// Those that were pointed at.
    These(Vec<PictureId>),
}

/// About the models at hand.
#[derive(Clone, Debug, PartialEq)]
pub enum ModelAction {
    /// Look through a folder, and keep it among those that hold models.
    Add(PathBuf),
    /// Keep something else about a model.
    Note {
        /// The model.
        model: ModelId,
        /// What is kept from now on.
        note: Box<ModelNote>,
    },
    /// Take a folder off the list; nothing of it is deleted.
    Remove(PathBuf),
    /// Put a folder back on the list.
    BringBack(PathBuf),
    /// Show a folder in the system's file manager.
    OpenFolder(PathBuf),
    /// Take what is in a folder for a model of a family.
    ChooseFamily {
        /// The folder.
        folder: PathBuf,
        /// The family's id; `None` has it recognized.
        family: Option<&'static str>,
    },
    /// Have the doctor look at a folder.
    Examine(PathBuf),
    /// Have the doctor look at a folder and draw one step with it.
    TestStep(PathBuf),
}

/// About models of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchAction {
    /// Look up what an id, or the address of a page, stands for.
    LookUp(String),
    /// Of a repository with several models, look at the one in this folder.
    ChooseFolder(String),
    /// Keep a token for the hub in the system's keyring.
    KeepToken(Token),
    /// Get the model that was looked up.
    Get,
    /// Let the model on its way stand still.
    Pause,
    /// Go on after a pause, or try again after a failure.
    GoOn,
    /// Give up the model on its way, and what came of it.
    Cancel,
    /// Show a page of the hub in the system's browser.
    OpenPage(String),
}

/// About the engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EngineAction {
    /// Fetch ONNX Runtime.
    InstallRuntime,
    /// Stop fetching it.
    CancelInstall,
    /// Look for models again.
    RescanModels,
}

/// About notices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoticeAction {
    /// Put one away, by its number.
    Dismiss(u64),
    /// Put all away.
    DismissAll,
    /// Take the offered way out of a notice.
    Take {
        /// The notice's number.
        number: u64,
        /// Its remedy.
        remedy: Remedy,
    },
}

/// About preferences.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsAction {
    /// Changed by hand.
    Edit(Box<Settings>),
    /// The window's arrangement, as the window writes it.
    RememberLayout(String),
}
