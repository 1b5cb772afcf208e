//! The artist's wishes, one function for each part of the studio.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use crate::domain::{Parent, PictureId, Relation, Remedy, Seed, Severity};
use crate::gallery;
use crate::jobs::{self, Job};

use super::action::{
    Action, ComposeAction, EngineAction, GalleryAction, NoticeAction, QueueAction, SettingsAction,
};
use super::effect::{Effect, Effects};
use super::studio::Studio;

/// How many variants one press of the key makes; the command's name tells it.
const VARIANTS: NonZeroU32 = NonZeroU32::new(4).expect("four is not zero");

impl Studio {
    /// Carries out a wish of the artist's.
    #[must_use]
    pub fn apply(&mut self, action: Action, now: Duration) -> Effects {
        match action {
            Action::Compose(action) => self.apply_compose(action, now),
            Action::Queue(action) => self.apply_queue(action, now),
            Action::Gallery(action) => self.apply_gallery(action, now),
            Action::Cull(action) => self.apply_cull(action),
            Action::Search(action) => self.apply_search(action),
            Action::Model(action) => self.apply_model(action),
            Action::Fetch(action) => self.apply_fetch(action),
            Action::Engine(action) => self.apply_engine(&action),
            Action::Notice(action) => self.apply_notice(action, now),
            Action::Settings(action) => self.apply_settings(action),
        }
    }

    fn apply_compose(&mut self, action: ComposeAction, now: Duration) -> Effects {
        match action {
            ComposeAction::Edit(draft) => self.compose.edit(*draft),
            ComposeAction::Roll { fresh } => self.compose.roll(fresh),
            ComposeAction::OlderPrompt => self.compose.older(),
            ComposeAction::NewerPrompt => self.compose.newer(),
            ComposeAction::ChooseModel(id) => {
                if let Some(model) = self.shelf.find(&id) {
                    self.compose.fit(model, self.shelf.has_kept_size(model));
                }
            }
            ComposeAction::Generate { fresh } => {
                let Some(model) = self.shelf.chosen(self.compose.draft().model.as_ref()) else {
                    self.say(
                        Severity::Error,
                        "error-no-model",
                        Some(Remedy::RescanModels),
                        now,
                    );
                    return Effects::new();
                };
                let request = self.compose.submit(model, fresh);
                let mut effects = self.submit(request, now);
                effects.push(self.save_session());
                return effects;
            }
        }
        vec![self.save_session()]
    }

    fn apply_queue(&mut self, action: QueueAction, now: Duration) -> Effects {
        match action {
            QueueAction::Cancel(job) => {
                if self.press.take_failed(job).is_none() {
                    self.press.queue.cancel(job);
                }
            }
            QueueAction::CancelAll => self.press.queue.cancel_all(),
            QueueAction::Move { job, to } => self.press.queue.move_to(job, to),
            QueueAction::Retry(job) => {
                let Some(failed) = self.press.take_failed(job) else {
                    return Effects::new();
                };
                let mut effects = self.try_again(failed, now);
                effects.push(self.save_session());
                return effects;
            }
        }
        vec![self.save_session()]
    }

    fn apply_gallery(&mut self, action: GalleryAction, now: Duration) -> Effects {
        let id = match action {
            GalleryAction::Select(id) => Some(id),
            GalleryAction::Step(steps) => self.wall.stepped(steps),
            GalleryAction::First => self.wall.at(0).map(|entry| entry.id),
            GalleryAction::Last => {
                let last = self.wall.shown().checked_sub(1);
                last.and_then(|place| self.wall.at(place))
                    .map(|entry| entry.id)
            }
            GalleryAction::FetchThumbnail { id, side } => {
                return vec![Effect::Library(gallery::Command::Thumbnail { id, side })];
            }
            GalleryAction::FetchPixels(id) => {
                return vec![Effect::Library(gallery::Command::Load(id))];
            }
            GalleryAction::Describe(id) => {
                return vec![Effect::Library(gallery::Command::Describe(id))];
            }
            GalleryAction::UseSettings(id) => return self.use_settings(id),
            GalleryAction::StartFrom(id) => return self.start_from(id),
            GalleryAction::MakeVariants { id, fresh } => return self.make_variants(id, fresh, now),
            GalleryAction::MakeAgain(id) => return self.make_again(id, now),
            GalleryAction::KeepAgain => return self.keep_again(),
        };
        match id {
            Some(id) => self.select(id),
            None => Effects::new(),
        }
    }

    fn apply_engine(&self, action: &EngineAction) -> Effects {
        match action {
            EngineAction::InstallRuntime => vec![Effect::InstallRuntime],
            EngineAction::CancelInstall => vec![Effect::CancelInstall],
            EngineAction::RescanModels => {
                vec![Effect::ScanModels(self.settings.model_dirs.clone())]
            }
        }
    }

