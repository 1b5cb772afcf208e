//! Carries out effects on other threads, and gathers what they tell.

use std::collections::VecDeque;
use std::ffi::OsStr;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, SendTimeoutError, Sender, TrySendError, bounded};

use crate::adapters::{self, AdapterFolders, AdapterKind};
use crate::doctor;
use crate::domain::{CancelToken, Clock, Explain as _, Message, Notice, Remedy, Severity};
use crate::files::Folders;
use crate::gallery::{self, Librarian};
use crate::hub::{Download, DownloadEvent, Plan};
use crate::jobs::{self, Engine, Waker, Worker};
use crate::models::{self, FamilyChoice, ModelFolder};
use crate::pipeline;
use crate::runtime::{self, Installer, ONNX_RUNTIME, RuntimeReport, WEBGPU_PLUGIN};

use super::effect::{Effect, Heard, HubCommand, HubNews, RuntimeFacts, TextureKey};
use super::{doctor_desk, hub_desk};

/// Messages of the short-lived threads that may wait for the window.
const ERRANDS: usize = 64;
/// How long one attempt to hand over a command may take while the threads end.
const PATIENCE: Duration = Duration::from_millis(20);

/// The threads behind the studio.
pub struct Runner {
    worker: Worker,
    librarian: Librarian,
    errands: (Sender<Heard>, Receiver<Heard>),
    /// Commands that found the librarian's channel full and must not be lost.
    postponed: VecDeque<gallery::Command>,
    install: Option<CancelToken>,
    /// The model on its way.
    download: Option<Download>,
    program: PathBuf,
    folders: Folders,
    waker: Waker,
}

/// What a runner is made of.
pub struct RunnerConfig {
    /// This program, which is asked in a process of its own what a runtime can do.
    pub program: PathBuf,
    /// Where the program keeps its things.
    pub folders: Folders,
    /// What runs the jobs.
    pub engine: Box<dyn Engine>,
    /// The time of day.
    pub clock: Arc<dyn Clock>,
    /// Called whenever there is something to hear.
    pub waker: Waker,
}

impl Runner {
    /// Starts the worker and the librarian.
    pub fn start(config: RunnerConfig) -> io::Result<Self> {
        let RunnerConfig {
            program,
            folders,
            engine,
            clock,
            waker,
        } = config;
        Ok(Self {
            worker: Worker::start(engine, Arc::clone(&waker))?,
            librarian: Librarian::start(folders.clone(), clock, Arc::clone(&waker))?,
            errands: bounded(ERRANDS),
            postponed: VecDeque::new(),
            install: None,
            download: None,
            program,
            folders,
            waker,
        })
    }

    /// Carries out an effect, without waiting; gives back those that are the window's to do.
    pub fn run(&mut self, effect: Effect) -> Option<Effect> {
        match effect {
            Effect::Work(command) => self.work(command),
            Effect::Library(command) => return self.library(command),
            Effect::ScanModels(extra) => {
                let folders = self.folders.clone();
                self.errand("model-scan", move |tell| {
                    let loras = adapters::scan(&AdapterFolders::of(&folders)).into_iter();
                    let loras = loras.filter(|adapter| adapter.kind == AdapterKind::Lora);
                    tell(Heard::Adapters(loras.collect()));
                    for heard in scan(&models::roots(&folders, &extra)) {
                        tell(heard);
                    }
                });
            }
            Effect::OpenFolder(folder) => self.errand("file-manager", move |tell| {
                if let Err(error) = open_outside(folder.as_os_str()) {
                    tell(Heard::Trouble(not_opened(&folder, &error)));
                }
            }),
            Effect::ChooseFamily { folder, family } => self.errand("family-choice", move |tell| {
                tell(match pipeline::choose_family(&folder, family) {
                    Ok(()) => Heard::FamilyKept(folder),
                    Err(error) => Heard::Trouble(error.explain()),
                });
            }),
            Effect::Examine(folder) => self.errand("doctor", move |tell| {
                tell(Heard::Examined(Box::new(doctor::examine(&folder, None))));
            }),
            Effect::TestStep {
                folder,
                provider,
                config,
            } => {
                let program = self.program.clone();
                self.errand("test-step", move |tell| {
                    doctor_desk::test_step(&folder, &provider, program, config, tell);
                });
            }
            Effect::OpenPage(page) => self.errand("browser", move |tell| {
                if let Err(error) = open_outside(OsStr::new(&page)) {
                    let headline = Message::new("error-hub-open-page").with("page", page);
                    let notice = Notice::new(Severity::Warning, headline);
                    tell(Heard::Trouble(notice.caused_by(&error)));
                }
            }),
            Effect::Hub(command) => self.hub(command),
            Effect::ProbeRuntime(setting) => {
                let (program, folders) = (self.program.clone(), self.folders.clone());
                self.errand("runtime-probe", move |tell| {
                    tell(Heard::Runtime(probe(
                        &program,
                        setting.as_deref(),
                        &folders,
                    )));
                });
            }
            Effect::InstallRuntime => self.start_install(),
            Effect::CancelInstall => {
                if let Some(install) = self.install.take() {
                    install.cancel();
                }
            }
            Effect::AskForLibrary
            | Effect::Texture(..)
            | Effect::NoTexture(_)
            | Effect::Forgotten(_) => return Some(effect),
        }
        None
    }

