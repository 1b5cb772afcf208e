//! An opened ONNX Runtime.

use std::path::Path;
use std::sync::Arc;

use crate::domain::{CancelToken, Message};
use crate::models;

use super::error::RuntimeError;
use super::graph::Graph;
use super::location::Location;
use super::provider::{Provider, ProviderId, ProviderInfo, RuntimeReport};

/// ONNX Runtime, loaded and ready to load graphs.
///
/// A process loads one library in its life: opening it again costs nothing, opening another one is
/// an error.
#[derive(Clone)]
pub struct Runtime {
    backend: Arc<dyn Backend>,
    budget_bytes: u64,
}

/// What stands behind a [`Runtime`]: `onnx.rs`, where the feature `onnx` is on.
pub(super) trait Backend: Send + Sync {
    fn version(&self) -> &str;
    /// Whether the provider can be used here, and on which device.
    fn detect(&self, provider: Provider) -> Detected;
    /// Loads the graph in the file, or `instead` of what is in the file.
    fn load(
        &self,
        path: &Path,
        instead: Option<&[u8]>,
        provider: Provider,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError>;
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

    /// Loads the graph in the file at `path`, to run on that provider.
    pub fn load(
        &self,
        path: &Path,
        provider: &ProviderId,
        cancel: &CancelToken,
    ) -> Result<Box<dyn Graph>, RuntimeError> {
        let chosen = Provider::from_id(&self.choose(provider)?.id)?;
        self.backend.load(path, None, chosen, cancel)
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
        self.backend.load(path, Some(&model), chosen, cancel)
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
