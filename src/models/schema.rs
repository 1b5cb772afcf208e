//! The wire shape of `model.toml`; manifests of every published schema are read for ever.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use serde::Deserialize;

use crate::domain::{ModelId, ParamValue, Params, PixelSize};

use super::error::ModelError;
use super::manifest::{Licence, Limits, Manifest, ManifestFile};

/// What is wrong with a manifest's text.
pub(super) enum Problem {
    Malformed(String),
    Escapes(String),
}

impl Problem {
    pub(super) fn at(self, path: &Path) -> ModelError {
        let path = path.to_owned();
        match self {
            Self::Malformed(reason) => ModelError::Malformed { reason, path },
            Self::Escapes(named) => ModelError::Escapes { named, path },
        }
    }
}

/// Reads a manifest of any schema that this version knows.
pub(super) fn parse(text: &str) -> Result<Manifest, Problem> {
    let malformed = |error: toml::de::Error| Problem::Malformed(error.to_string());
    let Version { schema } = toml::from_str(text).map_err(malformed)?;
    match schema {
        1 => live(toml::from_str::<V1>(text).map_err(malformed)?),
        _ => Err(Problem::Malformed(format!(
            "schema {schema} is newer than this program"
        ))),
    }
}

#[derive(Deserialize)]
struct Version {
    schema: u32,
}

#[derive(Deserialize)]
struct V1 {
    id: String,
    name: String,
    version: String,
    #[serde(default)]
    description: String,
    licence: V1Licence,
    #[serde(default)]
    defaults: V1Defaults,
    #[serde(default)]
    limits: V1Limits,
    #[serde(default)]
    examples: V1Examples,
    #[serde(default)]
    files: Vec<V1File>,
}

#[derive(Deserialize)]
struct V1Licence {
    id: String,
    holder: String,
    text: String,
}

#[derive(Default, Deserialize)]
struct V1Defaults {
    width: Option<u32>,
    height: Option<u32>,
    #[serde(flatten)]
    params: BTreeMap<String, toml::Value>,
}

#[derive(Default, Deserialize)]
struct V1Limits {
    size_multiple: Option<u32>,
    min_side: Option<u32>,
    max_side: Option<u32>,
}

#[derive(Default, Deserialize)]
struct V1Examples {
    prompts: Vec<String>,
}

#[derive(Deserialize)]
struct V1File {
    path: String,
    bytes: u64,
    sha256: String,
}

fn live(wire: V1) -> Result<Manifest, Problem> {
    let default_size = default_size(&wire.defaults)?;
    let limits = limits(&wire.limits)?;
    let files = wire.files.into_iter().map(file);
    Ok(Manifest {
        id: ModelId::new(wire.id),
        name: wire.name,
        version: wire.version,
        description: wire.description,
        licence: Licence {
            id: wire.licence.id,
            holder: wire.licence.holder,
            text: wire.licence.text,
        },
        default_size,
        defaults: params(&wire.defaults.params)?,
        limits,
        examples: wire.examples.prompts,
        files: files.collect::<Result<_, _>>()?,
    })
}

fn default_size(defaults: &V1Defaults) -> Result<Option<PixelSize>, Problem> {
    match (defaults.width, defaults.height) {
        (Some(width), Some(height)) => PixelSize::new(width, height)
            .map(Some)
            .map_err(|error| Problem::Malformed(format!("defaults: {error}"))),
        (None, None) => Ok(None),
        _ => Err(Problem::Malformed(
            "defaults: width and height come together".to_owned(),
        )),
    }
}

fn limits(limits: &V1Limits) -> Result<Limits, Problem> {
    let sides = [limits.size_multiple, limits.min_side, limits.max_side];
    let possible = 1..=PixelSize::MAX_SIDE;
    if sides
        .into_iter()
        .flatten()
        .any(|side| !possible.contains(&side))
    {
        let reason = format!("limits: sides go from 1 to {}", PixelSize::MAX_SIDE);
        return Err(Problem::Malformed(reason));
    }
    Ok(Limits {
        size_multiple: limits.size_multiple,
        min_side: limits.min_side,
        max_side: limits.max_side,
    })
}

fn params(values: &BTreeMap<String, toml::Value>) -> Result<Params, Problem> {
    let mut params = Params::default();
    for (id, value) in values {
        let value = if let Some(number) = value.as_integer() {
            ParamValue::Int(number)
        } else if let Some(number) = value.as_float() {
            ParamValue::Float(number)
        } else if let Some(text) = value.as_str() {
            ParamValue::Text(text.to_owned())
        } else {
            let reason = format!("defaults: {id} is neither a number nor a text");
            return Err(Problem::Malformed(reason));
        };
        params.set(id, value);
    }
    Ok(params)
}

fn file(wire: V1File) -> Result<ManifestFile, Problem> {
    let is_hash = wire.sha256.len() == 64 && wire.sha256.bytes().all(|b| b.is_ascii_hexdigit());
    if !is_hash {
        let reason = format!("files: {} has no SHA-256 of 64 digits", wire.path);
        return Err(Problem::Malformed(reason));
    }
    if !stays_inside(&wire.path) {
        return Err(Problem::Escapes(wire.path));
    }
    Ok(ManifestFile {
        path: wire.path,
        bytes: wire.bytes,
        sha256: wire.sha256.to_ascii_lowercase(),
    })
}

/// Whether a relative path, by its words alone, leads to something below the folder it starts from.
///
/// A backslash separates names on Windows only, so it is refused everywhere.
pub(super) fn stays_inside(path: &str) -> bool {
    let mut components = Path::new(path).components().peekable();
    components.peek().is_some()
        && components.all(|component| matches!(component, Component::Normal(_)))
        && !path.contains(['\\', ':', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: &str = "schema = 1\nid = 'm'\nname = 'M'\nversion = '1'\n\
        [licence]\nid = 'MIT'\nholder = 'H'\ntext = 'T'\n";

    fn problem(text: &str) -> String {
        match parse(text) {
            Ok(_) => "none".to_owned(),
            Err(Problem::Malformed(reason)) => reason,
            Err(Problem::Escapes(named)) => format!("escapes: {named}"),
        }
    }

    #[test]
    fn a_manifest_gives_size_and_parameters_apart() {
        let text =
            format!("{HEAD}[defaults]\nwidth = 64\nheight = 32\nsteps = 4\nscheduler = 'euler'");
        let Ok(manifest) = parse(&text) else {
            panic!("{}", problem(&text));
        };
        assert_eq!(manifest.default_size.unwrap().to_string(), "64x32");
        let ids: Vec<&str> = manifest.defaults.iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["scheduler", "steps"]);
    }

    #[test]
    fn a_bad_manifest_is_refused_with_the_reason() {
        let check = |tail: &str, expected: &str| {
            let found = problem(&format!("{HEAD}{tail}"));
            assert!(found.contains(expected), "{tail}: {found}");
        };
        let file = |path: &str| {
            let hash = "0".repeat(64);
            format!("[[files]]\npath = '{path}'\nbytes = 1\nsha256 = '{hash}'")
        };
        check("[defaults]\nwidth = 64", "come together");
        check("[limits]\nsize_multiple = 0", "from 1");
        check(
            "[[files]]\npath = 'a'\nbytes = 1\nsha256 = 'abc'",
            "64 digits",
        );
        for path in ["../x", "/etc/passwd", "a/../../x", "a\\..\\x", "C:x", ""] {
            check(&file(path), "escapes");
        }
        check(&file("unet/model.onnx"), "none");
        assert!(problem("schema = 2").contains("newer"));
        assert!(problem("schema = ").contains("line 1"));
    }
}