    /// Everything that was told since the last call; never waits.
    pub fn hear(&self) -> Vec<Heard> {
        let jobs = self.worker.events().try_iter().map(Heard::Job);
        let library = self.librarian.events().try_iter().map(Heard::Library);
        jobs.chain(library)
            .chain(self.errands.1.try_iter())
            .collect()
    }

    /// Ends the threads once everything that must be written is written.
    pub fn close(mut self) {
        for command in self.postponed.drain(..) {
            // The librarian may itself wait for room among its events, which nobody needs now.
            let mut left = Some(command);
            while let Some(command) = left.take() {
                while self.librarian.events().try_recv().is_ok() {}
                left = match self.librarian.commands().send_timeout(command, PATIENCE) {
                    Err(SendTimeoutError::Timeout(command)) => Some(command),
                    Ok(()) | Err(SendTimeoutError::Disconnected(_)) => None,
                };
            }
        }
        self.librarian.close();
    }

    /// A way for the window's own threads to reach the studio.
    pub fn teller(&self) -> impl Fn(Heard) + Send + 'static {
        let (sender, waker) = (self.errands.0.clone(), Arc::clone(&self.waker));
        move |heard| {
            if sender.send(heard).is_ok() {
                waker();
            }
        }
    }

    fn work(&self, command: jobs::Command) {
        // One job is in flight at most, so a full channel can only be a mistake of ours.
        if let Err(error) = self.worker.commands().try_send(command) {
            log::error!("the worker does not take its command: {error}");
        }
    }

    /// Gives back what to tell the window of a request that found no room.
    fn library(&mut self, command: gallery::Command) -> Option<Effect> {
        // Order matters: what was postponed goes first.
        while let Some(earlier) = self.postponed.pop_front() {
            if let Err(error) = self.librarian.commands().try_send(earlier) {
                self.postponed.push_front(error.into_inner());
                self.postponed.push_back(command);
                return None;
            }
        }
        match self.librarian.commands().try_send(command) {
            Ok(()) => {}
            Err(TrySendError::Full(gallery::Command::Thumbnail { id, side })) => {
                return Some(Effect::Forgotten(TextureKey::Thumbnail(id, side)));
            }
            Err(TrySendError::Full(command)) => self.postponed.push_back(command),
            Err(TrySendError::Disconnected(_)) => log::error!("the librarian has stopped"),
        }
        None
    }

    fn hub(&mut self, command: HubCommand) {
        match (command, &mut self.download) {
            (HubCommand::LookUp(wish), _) => {
                let root = self.folders.data.join("models");
                self.errand("hub-look-up", move |tell| {
                    tell(Heard::Hub(hub_desk::look_up(wish, &root)));
                });
            }
            (HubCommand::KeepToken(token), _) => self.errand("keyring", move |tell| {
                tell(Heard::Hub(hub_desk::keep(&token)));
            }),
            (HubCommand::Get(plan), _) => self.start_download(*plan),
            (HubCommand::Pause, Some(download)) => download.pause(),
            (HubCommand::GoOn, Some(download)) => download.resume(),
            (HubCommand::Cancel, Some(download)) => download.cancel(),
            (HubCommand::Pause | HubCommand::GoOn, None) => {}
            // It could not even be started.
            (HubCommand::Cancel, None) => self.tell_of_download(DownloadEvent::Cancelled),
        }
    }

    fn start_download(&mut self, plan: Plan) {
        match hub_desk::start(plan) {
            Ok(download) => {
                let events = download.events().clone();
                self.errand("hub-relay", move |tell| {
                    hub_desk::relay(&events, &|news| tell(Heard::Hub(news)));
                });
                self.download = Some(download);
            }
            Err(notice) => {
                self.download = None;
                self.tell_of_download(DownloadEvent::Failed(notice));
            }
        }
    }

    /// Tells what is known at once, by way of a thread: the studio may be telling us.
    fn tell_of_download(&self, event: DownloadEvent) {
        self.errand("hub-relay", move |tell| {
            tell(Heard::Hub(HubNews::Download(event)));
        });
    }

    fn start_install(&mut self) {
        let cancel = CancelToken::default();
        self.install = Some(cancel.clone());
        let folders = self.folders.clone();
        self.errand("runtime-install", move |tell| {
            let packages = [&ONNX_RUNTIME, &WEBGPU_PLUGIN];
            let outcome = Installer::new(&folders).install(&packages, &cancel, &mut |progress| {
                tell(Heard::Install(progress));
            });
            tell(Heard::InstallEnded(
                outcome.err().map(|error| error.explain()),
            ));
        });
    }

    fn errand(&self, name: &str, work: impl FnOnce(&dyn Fn(Heard)) + Send + 'static) {
        let tell = self.teller();
        let started = thread::Builder::new()
            .name(name.to_owned())
            .spawn(move || work(&tell));
        if let Err(error) = started {
            log::error!("cannot start {name}: {error}");
        }
    }
}

