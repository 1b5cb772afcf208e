//! Where the libraries are: always a whole path, never a bare name that the system's loader
//! would look up wherever it likes.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::package::{ONNX_RUNTIME, Package, WEBGPU_PLUGIN};
use crate::domain::{Explain, Message, Notice, Remedy, Severity};
use crate::files::Folders;

/// The environment variable that other programs with ONNX Runtime look at, too.
const LIBRARY_VARIABLE: &str = "ORT_DYLIB_PATH";

/// The places where ONNX Runtime may be, in the order in which they are looked at.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// What the settings name: the library, or the folder that holds it.
    pub setting: Option<PathBuf>,
    /// The folder of the running program.
    pub program: Option<PathBuf>,
    /// The data folder, below which the [installer](super::Installer) puts it.
    pub data: PathBuf,
    /// What the environment names.
    pub variable: Option<PathBuf>,
}

impl Places {
    /// The places on this machine.
    pub fn of_machine(setting: Option<PathBuf>, folders: &Folders) -> Self {
        let program = std::env::current_exe().ok();
        Self {
            setting,
            program: program.and_then(|program| program.parent().map(Path::to_path_buf)),
            data: folders.data.clone(),
            variable: std::env::var_os(LIBRARY_VARIABLE)
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
        }
    }

    /// The absolute path of ONNX Runtime.
    ///
    /// A setting that names nothing is an error and not passed over: whoever set it wants that one.
    pub fn runtime(&self) -> Result<PathBuf, LocateError> {
        if let Some(named) = &self.setting {
            let library = library_at(named);
            return existing(&library).ok_or(LocateError::SettingNamesNothing { path: library });
        }
        let searched = self.runtime_candidates();
        let found = searched.iter().find_map(|candidate| existing(candidate));
        found.ok_or(LocateError::Missing { searched })
    }

    /// The absolute path of the WebGPU provider that goes with the runtime at `runtime`.
    pub fn webgpu_plugin(&self, runtime: &Path) -> Option<PathBuf> {
        let beside = runtime.with_file_name(WEBGPU_PLUGIN.library_name());
        existing(&beside).or_else(|| existing(&self.installed(&WEBGPU_PLUGIN)))
    }

    fn runtime_candidates(&self) -> Vec<PathBuf> {
        let beside = self
            .program
            .as_ref()
            .map(|folder| folder.join(ONNX_RUNTIME.library_name()));
        let installed = self.installed(&ONNX_RUNTIME);
        let variable = self.variable.as_deref().map(library_at);
        beside
            .into_iter()
            .chain([installed])
            .chain(variable)
            .collect()
    }

    fn installed(&self, package: &Package) -> PathBuf {
        package.folder(&self.data).join(package.library_name())
    }
}

/// Why there is no ONNX Runtime.
#[derive(Debug, Error)]
pub enum LocateError {
    /// It is in none of its places.
    #[error("ONNX Runtime is in none of: {}", listed(searched))]
    Missing {
        /// Where it was looked for.
        searched: Vec<PathBuf>,
    },
    /// The settings name a library that is not there.
    #[error("no ONNX Runtime at {}", path.display())]
    SettingNamesNothing {
        /// What they name.
        path: PathBuf,
    },
}

impl Explain for LocateError {
    fn explain(&self) -> Notice {
        let headline = match self {
            Self::Missing { .. } => Message::new("error-runtime-missing"),
            Self::SettingNamesNothing { path } => {
                Message::new("error-runtime-not-at-setting").with("path", path.display())
            }
        };
        let notice = Notice::new(Severity::Error, headline).caused_by(self);
        match self {
            Self::Missing { .. } => notice.with_remedy(Remedy::InstallRuntime),
            Self::SettingNamesNothing { .. } => notice,
        }
    }
}

/// The library that `named` means: itself, or the one inside where it is a folder.
fn library_at(named: &Path) -> PathBuf {
    if named.is_dir() {
        named.join(ONNX_RUNTIME.library_name())
    } else {
        named.to_path_buf()
    }
}

fn existing(path: &Path) -> Option<PathBuf> {
    path.is_file()
        .then(|| std::path::absolute(path).ok())
        .flatten()
}

fn listed(paths: &[PathBuf]) -> String {
    let paths: Vec<String> = paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    paths.join(", ")
}

#[cfg(test)]
mod tests {
    use std::fs::{self, File};

    use super::*;

    fn put(folder: &Path, package: &Package) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let library = folder.join(package.library_name());
        File::create(&library).unwrap();
        library
    }

    #[test]
    fn each_place_is_looked_at_in_turn() {
        let home = tempfile::tempdir().unwrap();
        let at = |name: &str| home.path().join(name);
        let mut places = Places {
            setting: None,
            program: Some(at("program")),
            data: at("data"),
            variable: Some(at("elsewhere.so")),
        };
        let error = places.runtime().unwrap_err();
        assert!(error.to_string().contains("elsewhere.so"), "{error}");
        assert_eq!(error.explain().remedy, Some(Remedy::InstallRuntime));

        File::create(at("elsewhere.so")).unwrap();
        assert_eq!(places.runtime().unwrap(), at("elsewhere.so"));
        let installed = put(&ONNX_RUNTIME.folder(&at("data")), &ONNX_RUNTIME);
        assert_eq!(places.runtime().unwrap(), installed);
        let beside = put(&at("program"), &ONNX_RUNTIME);
        assert_eq!(places.runtime().unwrap(), beside);
        let chosen = put(&at("chosen"), &ONNX_RUNTIME);
        places.setting = Some(at("chosen"));
        assert_eq!(places.runtime().unwrap(), chosen);
    }

    #[test]
    fn a_setting_that_names_nothing_is_said_and_not_passed_over() {
        let home = tempfile::tempdir().unwrap();
        put(&ONNX_RUNTIME.folder(home.path()), &ONNX_RUNTIME);
        let places = Places {
            setting: Some(home.path().join("gone.so")),
            data: home.path().to_path_buf(),
            ..Places::default()
        };
        let error = places.runtime().unwrap_err();
        assert!(error.to_string().contains("gone.so"), "{error}");
    }

    #[test]
    fn the_plugin_beside_the_runtime_comes_before_the_installed_one() {
        let home = tempfile::tempdir().unwrap();
        let places = Places {
            data: home.path().to_path_buf(),
            ..Places::default()
        };
        let runtime = put(&home.path().join("own"), &ONNX_RUNTIME);
        assert_eq!(places.webgpu_plugin(&runtime), None);
        let installed = put(&WEBGPU_PLUGIN.folder(home.path()), &WEBGPU_PLUGIN);
        assert_eq!(places.webgpu_plugin(&runtime), Some(installed));
        let beside = put(&home.path().join("own"), &WEBGPU_PLUGIN);
        assert_eq!(places.webgpu_plugin(&runtime), Some(beside));
    }
}
