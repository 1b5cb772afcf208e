//! What the first picture of a command costs beyond its own steps.

use std::fs;
use std::io;
use std::process::{Command, Stdio};
use std::time::Instant;

use crate::domain::Message;
use crate::files::Folders;

use super::super::exit::{Exit, Stop};
use super::Figure;
use super::rig::Rig;

/// Runs the whole program for one picture, and takes the time of its steps away.
pub(super) fn measure(rig: &mut Rig) -> Result<Vec<Figure>, Stop> {
    let folders = Folders::find().map_err(|error| Stop::explaining(Exit::Refused, &error))?;
    let folder = folders.cache.join(format!("bench-{}", std::process::id()));
    fs::create_dir_all(&folder)?;
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(["generate", "a red lighthouse", "--json", "--seed", "7"])
        .args(["--provider", rig.provider.as_str()])
        .args(["--steps", &rig.steps.to_string()])
        .args(["--size", &rig.size.to_string()])
        .arg("--model")
        .arg(&rig.model.path)
        .arg("--output")
        .arg(&folder)
        .stdin(Stdio::null());
    let started = Instant::now();
    let output = command.output();
    let elapsed_secs = started.elapsed().as_secs_f64();
    fs::remove_dir_all(&folder)?;
    let steps_secs = steps_secs(&output?.stdout)?;
    Ok(vec![Figure {
        id: "bench-cold-start",
        value: elapsed_secs - steps_secs,
        unit: "s",
        limit: 3.0,
        pictures: None,
    }])
}

/// The seconds of all steps, by what `generate --json` printed.
fn steps_secs(json: &[u8]) -> Result<f64, Stop> {
    let report: serde_json::Value = serde_json::from_slice(json).map_err(io::Error::from)?;
    let steps = report["files"][0]["timings"]["step_secs"].as_array();
    let Some(steps) = steps else {
        let mut stop = Stop::saying(Exit::Failed, Message::new("error-cli-bench-generate"));
        stop.notice.details.push(report["error"].to_string());
        return Err(stop);
    };
    Ok(steps.iter().filter_map(serde_json::Value::as_f64).sum())
}
