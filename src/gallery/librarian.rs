//! The thread that touches the disk.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, select};

use crate::domain::{Clock, Explain, JobId, Notice, Picture, PictureId};
use crate::files::Folders;
use crate::settings::{save_model_notes, save_session, save_settings};

use super::command::{Command, Event, View};
use super::decoders::{Decoded, Decoders, Work};
use super::error::LibraryError;
use super::library::{Library, Opened};
use super::marking::{Journal, Marking};
use super::query::Query;
use super::requests::{Requests, Wanted};
use super::sidecar_duty::SidecarDuty;
use super::sidecar_file;
use super::thumbnail::made_side;

/// Commands that can wait for the librarian.
const COMMANDS: usize = 1024;
/// Sidecars that are written before commands are heard again.
const SIDECARS_AT_ONCE: usize = 8;
/// How long closing may take for the sidecars that are left; the others wait for the next start.
const FAREWELL: Duration = Duration::from_secs(3);
/// Events that can wait for the studio; the librarian waits when there is no room.
const EVENTS: usize = 256;

/// The librarian's thread, and the channels to it.
pub struct Librarian {
    commands: Sender<Command>,
    events: Receiver<Event>,
    thread: JoinHandle<()>,
}

impl Librarian {
    /// Starts the thread; no library is open yet.
    ///
    /// `wake` is called after each event, so that a sleeping window hears it.
    pub fn start(
        folders: Folders,
        clock: Arc<dyn Clock>,
        wake: Arc<dyn Fn() + Send + Sync>,
    ) -> io::Result<Self> {
        let (commands, told) = crossbeam_channel::bounded(COMMANDS);
        let (tell, events) = crossbeam_channel::bounded(EVENTS);
        let desk = Desk {
            folders,
            clock,
            wake,
            tell,
            folder: None,
            library: None,
            requests: Requests::default(),
            searching: None,
            decoders: Decoders::start()?,
            sidecars: SidecarDuty::default(),
        };
        let thread = thread::Builder::new()
            .name("librarian".to_owned())
            .spawn(move || desk.work_off(&told))?;
        Ok(Self {
            commands,
            events,
            thread,
        })
    }

    /// The way to it; `try_send` gives a command back when there is no room.
    pub fn commands(&self) -> &Sender<Command> {
        &self.commands
    }

    /// The way from it.
    pub fn events(&self) -> &Receiver<Event> {
        &self.events
    }

    /// Lets it finish what it was told, and waits for that; the library is closed afterwards.
    ///
    /// What it would tell is lost: whoever holds pictures that are not yet [`Event::Kept`] hears
    /// the events first.
    pub fn close(self) {
        drop(self.commands);
        drop(self.events);
        if self.thread.join().is_err() {
            log::error!("the librarian ended in a panic");
        }
    }
}

/// What the librarian has before him.
struct Desk {
    folders: Folders,
    clock: Arc<dyn Clock>,
    wake: Arc<dyn Fn() + Send + Sync>,
    tell: Sender<Event>,
    /// Where the library is to be; it may be gone for a while.
    folder: Option<PathBuf>,
    library: Option<Library>,
    requests: Requests,
    /// The newest search, until there is nothing else to do.
    searching: Option<(u64, Query)>,
    decoders: Decoders,
    sidecars: SidecarDuty,
}

impl Desk {
    fn work_off(mut self, told: &Receiver<Command>) {
        loop {
            self.employ_decoders();
            let idle = self.sidecars.moment();
            select! {
                recv(told) -> command => match command {
                    Ok(command) => {
                        self.obey(command);
                        self.sidecars.expect_more();
                    }
                    Err(_) => break,
                },
                recv(self.decoders.done()) -> decoded => match decoded {
                    Ok(decoded) => self.hand_over(decoded),
                    Err(_) => return,
                },
                recv(idle) -> _ => self.write_sidecars(),
            }
            // Whoever types has told the next letter meanwhile: one search for all of them.
            if told.is_empty() {
                self.search();
            }
        }
        let until = Instant::now() + FAREWELL;
        while self.sidecars.is_due() && Instant::now() < until {
            self.write_sidecars();
        }
    }

