//! How to make a picture again.

use std::num::NonZeroU32;

use serde::{Deserialize, Serialize};

use super::id::ModelId;
use super::lineage::{Parent, Relation};
use super::params::Params;
use super::request::{Prompt, Request};
use super::seed::Seed;
use super::size::PixelSize;
use super::task::Task;

/// The whole making of one picture: gives the same pixels again on the same provider.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recipe {
    /// The model that made it.
    pub model: ModelId,
    /// SHA-256 over the model's files, in hexadecimal: a name may stand for other weights one day.
    pub fingerprint: String,
    /// What it started from.
    pub task: Task,
    /// The words, as they were used.
    pub prompt: Prompt,
    /// The size in pixels.
    pub size: PixelSize,
    /// This picture's own seed.
    pub seed: Seed,
    /// The parameters, every one of them, defaults included.
    pub params: Params,
    /// The pictures it descends from.
    pub parents: Vec<Parent>,
    /// What it ran on: the pixels are the same only there.
    pub made_with: MadeWith,
}

/// What made a picture, besides the model.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeWith {
    /// Maquette's version.
    pub app: String,
    /// ONNX Runtime's version.
    pub runtime: String,
    /// The execution provider's id.
    pub provider: String,
    /// The adapters that the prompt named: a name may stand for another file one day.
    pub adapters: Vec<AdapterFile>,
}

/// The file of an adapter.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AdapterFile {
    /// The name by which prompts call it.
    pub name: String,
    /// Its SHA-256, in hexadecimal.
    pub sha256: String,
}

impl Recipe {
    /// The same recipe as it may travel: without the path of the picture that it starts from.
    #[must_use]
    pub fn without_paths(&self) -> Self {
        let mut recipe = self.clone();
        if let Task::Vary { source, mask, .. } = &mut recipe.task {
            for picture in std::iter::once(source).chain(mask) {
                picture.file = picture.file.file_name().unwrap_or_default().into();
            }
        }
        recipe
    }

    /// The parents that its task needs: the picture that it starts from, not those whose settings
    /// it had.
    pub fn parents_in_task(&self) -> Vec<Parent> {
        let parents = self.parents.iter().copied();
        parents
            .filter(|parent| parent.relation == Relation::VariedFrom)
            .collect()
    }

    /// The request that makes this one picture again.
    pub fn request(&self) -> Request {
        Request {
            model: self.model.clone(),
            task: self.task.clone(),
            prompt: self.prompt.clone(),
            size: self.size,
            seed: self.seed,
            count: NonZeroU32::MIN,
            params: self.params.clone(),
            parents: self.parents.clone(),
        }
    }
}
