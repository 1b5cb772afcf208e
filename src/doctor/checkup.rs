//! The doctor's look at a folder.

use std::path::Path;

use crate::domain::{Message, PixelSize, Severity};
use crate::models::{ModelError, ModelFolder, ModelIndex, check_graph};
use crate::pipeline::{self, FAMILIES, ModelInfo, PipelineError};

use super::contents::Contents;
use super::finding::Finding;
use super::graph_sheet::{GraphSheet, Role};
use super::layout::Layout;
use super::memory::MemoryEstimate;
use super::report::Report;
use super::scheduler_sheet::{self, SchedulerSheet};
use super::{fit, pieces};

/// Looks at everything in a folder, runs none of it, and never fails.
///
/// Memory is reckoned for pictures of `size`, by default of the model's own.
pub fn examine(folder: &Path, size: Option<PixelSize>) -> Report {
    let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
    let mut report = Report {
        folder: folder.clone(),
        ..Report::default()
    };
    let contents = match Contents::list(&folder) {
        Ok(contents) => contents,
        Err(finding) => {
            report.find([*finding]);
            return report;
        }
    };
    report.file_bytes = contents.bytes();
    let opened = ModelFolder::open(&folder);
    let model = opened.as_ref().ok();
    report.is_family_chosen = model.and_then(ModelFolder::chosen_family).is_some();
    let index = model.and_then(ModelFolder::index);
    report.class_name = index.map(|index| index.class_name.clone());
    let pipeline = index.map_or("", ModelIndex::pipeline);
    let is_claimed = FAMILIES.iter().any(|family| family.claims(pipeline));
    (report.layout, report.evidence) = Layout::of(&contents, report.class_name.as_deref());
    report.find(pieces::pointers(&contents));
    report.find(pieces::missing(&contents, index));
    look_at_graphs(&mut report, &contents);
    report.find(fit::misfits(&report.graphs, &folder));
    look_at_scheduler(&mut report, &contents);
    report.find(pieces::pickles(&contents));

    let described = opened
        .map_err(PipelineError::from)
        .and_then(|opened| pipeline::describe(&opened));
    match described {
        Ok(info) => {
            report.family = Some(info.family);
            report.find(other_pipeline(&report, is_claimed));
            let size = size.unwrap_or(info.sizes.default);
            report.memory = Some(MemoryEstimate::new(&info, size));
            report.find(size_refused(&info, size));
        }
        Err(error) => refuse(&mut report, &error),
    }
    report
}

fn look_at_graphs(report: &mut Report, contents: &Contents) {
    for file in contents.files().iter().filter(|file| file.is_graph()) {
        match check_graph(&file.path) {
            Ok(graph) => report.graphs.push(GraphSheet::new(&file.name, graph)),
            Err(error) => {
                let severity = match Role::of(&file.name) {
                    Role::VaeEncoder | Role::Other => Severity::Warning,
                    Role::TextEncoder | Role::Denoiser | Role::VaeDecoder => Severity::Error,
                };
                add(report, Finding::of(severity, &error).about(path_of(&error)));
            }
        }
    }
    report.graphs.sort_by_key(|graph| graph.role);
}

fn look_at_scheduler(report: &mut Report, contents: &Contents) {
    if !contents.has(scheduler_sheet::CONFIG) {
        return;
    }
    match SchedulerSheet::read(&contents.path(scheduler_sheet::CONFIG)) {
        Ok((sheet, findings)) => {
            report.scheduler = Some(sheet);
            report.find(findings);
        }
        Err(finding) => add(report, *finding),
    }
}

/// An index that names a pipeline of no family, so that the files had to tell where nobody did.
fn other_pipeline(report: &Report, is_claimed: bool) -> Option<Finding> {
    let class = report.class_name.as_deref().filter(|it| !it.is_empty())?;
    if is_claimed || report.is_family_chosen {
        return None;
    }
    let what = Message::new("doctor-unknown-class")
        .with("class", class)
        .with("family", report.family.unwrap_or_default());
    let index = report.folder.join(ModelIndex::FILE_NAME);
    Some(Finding::new(Severity::Warning, what).about(&index))
}

fn size_refused(info: &ModelInfo, size: PixelSize) -> Option<Finding> {
    let error = info.sizes.check(size).err()?;
    Some(Finding::of(Severity::Warning, &error))
}

/// Says why the model is not offered, unless that is said.
///
/// A family that does not recognise a folder, or does not find a file, says less than was found.
fn refuse(report: &mut Report, error: &PipelineError) {
    let is_said = report.first_cause().is_some();
    let file = if let PipelineError::Model(error) = error {
        Some(path_of(error).to_owned())
    } else if let PipelineError::UnknownChoice { path, .. } = error {
        Some(path.clone())
    } else {
        None
    };
    let about_it = |finding: &&mut Finding| file.is_some() && finding.file == file;
    if let Some(finding) = report.findings.iter_mut().find(about_it) {
        finding.severity = Severity::Error;
        report.find([]);
    } else if !(is_said && matches!(error, PipelineError::UnknownFamily { .. })) {
        let mut finding = Finding::of(Severity::Error, error);
        finding.file = file;
        report.find([finding]);
    }
}

/// Adds a finding, unless there is one about the same file that is as grave.
fn add(report: &mut Report, finding: Finding) {
    let same = |it: &Finding| it.file == finding.file && it.severity >= finding.severity;
    if !report.findings.iter().any(same) {
        report.find([finding]);
    }
}

/// The file that an error is about.
fn path_of(error: &ModelError) -> &Path {
    match error {
        ModelError::NotAModel { path }
        | ModelError::Missing { path }
        | ModelError::Length { path, .. }
        | ModelError::Altered { path, .. }
        | ModelError::Unreadable { path, .. }
        | ModelError::Malformed { path, .. }
        | ModelError::ChoiceMalformed { path, .. }
        | ModelError::ChoiceNotKept { path, .. }
        | ModelError::Escapes { path, .. }
        | ModelError::Graph { path, .. } => path,
        ModelError::Cancelled => Path::new(""),
    }
}
