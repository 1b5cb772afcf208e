//! What a graph can run on: the processor, or a graphics card by one of several ways.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Message;

use super::error::RuntimeError;

/// A provider as settings, jobs and recipes name it; may name one that this version does not know.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ProviderId(String);

impl ProviderId {
    /// Leaves the choice to [`Runtime::choose`](super::Runtime::choose).
    pub const AUTO: &str = "auto";

    /// Names a provider.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for ProviderId {
    fn default() -> Self {
        Self::new(Self::AUTO)
    }
}

impl fmt::Display for ProviderId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A way to run graphs that ONNX Runtime offers; `runtime/onnx.rs` has an arm for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// The processor.
    Cpu,
    /// Any graphics card, through Vulkan, Direct3D 12 or Metal.
    WebGpu,
    /// Cards by NVIDIA.
    Cuda,
    /// Graphics cards under Windows.
    DirectMl,
    /// Apple's chips.
    CoreMl,
}

impl Provider {
    /// Every provider, in menu order.
    pub const ALL: [Self; 5] = [
        Self::Cpu,
        Self::WebGpu,
        Self::Cuda,
        Self::DirectMl,
        Self::CoreMl,
    ];

    /// Every provider, the one to prefer first.
    ///
    /// CoreML comes after the processor: it compiles each graph anew and draws many models slower.
    pub(super) const BY_SPEED: [Self; 5] = [
        Self::Cuda,
        Self::DirectMl,
        Self::WebGpu,
        Self::Cpu,
        Self::CoreMl,
    ];

    /// Its name in settings and recipes; never changes.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::WebGpu => "webgpu",
            Self::Cuda => "cuda",
            Self::DirectMl => "directml",
            Self::CoreMl => "coreml",
        }
    }

    /// The name artists know; a proper name, the same in every language.
    pub fn label(self) -> &'static str {
        match self {
            Self::Cpu => "CPU",
            Self::WebGpu => "WebGPU",
            Self::Cuda => "CUDA",
            Self::DirectMl => "DirectML",
            Self::CoreMl => "CoreML",
        }
    }

    /// The provider of that id.
    pub fn from_id(id: &ProviderId) -> Result<Self, RuntimeError> {
        let found = Self::ALL.into_iter().find(|known| known.id() == id.0);
        found.ok_or_else(|| {
            let ids = Self::ALL.map(Self::id).join(", ");
            RuntimeError::UnknownProvider {
                id: id.0.clone(),
                known: format!("{}, {ids}", ProviderId::AUTO),
            }
        })
    }
}

/// A provider on this machine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProviderInfo {
    /// Its id.
    pub id: ProviderId,
    /// The name artists know.
    pub label: String,
    /// The device it would run on, as its driver names it; empty where there is none.
    pub device: String,
    /// Whether it can be used.
    pub available: bool,
    /// What it lacks.
    pub why_not: Option<Message>,
}

/// What an installation of ONNX Runtime says of itself.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuntimeReport {
    /// Its version, such as `1.32.0`.
    pub version: String,
    /// What it can run on here.
    pub providers: Vec<ProviderInfo>,
}
