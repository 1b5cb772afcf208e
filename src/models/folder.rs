//! A folder that looks like a model.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::domain::ModelId;

use super::error::ModelError;
use super::family_choice::FamilyChoice;
use super::manifest::Manifest;

/// What tells a model in folders without any index, such as those of Amuse.
const DENOISERS: [&str; 2] = ["unet/model.onnx", "transformer/model.onnx"];

/// A model on disk, as far as its small files tell: nothing heavy is read before it is used.
#[derive(Clone, Debug)]
pub struct ModelFolder {
    path: PathBuf,
    id: ModelId,
    name: String,
    manifest: Option<Manifest>,
    index: Option<ModelIndex>,
    chosen_family: Option<String>,
}

impl ModelFolder {
    /// Opens a folder with a `model.toml`, a `model_index.json`, the graph of a denoiser, or a
    /// person's word for it.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let unreadable = |source| ModelError::reading(source, path.to_owned());
        let path = std::path::absolute(path).map_err(unreadable)?;
        fs::read_dir(&path).map_err(unreadable)?;
        let manifest = if path.join(Manifest::FILE_NAME).exists() {
            Some(Manifest::read(&path.join(Manifest::FILE_NAME))?)
        } else {
            None
        };
        let index: Option<ModelIndex> = read_json(&path.join(ModelIndex::FILE_NAME))?;
        let chosen_family = FamilyChoice::read(&path)?.family;
        if !Self::is_at(&path) {
            return Err(ModelError::NotAModel { path });
        }
        let folder_name = path.file_name().unwrap_or(path.as_os_str());
        let folder_name = folder_name.to_string_lossy().into_owned();
        let (id, name) = match &manifest {
            Some(manifest) => (manifest.id.clone(), manifest.name.clone()),
            None => (ModelId::new(&folder_name), folder_name),
        };
        Ok(Self {
            path,
            id,
            name,
            manifest,
            index,
            chosen_family,
        })
    }

    /// Whether it is worth opening.
    pub(super) fn is_at(path: &Path) -> bool {
        let named = [
            Manifest::FILE_NAME,
            ModelIndex::FILE_NAME,
            FamilyChoice::FILE_NAME,
        ];
        named
            .iter()
            .chain(&DENOISERS)
            .any(|file| path.join(file).exists())
    }

    /// Where it is; absolute.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its id: the manifest's, else the folder's name.
    pub fn id(&self) -> &ModelId {
        &self.id
    }

    /// The name to show: the manifest's, else the folder's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it says of itself; `None` for folders of other programs.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// Its diffusers index, if it has one.
    pub fn index(&self) -> Option<&ModelIndex> {
        self.index.as_ref()
    }

    /// The id of the family that a person chose for it.
    pub fn chosen_family(&self) -> Option<&str> {
        self.chosen_family.as_deref()
    }

    /// Whether it holds a file, named from the folder with `/` between names.
    pub fn has(&self, file: &str) -> bool {
        self.path.join(file).is_file()
    }

    /// The path of a file that must be there.
    pub fn file(&self, file: &str) -> Result<PathBuf, ModelError> {
        let path = self.path.join(file);
        if path.is_file() {
            Ok(path)
        } else {
            Err(ModelError::Missing { path })
        }
    }

    /// The contents of a JSON file; `None` where there is none.
    pub fn json<T: DeserializeOwned>(&self, file: &str) -> Result<Option<T>, ModelError> {
        read_json(&self.path.join(file))
    }
}

/// The parts that a diffusers folder lists in its `model_index.json`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct ModelIndex {
    /// The pipeline that it was saved from, as the exporter wrote it.
    #[serde(rename = "_class_name", default)]
    pub class_name: String,
    /// The library and class of each part; other fields of the file are among them, too.
    #[serde(flatten)]
    parts: BTreeMap<String, serde_json::Value>,
}

impl ModelIndex {
    /// The file's name in a model folder.
    pub const FILE_NAME: &str = "model_index.json";

    /// The switch by which SDXL's empty negative prompt is zeros.
    pub const ZEROS_FOR_EMPTY_PROMPT: &str = "force_zeros_for_empty_prompt";

    /// The pipeline that it was saved from, such as `StableDiffusionPipeline`, without what
    /// exporters put before the name.
    pub fn pipeline(&self) -> &str {
        let name = self.class_name.as_str();
        let exporters = ["Onnx", "ORT"];
        let bare = exporters.iter().find_map(|it| name.strip_prefix(it));
        bare.unwrap_or(name)
    }

    /// The name under which it was saved, such as that of a repository.
    pub fn origin(&self) -> Option<&str> {
        self.parts.get("_name_or_path")?.as_str()
    }

    /// Whether a switch is on; `None` where the file does not say.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.parts.get(name).and_then(serde_json::Value::as_bool)
    }

    /// Whether a part is listed with a class.
    pub fn has(&self, part: &str) -> bool {
        let class = self.parts.get(part).and_then(|part| part.get(1));
        class.is_some_and(serde_json::Value::is_string)
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<Option<T>, ModelError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(ModelError::reading(source, path.to_owned())),
    };
    let malformed = |error: serde_json::Error| ModelError::Malformed {
        reason: error.to_string(),
        path: path.to_owned(),
    };
    serde_json::from_str(&text).map(Some).map_err(malformed)
}
