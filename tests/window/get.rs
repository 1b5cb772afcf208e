//! The page on which a model is got, by the names of its parts.

use std::path::PathBuf;
use std::time::Duration;

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::Harness;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use maquette::app::{
    Action, FetchAction, Heard, HubNews, LookUp, Offer, OfferPlace, Refusal, RefusalRemedy,
};
use maquette::domain::{Message, Notice, Severity};
use maquette::hub::{Checksum, DownloadEvent, FetchProgress, HubError, Plan, PlannedFile, Token};
use maquette::models::Licence;
use maquette::settings::Settings;
use maquette::ui::view::Sheet;

use crate::bench::{
    self, Bench, CTRL_SHIFT, SMALL, click, every_look, is_shown, press, texts_and_buttons, view,
    write,
};

const GIGABYTE: u64 = 1_000_000_000;

/// The window with an empty shelf, and the page open.
fn open(settings: Settings) -> Harness<'static, Bench> {
    let mut bench = Bench::new(settings);
    bench.hear(found(Vec::new()));
    let mut harness = bench.open();
    press(&mut harness, CTRL_SHIFT, Key::G);
    assert_eq!(view(&harness).sheet, Some(Sheet::GetModel));
    harness
}

/// The page with the answer to a question.
fn answered(settings: Settings, found: Result<Offer, Refusal>) -> Harness<'static, Bench> {
    let mut harness = open(settings);
    write(&mut harness, "owner/name");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    hear(&mut harness, answer(found));
    harness
}

fn answer(found: Result<Offer, Refusal>) -> HubNews {
    HubNews::LookedUp {
        wish: LookUp {
            text: "owner/name".to_owned(),
            folder: None,
        },
        found: found.map(Box::new),
    }
}

/// Hears from the hub, a second after what was heard before.
fn hear(harness: &mut Harness<'_, Bench>, news: HubNews) {
    harness.state_mut().now += Duration::from_secs(1);
    harness.state_mut().hear(Heard::Hub(news));
    harness.run_steps(3);
}

fn download(harness: &mut Harness<'_, Bench>, event: DownloadEvent) {
    hear(harness, HubNews::Download(event));
}

fn progress(harness: &mut Harness<'_, Bench>, done_bytes: u64) {
    let progress = FetchProgress {
        file: 0,
        file_bytes: done_bytes,
        done_bytes,
        total_bytes: 4 * GIGABYTE,
    };
    download(harness, DownloadEvent::Progress(progress));
}

fn found(refused: Vec<(PathBuf, Notice)>) -> Heard {
    let found = Vec::new();
    Heard::Models { found, refused }
}

fn offer() -> Offer {
    let file = |path: &str, bytes| PlannedFile {
        path: path.to_owned(),
        remote_path: path.to_owned(),
        bytes,
        checksum: Checksum::Sha256("a".repeat(64)),
    };
    Offer {
        plan: Plan {
            repository: "owner/name".parse().expect("an id"),
            commit: "0123456789abcdef0123456789abcdef01234567".to_owned(),
            folder: String::new(),
            licence: Licence {
                id: "creativeml-openrail-m".to_owned(),
                holder: "owner".to_owned(),
                text: String::new(),
            },
            is_gated: false,
            page: "https://hub.example/owner/name".to_owned(),
            files: vec![
                file("unet/model.onnx", 4 * GIGABYTE - 1_000),
                file("model_index.json", 1_000),
            ],
            root: PathBuf::from("/models"),
        },
        host: "hub.example".to_owned(),
        received_bytes: 0,
        free_bytes: Some(90 * GIGABYTE),
        place: OfferPlace::Free,
    }
}

fn denied() -> Refusal {
    let error = HubError::Denied {
        repository: "owner/name".to_owned(),
        host: "hub.example".to_owned(),
        status: 401,
        page: "https://hub.example/owner/name".to_owned(),
        had_token: false,
    };
    error.into()
}

fn broken() -> Notice {
    let headline = Message::new("error-hub-unreachable").with("host", "hub.example");
    let mut notice = Notice::new(Severity::Error, headline);
    notice.details.push("connection reset".to_owned());
    notice
}

