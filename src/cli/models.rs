//! `maquette models`: what models there are, and which were refused.

use std::path::{Path, PathBuf};

use clap::Args;
use serde::Serialize;

use crate::domain::{Explain as _, Message, Notice};
use crate::files::Folders;
use crate::models::{self, Precision, Scan};
use crate::pipeline::{self, ModelInfo, PipelineError};
use crate::settings::{ModelNotes, load_model_notes, load_settings};

use super::console::Console;
use super::exit::{Exit, Stop};

/// List the models that are found, and those that are refused.
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Print one JSON object.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(arguments: &Arguments, console: &mut Console<'_>) -> Result<(), Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let (settings, settings_trouble) = load_settings(&folders);
    let (notes, notes_trouble) = load_model_notes(&folders);
    for notice in settings_trouble.into_iter().chain(notes_trouble) {
        console.tell(&notice);
    }
    let (found, refused) = look(&models::roots(&folders, &settings.model_dirs), &notes);
    if arguments.json {
        return Ok(console.print_json(&listing(&found, &refused, console))?);
    }
    if found.is_empty() && refused.is_empty() {
        console.print_message(&Message::new("error-cli-no-model"))?;
    }
    for model in &found {
        console.print(&line(model))?;
    }
    for (path, notice) in &refused {
        let reason = console.strings().message(&notice.headline);
        let refused = Message::new("cli-refused")
            .with("path", path.display())
            .with("reason", reason);
        console.print_message(&refused)?;
    }
    Ok(())
}

/// What is found below `roots` and on the artist's list: models, and folders that are none and
/// why.
fn look(roots: &[PathBuf], notes: &ModelNotes) -> (Vec<ModelInfo>, Vec<(PathBuf, Notice)>) {
    let Scan { found, refused } = models::scan(roots);
    let mut refused: Vec<_> = refused
        .into_iter()
        .map(|(path, error)| (path, PipelineError::from(error).explain()))
        .collect();
    let mut models = Vec::new();
    for folder in found {
        match pipeline::describe(&folder) {
            Ok(mut model) => {
                notes.overlay(&mut model);
                models.push(model);
            }
            Err(error) => refused.push((folder.path().to_owned(), error.explain())),
        }
    }
    models.retain(|model| !notes.is_removed(&model.path));
    refused.retain(|(path, _)| !notes.is_removed(path));
    (models, refused)
}

fn line(model: &ModelInfo) -> String {
    let megabytes = model.file_bytes.div_ceil(1_000_000);
    format!(
        "{}  {}  {}  {megabytes} MB  {}",
        model.id,
        model.name,
        model.sizes.default,
        model.path.display()
    )
}

#[derive(Serialize)]
struct Listing<'a> {
    found: Vec<Found<'a>>,
    refused: Vec<Refused<'a>>,
}

#[derive(Serialize)]
struct Found<'a> {
    id: &'a str,
    name: &'a str,
    path: &'a Path,
    family: &'a str,
    description: &'a str,
    licence: Option<&'a str>,
    file_bytes: u64,
    precision: Option<&'static str>,
    default_size: String,
    size_multiple: u32,
    min_side: u32,
    max_side: u32,
    /// What each parameter may be.
    params: Vec<Param>,
}

#[derive(Serialize)]
struct Param {
    id: &'static str,
    default: String,
    allowed: String,
}

#[derive(Serialize)]
struct Refused<'a> {
    path: &'a Path,
    reason: String,
    details: &'a [String],
}

fn listing<'a>(
    found: &'a [ModelInfo],
    refused: &'a [(PathBuf, Notice)],
    console: &Console<'_>,
) -> Listing<'a> {
    Listing {
        found: found.iter().map(describe).collect(),
        refused: refused
            .iter()
            .map(|(path, notice)| Refused {
                path,
                reason: console.strings().message(&notice.headline),
                details: &notice.details,
            })
            .collect(),
    }
}

fn describe(model: &ModelInfo) -> Found<'_> {
    let params = model.specs.iter().map(|spec| Param {
        id: spec.id,
        default: match model.defaults.get(spec.id) {
            Some(value) => value.to_string(),
            None => spec.default_value().to_string(),
        },
        allowed: spec.allowed(),
    });
    Found {
        id: model.id.as_str(),
        name: &model.name,
        path: &model.path,
        family: model.family,
        description: &model.description,
        licence: model.licence.as_ref().map(|licence| licence.id.as_str()),
        file_bytes: model.file_bytes,
        precision: model.precision.map(Precision::label),
        default_size: model.sizes.default.to_string(),
        size_multiple: model.sizes.multiple,
        min_side: model.sizes.min_side,
        max_side: model.sizes.max_side,
        params: params.collect(),
    }
}
