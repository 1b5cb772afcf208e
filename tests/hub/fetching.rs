//! A model that comes: whole, on from where it broke off, several files at once.

use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Barrier};

use maquette::domain::CancelToken;
use maquette::hub::{FetchOutcome, FetchProgress, HubError};
use maquette::models::{ModelFolder, scan};
use maquette::pipeline;

use crate::repo::{COMMIT, Getter, Repo, UNET, give, graph_beside, hub, names};
use crate::server::{Answer, Asked, Server};

/// Serves a repository, but for the first answers about its largest file.
fn serve_but_first(
    repo: &Repo,
    times: usize,
    answer: impl Fn(&Repo, &Asked) -> Answer + Send + Sync + 'static,
) -> Server {
    let (repo, count) = (repo.clone(), AtomicUsize::new(0));
    Server::start(move |asked| {
        let is_it = asked.path.ends_with(UNET);
        if is_it && count.fetch_add(1, Ordering::SeqCst) < times {
            answer(&repo, asked)
        } else {
            repo.answer(asked)
        }
    })
}

#[test]
fn a_model_comes_whole_and_is_found_with_its_licence_and_all_hashes() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let getter = Getter::of(&server);
    getter.expect(&repo);
    let scan = scan(&[getter.root.path().to_owned()]);
    assert!(scan.refused.is_empty(), "{:?}", scan.refused);
    let [folder] = scan.found.as_slice() else {
        panic!("{:?}", scan.found);
    };
    let manifest = folder.manifest().unwrap();
    assert_eq!(manifest.id.as_str(), "owner/name");
    assert_eq!(manifest.name, "name");
    assert_eq!(manifest.version, COMMIT);
    assert_eq!(manifest.licence.id, "mit");
    assert_eq!(manifest.files.len(), repo.files.len());
    folder.check(&CancelToken::default(), &mut |_| {}).unwrap();
}

#[test]
fn a_real_export_comes_with_all_that_its_family_needs() {
    let tiny = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tiny/sdxl");
    let mut repo = Repo::empty();
    for part in names(&tiny) {
        let path = tiny.join(&part);
        if path.is_file() {
            repo = repo.with(&part, &fs::read(path).unwrap());
            continue;
        }
        for name in names(&path) {
            let contents = fs::read(path.join(&name)).unwrap();
            repo = repo.with(&format!("{part}/{name}"), &contents);
        }
    }
    let server = repo.clone().serve();
    let getter = Getter::of(&server);
    getter.expect(&repo);
    let folder = ModelFolder::open(&getter.plan().target()).unwrap();
    let model = pipeline::describe(&folder).unwrap();
    assert_eq!(model.id.as_str(), "owner/name");
    assert_eq!(model.licence.unwrap().id, "mit");
}

#[test]
fn files_are_asked_for_at_the_commit_that_was_listed() {
    let server = Repo::pipeline().serve();
    Getter::of(&server).get().unwrap();
    let files = server.seen().into_iter().skip(1);
    for asked in files {
        assert!(
            asked
                .path
                .starts_with(&format!("/owner/name/resolve/{COMMIT}/")),
            "{asked:?}"
        );
    }
}

#[test]
fn a_model_that_is_there_is_not_fetched_again() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let getter = Getter::of(&server);
    getter.expect(&repo);
    assert!(getter.plan().is_here());
    server.seen();
    getter.expect(&repo);
    assert!(
        server
            .seen()
            .iter()
            .all(|asked| asked.path.starts_with("/api"))
    );
}

#[test]
fn something_else_in_its_place_is_left_alone() {
    let server = Repo::pipeline().serve();
    let getter = Getter::of(&server);
    fs::create_dir(getter.root.path().join("owner--name")).unwrap();
    let error = getter.get().unwrap_err();
    assert!(matches!(error, HubError::Occupied { .. }), "{error:?}");
    assert_eq!(names(getter.root.path()), ["owner--name"]);
}

