//! ONNX Runtime: where it is on this machine, how it gets there, and what it runs graphs on.

mod error;
mod graph;
#[cfg(feature = "onnx")]
mod hardware;
mod install;
mod lazy_graph;
mod library;
mod locate;
mod location;
mod memory;
#[cfg(feature = "onnx")]
mod onnx;
mod package;
mod provider;
mod python;
mod retouch;
mod tensor;
mod unpack;

pub use self::error::RuntimeError;
pub use self::graph::{Adjustment, Feeds, Graph, Port, Ports, Tensors};
pub use self::install::{InstallError, InstallOutcome, InstallProgress, Installer};
pub use self::lazy_graph::{LazyGraph, Load, Lodging};
pub use self::library::Runtime;
pub use self::locate::{LocateError, Places};
pub use self::location::{Location, locate};
pub use self::memory::{default_budget_bytes, forget_peak, free_bytes, peak_bytes};
pub use self::package::{Build, Member, ONNX_RUNTIME, Package, WEBGPU_PLUGIN};
pub use self::provider::{Provider, ProviderId, ProviderInfo, RuntimeReport};
pub use self::retouch::{Replacement, Retouch, Retouching};
pub use self::tensor::{Element, Tensor, Values};
