//! Getting a model in the studio: looked up, refused, on its way, paused, failed, arrived.

use std::path::PathBuf;
use std::time::Duration;

use maquette::app::{
    Action, Effect, Effects, FetchAction, Heard, HubCommand, HubNews, IncomingState, LookUp,
    Looked, Offer, OfferPlace, Opening, Refusal, RefusalRemedy, Studio, TokenState,
};
use maquette::domain::{Message, Notice, Severity};
use maquette::hub::{Checksum, DownloadEvent, FetchProgress, HubError, Plan, PlannedFile, Token};
use maquette::models::Licence;
use maquette::settings::Settings;

const MEGABYTE: u64 = 1_000_000;

/// A studio, and the time on its wall.
struct Desk {
    studio: Studio,
    now: Duration,
}

impl Desk {
    fn open() -> Self {
        let (studio, _) = Studio::open(Opening::first(
            Settings::default(),
            PathBuf::from("library"),
        ));
        Self {
            studio,
            now: Duration::ZERO,
        }
    }

    /// A studio that was offered a model.
    fn offered() -> Self {
        let mut desk = Self::open();
        desk.look_up("owner/name");
        desk.answer("owner/name", Ok(Box::new(offer(0))));
        desk
    }

    /// A studio with that model on its way.
    fn getting() -> Self {
        let mut desk = Self::offered();
        let effects = desk.ask(FetchAction::Get);
        assert!(matches!(hub(&effects)[..], [HubCommand::Get(_)]));
        desk
    }

    fn ask(&mut self, action: FetchAction) -> Effects {
        self.studio.apply(Action::Fetch(action), self.now)
    }

    fn look_up(&mut self, text: &str) -> Effects {
        self.ask(FetchAction::LookUp(text.to_owned()))
    }

    fn hear(&mut self, news: HubNews) -> Effects {
        self.now += Duration::from_secs(1);
        self.studio.absorb(Heard::Hub(news), self.now)
    }

    fn answer(&mut self, text: &str, found: Result<Box<Offer>, Refusal>) -> Effects {
        let wish = wish(text);
        self.hear(HubNews::LookedUp { wish, found })
    }

    fn download(&mut self, event: DownloadEvent) -> Effects {
        self.hear(HubNews::Download(event))
    }

    fn progress(&mut self, done_bytes: u64) {
        let effects = self.download(DownloadEvent::Progress(FetchProgress {
            file: 0,
            file_bytes: done_bytes,
            done_bytes,
            total_bytes: 100 * MEGABYTE,
        }));
        assert!(effects.is_empty());
    }

    fn looked(&self) -> &Looked {
        self.studio.fetching().looked()
    }

    #[track_caller]
    fn state(&self) -> &IncomingState {
        let incoming = self.studio.fetching().incoming();
        incoming.expect("a model is on its way").state()
    }

    fn scan(&mut self, refused: Vec<(PathBuf, Notice)>) {
        let found = Vec::new();
        let heard = Heard::Models { found, refused };
        let _effects = self.studio.absorb(heard, self.now);
    }
}

fn wish(text: &str) -> LookUp {
    LookUp {
        text: text.to_owned(),
        folder: None,
    }
}

fn offer(received_bytes: u64) -> Offer {
    Offer {
        plan: Plan {
            repository: "owner/name".parse().expect("an id"),
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            folder: String::new(),
            licence: Licence {
                id: "mit".to_owned(),
                holder: "owner".to_owned(),
                text: String::new(),
            },
            is_gated: false,
            page: "https://hub.example/owner/name".to_owned(),
            files: vec![PlannedFile {
                path: "unet/model.onnx".to_owned(),
                remote_path: "unet/model.onnx".to_owned(),
                bytes: 100 * MEGABYTE,
                checksum: Checksum::Sha256("a".repeat(64)),
            }],
            root: PathBuf::from("/models"),
        },
        host: "hub.example".to_owned(),
        received_bytes,
        free_bytes: Some(500 * MEGABYTE),
        place: OfferPlace::Free,
    }
}

fn target() -> PathBuf {
    offer(0).plan.target()
}

fn broken() -> Notice {
    let headline = Message::new("error-hub-unreachable").with("host", "hub.example");
    Notice::new(Severity::Error, headline)
}