/// What is in the folders, and what was chosen for it.
fn scan(roots: &[PathBuf]) -> [Heard; 2] {
    let scan = models::scan(roots);
    let found = scan.found.iter().map(ModelFolder::path);
    let folders = found.chain(scan.refused.iter().map(|(path, _)| path.as_path()));
    let chosen = folders.filter_map(|path| {
        let choice = FamilyChoice::read(path).ok()?;
        Some((path.to_owned(), choice.family?))
    });
    let chosen = Heard::ChosenFamilies(chosen.collect());
    let refused = scan.refused.into_iter();
    let mut refused: Vec<(PathBuf, Notice)> = refused
        .map(|(path, error)| (path, error.explain()))
        .collect();
    let mut found = Vec::new();
    for folder in scan.found {
        match pipeline::describe(&folder) {
            Ok(info) => found.push(info),
            Err(error) => refused.push((folder.path().to_owned(), error.explain())),
        }
    }
    [chosen, Heard::Models { found, refused }]
}

/// Shows a folder or a page in the system's program for it, and waits until that was started.
fn open_outside(shown: &OsStr) -> io::Result<()> {
    let program = if cfg!(windows) {
        "explorer"
    } else if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let mut command = Command::new(program);
    command.arg(shown).stdin(Stdio::null());
    let status = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    // The Explorer ends with 1 also where all went well.
    if status.success() || cfg!(windows) {
        Ok(())
    } else {
        Err(io::Error::other(format!("{program}: {status}")))
    }
}

fn not_opened(folder: &Path, error: &io::Error) -> Notice {
    let headline = Message::new("error-models-open-folder").with("folder", folder.display());
    Notice::new(Severity::Warning, headline).caused_by(error)
}

/// Asks ONNX Runtime for its providers in a process of its own: a driver that crashes while it
/// lists its devices must not take the window along.
fn probe(
    program: &Path,
    setting: Option<&Path>,
    folders: &Folders,
) -> Result<RuntimeFacts, Notice> {
    let location = runtime::locate(setting, folders).map_err(|error| error.explain())?;
    let library = location.library;
    let broken = |detail: String| {
        let message = Message::new("error-runtime-broken").with("file", library.display());
        let mut notice = Notice::new(Severity::Error, message).with_remedy(Remedy::InstallRuntime);
        notice.details.push(detail);
        notice
    };
    let output = Command::new(program)
        .args(["providers", "--json", "--runtime"])
        .arg(&library)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| broken(error.to_string()))?;
    let report: RuntimeReport = serde_json::from_slice(&output.stdout).map_err(|error| {
        let said = String::from_utf8_lossy(&output.stderr);
        broken(format!("{}: {error}\n{said}", output.status))
    })?;
    Ok(RuntimeFacts {
        path: library,
        version: report.version,
        providers: report.providers,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::SystemClock;
    use crate::engine::InProcess;
    use crate::jobs::EngineConfig;

    /// What is told after an effect, up to what is waited for.
    fn told(runner: &mut Runner, effect: Effect, is_last: fn(&Heard) -> bool) -> Vec<Heard> {
        assert!(runner.run(effect).is_none());
        let mut told = Vec::new();
        while !told.last().is_some_and(is_last) {
            let errand = runner.errands.1.recv_timeout(Duration::from_secs(30));
            told.push(errand.expect("errands tell how they ended"));
        }
        told
    }

    #[test]
    fn a_chosen_family_is_kept_and_found_by_the_next_scan() {
        let home = tempfile::tempdir().unwrap();
        let folders = Folders::under(home.path());
        let model = folders.data.join("models/own");
        for part in ["unet", "text_encoder", "vae_decoder"] {
            std::fs::create_dir_all(model.join(part)).unwrap();
            std::fs::copy("Cargo.toml", model.join(part).join("model.onnx")).unwrap();
        }
        let mut runner = Runner::start(RunnerConfig {
            program: PathBuf::new(),
            folders,
            engine: Box::new(InProcess::new(EngineConfig::default())),
            clock: Arc::new(SystemClock),
            waker: Arc::new(|| {}),
        })
        .unwrap();
        let mut choose = |family| {
            let folder = model.clone();
            let effect = Effect::ChooseFamily { folder, family };
            told(&mut runner, effect, |_| true).remove(0)
        };
        // It has no transformer.
        assert!(matches!(choose(Some("flux")), Heard::Trouble(_)));
        assert!(matches!(
            choose(Some("latent_consistency")),
            Heard::FamilyKept(_)
        ));
        let scan = Effect::ScanModels(Vec::new());
        let heard = told(&mut runner, scan, |heard| {
            matches!(heard, Heard::Models { .. })
        });
        let is_found = |heard: &Heard| {
            matches!(heard, Heard::ChosenFamilies(chosen)
                if chosen.get(&model).is_some_and(|family| family == "latent_consistency"))
        };
        assert!(heard.iter().any(is_found), "{heard:?}");
        runner.close();
    }
}