#[test]
fn a_broken_connection_is_taken_up_where_it_broke() {
    let repo = Repo::pipeline();
    let last = repo.file(UNET).len() - 1;
    for bytes in [0, 1, 65_535, 65_536, 100_000, last] {
        let server = serve_but_first(&repo, 1, move |repo, asked| {
            repo.answer(asked).broken_after(bytes)
        });
        Getter::of(&server).expect(&repo);
        let asked = server.seen_of(UNET);
        assert_eq!(asked.len(), 2, "{bytes}");
        assert_eq!(asked[1].start_byte(), bytes);
        assert_eq!(
            asked[1].if_range.is_some(),
            bytes > 0,
            "a range is of a known version"
        );
    }
}

#[test]
fn a_connection_that_breaks_again_and_again_gets_there_as_long_as_it_moves() {
    let repo = Repo::pipeline();
    let server = serve_but_first(&repo, 15, |repo, asked| {
        let whole = repo.answer(asked);
        whole.broken_after(10_000)
    });
    Getter::of(&server).expect(&repo);
    let starts: Vec<usize> = server.seen_of(UNET).iter().map(Asked::start_byte).collect();
    let expected: Vec<usize> = (0..16).map(|number| number * 10_000).collect();
    assert_eq!(starts, expected);
}

#[test]
fn the_next_run_goes_on_from_what_the_last_one_left() {
    let repo = Repo::pipeline();
    let server = serve_but_first(&repo, 1, |repo, asked| {
        repo.answer(asked).broken_after(50_000)
    });
    let getter = Getter::hasty(&server);
    let error = getter.get().unwrap_err();
    assert!(matches!(error, HubError::Unreachable { .. }), "{error:?}");
    getter.assert_nothing_appeared();
    assert!(getter.plan().received_bytes() >= 50_000);
    server.seen();
    let mut heard = Vec::new();
    let plan = getter.plan();
    getter
        .hub
        .fetch(&plan, &CancelToken::default(), &mut |progress| {
            heard.push(progress);
        })
        .unwrap();
    let asked = server.seen_of(UNET);
    assert_eq!(asked.len(), 1);
    assert_eq!(asked[0].start_byte(), 50_000);
    assert_eq!(heard.last().unwrap().done_bytes, plan.bytes());
    getter.expect(&repo);
}

#[test]
fn what_came_before_and_was_changed_on_the_disk_is_fetched_again() {
    let repo = Repo::pipeline();
    let server = serve_but_first(&repo, 1, |repo, asked| {
        repo.answer(asked).broken_after(50_000)
    });
    let getter = Getter::hasty(&server);
    getter.get().unwrap_err();
    let incoming = getter.plan().incoming();
    let text_encoder = incoming.join("model/text_encoder/model.onnx");
    if text_encoder.exists() {
        let length = fs::metadata(&text_encoder).unwrap().len();
        fs::File::create(&text_encoder)
            .unwrap()
            .set_len(length)
            .unwrap();
    }
    let part = incoming.join("parts/unet/model.onnx.part");
    fs::OpenOptions::new()
        .write(true)
        .open(part)
        .unwrap()
        .set_len(0)
        .unwrap();
    fs::File::create(incoming.join("model/stray.txt")).unwrap();
    getter.expect(&repo);
    assert!(!getter.root.path().join("owner--name/stray.txt").exists());
}

#[test]
fn a_server_that_ignores_ranges_sends_the_file_again() {
    let repo = Repo::pipeline();
    let server = serve_but_first(&repo, 2, |repo, asked| {
        if asked.range.is_none() {
            return repo.answer(asked).broken_after(50_000);
        }
        Answer::new(200, repo.file(UNET))
    });
    Getter::of(&server).expect(&repo);
    assert_eq!(server.seen_of(UNET).len(), 2);
}

