//! What the worker is told.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::domain::CancelToken;

use super::job::Job;

/// Work for the worker, done in the order in which it was told.
#[derive(Clone, Debug)]
pub enum Command {
    /// Run a job; the token stops it at any moment.
    Run(Box<Job>, CancelToken),
    /// Use this installation of ONNX Runtime, and so much memory, from the next job on.
    Configure(EngineConfig),
    /// Let go of every model in memory.
    Unload,
    /// Try a model again that was shut out because it ended the engine too often.
    Readmit(PathBuf),
}

/// What an engine needs to know before it can run jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineConfig {
    /// The ONNX Runtime library; `None` = the one that is found.
    pub runtime: Option<PathBuf>,
    /// Bytes that the weights of models may take in memory; `None` = by what the machine has free.
    pub memory_budget_bytes: Option<u64>,
}
