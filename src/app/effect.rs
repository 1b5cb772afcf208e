//! What must be done outside the studio, and what is heard from there.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::adapters::AdapterInfo;
use crate::doctor::Report;
use crate::domain::{Notice, PictureId, Pixels};
use crate::hub::{DownloadEvent, Plan, Token};
use crate::jobs::EngineConfig;
use crate::pipeline::ModelInfo;
use crate::runtime::{InstallProgress, ProviderId, ProviderInfo};
use crate::{gallery, jobs};

use super::fetching::{LookUp, Offer, Refusal};

/// Work for a thread or for the window.
#[derive(Debug)]
pub enum Effect {
    /// For the worker.
    Work(jobs::Command),
    /// For the librarian.
    Library(gallery::Command),
    /// Look for models in these folders and the standard ones.
    ScanModels(Vec<PathBuf>),
    /// About models of a hub.
    Hub(HubCommand),
    /// Find ONNX Runtime and ask it for its providers.
    ProbeRuntime(Option<PathBuf>),
    /// Fetch ONNX Runtime.
    InstallRuntime,
    /// Stop fetching it.
    CancelInstall,
    /// Show a folder in the system's file manager.
    OpenFolder(PathBuf),
    /// Keep the choice of a family in a model's folder.
    ChooseFamily {
        /// The folder.
        folder: PathBuf,
        /// The family's id; `None` has it recognized.
        family: Option<&'static str>,
    },
    /// Have the doctor look at a folder.
    Examine(PathBuf),
    /// Have the doctor look at a folder and draw one step with it.
    TestStep {
        /// The folder.
        folder: PathBuf,
        /// What the step runs on.
        provider: ProviderId,
        /// For the engine of its own that draws it.
        config: EngineConfig,
    },
    /// Show a page in the system's browser.
    OpenPage(String),
    /// Ask the artist for a folder to keep pictures in.
    AskForLibrary,
    /// Hand pixels to the window's texture cache.
    Texture(TextureKey, Pixels),
    /// Tell the texture cache that a picture cannot be had.
    NoTexture(TextureKey),
    /// Tell the texture cache that it must ask again, if it still wants the picture.
    Forgotten(TextureKey),
}

/// What a hub is wanted for.
#[derive(Debug)]
pub enum HubCommand {
    /// Ask what there is.
    LookUp(LookUp),
    /// Have the keyring keep a token.
    KeepToken(Token),
    /// Fetch a model, or the rest of it.
    Get(Box<Plan>),
    /// Stop fetching, and keep what came.
    Pause,
    /// Go on after a pause.
    GoOn,
    /// Stop fetching, and remove what came.
    Cancel,
}

/// What the studio wants done, in order.
pub type Effects = Vec<Effect>;

/// A texture's name in the window's cache.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TextureKey {
    /// A small version, at most so many pixels on its longer side.
    Thumbnail(PictureId, u32),
    /// The whole picture.
    Full(PictureId),
}

/// Everything that can reach the studio from other threads.
#[derive(Debug)]
pub enum Heard {
    /// From the worker.
    Job(jobs::Event),
    /// From the librarian.
    Library(gallery::Event),
    /// The model folders were read.
    Models {
        /// Those that can be used.
        found: Vec<ModelInfo>,
        /// Those that cannot, and why.
        refused: Vec<(PathBuf, Notice)>,
    },
    /// The ids of the families that were chosen by hand, by their models' folders.
    ChosenFamilies(BTreeMap<PathBuf, String>),
    /// The choice of a family was kept in a model's folder.
    FamilyKept(PathBuf),
    /// The adapters at hand that change weights, by name.
    Adapters(Vec<AdapterInfo>),
    /// The doctor has looked at a folder, and drawn a step with it where that was asked for.
    Examined(Box<Report>),
    /// From a hub.
    Hub(HubNews),
    /// Something that a thread was asked for did not happen.
    Trouble(Notice),
    /// ONNX Runtime answered, or it is missing.
    Runtime(Result<RuntimeFacts, Notice>),
    /// ONNX Runtime is on its way.
    Install(InstallProgress),
    /// The fetching of ONNX Runtime ended; `None` = well.
    InstallEnded(Option<Notice>),
    /// The artist picked a folder for the pictures.
    LibraryChosen(PathBuf),
}

/// What is heard of a hub.
#[derive(Debug)]
pub enum HubNews {
    /// The hub answered, or not.
    LookedUp {
        /// What was asked.
        wish: LookUp,
        /// What can be had, or why nothing.
        found: Result<Box<Offer>, Refusal>,
    },
    /// The keyring took the token, or not.
    Token(Result<(), Notice>),
    /// Something happened to the model on its way.
    Download(DownloadEvent),
}

/// What ONNX Runtime says of itself.
#[derive(Clone, Debug)]
pub struct RuntimeFacts {
    /// The library's file.
    pub path: PathBuf,
    /// Its version.
    pub version: String,
    /// What it can run on here.
    pub providers: Vec<ProviderInfo>,
}
