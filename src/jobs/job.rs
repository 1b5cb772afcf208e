//! A request that was admitted to run.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::{JobId, Request};
use crate::runtime::ProviderId;

/// A settled request, and where and on what it runs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Its name among all jobs of this program run.
    pub id: JobId,
    /// What is asked for; complete and checked, so that it can always be run.
    pub request: Request,
    /// The folder of its model.
    pub model: PathBuf,
    /// What the model runs on.
    pub provider: ProviderId,
    /// The fingerprint of the files that last drew with the model here; `None` where none did.
    pub fingerprint: Option<String>,
}
