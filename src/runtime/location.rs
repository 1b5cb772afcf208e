//! The libraries that make up one installation of ONNX Runtime.

use std::path::{Path, PathBuf};

use crate::files::Folders;

use super::locate::{LocateError, Places};

/// Where ONNX Runtime and its plug-in are; absolute paths.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    /// ONNX Runtime itself.
    pub library: PathBuf,
    /// The WebGPU provider, where it is installed.
    pub webgpu: Option<PathBuf>,
}

/// Finds ONNX Runtime on this machine; `setting` is what the settings name.
pub fn locate(setting: Option<&Path>, folders: &Folders) -> Result<Location, LocateError> {
    let places = Places::of_machine(setting.map(Path::to_owned), folders);
    let library = places.runtime()?;
    Ok(Location {
        webgpu: places.webgpu_plugin(&library),
        library,
    })
}