    fn apply_notice(&mut self, action: NoticeAction, now: Duration) -> Effects {
        match action {
            NoticeAction::Dismiss(number) => self.notices.dismiss(number),
            NoticeAction::DismissAll => self.notices.dismiss_all(),
            NoticeAction::Take { number, remedy } => {
                self.notices.dismiss(number);
                return self.take_remedy(&remedy, now);
            }
        }
        Effects::new()
    }

    fn apply_settings(&mut self, action: SettingsAction) -> Effects {
        match action {
            SettingsAction::RememberLayout(layout) => {
                self.layout = Some(layout);
                vec![self.save_session()]
            }
            SettingsAction::Edit(settings) => {
                let old = std::mem::replace(&mut self.settings, *settings);
                let new = &self.settings;
                let mut effects = vec![Effect::Library(gallery::Command::SaveSettings(Box::new(
                    new.clone(),
                )))];
                if new.runtime != old.runtime {
                    effects.push(Effect::ProbeRuntime(new.runtime.clone()));
                }
                if new.memory_budget_mib != old.memory_budget_mib {
                    effects.extend(self.configure_engine());
                }
                let new = &self.settings;
                if new.model_dirs != old.model_dirs {
                    effects.push(Effect::ScanModels(new.model_dirs.clone()));
                }
                if new.sidecars != old.sidecars {
                    let command = gallery::Command::KeepSidecars(new.sidecars);
                    effects.push(Effect::Library(command));
                }
                if new.library != old.library
                    && let Some(library) = new.library.clone()
                {
                    effects.push(Effect::Library(gallery::Command::Open(library)));
                }
                effects
            }
        }
    }

    fn select(&mut self, id: PictureId) -> Effects {
        if self.wall.place(id).is_none() {
            return Effects::new();
        }
        self.wall.selection.choose(id);
        self.look_at_current()
    }

    fn use_settings(&mut self, id: PictureId) -> Effects {
        let Some(record) = self.wall.record(id) else {
            return Effects::new();
        };
        self.compose.use_recipe(&record.recipe);
        vec![self.save_session()]
    }

    fn start_from(&mut self, id: PictureId) -> Effects {
        let Some(record) = self.wall.record(id) else {
            return Effects::new();
        };
        let model = self.shelf.chosen(self.compose.draft().model.as_ref());
        let size = model.map(|model| model.sizes.shaped_like(record.entry.size));
        self.compose.start_from(record, size);
        vec![self.save_session()]
    }

    fn make_variants(&mut self, id: PictureId, fresh: Seed, now: Duration) -> Effects {
        let Some(record) = self.wall.record(id) else {
            return Effects::new();
        };
        let mut request = record.recipe.request();
        request.seed = fresh;
        request.count = VARIANTS;
        request.parents = record.recipe.parents_in_task();
        request.parents.push(Parent {
            picture: id,
            relation: Relation::VariantOf,
        });
        self.submit(request, now)
    }

    fn make_again(&mut self, id: PictureId, now: Duration) -> Effects {
        let Some(record) = self.wall.record(id) else {
            return Effects::new();
        };
        let request = record.recipe.request();
        self.submit(request, now)
    }

    fn try_again(&mut self, job: Job, now: Duration) -> Effects {
        // The artist insists, so a model that was shut out gets another chance.
        let mut effects = vec![Effect::Work(jobs::Command::Readmit(job.model))];
        effects.extend(self.submit(job.request, now));
        effects
    }

    pub(super) fn keep_again(&mut self) -> Effects {
        let held = self.wall.take_unkept().into_iter();
        held.map(|(job, picture)| Effect::Library(gallery::Command::Keep { job, picture }))
            .collect()
    }

    pub(super) fn open_library(&mut self, folder: PathBuf) -> Effects {
        let mut settings = self.settings.clone();
        settings.library = Some(folder.clone());
        self.settings = settings.clone();
        vec![
            Effect::Library(gallery::Command::SaveSettings(Box::new(settings))),
            Effect::Library(gallery::Command::Open(folder)),
        ]
    }

    fn take_remedy(&mut self, remedy: &Remedy, now: Duration) -> Effects {
        match remedy {
            Remedy::InstallRuntime => vec![Effect::InstallRuntime],
            Remedy::ChooseLibrary => vec![Effect::AskForLibrary],
            Remedy::RescanModels => vec![Effect::ScanModels(self.settings.model_dirs.clone())],
            Remedy::UseCpu => {
                let mut settings = self.settings.clone();
                "cpu".clone_into(&mut settings.provider);
                self.apply_settings(SettingsAction::Edit(Box::new(settings)))
            }
            Remedy::Retry => match self.press.take_latest_failed() {
                Some(job) => self.try_again(job, now),
                None => self.keep_again(),
            },
        }
    }
}
