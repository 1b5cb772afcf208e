//! Finding the model that a command means.

use std::path::Path;

use crate::domain::{Message, Notice, Remedy, Severity};
use crate::files::Folders;
use crate::models::{self, ModelFolder, Scan};
use crate::pipeline::{self, ModelInfo, PipelineError};
use crate::settings::Settings;

use super::exit::{Exit, Stop};

/// The model of that id, or in that folder; the first that is found when none is named.
pub(super) fn choose(
    named: Option<&str>,
    folders: &Folders,
    settings: &Settings,
) -> Result<ModelInfo, Stop> {
    let roots = models::roots(folders, &settings.model_dirs);
    let scan = models::scan(&roots);
    let folder = match named {
        Some(named) => named_folder(named, scan)?,
        None => scan.found.into_iter().next().ok_or_else(|| {
            let mut notice = Notice::new(Severity::Error, Message::new("error-cli-no-model"))
                .with_remedy(Remedy::RescanModels);
            let searched = roots.iter().map(|root| root.display().to_string());
            notice.details.extend(searched);
            Stop {
                exit: Exit::Refused,
                notice,
            }
        })?,
    };
    Ok(pipeline::describe(&folder)?)
}

fn named_folder(named: &str, scan: Scan) -> Result<ModelFolder, Stop> {
    let path = Path::new(named);
    let known: Vec<String> = scan.found.iter().map(|f| f.id().to_string()).collect();
    let found = scan
        .found
        .into_iter()
        .find(|folder| folder.id().as_str() == named);
    if let Some(folder) = found {
        return Ok(folder);
    }
    if path.is_dir() {
        return Ok(ModelFolder::open(path).map_err(PipelineError::from)?);
    }
    // A model that is there and was refused deserves its own explanation.
    let refused = scan.refused.into_iter();
    let mut refused = refused.filter(|(folder, _)| folder.file_name() == Some(path.as_os_str()));
    if let Some((_, error)) = refused.next() {
        return Err(PipelineError::from(error).into());
    }
    let headline = Message::new("error-cli-unknown-model")
        .with("model", named)
        .with("known", known.join(", "));
    Err(Stop::saying(Exit::BadArguments, headline))
}
