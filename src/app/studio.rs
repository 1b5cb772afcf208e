//! The studio: its parts, and the one place where wishes and events reach them.

use std::path::PathBuf;
use std::time::Duration;

use crate::domain::{Explain as _, Message, Notice, Remedy, Request, Severity};
use crate::gallery;
use crate::jobs::{Command, EngineConfig};
use crate::pipeline::{Estimate, ModelInfo, Pace, estimate};
use crate::runtime::ProviderId;
use crate::settings::{ModelNotes, Session, Settings, Unknown};

use super::compose::Compose;
use super::effect::{Effect, Effects};
use super::engine_room::{EngineRoom, RuntimeState};
use super::fetching::Fetching;
use super::history::History;
use super::notices::Notices;
use super::press::Press;
use super::shelf::Shelf;
use super::wall::Wall;

/// Everything the program remembers while it runs.
///
/// It knows no window, no thread and no clock: the time is passed in, counted from the start of
/// the program.
#[derive(Debug)]
pub struct Studio {
    pub(super) compose: Compose,
    pub(super) shelf: Shelf,
    pub(super) fetching: Fetching,
    pub(super) press: Press,
    pub(super) wall: Wall,
    pub(super) history: History,
    pub(super) engine_room: EngineRoom,
    pub(super) notices: Notices,
    pub(super) settings: Settings,
    pub(super) layout: Option<String>,
    /// What a newer version wrote into the session; kept for it.
    unknown: Unknown,
    /// Requests of the last run that wait for their models to be found.
    pub(super) resumed: Vec<Request>,
}

/// What a studio starts from.
#[derive(Debug)]
pub struct Opening {
    /// The artist's preferences.
    pub settings: Settings,
    /// Where the last run ended.
    pub session: Session,
    /// What is kept about models.
    pub model_notes: ModelNotes,
    /// What went wrong while reading those.
    pub notices: Vec<Notice>,
    /// Where pictures go when the settings name no folder.
    pub default_library: PathBuf,
}

impl Opening {
    /// That of a first start.
    pub fn first(settings: Settings, default_library: PathBuf) -> Self {
        Self {
            settings,
            session: Session::default(),
            model_notes: ModelNotes::default(),
            notices: Vec::new(),
            default_library,
        }
    }
}

impl Studio {
    /// Goes on where the last run ended; the effects find runtime, models and pictures.
    #[must_use]
    pub fn open(opening: Opening) -> (Self, Effects) {
        let Opening {
            settings,
            session,
            model_notes,
            notices,
            default_library,
        } = opening;
        let library = settings.library.clone().unwrap_or(default_library);
        let effects = vec![
            Effect::ProbeRuntime(settings.runtime.clone()),
            Effect::ScanModels(settings.model_dirs.clone()),
            Effect::Library(gallery::Command::KeepSidecars(settings.sidecars)),
            Effect::Library(gallery::Command::Open(library)),
        ];
        let mut studio = Self {
            compose: Compose::resume(session.draft, session.history),
            shelf: Shelf::with_notes(model_notes),
            fetching: Fetching::default(),
            press: Press::default(),
            wall: Wall::default(),
            history: History::default(),
            engine_room: EngineRoom::default(),
            notices: Notices::default(),
            settings,
            layout: session.layout,
            unknown: session.unknown,
            resumed: session.waiting,
        };
        for notice in notices {
            studio.notices.post(notice, Duration::ZERO);
        }
        (studio, effects)
    }

    /// The request being written.
    pub fn compose(&self) -> &Compose {
        &self.compose
    }

    /// The models at hand.
    pub fn shelf(&self) -> &Shelf {
        &self.shelf
    }

    /// What is got from a hub.
    pub fn fetching(&self) -> &Fetching {
        &self.fetching
    }

    /// The jobs.
    pub fn press(&self) -> &Press {
        &self.press
    }

    /// The pictures.
    pub fn wall(&self) -> &Wall {
        &self.wall
    }

    /// The engine.
    pub fn engine_room(&self) -> &EngineRoom {
        &self.engine_room
    }

    /// What was told.
    pub fn notices(&self) -> &Notices {
        &self.notices
    }

    /// The artist's preferences.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The window's arrangement, as the window wrote it.
    pub fn layout(&self) -> Option<&str> {
        self.layout.as_deref()
    }

    /// The model the draft is for.
    pub fn model(&self) -> Option<&ModelInfo> {
        self.shelf.chosen(self.compose.draft().model.as_ref())
    }

    /// What the draft would need as a job, its time by pictures that its model made here; `None`
    /// without a model, or for what the model cannot draw.
    pub fn estimate(&self) -> Option<Estimate> {
        let model = self.model()?;
        let mut request = self.compose.request(model);
        model.settle(&mut request).ok()?;
        Some(self.estimate_of(model, &request))
    }

