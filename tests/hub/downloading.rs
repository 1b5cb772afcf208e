//! Stopping in the middle, going on, and giving up; on this thread and on the download's own.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};
use maquette::domain::CancelToken;
use maquette::hub::{Download, DownloadEvent, FetchOutcome, Patience};

use crate::repo::{Getter, Repo, UNET, hub, names};
use crate::server::{Asked, Server};

/// Longer than anything takes that does not hang.
const LONG: Duration = Duration::from_secs(20);

/// A hub that sends 50,000 bytes of the largest file and then nothing, the first time.
fn stalls_once(repo: &Repo) -> (Server, Sender<()>) {
    let (release, hold) = bounded(0);
    (serve_stalling(repo, 1, hold), release)
}

fn serve_stalling(repo: &Repo, times: usize, hold: Receiver<()>) -> Server {
    let (repo, count) = (repo.clone(), AtomicUsize::new(0));
    Server::start(move |asked| {
        let answer = repo.answer(asked);
        if asked.path.ends_with(UNET) && count.fetch_add(1, Ordering::SeqCst) < times {
            return answer.held_after(50_000, hold.clone());
        }
        answer
    })
}

/// Whether everything but the rest of the stalled file has come.
fn is_stalled(repo: &Repo, done_bytes: u64) -> bool {
    let total: usize = repo.files.values().map(Vec::len).sum();
    let rest = repo.file(UNET).len() - 50_000;
    done_bytes == (total - rest) as u64
}

#[test]
fn a_cancel_ends_a_fetch_that_waits_and_keeps_what_came() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter::of(&server);
    let plan = getter.plan();
    let cancel = CancelToken::default();
    let mut begun = None;
    let outcome = getter.hub.fetch(&plan, &cancel, &mut |progress| {
        if is_stalled(&repo, progress.done_bytes) {
            begun = Some(Instant::now());
            cancel.cancel();
        }
    });
    assert_eq!(outcome.unwrap(), FetchOutcome::Stopped);
    let took = begun.unwrap().elapsed();
    assert!(took < Duration::from_secs(2), "{took:?}");
    getter.assert_nothing_appeared();
    assert!(
        is_stalled(&repo, plan.received_bytes()),
        "{}",
        plan.received_bytes()
    );
    server.seen();
    getter.expect(&repo);
    let starts: Vec<usize> = server
        .seen_of(".onnx")
        .iter()
        .map(Asked::start_byte)
        .collect();
    assert_eq!(starts, [50_000], "only what was lacking was asked for");
}

#[test]
fn a_cancel_ends_a_pause_between_two_attempts() {
    let server = Server::start(|_| crate::server::Answer::new(503, ""));
    let patient = hub(&server).with_patience(Patience {
        first_pause: LONG,
        longest_pause: LONG,
        ..Patience::default()
    });
    let cancel = CancelToken::default();
    let later = cancel.clone();
    let canceller = std::thread::Builder::new()
        .name("canceller".to_owned())
        .spawn(move || {
            std::thread::sleep(Duration::from_millis(200));
            later.cancel();
        })
        .unwrap();
    let begun = Instant::now();
    let listed = patient.list(&crate::repo::repository(), &cancel);
    assert!(matches!(listed, Err(maquette::hub::HubError::Cancelled)));
    assert!(begun.elapsed() < LONG / 2);
    canceller.join().unwrap();
}

#[test]
fn a_server_that_falls_silent_is_asked_for_the_rest() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter {
        hub: hub(&server).with_patience(Patience {
            silence: Duration::from_millis(300),
            first_pause: Duration::from_millis(1),
            ..Patience::default()
        }),
        root: tempfile::tempdir().unwrap(),
    };
    getter.expect(&repo);
    let starts: Vec<usize> = server.seen_of(UNET).iter().map(Asked::start_byte).collect();
    assert_eq!(starts, [0, 50_000]);
}

/// Waits for what is no progress.
fn next(download: &Download) -> DownloadEvent {
    loop {
        match download.events().recv_timeout(LONG).unwrap() {
            DownloadEvent::Progress(_) => {}
            event @ (DownloadEvent::Paused
            | DownloadEvent::Failed(_)
            | DownloadEvent::Finished(_)
            | DownloadEvent::Cancelled) => return event,
        }
    }
}

/// Waits until the stalled file is all that is lacking.
fn wait_for_stall(download: &Download, repo: &Repo) {
    let begun = Instant::now();
    while !is_stalled(repo, download.plan().received_bytes()) {
        assert!(begun.elapsed() < LONG, "it never gets there");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_download_pauses_goes_on_and_finishes() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter::of(&server);
    let mut download = Download::start(Arc::new(hub(&server)), getter.plan()).unwrap();
    wait_for_stall(&download, &repo);
    download.pause();
    assert_eq!(next(&download), DownloadEvent::Paused);
    getter.assert_nothing_appeared();
    download.resume();
    assert_eq!(
        next(&download),
        DownloadEvent::Finished(getter.plan().target())
    );
    assert!(
        download.events().recv_timeout(LONG).is_err(),
        "that was the last event"
    );
    getter.expect(&repo);
}

#[test]
fn a_cancelled_download_leaves_nothing() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter::of(&server);
    let download = Download::start(Arc::new(hub(&server)), getter.plan()).unwrap();
    wait_for_stall(&download, &repo);
    download.cancel();
    assert_eq!(next(&download), DownloadEvent::Cancelled);
    assert!(names(getter.root.path()).is_empty());
}

#[test]
fn a_paused_download_can_be_cancelled() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter::of(&server);
    let download = Download::start(Arc::new(hub(&server)), getter.plan()).unwrap();
    wait_for_stall(&download, &repo);
    download.pause();
    assert_eq!(next(&download), DownloadEvent::Paused);
    download.cancel();
    assert_eq!(next(&download), DownloadEvent::Cancelled);
    assert!(names(getter.root.path()).is_empty());
}

#[test]
fn a_failed_download_can_be_tried_again() {
    let repo = Repo::pipeline();
    let (served, count) = (repo.clone(), AtomicUsize::new(0));
    let server = Server::start(move |asked| {
        let answer = served.answer(asked);
        if asked.path.ends_with(UNET) && count.fetch_add(1, Ordering::SeqCst) < 3 {
            return answer.broken_after(0);
        }
        answer
    });
    let getter = Getter::of(&server);
    let mut download = Download::start(Arc::new(hub(&server)), getter.plan()).unwrap();
    let DownloadEvent::Failed(notice) = next(&download) else {
        panic!("it breaks off as often as it is tried");
    };
    assert_eq!(notice.headline.key, "error-hub-unreachable");
    download.resume();
    assert!(matches!(next(&download), DownloadEvent::Finished(_)));
    getter.expect(&repo);
}

#[test]
fn a_dropped_download_stops_and_keeps_what_came() {
    let repo = Repo::pipeline();
    let (server, _release) = stalls_once(&repo);
    let getter = Getter::of(&server);
    let download = Download::start(Arc::new(hub(&server)), getter.plan()).unwrap();
    wait_for_stall(&download, &repo);
    drop(download);
    // Its thread may need a moment to let go of the folder, which a fetch waits for.
    getter.expect(&repo);
}
