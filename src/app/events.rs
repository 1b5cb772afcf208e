//! What other threads tell the studio.

use std::time::Duration;

use crate::domain::{JobId, Progress};
use crate::gallery;
use crate::jobs::{self, Outcome, Update};
use crate::pipeline::FailureKind;

use super::effect::{Effect, Effects, Heard, TextureKey};
use super::engine_room::RuntimeState;
use super::studio::Studio;

impl Studio {
    /// Takes note of what another thread tells.
    #[must_use]
    pub fn absorb(&mut self, heard: Heard, now: Duration) -> Effects {
        match heard {
            Heard::Job(event) => self.absorb_job(event, now),
            Heard::Library(event) => self.absorb_library(event, now),
            Heard::Models { found, refused } => {
                self.shelf.fill(found, refused);
                self.fit_draft();
                self.welcome_arrival(now);
                let mut effects = self.welcome_folder(now);
                effects.extend(self.resume_requests(now));
                effects
            }
            Heard::Hub(news) => self.absorb_hub(news, now),
            Heard::ChosenFamilies(chosen) => {
                self.shelf.learn_families(chosen);
                Effects::new()
            }
            Heard::FamilyKept(folder) => self.follow_family(folder),
            Heard::Adapters(adapters) => {
                self.shelf.hang_adapters(adapters);
                Effects::new()
            }
            Heard::Examined(report) => {
                self.shelf.file_report(*report);
                Effects::new()
            }
            Heard::Trouble(notice) => {
                self.notices.post(notice, now);
                Effects::new()
            }
            Heard::Runtime(Ok(facts)) => {
                self.engine_room.set_runtime(RuntimeState::Ready(facts));
                let mut effects: Effects = self.configure_engine().into_iter().collect();
                effects.extend(self.start_next(now));
                effects
            }
            Heard::Runtime(Err(notice)) => {
                self.engine_room.set_runtime(RuntimeState::Missing(notice));
                Effects::new()
            }
            Heard::Install(progress) => {
                self.engine_room.set_runtime(RuntimeState::Installing {
                    done_bytes: progress.done_bytes,
                    total_bytes: progress.total_bytes,
                });
                Effects::new()
            }
            Heard::InstallEnded(failure) => {
                if let Some(notice) = failure {
                    self.notices.post(notice, now);
                }
                vec![Effect::ProbeRuntime(self.settings.runtime.clone())]
            }
            Heard::LibraryChosen(folder) => self.open_library(folder),
        }
    }

    fn absorb_job(&mut self, event: jobs::Event, now: Duration) -> Effects {
        let jobs::Event { job, update } = event;
        match update {
            Update::Progress(progress) => {
                if let Progress::Ready(status) = &progress {
                    self.engine_room.set_status(Some(status.clone()));
                }
                self.press.progress(job, progress, now);
                Effects::new()
            }
            Update::Picture(picture) => {
                self.press.picture_done(job, &picture.timings);
                self.engine_room.measure(&picture);
                let keeps = self.keep_fingerprint(job, &picture.recipe.fingerprint);
                let keep = Effect::Library(gallery::Command::Keep { job, picture });
                [keep].into_iter().chain(keeps).collect()
            }
            Update::Notice(notice) => {
                self.notices.post(notice, now);
                Effects::new()
            }
            Update::Finished(outcome) => self.finish(job, outcome, now),
        }
    }

    fn finish(&mut self, job: JobId, outcome: Outcome, now: Duration) -> Effects {
        let took = self.press.ended();
        let finished = self.press.queue.finish(job);
        match outcome {
            Outcome::Done => {
                if let Some(took) = took {
                    self.engine_room.set_last_job(took);
                }
            }
            Outcome::Cancelled => {}
            Outcome::Failed(failure) => {
                if failure.kind == FailureKind::RuntimeMissing {
                    let missing = RuntimeState::Missing(failure.notice.clone());
                    self.engine_room.set_runtime(missing);
                }
                self.engine_room.set_status(None);
                self.notices.post(failure.notice.clone(), now);
                if let Some(job) = finished {
                    self.press.fail(job, failure.notice);
                }
            }
        }
        let mut effects = self.start_next(now);
        effects.push(self.save_session());
        effects
    }

    fn absorb_library(&mut self, event: gallery::Event, now: Duration) -> Effects {
        match event {
            gallery::Event::Opened {
                library,
                entries,
                journal,
            } => {
                self.wall.open(library, entries);
                self.history.open(journal);
                // What could not be written to the last folder may find its place in this one.
                let mut effects = self.keep_again();
                effects.push(Effect::Library(gallery::Command::FindNewest));
                effects.push(Effect::Library(gallery::Command::ListSearches));
                effects.extend(self.search_again());
                return effects;
            }
            gallery::Event::Kept { model, entry, .. } => {
                self.wall.add(entry);
                self.wall.learn_newest([(model, entry.id)]);
                return self.search_again();
            }
            gallery::Event::Found { serial, ids } => {
                self.wall.show_found(serial, &ids);
                return self.look_at_current();
            }
            gallery::Event::NotSearched { serial, notice } => {
                if self.wall.search_mut().give_up(serial) {
                    self.notices.post(notice, now);
                }
            }
            gallery::Event::Known(known) => self.wall.search_mut().learn_known(known),
            gallery::Event::Searches(saved) => self.wall.search_mut().learn_saved(saved),
            gallery::Event::NotMarked { marking, notice } => {
                self.unmark_unwritten(&marking);
                self.notices.post(notice, now);
            }
            gallery::Event::Discarded(gone) => {
                self.wall.remove(&gone);
                return self.look_at_current();
            }
            gallery::Event::Newest(newest) => self.wall.learn_newest(newest),
            gallery::Event::NotKept {
                job,
                picture,
                notice,
            } => {
                self.wall.hold(job, picture);
                self.notices.post(notice, now);
            }
            gallery::Event::Thumbnail { id, side, pixels } => {
                return vec![Effect::Texture(TextureKey::Thumbnail(id, side), pixels)];
            }
            gallery::Event::NoThumbnail { id, side, notice } => {
                self.notices.post(notice, now);
                return vec![Effect::NoTexture(TextureKey::Thumbnail(id, side))];
            }
            gallery::Event::Loaded { id, pixels } => {
                return vec![Effect::Texture(TextureKey::Full(id), pixels)];
            }
            gallery::Event::NotLoaded { id, notice } => {
                self.notices.post(notice, now);
                return vec![Effect::NoTexture(TextureKey::Full(id))];
            }
            gallery::Event::Forgotten { id, view } => {
                let key = match view {
                    gallery::View::Thumbnail(side) => TextureKey::Thumbnail(id, side),
                    gallery::View::Full => TextureKey::Full(id),
                };
                return vec![Effect::Forgotten(key)];
            }
            gallery::Event::Described(record) => self.wall.learn(*record),
            gallery::Event::Trouble(notice) => self.notices.post(notice, now),
            gallery::Event::NotOpened(notice) => {
                self.wall.close();
                self.notices.post(notice, now);
            }
        }
        Effects::new()
    }
}
