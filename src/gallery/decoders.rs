//! The threads that turn files into pixels.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::thread;

use crossbeam_channel::{Receiver, Sender};

use crate::domain::{Explain as _, Message, Notice, Pixels, Severity};
use crate::provenance::read_pixels;

use super::requests::Wanted;
use super::thumbnail::thumbnail;

/// A few threads that decode; each does one piece of work at a time.
///
/// They end when this is dropped.
pub(super) struct Decoders {
    work: Sender<Work>,
    done: Receiver<Decoded>,
    /// What they are at.
    busy: Vec<Wanted>,
    count: usize,
}

/// Work for a decoder.
pub(super) struct Work {
    /// The rendering.
    pub(super) wanted: Wanted,
    /// The picture's file.
    pub(super) picture: PathBuf,
    /// Where its small version lies and the side of that; `None` = all pixels are wanted.
    pub(super) small: Option<(PathBuf, u32)>,
}

/// A piece of work done.
pub(super) struct Decoded {
    /// The rendering.
    pub(super) wanted: Wanted,
    /// What it looks like, or why that is not known.
    pub(super) pixels: Result<Pixels, Notice>,
}

impl Decoders {
    pub(super) fn start() -> io::Result<Self> {
        // Half of the processors: the other half belongs to the models.
        let processors = thread::available_parallelism().map_or(1, usize::from);
        let count = (processors / 2).clamp(1, 4);
        let (work, todo) = crossbeam_channel::bounded(count);
        let (tell, done) = crossbeam_channel::bounded(count);
        for number in 0..count {
            let (todo, tell) = (todo.clone(), tell.clone());
            thread::Builder::new()
                .name(format!("decoder {number}"))
                .spawn(move || decode_all(&todo, &tell))?;
        }
        Ok(Self {
            work,
            done,
            busy: Vec::new(),
            count,
        })
    }

    /// Whether one of them has nothing to do.
    pub(super) fn is_idle(&self) -> bool {
        self.busy.len() < self.count
    }

    /// Whether the rendering is being made.
    pub(super) fn is_at(&self, wanted: Wanted) -> bool {
        self.busy.contains(&wanted)
    }

    /// Gives work to an idle one.
    pub(super) fn give(&mut self, work: Work) {
        self.busy.push(work.wanted);
        // There is room for a piece of work for each of them.
        if self.work.try_send(work).is_err() {
            log::error!("the decoders have ended");
        }
    }

    /// The way from them; each piece of work is to be [taken off](Self::finish).
    pub(super) fn done(&self) -> &Receiver<Decoded> {
        &self.done
    }

    /// Notes that a piece of work was done.
    pub(super) fn finish(&mut self, wanted: Wanted) {
        self.busy.retain(|other| *other != wanted);
    }
}

fn decode_all(todo: &Receiver<Work>, tell: &Sender<Decoded>) {
    for work in todo {
        let wanted = work.wanted;
        // The files may come from anywhere, and a decoder that died would answer nothing more.
        let decoded = catch_unwind(AssertUnwindSafe(|| decode(&work)));
        let pixels = decoded.unwrap_or_else(|_| {
            let headline =
                Message::new("error-picture-broken").with("file", work.picture.display());
            Err(Notice::new(Severity::Error, headline))
        });
        if tell.send(Decoded { wanted, pixels }).is_err() {
            return;
        }
    }
}

fn decode(work: &Work) -> Result<Pixels, Notice> {
    let pixels = match &work.small {
        Some((cached, side)) => thumbnail(&work.picture, cached, *side),
        None => read_pixels(&work.picture),
    };
    pixels.map_err(|error| error.explain())
}
