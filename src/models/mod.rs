//! What models there are on disk: their folders, their manifests, and whether their files are whole.
//!
//! Nothing here runs a model; `ModelFolder` knows files and configurations only.

mod check;
mod error;
mod external_data;
mod family_choice;
mod folder;
mod foreign_file;
mod graph_check;
mod graph_fault;
mod graph_outline;
mod graph_walk;
mod light_graph;
mod manifest;
mod onnx_wide;
mod precision;
mod protobuf;
mod protobuf_writer;
mod scan;
mod schema;
mod tensor_floats;

pub use self::check::Fingerprint;
pub use self::error::ModelError;
pub use self::external_data::ExternalData;
pub use self::family_choice::FamilyChoice;
pub use self::folder::{ModelFolder, ModelIndex};
pub use self::foreign_file::ForeignFile;
pub use self::graph_check::{CheckedGraph, check_graph};
pub use self::graph_fault::GraphFault;
pub use self::graph_outline::{
    Axis, GraphOutline, NodeOutline, PortOutline, TensorData, TensorOutline,
};
pub use self::light_graph::light_graph;
pub use self::manifest::{Licence, Limits, Manifest, ManifestFile};
pub use self::onnx_wide::widened;
pub use self::precision::Precision;
pub use self::scan::{Scan, roots, scan};
