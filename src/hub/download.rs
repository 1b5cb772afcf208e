//! A fetch on a thread of its own, for a window that can pause it, go on, and give it up.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::domain::{CancelToken, Explain as _, Notice};

use super::error::HubError;
use super::fetch::{FetchOutcome, FetchProgress};
use super::plan::Plan;
use super::site::Hub;

/// What may be told before it is heard; further progress is dropped, and nothing else.
const EVENTS: usize = 64;

/// Wishes that may wait; more than one of a kind says nothing new.
const WISHES: usize = 4;

/// A fetch under way; dropping it stops it and keeps what came.
pub struct Download {
    plan: Arc<Plan>,
    events: Receiver<DownloadEvent>,
    wishes: Sender<Wish>,
    /// Stops the run that is under way.
    stop: CancelToken,
}

/// What happens to a download.
#[derive(Clone, Debug, PartialEq)]
pub enum DownloadEvent {
    /// Bytes came; may be dropped when nobody listens.
    Progress(FetchProgress),
    /// It was paused, what came is kept; it can go on.
    Paused,
    /// It failed, what came is kept; it can be tried again.
    Failed(Notice),
    /// The last event: the model is in this folder.
    Finished(PathBuf),
    /// The last event: it was given up, and nothing of it is left.
    Cancelled,
}

/// What the thread is to do when its run has ended.
enum Wish {
    Resume(CancelToken),
    Cancel,
}

impl Download {
    /// Starts to fetch.
    pub fn start(hub: Arc<Hub>, plan: Plan) -> io::Result<Self> {
        let plan = Arc::new(plan);
        let stop = CancelToken::default();
        let (tell, events) = bounded(EVENTS);
        let (wishes, heard) = bounded(WISHES);
        let fetcher = Fetcher {
            hub,
            plan: Arc::clone(&plan),
            tell,
            wishes: heard,
        };
        let first = stop.clone();
        thread::Builder::new()
            .name("hub-download".to_owned())
            .spawn(move || fetcher.work(first))?;
        Ok(Self {
            plan,
            events,
            wishes,
            stop,
        })
    }

    /// What is fetched.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// What happens; ends after the last event.
    pub fn events(&self) -> &Receiver<DownloadEvent> {
        &self.events
    }

    /// Stops, and keeps what came; returns at once.
    pub fn pause(&self) {
        self.stop.cancel();
    }

    /// Goes on after a pause, or tries again after a failure; returns at once.
    pub fn resume(&mut self) {
        self.stop = CancelToken::default();
        // Where there is no room for it, it was asked for already.
        self.wishes.try_send(Wish::Resume(self.stop.clone())).ok();
    }

    /// Stops, and removes what came; returns at once.
    pub fn cancel(&self) {
        self.wishes.try_send(Wish::Cancel).ok();
        self.stop.cancel();
    }
}

impl Drop for Download {
    fn drop(&mut self) {
        self.stop.cancel();
    }
}

/// What the thread has.
struct Fetcher {
    hub: Arc<Hub>,
    plan: Arc<Plan>,
    tell: Sender<DownloadEvent>,
    wishes: Receiver<Wish>,
}

impl Fetcher {
    /// Fetches, and waits for wishes, until the model is there or nobody wants it.
    fn work(self, first: CancelToken) {
        let mut next = Some(first);
        while let Some(stop) = next {
            let ended = match self.run(&stop) {
                Ok(FetchOutcome::Ready(folder)) => {
                    self.tell(DownloadEvent::Finished(folder));
                    return;
                }
                Ok(FetchOutcome::Stopped) => DownloadEvent::Paused,
                Err(error) => DownloadEvent::Failed(error.explain()),
            };
            next = self.next_run(ended);
        }
    }

    /// Waits for the wish to go on; `None` when nobody wants the model any more.
    fn next_run(&self, mut ended: DownloadEvent) -> Option<CancelToken> {
        loop {
            // What was wished for meanwhile makes the end of the run no news.
            let wish = if let Ok(wish) = self.wishes.try_recv() {
                wish
            } else {
                self.tell(ended);
                self.wishes.recv().ok()?
            };
            if let Wish::Resume(stop) = wish {
                return Some(stop);
            }
            match self.plan.discard() {
                Ok(()) => {
                    self.tell(DownloadEvent::Cancelled);
                    return None;
                }
                Err(error) => ended = DownloadEvent::Failed(error.explain()),
            }
        }
    }

    fn run(&self, stop: &CancelToken) -> Result<FetchOutcome, HubError> {
        self.hub.fetch(&self.plan, stop, &mut |progress| {
            self.tell.try_send(DownloadEvent::Progress(progress)).ok();
        })
    }

    /// Tells what must be heard; nobody may be there any more.
    fn tell(&self, event: DownloadEvent) {
        self.tell.send(event).ok();
    }
}
