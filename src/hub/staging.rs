//! Where a model lies until it is whole: beside the models, out of their sight.
//!
//! Below `.incoming/NAME` are `model`, with the files that are whole, and `parts`, with those that
//! are not; both are kept until the model is whole or given up.

use std::collections::BTreeSet;
use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::files::{sync_folder, try_lock};
use crate::models::{ModelError, ModelFolder, check_graph};

use super::choice::is_graph;
use super::error::HubError;
use super::manifest_text;
use super::plan::{Plan, PlannedFile};

/// Among the models; it is no model itself, and a scan does not look into it.
pub(super) const INCOMING: &str = ".incoming";

/// The folder of a model that is under way, locked against other processes.
pub(super) struct Staging {
    path: PathBuf,
    _lock: File,
}

impl Staging {
    /// Opens the folder of a plan, and removes what is in it and not of the plan.
    pub(super) fn open(plan: &Plan) -> Result<Self, HubError> {
        let staging = Self::lock(plan)?;
        for folder in [staging.model(), staging.parts()] {
            fs::create_dir_all(&folder).map_err(HubError::disk(&folder))?;
        }
        let wanted: BTreeSet<PathBuf> = plan
            .files
            .iter()
            .flat_map(|file| {
                let part = staging.part(file);
                [staging.file(file), part.with_added_extension("json"), part]
            })
            .collect();
        remove_others(&staging.model(), &wanted).map_err(HubError::disk(&staging.path))?;
        remove_others(&staging.parts(), &wanted).map_err(HubError::disk(&staging.path))?;
        Ok(staging)
    }

    /// Bytes of a plan that are there.
    pub(super) fn received_bytes(plan: &Plan) -> u64 {
        let folder = plan.incoming();
        let length = |path: PathBuf| path.metadata().map_or(0, |metadata| metadata.len());
        let files = plan.files.iter().map(|file| {
            let whole = length(folder.join("model").join(&file.path));
            let part = length(part_in(&folder.join("parts"), file));
            whole.max(part).min(file.bytes)
        });
        files.sum()
    }

    /// Where a whole file lies.
    pub(super) fn file(&self, file: &PlannedFile) -> PathBuf {
        self.model().join(&file.path)
    }

    /// Where a file lies that is not whole.
    pub(super) fn part(&self, file: &PlannedFile) -> PathBuf {
        part_in(&self.parts(), file)
    }

    /// Makes a model of what came, checks it as one, and puts it among the others.
    pub(super) fn finish(self, plan: &Plan) -> Result<PathBuf, HubError> {
        let model = self.model();
        manifest_text::write(plan, &model)?;
        ModelFolder::open(&model)?;
        for file in &plan.files {
            if is_graph(&file.path) {
                let checked = check_graph(&self.file(file));
                checked.map_err(|error| self.explained(plan, error))?;
            }
        }
        let target = plan.target();
        fs::rename(&model, &target).map_err(HubError::disk(&target))?;
        sync_folder(&plan.root).map_err(HubError::disk(&plan.root))?;
        self.remove(plan)?;
        Ok(target)
    }

    /// Gives up what came of a plan.
    pub(super) fn discard(plan: &Plan) -> Result<(), HubError> {
        if plan.incoming().exists() {
            Self::lock(plan)?.remove(plan)?;
        }
        Ok(())
    }

    /// What a graph names and is not there was not in the repository, or is of a kind that never
    /// comes.
    fn explained(&self, plan: &Plan, error: ModelError) -> HubError {
        let ModelError::Missing { path } = error else {
            return error.into();
        };
        let model = self.model();
        let path = path.strip_prefix(&model).unwrap_or(&path);
        HubError::NotOnnx {
            repository: plan.model_id(),
            missing: vec![path.display().to_string()],
        }
    }

    fn lock(plan: &Plan) -> Result<Self, HubError> {
        let path = plan.incoming();
        fs::create_dir_all(&path).map_err(HubError::disk(&path))?;
        let name = path.join("lock");
        let lock = File::create(&name).map_err(HubError::disk(&name))?;
        match try_lock(&lock) {
            Ok(()) => Ok(Self { path, _lock: lock }),
            Err(TryLockError::WouldBlock) => Err(HubError::InUse { path: name }),
            Err(TryLockError::Error(source)) => Err(HubError::Disk { source, path: name }),
        }
    }

    fn remove(self, plan: &Plan) -> Result<(), HubError> {
        let Self { path, _lock: lock } = self;
        // Windows removes no folder with an open file in it.
        drop(lock);
        fs::remove_dir_all(&path).map_err(HubError::disk(&path))?;
        // Other models may be under way.
        fs::remove_dir(plan.root.join(INCOMING)).ok();
        Ok(())
    }

    fn model(&self) -> PathBuf {
        self.path.join("model")
    }

    fn parts(&self) -> PathBuf {
        self.path.join("parts")
    }
}

fn part_in(parts: &Path, file: &PlannedFile) -> PathBuf {
    parts.join(&file.path).with_added_extension("part")
}

/// Removes the files below a folder that are not wanted, and what else is none.
fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        // A link is not followed, wherever it leads.
        if entry.file_type()?.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) || !entry.file_type()?.is_file() {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}
