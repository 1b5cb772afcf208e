//! Getting all files of a plan, several at once, until the model is whole.

use std::io;
use std::path::PathBuf;
use std::thread::{self, Scope};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::domain::CancelToken;

use super::connection::Connection;
use super::error::HubError;
use super::plan::Plan;
use super::site::Hub;
use super::staging::Staging;
use super::transfer::Transfer;

/// Files on their way at once: enough to fill a line, few enough to be polite.
const PARALLEL_FILES: usize = 4;

/// What the threads may say before they wait to be heard.
const NEWS: usize = 64;

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchProgress {
    /// Which file moved, by its place in the plan.
    pub file: usize,
    /// Bytes of it that are here.
    pub file_bytes: u64,
    /// Bytes of all files that are here; fewer than before when some had to be given up.
    pub done_bytes: u64,
    /// Bytes of all files.
    pub total_bytes: u64,
}

/// How a fetch ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FetchOutcome {
    /// The model is in this folder.
    Ready(PathBuf),
    /// It was stopped; what came is kept, and the next fetch goes on from it.
    Stopped,
}

impl Hub {
    /// Gets every file of a plan, and puts the model among the others when it is whole.
    ///
    /// Blocks until then; a cancel ends it within moments, and keeps what came, as does an error.
    /// Where the model is there already, nothing is fetched.
    pub fn fetch(
        &self,
        plan: &Plan,
        cancel: &CancelToken,
        report: &mut dyn FnMut(FetchProgress),
    ) -> Result<FetchOutcome, HubError> {
        let target = plan.target();
        if plan.is_here() {
            return Ok(FetchOutcome::Ready(target));
        }
        if target.symlink_metadata().is_ok() {
            return Err(HubError::Occupied { path: target });
        }
        let staging = Staging::open(plan)?;
        check_space(plan)?;
        match self.fetch_into(&staging, plan, cancel, report) {
            Ok(()) => staging.finish(plan).map(FetchOutcome::Ready),
            Err(HubError::Cancelled) => Ok(FetchOutcome::Stopped),
            Err(_) if cancel.is_cancelled() => Ok(FetchOutcome::Stopped),
            Err(error) => Err(error),
        }
    }

    fn fetch_into(
        &self,
        staging: &Staging,
        plan: &Plan,
        cancel: &CancelToken,
        report: &mut dyn FnMut(FetchProgress),
    ) -> Result<(), HubError> {
        let connection = Connection::new(self, &plan.repository);
        // The first file that fails stops the others, too.
        let halt = CancelToken::default();
        let (agent, interrupted) = (connection.agent(), halt.clone());
        let _armed = cancel.arm(move || {
            interrupted.cancel();
            agent.clone().shutdown();
        });
        let crew = Crew {
            hub: self,
            connection: &connection,
            staging,
            plan,
            halt: &halt,
        };
        thread::scope(|scope| {
            let news = crew.start(scope).map_err(HubError::disk(&plan.root))?;
            let mut sums = Sums::new(plan);
            let mut first_error = None;
            for told in &news {
                match told {
                    News::Bytes { file, bytes } => report(sums.add(file, bytes)),
                    News::Failed(error) => {
                        halt.cancel();
                        connection.agent().shutdown();
                        first_error.get_or_insert(error);
                    }
                }
            }
            first_error.map_or(Ok(()), Err)
        })
    }
}

/// What a thread tells.
enum News {
    Bytes { file: usize, bytes: u64 },
    Failed(HubError),
}

/// What the threads share.
#[derive(Clone, Copy)]
struct Crew<'a> {
    hub: &'a Hub,
    connection: &'a Connection<'a>,
    staging: &'a Staging,
    plan: &'a Plan,
    halt: &'a CancelToken,
}

impl<'a> Crew<'a> {
    /// Starts the threads; the news end when all of them have.
    fn start<'scope>(self, scope: &'scope Scope<'scope, 'a>) -> io::Result<Receiver<News>> {
        let files = self.plan.files.len();
        let (put, take) = bounded(files);
        for file in 0..files {
            put.send(file).expect("there is room for every file");
        }
        let (tell, news) = bounded(NEWS);
        for number in 1..=PARALLEL_FILES.min(files) {
            let (take, tell) = (take.clone(), tell.clone());
            thread::Builder::new()
                .name(format!("hub-{number}"))
                .spawn_scoped(scope, move || self.work(&take, &tell))?;
        }
        Ok(news)
    }

    /// Gets files until there are no more.
    fn work(self, take: &Receiver<usize>, tell: &Sender<News>) {
        while let Ok(file) = take.try_recv() {
            if self.halt.is_cancelled() {
                // Whoever stopped everything knows why, or it was asked for.
                tell.send(News::Failed(HubError::Cancelled)).ok();
                return;
            }
            let mut last_bytes = 0;
            let fetched = self.fetch(file, &mut |bytes| {
                last_bytes = bytes;
                // The next one says more.
                tell.try_send(News::Bytes { file, bytes }).ok();
            });
            let told = match fetched {
                Ok(()) => News::Bytes {
                    file,
                    bytes: last_bytes,
                },
                Err(error) => News::Failed(error),
            };
            tell.send(told).ok();
        }
    }

    fn fetch(self, file: usize, report: &mut dyn FnMut(u64)) -> Result<(), HubError> {
        let plan = self.plan;
        let planned = &plan.files[file];
        let endpoint = self.hub.endpoint();
        let transfer = Transfer {
            connection: self.connection,
            staging: self.staging,
            file: planned,
            url: &endpoint.file(&plan.repository, &plan.commit, &planned.remote_path),
            patience: self.hub.patience(),
            cancel: self.halt,
        };
        transfer.run(report)
    }
}

/// Bytes of every file, and their sum.
struct Sums {
    files: Vec<u64>,
    done_bytes: u64,
    total_bytes: u64,
}

impl Sums {
    fn new(plan: &Plan) -> Self {
        Self {
            files: vec![0; plan.files.len()],
            done_bytes: 0,
            total_bytes: plan.bytes(),
        }
    }

    fn add(&mut self, file: usize, bytes: u64) -> FetchProgress {
        let before = std::mem::replace(&mut self.files[file], bytes);
        self.done_bytes = self.done_bytes - before + bytes;
        FetchProgress {
            file,
            file_bytes: bytes,
            done_bytes: self.done_bytes,
            total_bytes: self.total_bytes,
        }
    }
}

fn check_space(plan: &Plan) -> Result<(), HubError> {
    let needed_bytes = plan.bytes().saturating_sub(plan.received_bytes());
    let free_bytes = plan.free_bytes().map_err(HubError::disk(&plan.root))?;
    if needed_bytes <= free_bytes {
        return Ok(());
    }
    Err(HubError::DiskSpace {
        needed_bytes,
        free_bytes,
        path: plan.root.clone(),
    })
}