/// What was asked of the hub last.
fn last<'a>(harness: &'a Harness<'_, Bench>) -> Option<&'a FetchAction> {
    let mut actions = harness.state().actions.iter().rev();
    actions.find_map(|action| {
        if let Action::Fetch(action) = action {
            Some(action)
        } else {
            None
        }
    })
}

#[test]
fn what_is_written_is_looked_up_and_shown_before_it_is_got() {
    let mut harness = open(Settings::default());
    write(&mut harness, " owner/name ");
    press(&mut harness, Modifiers::NONE, Key::Enter);
    let look_up = FetchAction::LookUp("owner/name".to_owned());
    assert_eq!(last(&harness), Some(&look_up));
    assert!(is_shown(&harness, "Asking the hub…"));
    hear(&mut harness, answer(Ok(offer())));
    for text in [
        "creativeml-openrail-m",
        "main · 0123456789",
        "4.0 GB",
        "90.0 GB",
        "2 files",
        "unet/model.onnx",
    ] {
        assert!(
            harness.query_all_by_label_contains(text).next().is_some(),
            "{text}"
        );
    }
    harness
        .get_by_label("https://hub.example/owner/name")
        .click();
    harness.run_steps(3);
    assert!(matches!(last(&harness), Some(FetchAction::OpenPage(_))));
    click(&mut harness, "Get it");
    assert_eq!(last(&harness), Some(&FetchAction::Get));
    assert!(
        harness
            .query_by_role_and_label(Role::Button, "Get it")
            .is_none()
    );
}

#[test]
fn escape_goes_back_to_the_models_and_the_button_leads_here() {
    let mut harness = open(Settings::default());
    click(&mut harness, "All models");
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
    assert!(is_shown(&harness, "No models yet"));
    let buttons = harness.query_all_by_role_and_label(Role::Button, "Get a model…");
    buttons
        .last()
        .expect("one in the head, one in the middle")
        .click();
    harness.run_steps(3);
    assert_eq!(view(&harness).sheet, Some(Sheet::GetModel));
    press(&mut harness, Modifiers::NONE, Key::Escape);
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
}

#[test]
fn a_model_that_does_not_fit_is_told_and_cannot_be_got() {
    let full = Offer {
        free_bytes: Some(GIGABYTE),
        ..offer()
    };
    let harness = answered(Settings::default(), Ok(full));
    assert!(is_shown(
        &harness,
        "4.0 GB are still to come, and 1.0 GB are free on the disk"
    ));
    let button = harness.get_by_role_and_label(Role::Button, "Get it");
    assert!(button.accesskit_node().is_disabled());
}

#[test]
fn a_model_that_is_here_is_shown_among_the_others() {
    let here = Offer {
        place: OfferPlace::Here,
        ..offer()
    };
    let mut harness = answered(Settings::default(), Ok(here));
    assert!(is_shown(&harness, "This model is here already"));
    click(&mut harness, "Show it");
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
}

#[test]
fn a_token_is_masked_kept_and_gone_from_the_field() {
    let mut harness = answered(Settings::default(), Err(denied()));
    assert!(is_shown(&harness, "only for those whom the hub knows"));
    harness.get_by_label("Token for hub.example").focus();
    harness.run_steps(2);
    write(&mut harness, "hf_secret");
    assert!(!shows_anywhere(&harness, "hf_secret"));
    click(&mut harness, "Keep the token");
    let token = Token::new("hf_secret").expect("a token");
    assert_eq!(last(&harness), Some(&FetchAction::KeepToken(token)));
    hear(&mut harness, HubNews::Token(Err(broken())));
    assert!(is_shown(&harness, "hub.example cannot be reached"));
    let keep = harness.get_by_role_and_label(Role::Button, "Keep the token");
    assert!(keep.accesskit_node().is_disabled(), "the field is empty");
}

/// Whether any node says or holds a text.
fn shows_anywhere(harness: &Harness<'_, Bench>, text: &str) -> bool {
    let root = harness.root();
    root.children_recursive().any(|node| {
        let data = node.accesskit_node();
        let said = [data.label(), data.value()];
        said.iter().flatten().any(|said| said.contains(text))
    })
}

