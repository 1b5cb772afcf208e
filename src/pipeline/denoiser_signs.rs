//! What a denoiser says of itself where no index of the folder tells its family.

use serde_json::Value;

use crate::models::{GraphOutline, ModelFolder};

/// The signs of the denoiser in a folder: first its configuration, then what its graph takes.
pub(super) struct DenoiserSigns {
    config: Option<Value>,
    /// Names of what the graph takes; empty where it cannot be read.
    inputs: Vec<String>,
}

impl DenoiserSigns {
    /// Reads those of the denoiser in `part`, such as `unet`.
    pub(super) fn read(folder: &ModelFolder, part: &str) -> Self {
        let config = folder.json(&format!("{part}/config.json"));
        let graph = folder.file(&format!("{part}/model.onnx"));
        let outline = graph.and_then(|path| GraphOutline::read(&path));
        let inputs = outline.map(|outline| outline.inputs).unwrap_or_default();
        Self {
            // What cannot be read is told when the model is opened.
            config: config.unwrap_or_default(),
            inputs: inputs.into_iter().map(|port| port.name).collect(),
        }
    }

    /// The class of diffusers that it was exported from.
    pub(super) fn class(&self) -> Option<&str> {
        self.config.as_ref()?.get("_class_name")?.as_str()
    }

    /// What its configuration says under a name; `None` without a configuration.
    pub(super) fn says(&self, name: &str) -> Option<&Value> {
        self.config.as_ref()?.get(name)
    }

    /// Whether its graph takes something; `None` where the graph cannot be read.
    pub(super) fn takes(&self, input: &str) -> Option<bool> {
        let is_known = !self.inputs.is_empty();
        is_known.then(|| self.inputs.iter().any(|name| name == input))
    }
}
