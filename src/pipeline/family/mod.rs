//! The kinds of models that can be run.

mod flux;
mod latent_consistency;
mod stable_diffusion;
mod stable_diffusion_3;
mod stable_diffusion_xl;

use crate::domain::ParamSpec;
use crate::models::{ModelFolder, ModelIndex};
use crate::runtime::{ProviderId, Runtime};

use super::error::PipelineError;
use super::model_info::ModelInfo;
use super::{Monitor, Pipeline, opening};

/// A kind of models: how to tell one, what it can be asked, how it is opened.
pub trait Family: Sync {
    /// Its name in manifests and tests; never changes.
    fn id(&self) -> &'static str;

    /// Whether a folder holds what such a model needs.
    fn recognize(&self, folder: &ModelFolder) -> bool;

    /// Whether models saved from that pipeline of diffusers are of this family.
    fn claims(&self, pipeline: &str) -> bool;

    /// The parameters that its models take, in the order of the panel.
    fn params(&self) -> &'static [&'static ParamSpec];

    /// What is to be known of a model before it is loaded.
    fn describe(&self, folder: &ModelFolder) -> Result<ModelInfo, PipelineError>;

    /// Checks the model's files and loads them, telling how far it is.
    fn open(
        &self,
        folder: &ModelFolder,
        runtime: &Runtime,
        provider: &ProviderId,
        monitor: &mut dyn Monitor,
    ) -> Result<Box<dyn Pipeline>, PipelineError>;
}

/// Every family; a folder belongs to the one that claims the pipeline in its index, else to the
/// first that recognizes its files.
pub static FAMILIES: &[&dyn Family] = &[
    &stable_diffusion::STABLE_DIFFUSION,
    &latent_consistency::LATENT_CONSISTENCY,
    &stable_diffusion_xl::STABLE_DIFFUSION_XL,
    &stable_diffusion_3::STABLE_DIFFUSION_3,
    &flux::FLUX,
];

/// What is to be known of the model in a folder.
pub fn describe(folder: &ModelFolder) -> Result<ModelInfo, PipelineError> {
    family_of(folder)?.describe(folder)
}

/// Checks and loads the model in a folder, on the provider that `provider` means here, or with less
/// where memory does not suffice.
pub fn open(
    folder: &ModelFolder,
    runtime: &Runtime,
    provider: &ProviderId,
    monitor: &mut dyn Monitor,
) -> Result<Box<dyn Pipeline>, PipelineError> {
    opening::open(family_of(folder)?, folder, runtime, provider, monitor)
}

fn family_of(folder: &ModelFolder) -> Result<&'static dyn Family, PipelineError> {
    let pipeline = folder.index().map_or("", ModelIndex::pipeline);
    let claimed = FAMILIES.iter().filter(|family| family.claims(pipeline));
    let mut likely = claimed.chain(FAMILIES);
    let family = likely.find(|family| family.recognize(folder));
    family.copied().ok_or_else(|| PipelineError::UnknownFamily {
        path: folder.path().to_owned(),
    })
}
