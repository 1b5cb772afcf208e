//! Servers that lie about lengths and contents, or answer with a no.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use maquette::domain::Explain as _;
use maquette::hub::HubError;

use crate::repo::{Getter, Repo, UNET};
use crate::server::{Answer, Asked, Server};

/// Serves a repository, but for every answer about its largest file.
fn serve_but(answer: impl Fn(&Repo, &Asked) -> Answer + Send + Sync + 'static) -> (Repo, Server) {
    let repo = Repo::pipeline();
    let served = repo.clone();
    let server = Server::start(move |asked| {
        if asked.path.ends_with(UNET) {
            answer(&served, asked)
        } else {
            served.answer(asked)
        }
    });
    (repo, server)
}

#[track_caller]
fn expect_key(server: &Server, key: &str) -> HubError {
    let getter = Getter::of(server);
    let error = getter.get().unwrap_err();
    assert_eq!(error.explain().headline.key, key, "{error:?}");
    getter.assert_nothing_appeared();
    error
}

#[test]
fn a_file_of_another_length_than_listed_is_refused() {
    let check = |claimed: Option<usize>, sent: usize| {
        let (_, server) = serve_but(move |_, _| Answer {
            length: claimed,
            ..Answer::new(200, vec![1; sent])
        });
        let error = expect_key(&server, "error-hub-length");
        assert!(error.to_string().contains(UNET), "{error}");
    };
    check(Some(100), 100);
    check(Some(300_000), 300_000);
    // Nothing is claimed, and more comes.
    check(None, 300_000);
}

#[test]
fn a_file_that_always_ends_too_soon_is_given_up() {
    let (repo, server) = serve_but(|repo, asked| {
        let mut short = repo.answer(asked);
        short
            .body
            .truncate(if asked.range.is_none() { 1000 } else { 0 });
        short.length = None;
        short
    });
    expect_key(&server, "error-hub-unreachable");
    assert!(server.seen_of(UNET).len() > 1, "it was tried again");
    assert!(repo.file(UNET).len() > 1000);
}

#[test]
fn wrong_bytes_are_not_kept_and_the_next_run_gets_the_right_ones() {
    let is_good = AtomicUsize::new(0);
    let (repo, server) = serve_but(move |repo, asked| {
        let mut answer = repo.answer(asked);
        if is_good.fetch_add(1, Ordering::SeqCst) == 0 {
            answer.body[1234] ^= 1;
        }
        answer
    });
    let getter = Getter::of(&server);
    let error = getter.get().unwrap_err();
    assert!(matches!(error, HubError::Altered { .. }), "{error:?}");
    getter.assert_nothing_appeared();
    getter.expect(&repo);
    let starts: Vec<usize> = server.seen_of(UNET).iter().map(Asked::start_byte).collect();
    assert_eq!(
        starts,
        [0, 0],
        "nothing of the wrong bytes was gone on from"
    );
}

#[test]
fn wrong_bytes_in_a_small_file_are_seen_too() {
    let repo = Repo::pipeline();
    let server = Server::start(move |asked| {
        let mut answer = repo.answer(asked);
        if asked.path.ends_with("vocab.json") {
            answer.body = b"[]".to_vec();
        }
        answer
    });
    expect_key(&server, "error-hub-altered");
}

#[test]
fn a_server_in_trouble_is_asked_again() {
    for status in [408, 429, 500, 502, 503, 504] {
        let count = AtomicUsize::new(0);
        let repo = Repo::pipeline();
        let served = repo.clone();
        let server = Server::start(move |asked| {
            // Every second answer, of the list as of the files.
            if count.fetch_add(1, Ordering::SeqCst).is_multiple_of(2) {
                return Answer::new(status, "busy").with("Retry-After", "0");
            }
            served.answer(asked)
        });
        Getter::of(&server).list().unwrap();
        let (_, server) = {
            let count = AtomicUsize::new(0);
            serve_but(move |repo, asked| {
                if count.fetch_add(1, Ordering::SeqCst) == 0 {
                    return Answer::new(status, "busy").with("Retry-After", "0");
                }
                repo.answer(asked)
            })
        };
        Getter::of(&server).expect(&repo);
    }
}

#[test]
fn a_server_that_stays_in_trouble_is_given_up() {
    let server = Server::start(|_| Answer::new(500, ""));
    let error = Getter::of(&server).list().unwrap_err();
    assert!(
        matches!(error, HubError::Refused { status: 500, .. }),
        "{error:?}"
    );
    assert_eq!(server.seen().len(), 3);
    let (_, server) = serve_but(|_, _| Answer::new(429, "").with("Retry-After", "3600"));
    let begun = Instant::now();
    expect_key(&server, "error-hub-refused");
    assert!(
        begun.elapsed().as_secs() < 60,
        "no server makes us wait for ever"
    );
}

#[test]
fn what_is_not_there_is_said_at_once() {
    let check = |status: u16, code: &'static str, key: &str| {
        let server = Server::start(move |_| Answer::new(status, "").with("X-Error-Code", code));
        let error = Getter::of(&server).list().unwrap_err();
        assert_eq!(error.explain().headline.key, key, "{error:?}");
        assert_eq!(server.seen().len(), 1, "a no is not asked for twice");
    };
    check(404, "RepoNotFound", "error-hub-no-repository");
    check(401, "RepoNotFound", "error-hub-no-repository");
    check(404, "", "error-hub-no-repository");
    check(404, "RevisionNotFound", "error-hub-no-revision");
    check(401, "GatedRepo", "error-hub-token");
    check(403, "GatedRepo", "error-hub-token");
    check(400, "", "error-hub-refused");
    let (_, server) = serve_but(|_, _| Answer::new(404, "").with("X-Error-Code", "EntryNotFound"));
    expect_key(&server, "error-hub-no-revision");
}

#[test]
fn an_answer_that_is_no_list_is_refused() {
    for text in ["", "<html>", "{}", r#"{"sha": "main", "siblings": []}"#] {
        let server = Server::start(move |_| Answer::new(200, text));
        let error = Getter::of(&server).list().unwrap_err();
        assert!(
            matches!(error, HubError::Garbled { .. }),
            "{text}: {error:?}"
        );
    }
}

#[test]
fn nobody_at_the_address_is_said_with_the_host() {
    let gone = Server::start(|_| Answer::new(200, "")).url();
    let server = Server::start(move |_| Answer::new(302, "").with("Location", format!("{gone}/x")));
    let error = Getter::hasty(&server).list().unwrap_err();
    let notice = error.explain();
    assert_eq!(notice.headline.key, "error-hub-unreachable");
    assert!(
        notice.details.join("\n").contains("127.0.0.1"),
        "{notice:?}"
    );
}