/// What the hub is wanted for.
fn hub(effects: &Effects) -> Vec<&HubCommand> {
    let commands = effects.iter().filter_map(|effect| {
        let Effect::Hub(command) = effect else {
            return None;
        };
        Some(command)
    });
    commands.collect()
}

fn scans(effects: &Effects) -> bool {
    effects
        .iter()
        .any(|effect| matches!(effect, Effect::ScanModels(_)))
}

#[test]
fn an_answer_to_an_earlier_question_is_no_news() {
    let mut desk = Desk::open();
    desk.look_up("owner/other");
    desk.look_up("owner/name");
    desk.answer("owner/other", Ok(Box::new(offer(0))));
    assert_eq!(*desk.looked(), Looked::Asking);
    desk.answer("owner/name", Ok(Box::new(offer(7))));
    assert_eq!(*desk.looked(), Looked::Found(Box::new(offer(7))));
}

#[test]
fn of_several_models_one_is_chosen_by_its_folder() {
    let mut desk = Desk::open();
    desk.look_up("owner/name");
    let folders = vec!["fp16".to_owned(), "fp32".to_owned()];
    let several = HubError::SeveralFolders {
        repository: "owner/name".to_owned(),
        folders: folders.clone(),
    };
    desk.answer("owner/name", Err(several.into()));
    let Looked::Refused(refusal) = desk.looked() else {
        panic!("{:?}", desk.looked());
    };
    assert_eq!(refusal.remedy, RefusalRemedy::Folder(folders));
    let effects = desk.ask(FetchAction::ChooseFolder("fp16".to_owned()));
    let [HubCommand::LookUp(wish)] = hub(&effects)[..] else {
        panic!("{effects:?}");
    };
    assert_eq!(wish.text, "owner/name");
    assert_eq!(wish.folder.as_deref(), Some("fp16"));
}

#[test]
fn a_token_that_was_kept_is_used_at_once() {
    let mut desk = Desk::open();
    desk.look_up("owner/name");
    let denied = HubError::Denied {
        repository: "owner/name".to_owned(),
        host: "hub.example".to_owned(),
        status: 401,
        page: "https://hub.example/owner/name".to_owned(),
        had_token: false,
    };
    desk.answer("owner/name", Err(denied.into()));
    let token = Token::new("secret").expect("a token");
    let effects = desk.ask(FetchAction::KeepToken(token));
    assert!(matches!(hub(&effects)[..], [HubCommand::KeepToken(_)]));
    assert!(!format!("{effects:?}").contains("secret"));
    let effects = desk.hear(HubNews::Token(Err(broken())));
    assert!(effects.is_empty());
    assert_eq!(
        *desk.studio.fetching().token(),
        TokenState::NotKept(broken())
    );
    let effects = desk.hear(HubNews::Token(Ok(())));
    assert!(matches!(hub(&effects)[..], [HubCommand::LookUp(_)]));
    assert_eq!(*desk.studio.fetching().token(), TokenState::Kept);
}

#[test]
fn what_does_not_fit_or_is_there_is_not_fetched() {
    let full = Offer {
        free_bytes: Some(99 * MEGABYTE),
        ..offer(0)
    };
    let with_place = |place| Offer { place, ..offer(0) };
    let here = with_place(OfferPlace::Here);
    for impossible in [full, here, with_place(OfferPlace::Occupied)] {
        let mut desk = Desk::open();
        desk.look_up("owner/name");
        desk.answer("owner/name", Ok(Box::new(impossible)));
        assert!(desk.ask(FetchAction::Get).is_empty());
        assert!(desk.studio.fetching().incoming().is_none());
    }
    let rest = Offer {
        free_bytes: Some(99 * MEGABYTE),
        ..offer(MEGABYTE)
    };
    assert!(rest.is_possible(), "what came needs no room any more");
}

