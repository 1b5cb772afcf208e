//! An opened ONNX Runtime.

use std::path::Path;
use std::sync::Arc;

use crate::domain::{CancelToken, Message};
use crate::models;

use super::error::RuntimeError;
use super::graph::Graph;
use super::location::Location;
use super::provider::{Provider, ProviderId, ProviderInfo, RuntimeReport};
use super::retouch::{Replacement, Retouch, Retouching};

/// ONNX Runtime, loaded and ready to load graphs.
///
/// A process loads one library in its life: opening it again costs nothing, opening another one is
/// an error.
#[derive(Clone)]
pub struct Runtime {
    backend: Arc<dyn Backend>,
    budget_bytes: u64,
    /// What changes weights while they are loaded.
    retouch: Option<Arc<dyn Retouch>>,
}

/// What stands behind a [`Runtime`]: `onnx.rs`, where the feature `onnx` is on.
pub(super) trait Backend: Send + Sync {
    fn version(&self) -> &str;
    /// Whether the provider can be used here, and on which device.
    fn detect(&self, provider: Provider) -> Detected;
    fn load(
        &self,
        path: &Path,
        contents: Contents<'_>,
        provider: Provider,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError>;
}

/// What a graph is loaded from.
#[cfg_attr(
    not(feature = "onnx"),
    expect(dead_code, reason = "only a runtime loads anything")
)]
pub(super) enum Contents<'a> {
    /// What is in its file.
    File,
    /// These bytes instead.
    Instead(&'a [u8]),
    /// What is in its file, but with these weights in the place of some.
    Retouched(Vec<Replacement>),
}

/// What was found out about a provider.
#[cfg_attr(
    not(feature = "onnx"),
    expect(dead_code, reason = "only a runtime finds anything out")
)]
pub(super) enum Detected {
    /// It has a device of its own kind.
    Device(String),
    /// It would run, but only on a processor that imitates a graphics card.
    Imitated(String),
    /// It cannot be used, and why.
    Missing(Message),
}

impl Runtime {
    /// Loads the library.
    pub fn open(location: &Location) -> Result<Self, RuntimeError> {
        Ok(Self {
            backend: open_backend(location)?,
            budget_bytes: u64::MAX,
            retouch: None,
        })
    }

    /// The same library, for models whose weights may take so many bytes of memory.
    #[must_use]
    pub fn with_budget(&self, budget_bytes: u64) -> Self {
        Self {
            budget_bytes,
            ..self.clone()
        }
    }

    /// Bytes that the weights of a model may take; [`u64::MAX`] where nobody says.
    pub fn budget_bytes(&self) -> u64 {
        self.budget_bytes
    }

    /// The same library, but graphs that are opened with it have their weights changed by that.
    #[must_use]
    pub fn retouched(&self, retouch: Arc<dyn Retouch>) -> Self {
        Self {
            retouch: Some(retouch),
            ..self.clone()
        }
    }

    /// What changes the weights of the graph in a file.
    pub(super) fn retouching(&self, graph: &Path) -> Option<Retouching> {
        Retouching::of(self.retouch.as_ref()?, graph)
    }

    /// The library's version, such as `1.32.0`.
    pub fn version(&self) -> &str {
        self.backend.version()
    }

    /// Every provider, in menu order, with the device it would run on.
    pub fn providers(&self) -> Vec<ProviderInfo> {
        Provider::ALL
            .into_iter()
            .map(|provider| self.info(provider))
            .collect()
    }

    /// Version and providers, as `maquette providers --json` prints them.
    pub fn report(&self) -> RuntimeReport {
        RuntimeReport {
            version: self.version().to_owned(),
            providers: self.providers(),
        }
    }

    /// The provider that `id` means here; [`ProviderId::AUTO`] means the fastest that has a device
    /// of its own.
    ///
    /// **Never another one than was named**: one that cannot be used is an error.
    pub fn choose(&self, id: &ProviderId) -> Result<ProviderInfo, RuntimeError> {
        if id.as_str() == ProviderId::AUTO {
            let best = Provider::BY_SPEED
                .into_iter()
                .find(|provider| matches!(self.backend.detect(*provider), Detected::Device(_)));
            return Ok(self.info(best.unwrap_or(Provider::Cpu)));
        }
        let provider = Provider::from_id(id)?;
        let info = self.info(provider);
        match &info.why_not {
            None => Ok(info),
            Some(why_not) => Err(RuntimeError::ProviderMissing {
                provider: provider.label(),
                why_not: why_not.clone(),
            }),
        }
    }

    /// Loads the graph in the file at `path`, to run on that provider, with its own weights.
    pub fn load(
        &self,
        path: &Path,
        provider: &ProviderId,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError> {
        let chosen = Provider::from_id(&self.choose(provider)?.id)?;
        self.backend.load(path, Contents::File, chosen, cancel)
    }

    /// Loads the graph with all its 16-bit floats as 32-bit ones.
    pub fn load_wide(
        &self,
        path: &Path,
        provider: &ProviderId,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError> {
        let chosen = Provider::from_id(&self.choose(provider)?.id)?;
        let model = models::widened(path)?;
        let contents = Contents::Instead(&model);
        self.backend.load(path, contents, chosen, cancel)
    }

    /// Loads the graph with other weights in the place of some of its own.
    pub(super) fn load_retouched(
        &self,
        path: &Path,
        retouching: &Retouching,
        provider: &ProviderId,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError> {
        let chosen = Provider::from_id(&self.choose(provider)?.id)?;
        let replacements = retouching.replacements(path, cancel)?;
        let contents = Contents::Retouched(replacements);
        self.backend.load(path, contents, chosen, cancel)
    }

    fn info(&self, provider: Provider) -> ProviderInfo {
        let (device, why_not) = match self.backend.detect(provider) {
            Detected::Device(device) | Detected::Imitated(device) => (device, None),
            Detected::Missing(why_not) => (String::new(), Some(why_not)),
        };
        ProviderInfo {
            id: ProviderId::new(provider.id()),
            label: provider.label().to_owned(),
            device,
            available: why_not.is_none(),
            why_not,
        }
    }
}

#[cfg(feature = "onnx")]
fn open_backend(location: &Location) -> Result<Arc<dyn Backend>, RuntimeError> {
    super::onnx::open(location)
}

#[cfg(not(feature = "onnx"))]
fn open_backend(_location: &Location) -> Result<Arc<dyn Backend>, RuntimeError> {
    Err(RuntimeError::NotBuilt)
}