#[test]
fn a_server_that_gives_no_range_is_asked_for_the_whole() {
    let repo = Repo::pipeline();
    for status in [416, 206] {
        let server = serve_but_first(&repo, 2, move |repo, asked| {
            if asked.range.is_none() {
                return repo.answer(asked).broken_after(50_000);
            }
            // A 206 that goes on somewhere else is of no use either.
            let total = repo.file(UNET).len();
            let range = format!("bytes 7-15/{total}");
            Answer::new(status, "elsewhere").with("Content-Range", range)
        });
        Getter::of(&server).expect(&repo);
        let starts: Vec<usize> = server.seen_of(UNET).iter().map(Asked::start_byte).collect();
        assert_eq!(starts, [0, 50_000, 0], "{status}");
    }
}

#[test]
fn a_version_that_changed_between_two_parts_is_not_mixed() {
    let repo = Repo::pipeline();
    let other = vec![7; repo.file(UNET).len()];
    // Once the server minds `If-Range`, once it does not.
    for minds in [true, false] {
        let other = other.clone();
        let server = serve_but_first(&repo, 1, move |_, asked| {
            give(&other, asked).broken_after(50_000)
        });
        let server = if minds {
            server
        } else {
            let (repo, other, count) = (repo.clone(), vec![7; 50_000], AtomicUsize::new(0));
            Server::start(move |asked| {
                if !asked.path.ends_with(UNET) {
                    return repo.answer(asked);
                }
                if count.fetch_add(1, Ordering::SeqCst) == 0 {
                    let mut torn = repo.answer(asked);
                    torn.body.clone_from(&other);
                    return torn;
                }
                let careless = Asked {
                    if_range: None,
                    ..asked.clone()
                };
                repo.answer(&careless)
            })
        };
        Getter::of(&server).expect(&repo);
        let starts: Vec<usize> = server.seen_of(UNET).iter().map(Asked::start_byte).collect();
        let expected: &[usize] = if minds { &[0, 50_000] } else { &[0, 50_000, 0] };
        assert_eq!(starts, expected);
    }
}

#[test]
fn files_come_several_at_once() {
    let repo = Repo::pipeline();
    let together = Arc::new(Barrier::new(3));
    let served = repo.clone();
    let server = Server::start(move |asked| {
        if asked.path.ends_with("/model.onnx") {
            // Nobody is answered before all three have asked.
            together.wait();
        }
        served.answer(asked)
    });
    Getter::of(&server).expect(&repo);
}

#[test]
fn hundreds_of_files_come_and_are_counted() {
    let mut repo = Repo::pipeline().with(UNET, &graph_beside("onnx__MatMul_399"));
    for number in 0..400_usize {
        let contents = vec![number as u8; number];
        repo = repo.with(&format!("unet/onnx__MatMul_{number}"), &contents);
    }
    let server = repo.clone().serve();
    let getter = Getter::of(&server);
    let plan = getter.plan();
    let mut heard: Vec<FetchProgress> = Vec::new();
    let outcome = getter
        .hub
        .fetch(&plan, &CancelToken::default(), &mut |progress| {
            heard.push(progress);
        })
        .unwrap();
    assert_eq!(outcome, FetchOutcome::Ready(plan.target()));
    getter.expect(&repo);
    let last = heard.last().unwrap();
    assert_eq!(
        (last.done_bytes, last.total_bytes),
        (plan.bytes(), plan.bytes())
    );
    assert!(heard.is_sorted_by_key(|progress| progress.done_bytes));
    for progress in &heard {
        assert!(progress.file_bytes <= plan.files[progress.file].bytes);
    }
}

#[test]
fn two_at_the_same_model_do_not_tread_on_each_other() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let getter = Getter::of(&server);
    let plan = getter.plan();
    let other = hub(&server);
    let mut meanwhile = None;
    getter
        .hub
        .fetch(&plan, &CancelToken::default(), &mut |_| {
            let again = || other.fetch(&plan, &CancelToken::default(), &mut |_| {});
            meanwhile.get_or_insert_with(again);
        })
        .unwrap();
    assert!(
        matches!(meanwhile, Some(Err(HubError::InUse { .. }))),
        "{meanwhile:?}"
    );
    getter.expect(&repo);
}
