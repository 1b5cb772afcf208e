//! Fetching packages: complete or not at all, and every failure in words.
//!
//! The real packages are fetched by `cargo xtask test`; here small scripts stand in for Python.
#![cfg(unix)]

use std::env::consts::{ARCH, OS};
use std::fs;
use std::path::{Path, PathBuf};

use maquette::domain::{CancelToken, Explain as _, Remedy};
use maquette::files::Folders;
use maquette::runtime::{
    Build, InstallError, InstallOutcome, InstallProgress, Installer, Member, ONNX_RUNTIME, Package,
    WEBGPU_PLUGIN,
};

static TINY: Package = Package {
    id: "tiny",
    version: "1.0",
    library: "tiny",
    builds: &[Build {
        os: OS,
        arch: ARCH,
        platform: "any",
        wheel: "tiny-1.0-py3-none-any.whl",
        bytes: 399,
        sha256: "71bba2b24878ac067bed361bf765eca8e1750c9e3a57515cb9a95de835f4e3ab",
        members: &[
            Member::library("tiny/capi/tiny.so.1.0"),
            Member::file("tiny/LICENSE"),
        ],
    }],
};

static LACKING: Package = Package {
    builds: &[Build {
        os: OS,
        arch: ARCH,
        platform: "any",
        wheel: "tiny-1.0-py3-none-any.whl",
        bytes: 399,
        sha256: "71bba2b24878ac067bed361bf765eca8e1750c9e3a57515cb9a95de835f4e3ab",
        members: &[
            Member::file("tiny/LICENSE"),
            Member::library("tiny/capi/absent.so"),
        ],
    }],
    ..TINY
};

static FOREIGN: Package = Package {
    builds: &[],
    ..TINY
};

fn python(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join("tests/fixtures/python").join(name)
}

fn install(
    home: &Path,
    python_name: &str,
    package: &'static Package,
) -> Result<InstallOutcome, InstallError> {
    Installer::new(&Folders::under(home))
        .with_python(python(python_name))
        .install(&[package], &CancelToken::default(), &mut |_| {})
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    let names = entries.map(|entry| entry.expect("it is readable").file_name());
    let mut names: Vec<String> = names.map(|name| name.display().to_string()).collect();
    names.sort();
    names
}

#[test]
fn a_package_is_put_in_place_whole_and_only_once() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    let outcome = install(home.path(), "delivers", &TINY).unwrap();
    assert_eq!(
        outcome,
        InstallOutcome::Ready {
            fetched: vec!["tiny"]
        }
    );
    let folder = TINY.folder(&folders.data);
    assert_eq!(names(&folder), ["LICENSE".to_owned(), TINY.library_name()]);
    let library = fs::read_to_string(folder.join(TINY.library_name())).unwrap();
    assert!(library.starts_with("the library"));
    assert_eq!(names(&folders.data), ["install.lock", "tiny"]);

    let again = install(home.path(), "has-no-pip", &TINY).unwrap();
    assert_eq!(again, InstallOutcome::Ready { fetched: vec![] });
}

#[test]
fn progress_counts_all_bytes_and_ends_with_them() {
    let home = tempfile::tempdir().unwrap();
    let mut seen: Vec<InstallProgress> = Vec::new();
    Installer::new(&Folders::under(home.path()))
        .with_python(python("delivers"))
        .install(&[&TINY], &CancelToken::default(), &mut |progress| {
            seen.push(progress);
        })
        .unwrap();
    assert!(seen.is_sorted_by_key(|progress| progress.done_bytes));
    assert!(seen.iter().all(|progress| progress.total_bytes == 399));
    assert_eq!(seen.last().unwrap().done_bytes, 399);
}

#[test]
fn a_cancel_ends_the_child_and_leaves_nothing() {
    let home = tempfile::tempdir().unwrap();
    let folders = Folders::under(home.path());
    let cancel = CancelToken::default();
    let outcome = Installer::new(&folders)
        .with_python(python("hangs"))
        .install(&[&TINY], &cancel, &mut |progress| {
            if progress.done_bytes == 100 {
                cancel.cancel();
            }
        })
        .unwrap();
    assert_eq!(outcome, InstallOutcome::Cancelled);
    assert_eq!(names(&folders.data), ["install.lock"]);
}

#[test]
fn a_failed_installation_is_explained_and_leaves_nothing() {
    let check = |python_name: &str, package, key: &str, detail: &str| {
        let home = tempfile::tempdir().unwrap();
        let error = install(home.path(), python_name, package).unwrap_err();
        let notice = error.explain();
        assert_eq!(notice.headline.key, key, "{error:?}");
        let details = notice.details.join("\n");
        assert!(details.contains(detail), "{key}: {details}");
        assert_eq!(notice.remedy, Some(Remedy::InstallRuntime), "{key}");
        let data = Folders::under(home.path()).data;
        assert_eq!(names(&data), ["install.lock"], "{key}");
    };
    check("is-absent", &TINY, "error-install-no-python", "Python 3");
    check(
        "has-no-pip",
        &TINY,
        "error-install-no-pip",
        "No module named pip",
    );
    check(
        "is-offline",
        &TINY,
        "error-install-offline",
        "name resolution",
    );
    check(
        "has-full-disk",
        &TINY,
        "error-install-disk-full",
        "Errno 28",
    );
    check(
        "delivers-altered",
        &TINY,
        "error-install-altered",
        TINY.builds[0].sha256,
    );
    check("delivers", &LACKING, "error-install-unpack", "not found");
}

#[test]
fn a_retry_after_a_failure_succeeds() {
    let home = tempfile::tempdir().unwrap();
    install(home.path(), "delivers-altered", &TINY).unwrap_err();
    let outcome = install(home.path(), "delivers", &TINY).unwrap();
    assert_eq!(
        outcome,
        InstallOutcome::Ready {
            fetched: vec!["tiny"]
        }
    );
}

#[test]
fn a_computer_without_a_build_is_told_so_and_offered_nothing() {
    let home = tempfile::tempdir().unwrap();
    let notice = install(home.path(), "delivers", &FOREIGN)
        .unwrap_err()
        .explain();
    assert_eq!(notice.headline.key, "error-install-no-build");
    assert_eq!(notice.remedy, None);
}

#[test]
fn two_installers_do_not_tread_on_each_other() {
    let home = tempfile::tempdir().unwrap();
    let cancel = CancelToken::default();
    let mut meanwhile = None;
    Installer::new(&Folders::under(home.path()))
        .with_python(python("hangs"))
        .install(&[&TINY], &cancel, &mut |_| {
            let other = || install(home.path(), "delivers", &TINY);
            meanwhile.get_or_insert_with(other);
            cancel.cancel();
        })
        .unwrap();
    assert!(
        matches!(meanwhile, Some(Err(InstallError::Busy { .. }))),
        "{meanwhile:?}"
    );
}

#[test]
fn the_pinned_packages_have_a_build_for_every_platform() {
    for package in [&ONNX_RUNTIME, &WEBGPU_PLUGIN] {
        let platforms = package.builds.iter().map(|build| (build.os, build.arch));
        let expected = [
            ("linux", "x86_64"),
            ("linux", "aarch64"),
            ("windows", "x86_64"),
            ("macos", "aarch64"),
        ];
        assert!(platforms.eq(expected), "{}", package.id);
        for build in package.builds {
            assert_eq!(build.sha256.len(), 64, "{}", build.wheel);
            assert!(build.wheel.contains(package.version), "{}", build.wheel);
            let libraries = build.members.iter().filter(|member| member.is_library);
            assert_eq!(libraries.count(), 1, "{}", build.wheel);
        }
    }
}
