//! Who may see the token: the hub, when it asks, and nobody else.

use maquette::domain::{CancelToken, Explain as _};
use maquette::hub::{Endpoint, Hub, HubError, Token};

use crate::repo::{Getter, Repo, UNET, give, hub, repository};
use crate::server::{Answer, Asked, Server};

const SECRET: &str = "hf_secret";

/// Somebody with a token.
fn known(server: &Server) -> Getter {
    let token = Token::new(SECRET);
    Getter {
        hub: hub(server).with_token_from(move |_| token.clone()),
        root: tempfile::tempdir().unwrap(),
    }
}

fn is_known(asked: &Asked) -> bool {
    asked.authorization.as_deref() == Some("Bearer hf_secret")
}

/// A hub that gives files only to those whom it knows.
fn gated() -> (Repo, Server) {
    let mut repo = Repo::pipeline();
    repo.gated = "manual".into();
    let served = repo.clone();
    let server = Server::start(move |asked| {
        if asked.path.starts_with("/api") || is_known(asked) {
            return served.answer(asked);
        }
        Answer::new(401, "").with("X-Error-Code", "GatedRepo")
    });
    (repo, server)
}

#[test]
fn a_gated_model_comes_with_a_token() {
    let (repo, server) = gated();
    let getter = known(&server);
    assert!(getter.list().unwrap().is_gated);
    assert!(
        server
            .seen()
            .iter()
            .all(|asked| asked.authorization.is_none())
    );
    getter.expect(&repo);
    assert!(server.seen_of(UNET).iter().any(is_known));
}

#[test]
fn without_a_token_the_page_with_the_terms_is_named() {
    let (_, server) = gated();
    let getter = Getter::of(&server);
    let notice = getter.get().unwrap_err().explain();
    assert_eq!(notice.headline.key, "error-hub-token");
    let page = format!("{}/owner/name", server.url());
    assert!(
        format!("{:?}", notice.headline.args).contains(&page),
        "{notice:?}"
    );
    getter.assert_nothing_appeared();
}

#[test]
fn a_token_that_does_not_open_the_model_is_told_apart_and_not_shown() {
    let server = Server::start(|_| Answer::new(403, "").with("X-Error-Code", "GatedRepo"));
    let error = known(&server).list().unwrap_err();
    assert!(
        matches!(
            &error,
            HubError::Denied {
                had_token: true,
                ..
            }
        ),
        "{error:?}"
    );
    let notice = error.explain();
    assert_eq!(notice.headline.key, "error-hub-terms");
    assert!(!format!("{error:?} {error} {notice:?}").contains(SECRET));
    assert_eq!(
        server.seen().len(),
        2,
        "once as a stranger, once as ourselves"
    );
}

#[test]
fn a_private_repository_is_listed_with_a_token() {
    let repo = Repo::pipeline();
    let served = repo.clone();
    let server = Server::start(move |asked| {
        if is_known(asked) {
            return served.answer(asked);
        }
        Answer::new(401, "").with("X-Error-Code", "RepoNotFound")
    });
    known(&server).expect(&repo);
}

#[test]
fn nobody_is_known_where_nobody_need_be() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let panics = hub(&server).with_token_from(|_| panic!("a public model needs no token"));
    let getter = Getter {
        hub: panics,
        root: tempfile::tempdir().unwrap(),
    };
    getter.expect(&repo);
    assert!(
        server
            .seen()
            .iter()
            .all(|asked| asked.authorization.is_none())
    );
}

#[test]
fn a_token_does_not_follow_to_another_server() {
    let (repo, _) = gated();
    let elsewhere_has = repo.clone();
    let elsewhere = Server::start(move |asked| give(elsewhere_has.file(UNET), asked));
    let (served, target) = (repo.clone(), elsewhere.url());
    let server = Server::start(move |asked| {
        if !asked.path.starts_with("/api") && !is_known(asked) {
            return Answer::new(401, "").with("X-Error-Code", "GatedRepo");
        }
        if asked.path.ends_with(UNET) {
            return Answer::new(302, "").with("Location", format!("{target}/signed?x=1"));
        }
        served.answer(asked)
    });
    known(&server).expect(&repo);
    let seen = elsewhere.seen();
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].path, "/signed?x=1");
    assert_eq!(seen[0].authorization, None);
}

#[test]
fn a_token_follows_on_the_same_server() {
    let (repo, _) = gated();
    let served = repo.clone();
    let server = Server::start(move |asked| {
        if asked.path.starts_with("/moved") {
            assert!(is_known(asked), "{asked:?}");
            return give(served.file(UNET), asked);
        }
        if !asked.path.starts_with("/api") && !is_known(asked) {
            return Answer::new(401, "").with("X-Error-Code", "GatedRepo");
        }
        if asked.path.ends_with(UNET) {
            return Answer::new(307, "").with("Location", "/moved/unet");
        }
        served.answer(asked)
    });
    known(&server).expect(&repo);
    assert_eq!(server.seen_of("/moved/unet").len(), 1);
}

#[test]
fn another_server_that_refuses_is_not_shown_a_token_and_the_hub_signs_anew() {
    let repo = Repo::pipeline();
    let elsewhere_has = repo.clone();
    let elsewhere = Server::start(move |asked| {
        if asked.path == "/signed?old" {
            return Answer::new(403, "expired");
        }
        give(elsewhere_has.file(UNET), asked)
    });
    let (served, target) = (repo.clone(), elsewhere.url());
    let is_old = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |asked| {
        if !asked.path.ends_with(UNET) {
            return served.answer(asked);
        }
        let old = is_old.swap(false, std::sync::atomic::Ordering::SeqCst);
        let signature = if old { "old" } else { "new" };
        Answer::new(302, "").with("Location", format!("{target}/signed?{signature}"))
    });
    known(&server).expect(&repo);
    let paths: Vec<_> = elsewhere
        .seen()
        .into_iter()
        .map(|asked| asked.path)
        .collect();
    assert_eq!(paths, ["/signed?old", "/signed?new"]);
    assert!(
        server
            .seen()
            .iter()
            .all(|asked| asked.authorization.is_none())
    );
}

#[test]
fn redirects_that_lead_nowhere_end() {
    for target in [
        "",
        "//other/x",
        "ftp://other/x",
        "/api/models/owner/name/revision/again",
    ] {
        let server = Server::start(move |_| Answer::new(302, "").with("Location", target));
        let error = Getter::of(&server).list().unwrap_err();
        assert!(
            matches!(error, HubError::Unreachable { .. }),
            "{target}: {error:?}"
        );
        assert!(server.seen().len() < 20, "{target}");
    }
}

#[test]
fn an_open_connection_across_the_network_never_carries_a_token() {
    // No such host is asked: it is enough that nobody looks for the token.
    let hub = Hub::at(Endpoint::at("http://hub.invalid").unwrap())
        .with_token_from(|_| panic!("the token must not be looked for"))
        .with_patience(maquette::hub::Patience {
            attempts: 1,
            ..Default::default()
        });
    let error = hub
        .list(&repository(), &CancelToken::default())
        .unwrap_err();
    assert!(matches!(error, HubError::Unreachable { .. }), "{error:?}");
}