#[test]
fn speed_and_time_left_are_measured_without_what_was_there() {
    let mut desk = Desk::open();
    desk.look_up("owner/name");
    desk.answer("owner/name", Ok(Box::new(offer(40 * MEGABYTE))));
    desk.ask(FetchAction::Get);
    let incoming = |desk: &Desk| {
        let incoming = desk.studio.fetching().incoming().expect("on its way");
        (incoming.is_checking(), incoming.done_bytes() / MEGABYTE)
    };
    desk.progress(20 * MEGABYTE);
    assert_eq!(incoming(&desk), (true, 40), "what is here is checked first");
    for done in [40, 45, 50] {
        desk.progress(done * MEGABYTE);
    }
    assert_eq!(incoming(&desk), (false, 50));
    let measured = desk.studio.fetching().incoming().expect("on its way");
    assert_eq!(measured.bytes_per_sec(), Some(5e6));
    assert_eq!(measured.secs_left(), Some(10.0));
    assert!((measured.fraction() - 0.5).abs() < 1e-6);
}

#[test]
fn a_pause_is_told_when_it_is_one_and_goes_on() {
    let mut desk = Desk::getting();
    desk.progress(10 * MEGABYTE);
    let effects = desk.ask(FetchAction::Pause);
    assert!(matches!(hub(&effects)[..], [HubCommand::Pause]));
    assert_eq!(*desk.state(), IncomingState::Pausing);
    assert!(
        desk.ask(FetchAction::GoOn).is_empty(),
        "it does not stand yet"
    );
    desk.download(DownloadEvent::Paused);
    assert_eq!(*desk.state(), IncomingState::Paused);
    let effects = desk.ask(FetchAction::GoOn);
    assert!(matches!(hub(&effects)[..], [HubCommand::GoOn]));
    assert_eq!(*desk.state(), IncomingState::Running);
}

#[test]
fn a_failure_says_why_and_is_tried_again_with_a_new_hub() {
    let mut desk = Desk::getting();
    desk.progress(10 * MEGABYTE);
    desk.download(DownloadEvent::Failed(broken()));
    assert_eq!(*desk.state(), IncomingState::Failed(broken()));
    let notices = desk.studio.notices().all();
    assert_eq!(notices[0].notice.headline.key, "get-failed");
    let effects = desk.ask(FetchAction::GoOn);
    // A token that was kept meanwhile is not known to the hub of the first attempt.
    assert!(matches!(hub(&effects)[..], [HubCommand::Get(_)]));
    assert_eq!(*desk.state(), IncomingState::Running);
}

#[test]
fn one_model_comes_at_a_time_and_a_cancel_makes_room() {
    let mut desk = Desk::getting();
    assert!(desk.ask(FetchAction::Get).is_empty());
    let effects = desk.ask(FetchAction::Cancel);
    assert!(matches!(hub(&effects)[..], [HubCommand::Cancel]));
    assert!(desk.ask(FetchAction::Cancel).is_empty());
    let effects = desk.download(DownloadEvent::Cancelled);
    assert!(matches!(hub(&effects)[..], [HubCommand::LookUp(_)]));
    assert!(desk.studio.fetching().incoming().is_none());
    desk.answer("owner/name", Ok(Box::new(offer(0))));
    assert!(!desk.ask(FetchAction::Get).is_empty());
}

#[test]
fn what_came_is_looked_at_and_chosen() {
    let mut desk = Desk::getting();
    let effects = desk.download(DownloadEvent::Finished(target()));
    assert!(scans(&effects));
    assert_eq!(*desk.looked(), Looked::Nothing);
    // A scan that began before does not know it.
    desk.scan(Vec::new());
    assert_eq!(desk.studio.shelf().newcomer(), None);
    desk.scan(vec![(target(), broken())]);
    assert_eq!(desk.studio.shelf().newcomer(), Some(&*target()));
    let notices = desk.studio.notices().all();
    assert_eq!(notices[0].notice.headline.key, "get-arrived-refused");
    assert!(
        desk.studio.settings().model_dirs.is_empty(),
        "it lies among the others"
    );
}

#[test]
fn whoever_looks_at_another_model_is_not_disturbed() {
    let mut desk = Desk::getting();
    desk.look_up("owner/other");
    let mut other = offer(0);
    other.plan.repository = "owner/other".parse().expect("an id");
    desk.answer("owner/other", Ok(Box::new(other.clone())));
    desk.download(DownloadEvent::Finished(target()));
    assert_eq!(*desk.looked(), Looked::Found(Box::new(other)));
}