#[test]
fn of_several_models_one_is_chosen() {
    let folders = vec!["fp16".to_owned(), "fp32".to_owned()];
    let several = HubError::SeveralFolders {
        repository: "owner/name".to_owned(),
        folders,
    };
    let mut harness = answered(Settings::default(), Err(several.into()));
    click(&mut harness, "fp32");
    let choose = FetchAction::ChooseFolder("fp32".to_owned());
    assert_eq!(last(&harness), Some(&choose));
}

#[test]
fn a_model_on_its_way_tells_how_far_it_is_and_can_stand_still() {
    let mut harness = answered(Settings::default(), Ok(offer()));
    click(&mut harness, "Get it");
    progress(&mut harness, GIGABYTE);
    progress(&mut harness, 2 * GIGABYTE);
    assert!(is_shown(
        &harness,
        "2.0 GB of 4.0 GB · 50 % · 1.0 GB/s · 2 s left"
    ));
    click(&mut harness, "Pause");
    assert_eq!(last(&harness), Some(&FetchAction::Pause));
    download(&mut harness, DownloadEvent::Paused);
    click(&mut harness, "Go on");
    assert_eq!(last(&harness), Some(&FetchAction::GoOn));
    download(&mut harness, DownloadEvent::Failed(broken()));
    assert!(is_shown(&harness, "hub.example cannot be reached"));
    click(&mut harness, "Try again");
    assert_eq!(last(&harness), Some(&FetchAction::GoOn));
    // With the sheet closed, the line at the bottom tells, and leads back.
    for _ in 0..2 {
        press(&mut harness, Modifiers::NONE, Key::Escape);
    }
    assert_eq!(view(&harness).sheet, None);
    click(&mut harness, "Getting name: 50 %");
    assert_eq!(view(&harness).sheet, Some(Sheet::GetModel));
}

#[test]
fn a_cancel_asks_when_much_has_come() {
    let mut harness = answered(Settings::default(), Ok(offer()));
    click(&mut harness, "Get it");
    progress(&mut harness, GIGABYTE);
    click(&mut harness, "Cancel");
    assert_eq!(last(&harness), Some(&FetchAction::Get));
    click(&mut harness, "Keep it");
    click(&mut harness, "Cancel");
    click(&mut harness, "Delete what came");
    assert_eq!(last(&harness), Some(&FetchAction::Cancel));
}

#[test]
fn what_came_is_shown_among_the_models() {
    let mut harness = answered(Settings::default(), Ok(offer()));
    click(&mut harness, "Get it");
    let folder = offer().plan.target();
    download(&mut harness, DownloadEvent::Finished(folder.clone()));
    let refused = vec![(folder, broken())];
    harness.state_mut().hear(found(refused));
    harness.run_steps(3);
    assert_eq!(view(&harness).sheet, Some(Sheet::Models));
    assert!(is_shown(&harness, "owner--name, Cannot be used"));
    assert!(is_shown(
        &harness,
        "The model came whole, but cannot be used"
    ));
}

#[test]
fn the_page_has_names_and_places_in_every_language_and_theme() {
    let long = "a-rather-long-name-of-somebodys-model-onnx-olive-optimized-fp16";
    let mut gated = offer();
    gated.plan.is_gated = true;
    gated.plan.repository = format!("owner/{long}").parse().expect("an id");
    gated.received_bytes = GIGABYTE;
    let ask_again = Refusal {
        notice: broken(),
        remedy: RefusalRemedy::AskAgain,
    };
    for look in every_look() {
        check(&open(look.clone()));
        check(&answered(look.clone(), Err(denied())));
        check(&answered(look.clone(), Err(ask_again.clone())));
        let mut harness = answered(look, Ok(gated.clone()));
        check(&harness);
        let get = Action::Fetch(FetchAction::Get);
        harness.state_mut().apply(get);
        progress(&mut harness, 2 * GIGABYTE);
        check(&harness);
        download(&mut harness, DownloadEvent::Failed(broken()));
        check(&harness);
    }
}

/// All is as in every sheet, and nothing reaches out of the window at its lower end.
fn check(harness: &Harness<'_, Bench>) {
    bench::check(harness, "the page");
    for (label, rect) in texts_and_buttons(harness) {
        let is_above = rect.bottom() <= SMALL.y + 0.5 || rect.height() < 1.0;
        assert!(is_above, "`{label}` stands at {rect:?}");
    }
}
