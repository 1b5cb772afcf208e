//! What models there are on disk: their folders, their manifests, and whether their files are whole.
//!
//! Nothing here runs a model; `ModelFolder` knows files and configurations only.

mod check;
mod error;
mod folder;
mod manifest;
mod onnx_file;
mod scan;
mod schema;

pub use self::check::Fingerprint;
pub use self::error::ModelError;
pub use self::folder::{ModelFolder, ModelIndex};
pub use self::manifest::{Licence, Limits, Manifest, ManifestFile};
pub use self::onnx_file::external_files;
pub use self::scan::{Scan, roots, scan};
