//! The artist's wishes about models of a hub, and what the hub's threads tell of them.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::domain::{Message, Notice, Severity};
use crate::hub::DownloadEvent;

use super::action::FetchAction;
use super::effect::{Effect, Effects, HubCommand, HubNews};
use super::fetching::{LookUp, Looked, TokenState};
use super::incoming::{Incoming, IncomingState};
use super::studio::Studio;

impl Studio {
    pub(super) fn apply_fetch(&mut self, action: FetchAction) -> Effects {
        match action {
            FetchAction::LookUp(text) => {
                self.fetching.token = TokenState::Ungiven;
                self.look_up(LookUp { text, folder: None })
            }
            FetchAction::ChooseFolder(folder) => match self.fetching.wish.take() {
                Some(wish) => self.look_up(LookUp {
                    folder: Some(folder),
                    ..wish
                }),
                None => Effects::new(),
            },
            FetchAction::KeepToken(token) => {
                self.fetching.token = TokenState::Keeping;
                vec![Effect::Hub(HubCommand::KeepToken(token))]
            }
            FetchAction::OpenPage(page) => vec![Effect::OpenPage(page)],
            FetchAction::Get => self.get_found(),
            FetchAction::Pause => self.steer(
                |state| *state == IncomingState::Running,
                IncomingState::Pausing,
                HubCommand::Pause,
            ),
            FetchAction::GoOn => self.go_on(),
            FetchAction::Cancel => self.steer(
                |state| *state != IncomingState::Cancelling,
                IncomingState::Cancelling,
                HubCommand::Cancel,
            ),
        }
    }

    pub(super) fn absorb_hub(&mut self, news: HubNews, now: Duration) -> Effects {
        match news {
            HubNews::LookedUp { wish, found } => {
                // An answer to an earlier question is no news.
                if self.fetching.wish.as_ref() == Some(&wish) {
                    self.fetching.looked = match found {
                        Ok(offer) => Looked::Found(offer),
                        Err(refusal) => Looked::Refused(refusal),
                    };
                }
                Effects::new()
            }
            HubNews::Token(Ok(())) => {
                self.fetching.token = TokenState::Kept;
                match (&self.fetching.looked, &self.fetching.wish) {
                    (Looked::Refused(_), Some(wish)) => self.look_up(wish.clone()),
                    _ => Effects::new(),
                }
            }
            HubNews::Token(Err(notice)) => {
                self.fetching.token = TokenState::NotKept(notice);
                Effects::new()
            }
            HubNews::Download(event) => self.absorb_download(event, now),
        }
    }

    /// Chooses the model that came once a scan has found it, and says so.
    pub(super) fn welcome_arrival(&mut self, now: Duration) {
        let Some(folder) = self.fetching.arrived.take() else {
            return;
        };
        let models = self.shelf.models();
        let model = models.iter().find(|model| model.path == folder);
        let refused = self.shelf.refused().iter();
        let mut refused = refused.filter(|(path, _)| *path == folder);
        let notice = if let Some(model) = model {
            let headline = Message::new("get-arrived").with("model", &model.name);
            Notice::new(Severity::Info, headline)
        } else if let Some((_, why)) = refused.next() {
            let mut notice = Notice::new(Severity::Warning, Message::new("get-arrived-refused"));
            notice.headline = notice.headline.with("folder", folder.display());
            notice.details.clone_from(&why.details);
            notice
        } else {
            // That scan had begun before the model came.
            self.fetching.arrived = Some(folder);
            return;
        };
        self.notices.post(notice, now);
        self.shelf.newcomer = Some(folder);
    }

    fn look_up(&mut self, wish: LookUp) -> Effects {
        self.fetching.looked = Looked::Asking;
        self.fetching.wish = Some(wish.clone());
        vec![Effect::Hub(HubCommand::LookUp(wish))]
    }

    /// Fetches what was found, if nothing else is on its way.
    fn get_found(&mut self) -> Effects {
        let Looked::Found(offer) = &self.fetching.looked else {
            return Effects::new();
        };
        if self.fetching.incoming.is_some() || !offer.is_possible() {
            return Effects::new();
        }
        let plan = offer.plan.clone();
        self.fetching.incoming = Some(Incoming::new(plan.clone(), offer.received_bytes));
        vec![Effect::Hub(HubCommand::Get(Box::new(plan)))]
    }

    /// Goes on after a pause, or tries again after a failure.
    fn go_on(&mut self) -> Effects {
        let Some(incoming) = &mut self.fetching.incoming else {
            return Effects::new();
        };
        let command = match incoming.state() {
            IncomingState::Paused => HubCommand::GoOn,
            // A token may have come meanwhile, so the hub is asked anew.
            IncomingState::Failed(_) => HubCommand::Get(Box::new(incoming.plan().clone())),
            IncomingState::Running | IncomingState::Pausing | IncomingState::Cancelling => {
                return Effects::new();
            }
        };
        incoming.run_again();
        vec![Effect::Hub(command)]
    }

    fn steer(
        &mut self,
        is_possible: impl Fn(&IncomingState) -> bool,
        state: IncomingState,
        command: HubCommand,
    ) -> Effects {
        match &mut self.fetching.incoming {
            Some(incoming) if is_possible(incoming.state()) => {
                incoming.set_state(state);
                vec![Effect::Hub(command)]
            }
            _ => Effects::new(),
        }
    }

    fn absorb_download(&mut self, event: DownloadEvent, now: Duration) -> Effects {
        let Some(incoming) = &mut self.fetching.incoming else {
            return Effects::new();
        };
        match event {
            DownloadEvent::Progress(progress) => incoming.progress(progress, now),
            DownloadEvent::Paused => incoming.set_state(IncomingState::Paused),
            DownloadEvent::Failed(notice) => {
                let name = incoming.plan().repository.name();
                let headline = Message::new("get-failed").with("model", name);
                let mut told = Notice::new(Severity::Warning, headline);
                told.details.clone_from(&notice.details);
                incoming.set_state(IncomingState::Failed(notice));
                self.notices.post(told, now);
            }
            DownloadEvent::Finished(folder) => {
                self.fetching.incoming = None;
                return self.receive(folder);
            }
            DownloadEvent::Cancelled => {
                let target = incoming.plan().target();
                self.fetching.incoming = None;
                return self.look_again(&target);
            }
        }
        Effects::new()
    }

    /// Puts the model that came on the list, and has it looked at.
    fn receive(&mut self, folder: PathBuf) -> Effects {
        if self.shows(&folder) {
            (self.fetching.wish, self.fetching.looked) = (None, Looked::Nothing);
        }
        self.shelf.bring_back(&folder);
        self.fetching.arrived = Some(folder);
        vec![
            self.save_notes(),
            Effect::ScanModels(self.settings.model_dirs.clone()),
        ]
    }

    /// Asks anew for the model of a folder where it is shown: nothing of it is here any more.
    fn look_again(&mut self, target: &Path) -> Effects {
        match self.fetching.wish.clone() {
            Some(wish) if self.shows(target) => self.look_up(wish),
            _ => Effects::new(),
        }
    }

    /// Whether the model that was found goes into that folder.
    fn shows(&self, target: &Path) -> bool {
        matches!(&self.fetching.looked, Looked::Found(offer) if offer.plan.target() == target)
    }
}
