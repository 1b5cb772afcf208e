//! The kinds of models that can be run.

mod flux;
mod latent_consistency;
mod stable_diffusion;
mod stable_diffusion_3;
mod stable_diffusion_xl;

use std::path::{Path, PathBuf};

use crate::domain::ParamSpec;
use crate::models::{FamilyChoice, ModelFolder, ModelIndex};
use crate::runtime::{ProviderId, Runtime};

use super::error::PipelineError;
use super::model_info::ModelInfo;
use super::{Monitor, Pipeline, opening};

/// A kind of models: how to tell one, what it can be asked, how it is opened.
pub trait Family: Sync {
    /// Its name in manifests and tests; never changes.
    fn id(&self) -> &'static str;

    /// The first graph of those that such a model needs which is not in a folder.
    fn missing_graph(&self, folder: &Path) -> Option<PathBuf>;

    /// Whether a folder looks like such a model.
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

/// Every family; a folder belongs to the one that a person chose for it, else to the one that
/// claims the pipeline in its index, else to the first that recognizes its files.
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

/// Keeps a person's word for the family of the model in a folder; `None` has it recognized again.
///
/// A family whose graphs are not all there is refused: nothing could be drawn with it.
pub fn choose_family(folder: &Path, id: Option<&str>) -> Result<(), PipelineError> {
    if let Some(id) = id {
        chosen(id, folder)?;
    }
    Ok(FamilyChoice::keep(folder, id)?)
}

fn family_of(folder: &ModelFolder) -> Result<&'static dyn Family, PipelineError> {
    if let Some(id) = folder.chosen_family() {
        return chosen(id, folder.path());
    }
    let pipeline = folder.index().map_or("", ModelIndex::pipeline);
    let claimed = FAMILIES.iter().filter(|family| family.claims(pipeline));
    let mut likely = claimed.chain(FAMILIES);
    let family = likely.find(|family| family.recognize(folder));
    family.copied().ok_or_else(|| PipelineError::UnknownFamily {
        path: folder.path().to_owned(),
    })
}

/// The family that a person chose for a folder.
fn chosen(id: &str, folder: &Path) -> Result<&'static dyn Family, PipelineError> {
    let family = FAMILIES.iter().copied().find(|family| family.id() == id);
    let family = family.ok_or_else(|| PipelineError::UnknownChoice {
        given: id.to_owned(),
        path: folder.join(FamilyChoice::FILE_NAME),
    })?;
    match family.missing_graph(folder) {
        Some(missing) => Err(PipelineError::NotOfFamily {
            family: family.id(),
            missing,
        }),
        None => Ok(family),
    }
}