    fn write_sidecars(&mut self) {
        let Some(library) = &mut self.library else {
            return self.sidecars.give_up();
        };
        match library.write_sidecars(SIDECARS_AT_ONCE) {
            Ok(batch) => {
                self.sidecars.wrote(batch.has_more);
                self.tell_of_sidecars(&batch.refused);
            }
            Err(error) => {
                self.sidecars.give_up();
                self.trouble(&error);
            }
        }
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Open(folder) => self.open(folder),
            Command::Keep { job, picture } => self.keep(job, picture),
            Command::Thumbnail { id, side } => self.want((id, View::Thumbnail(side))),
            Command::Load(id) => self.want((id, View::Full)),
            Command::Forget { id, view } => self.requests.remove((id, view)),
            Command::Describe(id) => match self.open_library().and_then(|l| l.describe(id)) {
                Ok(record) => self.tell(Event::Described(Box::new(record))),
                Err(error) => self.trouble(&error),
            },
            Command::FindNewest => match self.open_library().and_then(|l| l.newest()) {
                Ok(newest) => self.tell(Event::Newest(newest)),
                Err(error) => self.trouble(&error),
            },
            Command::MarkSeen(ids) => {
                if let Err(error) = self.open_library().and_then(|l| l.mark_seen(&ids)) {
                    self.trouble(&error);
                }
            }
            Command::Mark(marking) => {
                let now = self.clock.now();
                let marked = self.open_library().and_then(|l| l.mark(&marking, now));
                self.report(marking, marked);
            }
            Command::Unmark(marking) => {
                let now = self.clock.now();
                let unmarked = self.open_library().and_then(|l| l.unmark(&marking, now));
                self.report(marking.reversed(), unmarked);
            }
            Command::MarkAgain(marking) => {
                let now = self.clock.now();
                let marked = self
                    .open_library()
                    .and_then(|l| l.mark_again(&marking, now));
                self.report(marking, marked);
            }
            Command::Discard(ids) => self.discard(&ids),
            Command::Search { serial, query } => self.searching = Some((serial, query)),
            Command::ListKnown => match self.open_library().and_then(|l| l.known_values()) {
                Ok(known) => self.tell(Event::Known(known)),
                Err(error) => self.trouble(&error),
            },
            Command::ListSearches => self.list_searches(|_| Ok(())),
            Command::SaveSearch(search) => self.list_searches(|l| l.save_search(&search)),
            Command::RenameSearch { from, to } => {
                self.list_searches(|l| l.rename_search(&from, &to));
            }
            Command::DeleteSearch(name) => self.list_searches(|l| l.delete_search(&name)),
            Command::KeepSidecars(is_wanted) => self.sidecars.want(is_wanted),
            Command::SaveSettings(settings) => {
                if let Err(error) = save_settings(&self.folders, &settings) {
                    self.trouble(&error);
                }
            }
            Command::SaveSession(session) => {
                if let Err(error) = save_session(&self.folders, &session) {
                    self.trouble(&error);
                }
            }
            Command::SaveModelNotes(notes) => {
                if let Err(error) = save_model_notes(&self.folders, &notes) {
                    self.trouble(&error);
                }
            }
        }
    }

    fn open(&mut self, folder: PathBuf) {
        // Closed first: the artist may open the same library once more.
        self.library = None;
        for (id, view) in self.requests.clear() {
            self.tell(Event::Forgotten { id, view });
        }
        self.folder = Some(folder.clone());
        match Library::open(&folder) {
            Ok(opened) => self.welcome(folder, opened),
            Err(error) => self.tell(Event::NotOpened(error.explain())),
        }
    }

    fn welcome(&mut self, folder: PathBuf, opened: Opened) {
        let mut library = opened.library;
        let journal = library.journal(self.clock.now()).unwrap_or_else(|error| {
            self.trouble(&error);
            Journal::default()
        });
        self.library = Some(library);
        self.tell(Event::Opened {
            library: folder,
            entries: opened.entries,
            journal,
        });
        self.sidecars.begin();
        if let Some(notice) = opened.reconciled.notice() {
            self.tell(Event::Trouble(notice));
        }
        self.tell_of_sidecars(&opened.reconciled.refused_sidecars);
    }

    fn keep(&mut self, job: JobId, picture: Box<Picture>) {
        let created = self.clock.now();
        let kept = self.reopened_library();
        match kept.and_then(|library| library.keep(&picture, created)) {
            Ok(entry) => {
                let model = picture.recipe.model.clone();
                self.tell(Event::Kept { job, model, entry });
            }
            Err(error) => {
                if error.is_lasting() {
                    self.library = None;
                }
                self.tell(Event::NotKept {
                    job,
                    picture,
                    notice: error.explain(),
                });
            }
        }
    }

    fn report(&self, wanted: Marking, done: Result<(), LibraryError>) {
        if let Err(error) = done {
            self.tell(Event::NotMarked {
                marking: wanted,
                notice: error.explain(),
            });
        }
    }

    fn discard(&mut self, ids: &[PictureId]) {
        let now = self.clock.now();
        match self.open_library().and_then(|l| l.discard(ids, now)) {
            Ok((gone, refused)) => {
                self.tell(Event::Discarded(gone));
                if let Some(error) = refused {
                    self.trouble(&error);
                }
            }
            Err(error) => self.trouble(&error),
        }
    }

    fn search(&mut self) {
        let Some((serial, query)) = self.searching.take() else {
            return;
        };
        let found = self.open_library().and_then(|l| l.search(&query));
        self.tell(match found {
            Ok(ids) => Event::Found { serial, ids },
            Err(error) => Event::NotSearched {
                serial,
                notice: error.explain(),
            },
        });
    }

    /// Changes the kept searches, and tells them.
    fn list_searches(&mut self, change: impl FnOnce(&mut Library) -> Result<(), LibraryError>) {
        let searches = self.open_library().and_then(|library| {
            change(library)?;
            library.searches()
        });
        match searches {
            Ok(searches) => self.tell(Event::Searches(searches)),
            Err(error) => self.trouble(&error),
        }
    }

    fn open_library(&mut self) -> Result<&mut Library, LibraryError> {
        self.library.as_mut().ok_or(LibraryError::Closed)
    }

    /// The library, opened anew if it was lost and its folder is there again.
    fn reopened_library(&mut self) -> Result<&mut Library, LibraryError> {
        if self.library.is_none() {
            let folder = self.folder.clone().ok_or(LibraryError::Closed)?;
            // Making the folder could hide that a drive is not plugged in.
            if !folder.is_dir() {
                return Err(LibraryError::Gone { folder });
            }
            let opened = Library::open(&folder)?;
            self.welcome(folder, opened);
        }
        self.open_library()
    }

    fn want(&mut self, wanted: Wanted) {
        if self.decoders.is_at(wanted) {
            return;
        }
        if let Some((id, view)) = self.requests.add(wanted) {
            self.tell(Event::Forgotten { id, view });
        }
    }

    fn employ_decoders(&mut self) {
        while self.decoders.is_idle() {
            let Some(wanted) = self.requests.take() else {
                return;
            };
            match self.work_for(wanted) {
                Ok(work) => self.decoders.give(work),
                Err(error) => self.refuse(wanted, error.explain()),
            }
        }
    }

    fn work_for(&mut self, wanted: Wanted) -> Result<Work, LibraryError> {
        let (id, view) = wanted;
        let library = self.open_library()?;
        let small = match view {
            View::Thumbnail(side) => {
                let side = made_side(side);
                Some((library.layout().thumbnail(id, side), side))
            }
            View::Full => None,
        };
        Ok(Work {
            wanted,
            picture: library.file(id)?,
            small,
        })
    }

    fn hand_over(&mut self, decoded: Decoded) {
        let Decoded { wanted, pixels } = decoded;
        self.decoders.finish(wanted);
        match (wanted, pixels) {
            ((id, View::Thumbnail(side)), Ok(pixels)) => {
                self.tell(Event::Thumbnail { id, side, pixels });
            }
            ((id, View::Full), Ok(pixels)) => self.tell(Event::Loaded { id, pixels }),
            (_, Err(notice)) => self.refuse(wanted, notice),
        }
    }

    fn refuse(&self, (id, view): Wanted, notice: Notice) {
        self.tell(match view {
            View::Thumbnail(side) => Event::NoThumbnail { id, side, notice },
            View::Full => Event::NotLoaded { id, notice },
        });
    }

    fn tell_of_sidecars(&self, refused: &[LibraryError]) {
        if let Some(notice) = sidecar_file::notice(refused) {
            self.tell(Event::Trouble(notice));
        }
    }

    fn trouble(&self, error: &dyn Explain) {
        self.tell(Event::Trouble(error.explain()));
    }

    /// Tells the studio; when it is gone, what was told must still be done.
    fn tell(&self, event: Event) {
        if self.tell.send(event).is_ok() {
            (self.wake)();
        }
    }
}
