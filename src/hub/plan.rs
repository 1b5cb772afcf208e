//! What is to be fetched, and where it goes.

use std::io;
use std::path::{Path, PathBuf};

use crate::models::Licence;

use super::checksum::Checksum;
use super::choice::choose;
use super::error::HubError;
use super::listing::Listing;
use super::manifest_text::Source;
use super::repository::Repository;
use super::staging::{INCOMING, Staging};

/// A model to fetch: nothing was written yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The repository and the revision that was asked for.
    pub repository: Repository,
    /// The commit that the files are of.
    pub commit: String,
    /// The folder of the repository that they are in; empty = the repository itself.
    pub folder: String,
    /// The terms of its use.
    pub licence: Licence,
    /// Whether its owner wants to know who uses it.
    pub is_gated: bool,
    /// The page that shows it to a person.
    pub page: String,
    /// What to fetch, the largest first.
    pub files: Vec<PlannedFile>,
    /// The folder with models that it goes into.
    pub root: PathBuf,
}

/// A file to fetch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedFile {
    /// Below the model's folder, with `/` between names; never leads out of it.
    pub path: String,
    /// Below the repository.
    pub remote_path: String,
    /// Its length.
    pub bytes: u64,
    /// What its bytes must come to.
    pub checksum: Checksum,
}

impl Plan {
    /// Chooses what a pipeline in ONNX needs, from the repository or one of its folders.
    ///
    /// Without a folder it is the repository, or the only folder in it that holds a pipeline.
    /// The model is to lie in a folder of its own below `root`.
    pub fn choose(listing: &Listing, folder: Option<&str>, root: &Path) -> Result<Self, HubError> {
        let choice = choose(listing, folder)?;
        let files = choice.files.into_iter().map(|(path, file)| PlannedFile {
            path,
            remote_path: file.path.clone(),
            bytes: file.bytes,
            checksum: file.checksum.clone(),
        });
        let mut files: Vec<_> = files.collect();
        files.sort_by(|a, b| (b.bytes, &a.path).cmp(&(a.bytes, &b.path)));
        Ok(Self {
            repository: listing.repository.clone(),
            commit: listing.commit.clone(),
            folder: choice.folder,
            licence: listing.licence.clone(),
            is_gated: listing.is_gated,
            page: listing.page.clone(),
            files,
            root: std::path::absolute(root).map_err(HubError::disk(root))?,
        })
    }

    /// The name of the model in recipes and on the command line.
    pub fn model_id(&self) -> String {
        self.repository.model_id(&self.folder)
    }

    /// The folder that the model will be in.
    pub fn target(&self) -> PathBuf {
        self.root.join(self.folder_name())
    }

    /// The folder that it is in until it is whole.
    pub fn incoming(&self) -> PathBuf {
        self.root.join(INCOMING).join(self.folder_name())
    }

    /// Gives up what came of it so far, unless another process is at it.
    pub fn discard(&self) -> Result<(), HubError> {
        Staging::discard(self)
    }

    /// Bytes of all files.
    pub fn bytes(&self) -> u64 {
        self.files
            .iter()
            .fold(0, |sum, file| sum.saturating_add(file.bytes))
    }

    /// Bytes of them that are on the disk already, be it from a fetch that did not end.
    pub fn received_bytes(&self) -> u64 {
        if self.is_here() {
            return self.bytes();
        }
        Staging::received_bytes(self)
    }

    /// Bytes that are free where it goes.
    pub fn free_bytes(&self) -> io::Result<u64> {
        // The folder itself may not be there yet.
        let mut above = self.root.ancestors();
        let present = above.find(|folder| folder.is_dir());
        fs4::available_space(present.unwrap_or(&self.root))
    }

    /// Whether this very model, of this commit, is there.
    pub fn is_here(&self) -> bool {
        Source::read(&self.target()).is_some_and(|source| source == Source::of(self))
    }

    /// The model's id as the name of a folder.
    pub(super) fn folder_name(&self) -> String {
        self.model_id().replace('/', "--")
    }
}
