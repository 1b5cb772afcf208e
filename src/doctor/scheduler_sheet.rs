//! What a model's scheduler configuration says.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::diffusion::{Parameterization, TrainingSchedule, scheduler};
use crate::domain::{Message, Severity};
use crate::models::ModelError;

use super::finding::Finding;

/// Where the configuration is, from the model's folder.
pub(super) const CONFIG: &str = "scheduler/scheduler_config.json";

/// More than any such file has, of a thousand betas written out.
const MAX_BYTES: u64 = 1 << 20;

/// How a model was trained, and the scheduler that it expects.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerSheet {
    /// The scheduler by the name in the file; empty where it names none.
    pub class: String,
    /// Our id of it; `None` where we have none of that name.
    pub id: Option<&'static str>,
    /// What the denoiser predicts, in diffusers' words.
    pub prediction: &'static str,
    /// Noise levels of the training.
    pub training_steps: usize,
}

impl SchedulerSheet {
    /// Reads a file; also gives what is to be said of it.
    pub(super) fn read(path: &Path) -> Result<(Self, Vec<Finding>), Box<Finding>> {
        let refused = |finding: Finding| Box::new(finding.about(path));
        let text = read(path).map_err(|source| {
            let error = ModelError::Unreadable {
                source,
                path: path.to_owned(),
            };
            refused(Finding::of(Severity::Error, &error))
        })?;
        let training = TrainingSchedule::parse(&text, path)
            .map_err(|error| refused(Finding::of(Severity::Error, &error)))?;
        let config = training.config();
        let json: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
        let class = json.get("_class_name").and_then(serde_json::Value::as_str);
        let class = class.unwrap_or_default().to_owned();
        let remarks = config.remarks.iter();
        let mut findings: Vec<Finding> = remarks
            .map(|remark| Finding::of(Severity::Warning, remark).about(path))
            .collect();
        let id = scheduler::find(&class).map(|scheduler| scheduler.choice().id);
        if id.is_none() && !class.starts_with("FlowMatch") {
            let what = Message::new("doctor-unknown-scheduler").with("class", &class);
            findings.push(Finding::new(Severity::Warning, what).about(path));
        }
        let sheet = Self {
            class,
            id,
            prediction: match config.parameterization {
                Parameterization::Epsilon => "epsilon",
                Parameterization::Velocity => "v_prediction",
                Parameterization::Sample => "sample",
                Parameterization::Flow => "flow_prediction",
            },
            training_steps: config.training_steps,
        };
        Ok((sheet, findings))
    }
}

/// What is longer than such a file can be is no text of one.
fn read(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    File::open(path)?
        .take(MAX_BYTES)
        .read_to_string(&mut text)?;
    Ok(text)
}
