//! Whose way of laying out models a folder follows.

use crate::domain::Message;
use crate::models::ModelIndex;

use super::contents::{Contents, Entry};

/// Programs that write model folders, each in its own way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// Hugging Face's optimum-onnx: an index, and a `config.json` beside each graph.
    Optimum,
    /// The conversion script of diffusers: an index, and no `config.json`.
    DiffusersLegacy,
    /// Microsoft's Olive: the same, and weights in `model.onnx.data`.
    Olive,
    /// Amuse and `OnnxStack`: no index, no configurations.
    Amuse,
    /// diffusers without ONNX.
    Torch,
}

impl Layout {
    /// Its name for programs.
    pub fn id(self) -> &'static str {
        match self {
            Self::Optimum => "optimum",
            Self::DiffusersLegacy => "diffusers-legacy",
            Self::Olive => "olive",
            Self::Amuse => "amuse",
            Self::Torch => "torch",
        }
    }

    /// Its name for people.
    pub fn label(self) -> Message {
        Message::new(match self {
            Self::Optimum => "doctor-layout-optimum",
            Self::DiffusersLegacy => "doctor-layout-legacy",
            Self::Olive => "doctor-layout-olive",
            Self::Amuse => "doctor-layout-amuse",
            Self::Torch => "doctor-layout-torch",
        })
    }

    /// The layout of a folder, and what tells it.
    pub(super) fn of(contents: &Contents, class: Option<&str>) -> (Option<Self>, Vec<Message>) {
        let has_index = contents.has(ModelIndex::FILE_NAME);
        let has_graphs = contents.find(Entry::is_graph).is_some();
        let mut evidence = vec![match class {
            Some(class) => Message::new("doctor-evidence-index")
                .with("file", ModelIndex::FILE_NAME)
                .with("class", class),
            None => Message::new("doctor-evidence-no-index").with("file", ModelIndex::FILE_NAME),
        }];
        if !has_graphs {
            return (has_index.then_some(Self::Torch), evidence);
        }
        let has_configs = ["unet/config.json", "transformer/config.json"]
            .iter()
            .any(|config| contents.has(config));
        evidence.push(Message::new(if has_configs {
            "doctor-evidence-configs"
        } else {
            "doctor-evidence-no-configs"
        }));
        // Its name tells who wrote it: `weights.pb`, `model.onnx_data` or `model.onnx.data`.
        let is_data = |file: &Entry| {
            [".pb", "_data", ".data"]
                .iter()
                .any(|ending| file.name.ends_with(ending))
        };
        let data = contents.find(is_data);
        if let Some(data) = data {
            evidence.push(Message::new("doctor-evidence-data").with("file", &data.name));
        }
        let is_of_olive = data.is_some_and(|data| data.name.ends_with(".onnx.data"));
        let layout = match (has_index, has_configs) {
            (false, _) => Self::Amuse,
            (true, true) => Self::Optimum,
            (true, false) if is_of_olive => Self::Olive,
            (true, false) => Self::DiffusersLegacy,
        };
        (Some(layout), evidence)
    }
}
