//! What a denoiser says of itself where no index of the folder tells its family.

use serde_json::Value;

use crate::models::{GraphOutline, ModelFolder};

/// The signs of the denoiser in a folder: first its configuration, then what its graph takes.
pub(super) struct DenoiserSigns<'a> {
    folder: &'a ModelFolder,
    part: &'static str,
    config: Option<Value>,
}

impl<'a> DenoiserSigns<'a> {
    /// Reads the configuration of the denoiser in `part`, such as `unet`.
    pub(super) fn read(folder: &'a ModelFolder, part: &'static str) -> Self {
        let config = folder.json(&format!("{part}/config.json"));
        Self {
            folder,
            part,
            // What cannot be read is told when the model is opened.
            config: config.unwrap_or_default(),
        }
    }

    /// The class of diffusers that it was exported from.
    pub(super) fn class(&self) -> Option<&str> {
        self.says("_class_name")?.as_str()
    }

    /// What its configuration says under a name; `None` without a configuration.
    pub(super) fn says(&self, name: &str) -> Option<&Value> {
        self.config.as_ref()?.get(name)
    }

    /// Whether its graph takes something; `None` where the graph cannot be read.
    ///
    /// Reads the whole outline of the graph: to be asked where the configuration is silent.
    pub(super) fn takes(&self, input: &str) -> Option<bool> {
        let graph = self
            .folder
            .file(&format!("{}/model.onnx", self.part))
            .ok()?;
        let outline = GraphOutline::read(&graph).ok()?;
        Some(outline.inputs.iter().any(|port| port.name == input))
    }
}
