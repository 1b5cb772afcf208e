//! The thread that does the work.

use std::any::Any;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread;

use crossbeam_channel::{Receiver, Sender, TrySendError, bounded};

use crate::domain::{CancelToken, JobId, Message, Notice, Remedy, Severity};
use crate::pipeline::FailureKind;

use super::command::Command;
use super::engine::Engine;
use super::event::{Event, Failure, Outcome, Update};
use super::job::Job;

/// Commands that can wait; one job is in flight at most, so that few ever do.
const COMMANDS: usize = 8;
/// Events that can wait for the window; beyond them progress is dropped, and all else waits.
const EVENTS: usize = 64;

/// Wakes whoever hears the events, from any thread.
pub type Waker = Arc<dyn Fn() + Send + Sync>;

/// The worker's thread, and the channels to it.
///
/// It ends after its running job once all senders of commands are gone.
pub struct Worker {
    commands: Sender<Command>,
    events: Receiver<Event>,
}

impl Worker {
    /// Starts the thread; `waker` is called after each event.
    pub fn start(engine: Box<dyn Engine>, waker: Waker) -> io::Result<Self> {
        let (commands, told) = bounded(COMMANDS);
        let (sender, events) = bounded(EVENTS);
        let teller = Teller { sender, waker };
        thread::Builder::new()
            .name("worker".to_owned())
            .spawn(move || work(engine, &told, &teller))?;
        Ok(Self { commands, events })
    }

    /// The way to it.
    pub fn commands(&self) -> &Sender<Command> {
        &self.commands
    }

    /// The way from it.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }

    /// Both ways, for two threads.
    pub fn split(self) -> (Sender<Command>, Receiver<Event>) {
        (self.commands, self.events)
    }
}

/// The way to the window.
struct Teller {
    sender: Sender<Event>,
    waker: Waker,
}

impl Teller {
    /// Drops progress when there is no room, and waits with everything else.
    fn tell(&self, job: JobId, update: Update) {
        let is_lossy = matches!(update, Update::Progress(_));
        let event = Event { job, update };
        // Without a window nobody wants to know, and the thread ends after this job.
        let told = if is_lossy {
            !matches!(
                self.sender.try_send(event),
                Err(TrySendError::Disconnected(_))
            )
        } else {
            self.sender.send(event).is_ok()
        };
        if told {
            (self.waker)();
        }
    }
}

fn work(mut engine: Box<dyn Engine>, commands: &Receiver<Command>, teller: &Teller) {
    for command in commands {
        match command {
            Command::Run(job, cancel) => {
                let outcome = run(engine.as_mut(), &job, &cancel, teller);
                teller.tell(job.id, Update::Finished(outcome));
            }
            Command::Configure(config) => engine.configure(config),
            Command::Unload => engine.unload(),
            Command::Readmit(model) => engine.readmit(&model),
        }
    }
}

fn run(engine: &mut dyn Engine, job: &Job, cancel: &CancelToken, teller: &Teller) -> Outcome {
    if cancel.is_cancelled() {
        return Outcome::Cancelled;
    }
    let mut tell = |update| teller.tell(job.id, update);
    let attempt = catch_unwind(AssertUnwindSafe(|| engine.run(job, cancel, &mut tell)));
    attempt.unwrap_or_else(|panic| {
        // Whatever it was doing is half-done; models are read again.
        engine.unload();
        Outcome::Failed(bug(panic.as_ref()))
    })
}

fn bug(panic: &(dyn Any + Send)) -> Failure {
    let text = panic
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| panic.downcast_ref::<&str>().copied());
    let headline = Message::new("error-jobs-bug");
    let mut notice = Notice::new(Severity::Error, headline).with_remedy(Remedy::Retry);
    notice.details.extend(text.map(str::to_owned));
    Failure {
        kind: FailureKind::Running,
        notice,
    }
}