    /// What a settled request will need, by pictures that the model made here.
    fn estimate_of(&self, model: &ModelInfo, request: &Request) -> Estimate {
        let status = self.engine_room.status();
        let budget_bytes = match self.settings.engine_config().memory_budget_bytes {
            Some(named) => named,
            None => status.map_or(u64::MAX, |status| status.budget_bytes),
        };
        let kept = self.wall.records().filter_map(|record| {
            let timings = record.timings.as_ref()?;
            Some((&record.recipe, timings))
        });
        let pictures = self.engine_room.measured().chain(kept);
        let of_model = pictures.filter(|(recipe, _)| {
            let provider = &recipe.made_with.provider;
            recipe.model == model.id && status.is_none_or(|now| now.provider == *provider)
        });
        let pace = Pace::measured(of_model);
        estimate(model, request, budget_bytes, pace)
    }

    /// What must outlive the program: draft, history, layout, and the jobs not yet done.
    pub fn session(&self) -> Session {
        let running = self.press.queue.running().map(|running| &running.job);
        let unfinished = running.into_iter().chain(self.press.waiting());
        Session {
            draft: self.compose.draft().clone(),
            history: self.compose.history().to_vec(),
            waiting: unfinished
                .map(|job| job.request.clone())
                .chain(self.resumed.iter().cloned())
                .collect(),
            layout: self.layout.clone(),
            unknown: self.unknown.clone(),
        }
    }

    /// Queues a request if its model is there and can do it; says why not otherwise.
    pub(super) fn submit(&mut self, mut request: Request, now: Duration) -> Effects {
        let Some(model) = self.shelf.find(&request.model) else {
            let message = Message::new("error-model-unknown").with("model", &request.model);
            let notice = Notice::new(Severity::Error, message).with_remedy(Remedy::RescanModels);
            self.notices.post(notice, now);
            return Effects::new();
        };
        if let Err(error) = model.settle(&mut request) {
            self.notices.post(error.explain(), now);
            return Effects::new();
        }
        let provider = ProviderId::new(&self.settings.provider);
        self.press.queue.push(request, model.path.clone(), provider);
        self.start_next(now)
    }

    pub(super) fn start_next(&mut self, now: Duration) -> Effects {
        if !self.engine_room.is_ready() {
            return Effects::new();
        }
        let Some(mut command) = self.press.queue.start_next() else {
            return Effects::new();
        };
        if let Command::Run(job, _) = &mut command {
            // Only now: what drew until now has told it.
            job.fingerprint = self.shelf.fingerprint(&job.model).map(str::to_owned);
        }
        if let Some(running) = self.press.queue.running() {
            let job = &running.job;
            let model = self.shelf.find(&job.request.model);
            let expected = model.map(|model| self.estimate_of(model, &job.request));
            self.press.started(job.id, expected, now);
        }
        vec![Effect::Work(command)]
    }

    /// Queues what the last run of the program left undone.
    pub(super) fn resume_requests(&mut self, now: Duration) -> Effects {
        let requests = std::mem::take(&mut self.resumed).into_iter();
        let effects: Vec<Effects> = requests.map(|request| self.submit(request, now)).collect();
        effects.into_iter().flatten().collect()
    }

    /// Tells the engine of the runtime that was found and of the budget; nothing before one was.
    pub(super) fn configure_engine(&self) -> Option<Effect> {
        let is_ready = self.engine_room.is_ready();
        is_ready.then(|| Effect::Work(Command::Configure(self.engine_config())))
    }

    /// What an engine needs to know, with the runtime that was found, if one was.
    pub(super) fn engine_config(&self) -> EngineConfig {
        let config = self.settings.engine_config();
        match self.engine_room.runtime() {
            RuntimeState::Ready(facts) => EngineConfig {
                runtime: Some(facts.path.clone()),
                ..config
            },
            RuntimeState::Unknown | RuntimeState::Missing(_) | RuntimeState::Installing { .. } => {
                config
            }
        }
    }

    /// Fits the draft to its model, or to the first one where it is not there.
    pub(super) fn fit_draft(&mut self) {
        if let Some(model) = self.shelf.chosen(self.compose.draft().model.as_ref()) {
            self.compose.fit(model, self.shelf.has_kept_size(model));
        }
    }

    pub(super) fn save_session(&self) -> Effect {
        Effect::Library(gallery::Command::SaveSession(Box::new(self.session())))
    }

    pub(super) fn say(
        &mut self,
        severity: Severity,
        key: &'static str,
        remedy: Option<Remedy>,
        now: Duration,
    ) {
        let mut notice = Notice::new(severity, Message::new(key));
        notice.remedy = remedy;
        self.notices.post(notice, now);
    }
}
