//! The engine's side of the pipes: a worker whose commands and events are frames.

use std::io::{BufReader, Read, Write};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, select};

use crate::domain::{CancelToken, JobId};
use crate::jobs::{Command, EngineConfig, Event, Worker};

use super::in_process::InProcess;
use super::wire::{self, Order, WireError};

/// How long a running job may take to end once the program is gone.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs the jobs that come in as frames until `input` ends, which means that the program is gone.
///
/// When the pipe is full, progress is dropped and everything else waits, as [`Worker`] does.
pub fn serve(input: impl Read + Send + 'static, output: &mut impl Write) -> Result<(), WireError> {
    wire::write_greeting(output)?;
    let engine = InProcess::new(EngineConfig::default());
    let worker = Worker::start(Box::new(engine), Arc::new(|| {}))?;
    let (commands, events) = worker.split();
    let (sender, closed) = bounded(1);
    thread::Builder::new()
        .name("engine-orders".to_owned())
        .spawn(move || {
            // Nobody waits any more once the output is broken.
            sender.send(take_orders(input, &commands)).ok();
        })?;
    loop {
        select! {
            recv(events) -> event => match event {
                Ok(event) => wire::write_frame(output, &event)?,
                // The worker ends when no more commands can come.
                Err(_) => break,
            },
            recv(closed) -> end => {
                wait_for_the_end(&events);
                return end.unwrap_or(Ok(()));
            }
        }
    }
    closed.recv().unwrap_or(Ok(()))
}

/// Passes orders on as commands; returns when no more can come, with the running job cancelled.
fn take_orders(input: impl Read, commands: &Sender<Command>) -> Result<(), WireError> {
    let mut input = BufReader::new(input);
    let mut running: Option<(JobId, CancelToken)> = None;
    let result = wire::read_greeting(&mut input).and_then(|()| {
        while let Some(order) = wire::read_frame(&mut input)? {
            let command = match order {
                Order::Run(job) => {
                    let cancel = CancelToken::default();
                    running = Some((job.id, cancel.clone()));
                    Command::Run(job, cancel)
                }
                Order::Cancel(id) => {
                    if let Some((_, cancel)) = running.as_ref().filter(|(job, _)| *job == id) {
                        cancel.cancel();
                    }
                    continue;
                }
                Order::Configure(config) => Command::Configure(config),
                Order::Unload => Command::Unload,
            };
            if commands.send(command).is_err() {
                break;
            }
        }
        Ok(())
    });
    if let Some((_, cancel)) = running {
        cancel.cancel();
    }
    result
}

/// Lets a cancelled job end, so that the process does not go while a graph runs.
fn wait_for_the_end(events: &Receiver<Event>) {
    while events.recv_timeout(PATIENCE).is_ok() {}
}
