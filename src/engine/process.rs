//! The engine as a process of its own: started, spoken to, and put to rest.

use std::collections::VecDeque;
use std::io::{self, BufRead as _, BufReader, BufWriter, Read as _};
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::jobs::Event;

use super::wire::{self, Order, WireError};

/// Events that can wait here; beyond them the pipe fills, and the engine drops progress.
const EVENTS: usize = 16;
/// How much of what it wrote to its standard error is kept.
const LAST_WORDS_BYTES: usize = 64 << 10;
/// How long an ended or killed process may take to be gone.
const PATIENCE: Duration = Duration::from_secs(1);

/// A running engine; killed when it is dropped.
pub(super) struct EngineProcess {
    process: Child,
    orders: BufWriter<ChildStdin>,
    events: Receiver<Result<Event, WireError>>,
    last_words: Receiver<String>,
}

/// How an engine came to its end.
#[derive(Debug)]
pub(super) struct Ending {
    /// What the system says; `None` while it does not let go of the process.
    pub(super) status: Option<ExitStatus>,
    /// The end of what it wrote to its standard error.
    pub(super) last_words: String,
}

/// Has glibc give memory of a MiB and more back to the system as soon as it is freed; else a model
/// that was loaded leaves up to half of its bytes behind. Other libraries do not read it.
const RETURN_MEMORY: (&str, &str) = ("MALLOC_MMAP_THRESHOLD_", "1048576");

impl EngineProcess {
    /// Starts `program` as an engine; its greeting is checked before its first event.
    pub(super) fn start(program: &Path) -> Result<Self, WireError> {
        let mut command = Command::new(program);
        command
            .arg("engine")
            .env(RETURN_MEMORY.0, RETURN_MEMORY.1)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        detach(&mut command);
        let mut process = command.spawn()?;
        let pipes = (
            process.stdin.take(),
            process.stdout.take(),
            process.stderr.take(),
        );
        let (Some(stdin), Some(stdout), Some(stderr)) = pipes else {
            return Err(io::Error::from(io::ErrorKind::BrokenPipe).into());
        };
        let (sender, events) = bounded(EVENTS);
        spawn("engine-events", move || forward_events(stdout, &sender))?;
        let (sender, last_words) = bounded(1);
        spawn("engine-stderr", move || {
            // Nobody listens any more once the ending has been told.
            sender.send(listen(stderr)).ok();
        })?;
        let mut engine = Self {
            process,
            orders: BufWriter::new(stdin),
            events,
            last_words,
        };
        wire::write_greeting(&mut engine.orders)?;
        Ok(engine)
    }

    /// Tells it something.
    pub(super) fn order(&mut self, order: &Order) -> Result<(), WireError> {
        wire::write_frame(&mut self.orders, order)
    }

    /// What it tells; the last thing is an error, or the end of the channel.
    pub(super) fn events(&self) -> &Receiver<Result<Event, WireError>> {
        &self.events
    }

    /// Whether it has not ended yet.
    pub(super) fn is_alive(&mut self) -> bool {
        matches!(self.process.try_wait(), Ok(None))
    }

    /// Waits a moment for its end, which has come or is near, and says how it was.
    pub(super) fn end(mut self) -> Ending {
        let mut status = self.wait();
        if status.is_none() {
            self.kill();
            status = self.wait();
        }
        let last_words = self.last_words.recv_timeout(PATIENCE);
        Ending {
            status,
            last_words: last_words.unwrap_or_default(),
        }
    }

    fn kill(&mut self) {
        if let Err(error) = self.process.kill() {
            log::warn!("the engine cannot be killed: {error}");
        }
    }

    /// How it ended; `None` where that takes longer than our patience: a driver that hangs can
    /// hold a killed process for minutes.
    fn wait(&mut self) -> Option<ExitStatus> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            match self.process.try_wait() {
                Ok(None) if Instant::now() < deadline => thread::sleep(Duration::from_millis(5)),
                Ok(status) => return status,
                Err(error) => {
                    log::warn!("the engine's end cannot be awaited: {error}");
                    return None;
                }
            }
        }
    }
}

impl Drop for EngineProcess {
    fn drop(&mut self) {
        if self.is_alive() {
            self.kill();
            self.wait();
        }
    }
}

/// Keeps signals of the terminal away from the engine: whether Ctrl-C ends it is ours to decide.
#[cfg(unix)]
fn detach(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;

    command.process_group(0);
}

/// Keeps signals of the terminal away from the engine, and opens no console window for it.
#[cfg(windows)]
fn detach(command: &mut Command) {
    use std::os::windows::process::CommandExt as _;

    const CREATE_NEW_PROCESS_GROUP: u32 = 0x0000_0200;
    const CREATE_NO_WINDOW: u32 = 0x0800_0000;
    command.creation_flags(CREATE_NEW_PROCESS_GROUP | CREATE_NO_WINDOW);
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    let thread = thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map(drop)
}

fn forward_events(stdout: ChildStdout, sender: &Sender<Result<Event, WireError>>) {
    let mut input = BufReader::new(stdout);
    let mut greeted = Some(wire::read_greeting(&mut input));
    loop {
        let heard = match greeted.take() {
            Some(Err(error)) => Err(error),
            Some(Ok(())) | None => match wire::read_frame(&mut input) {
                Ok(Some(event)) => Ok(event),
                Ok(None) => return,
                Err(error) => Err(error),
            },
        };
        let is_last = heard.is_err();
        if sender.send(heard).is_err() || is_last {
            return;
        }
    }
}

/// Logs what the engine says, and returns the end of it when it has fallen silent.
fn listen(stderr: ChildStderr) -> String {
    let mut input = BufReader::new(stderr);
    let mut tail = VecDeque::new();
    let mut line = Vec::new();
    loop {
        line.clear();
        // A line without end must not fill the memory.
        let mut piece = input.by_ref().take(LAST_WORDS_BYTES as u64);
        match piece.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => break,
            Ok(_) => log::info!(target: "engine", "{}", String::from_utf8_lossy(&line).trim_end()),
        }
        tail.extend(&line);
        let surplus = tail.len().saturating_sub(LAST_WORDS_BYTES);
        tail.drain(..surplus);
    }
    String::from_utf8_lossy(tail.make_contiguous()).into_owned()
}
