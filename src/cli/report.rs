//! What `generate --json` prints.

use std::path::{Path, PathBuf};

use serde::Serialize;

use crate::domain::{Notice, Picture};
use crate::provenance;

use super::console::Console;
use super::exit::Stop;

/// One object for a whole command.
#[derive(Default, Serialize)]
pub(super) struct Report {
    /// The files that were written, in the order of their pictures.
    files: Vec<FileReport>,
    /// What was not as asked for.
    notices: Vec<NoticeReport>,
    /// Why it stopped; missing when all is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<ErrorReport>,
    /// Seconds from the start of the command to its end.
    total_secs: f64,
}

#[derive(Serialize)]
struct FileReport {
    file: PathBuf,
    recipe: serde_json::Value,
    timings: TimingsReport,
}

#[derive(Serialize)]
struct TimingsReport {
    load_secs: f64,
    encode_secs: f64,
    step_secs: Vec<f64>,
    decode_secs: f64,
    write_secs: f64,
    /// Of load to decode, inside ONNX Runtime's runs.
    graph_secs: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    peak_bytes: Option<u64>,
}

#[derive(Serialize)]
struct NoticeReport {
    headline: String,
    details: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

#[derive(Serialize)]
struct ErrorReport {
    exit_code: u8,
    #[serde(flatten)]
    notice: NoticeReport,
}

impl Report {
    /// Adds a picture that was written, and the time that this took.
    pub(super) fn add(&mut self, file: &Path, picture: &Picture, write_secs: f64) {
        let recipe = provenance::write_recipe(&picture.recipe);
        let timings = picture.timings.clone();
        self.files.push(FileReport {
            file: file.to_owned(),
            recipe: serde_json::from_str(&recipe).expect("recipes are written as JSON"),
            timings: TimingsReport {
                load_secs: timings.load_secs,
                encode_secs: timings.encode_secs,
                step_secs: timings.step_secs,
                decode_secs: timings.decode_secs,
                write_secs,
                graph_secs: timings.graph_secs,
                peak_bytes: timings.peak_bytes,
            },
        });
    }

    /// Adds something that was told.
    pub(super) fn note(&mut self, notice: &Notice, console: &Console<'_>) {
        self.notices.push(notice_report(notice, console));
    }

    /// Adds how and when it all ended.
    pub(super) fn close(&mut self, end: &Result<(), Stop>, total_secs: f64, console: &Console<'_>) {
        self.total_secs = total_secs;
        self.error = end.as_ref().err().map(|stop| ErrorReport {
            exit_code: stop.exit as u8,
            notice: notice_report(&stop.notice, console),
        });
    }
}

fn notice_report(notice: &Notice, console: &Console<'_>) -> NoticeReport {
    NoticeReport {
        headline: console.strings().message(&notice.headline),
        details: notice.details.clone(),
        hint: console.hint(notice),
    }
}
