//! The artist's wishes about models, and the folders that are added to them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::{JobId, Message, Notice, Severity};
use crate::gallery;
use crate::runtime::ProviderId;

use super::action::ModelAction;
use super::effect::{Effect, Effects};
use super::shelf::Checkup;
use super::studio::Studio;

impl Studio {
    pub(super) fn apply_model(&mut self, action: ModelAction) -> Effects {
        match action {
            ModelAction::Add(folder) => return self.add_folder(folder),
            ModelAction::OpenFolder(folder) => return vec![Effect::OpenFolder(folder)],
            ModelAction::ChooseFamily { folder, family } => {
                return vec![Effect::ChooseFamily { folder, family }];
            }
            ModelAction::Examine(folder) => return vec![self.examine(folder)],
            ModelAction::TestStep(folder) => return vec![self.test_step(folder)],
            ModelAction::Note { model, note } => self.shelf.set_note(&model, *note),
            ModelAction::Remove(folder) => self.shelf.remove(folder),
            ModelAction::BringBack(folder) => self.shelf.bring_back(&folder),
        }
        self.fit_draft();
        vec![self.save_notes(), self.save_session()]
    }

    /// Tells what is in the folder that was added, and keeps it where there is something.
    pub(super) fn welcome_folder(&mut self, now: Duration) -> Effects {
        let Some(folder) = self.shelf.awaited.take() else {
            return Effects::new();
        };
        let is_inside = |path: &Path| path.starts_with(&folder);
        let models = self.shelf.models().iter();
        let models = models.filter(|model| is_inside(&model.path));
        let names: Vec<String> = models.clone().map(|model| model.name.clone()).collect();
        let refused = self.shelf.refused().iter().map(|(path, _)| path);
        let refused = refused.filter(|path| is_inside(path));
        let mut found = models.map(|model| &model.path).chain(refused.clone());
        let (newcomer, refused) = (found.next().cloned(), refused.count());
        let is_empty = newcomer.is_none();
        if !is_empty {
            self.shelf.newcomer = newcomer;
        }
        self.notices.post(found_in(&folder, names, refused), now);
        if is_empty || self.settings.model_dirs.contains(&folder) {
            return Effects::new();
        }
        let mut settings = self.settings.clone();
        settings.model_dirs.push(folder);
        self.settings = settings.clone();
        let save = gallery::Command::SaveSettings(Box::new(settings));
        vec![Effect::Library(save)]
    }

    /// Looks for models again, and has the doctor look again at a folder that it has seen.
    pub(super) fn follow_family(&mut self, folder: PathBuf) -> Effects {
        let mut effects = vec![Effect::ScanModels(self.settings.model_dirs.clone())];
        // The choice is among the files, and whoever made it need not be told of it.
        if self.shelf.set_fingerprint(&folder, None) {
            effects.push(self.save_notes());
        }
        if self.shelf.report(&folder).is_some() {
            effects.push(self.examine(folder));
        }
        effects
    }

    /// Keeps the fingerprint of the files that drew for a job, where it is news.
    pub(super) fn keep_fingerprint(&mut self, job: JobId, fingerprint: &str) -> Option<Effect> {
        let running = self.press.queue.running();
        let model = &running.filter(|running| running.job.id == job)?.job.model;
        let is_news = self.shelf.set_fingerprint(model, Some(fingerprint));
        is_news.then(|| self.save_notes())
    }

    fn examine(&mut self, folder: PathBuf) -> Effect {
        self.shelf.await_report(folder.clone(), Checkup::Looking);
        Effect::Examine(folder)
    }

    fn test_step(&mut self, folder: PathBuf) -> Effect {
        self.shelf.await_report(folder.clone(), Checkup::Testing);
        Effect::TestStep {
            folder,
            provider: ProviderId::new(&self.settings.provider),
            config: self.engine_config(),
        }
    }

    fn add_folder(&mut self, folder: PathBuf) -> Effects {
        let mut folders = self.settings.model_dirs.clone();
        if !folders.contains(&folder) {
            folders.push(folder.clone());
        }
        self.shelf.bring_back(&folder);
        self.shelf.awaited = Some(folder);
        vec![self.save_notes(), Effect::ScanModels(folders)]
    }

    pub(super) fn save_notes(&self) -> Effect {
        let notes = self.shelf.notes().clone();
        Effect::Library(gallery::Command::SaveModelNotes(Box::new(notes)))
    }
}

fn found_in(folder: &Path, names: Vec<String>, refused: usize) -> Notice {
    let found = names.len();
    let (severity, headline) = match (found, refused) {
        (0, 0) => (Severity::Warning, Message::new("models-none-in-folder")),
        (0, _) => (Severity::Warning, Message::new("models-refused-in-folder")),
        (_, 0) => (Severity::Info, Message::new("models-found-in-folder")),
        _ => (
            Severity::Info,
            Message::new("models-some-in-folder").with_number("refused", refused as f64),
        ),
    };
    let headline = headline.with("folder", folder.display());
    let headline = if found > 0 {
        headline.with_number("found", found as f64)
    } else {
        headline
    };
    let mut notice = Notice::new(severity, headline);
    notice.details = names;
    notice
}
