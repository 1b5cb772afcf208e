//! Folders that are in use, gone, full, or no folders.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command as Process, Stdio};

use maquette::domain::Remedy;
use maquette::gallery::{Command, Event};

use crate::desk::{Desk, files_below, library, new_home, overwrite};
use crate::pictures::noise_picture;

#[test]
fn a_second_window_is_refused_until_the_first_is_closed() {
    let home = new_home();
    let (first, _) = Desk::open(home.path());
    let kept = first.keep(&noise_picture(1, 8));
    let second = Desk::new(home.path());
    second.tell(Command::Open(library(home.path())));
    let notice = second.hear_not_opened();
    assert_eq!(notice.headline.key, "error-library-locked");
    assert_eq!(notice.remedy, Some(Remedy::ChooseLibrary));
    let folder = library(home.path()).display().to_string();
    assert!(format!("{notice:?}").contains(&folder), "{notice:?}");
    second.tell_keep(&noise_picture(2, 8));
    let (picture, _) = second.hear_not_kept();
    first.close();
    // The lock is free now, so the picture finds its place.
    second.tell_keep(&picture);
    assert_eq!(second.hear_opened(), [kept]);
    second.hear_kept();
}

#[test]
fn a_folder_that_goes_away_loses_nothing_and_may_come_back() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let first = desk.keep(&noise_picture(1, 8));
    let away = home.path().join("unplugged");
    fs::rename(library(home.path()), &away).unwrap();
    let picture = noise_picture(2, 8);
    for _ in 0..2 {
        desk.tell_keep(&picture);
        let (given_back, notice) = desk.hear_not_kept();
        assert_eq!(given_back, picture);
        assert_eq!(notice.headline.key, "error-library-gone");
        assert_eq!(notice.remedy, Some(Remedy::ChooseLibrary));
        assert!(
            !library(home.path()).exists(),
            "nothing is written where the folder was"
        );
    }
    fs::rename(&away, library(home.path())).unwrap();
    desk.tell_keep(&picture);
    assert_eq!(desk.hear_opened(), [first]);
    let second = desk.hear_kept();
    desk.close();
    let (_desk, entries) = Desk::open(home.path());
    assert_eq!(entries, [second, first]);
}

#[test]
fn a_folder_that_was_replaced_while_it_was_open_is_opened_anew() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    desk.keep(&noise_picture(1, 8));
    fs::remove_dir_all(library(home.path())).unwrap();
    fs::create_dir(library(home.path())).unwrap();
    let picture = noise_picture(2, 8);
    desk.tell_keep(&picture);
    desk.hear_not_kept();
    desk.tell_keep(&picture);
    assert_eq!(desk.hear_opened(), []);
    let kept = desk.hear_kept();
    desk.close();
    let (_desk, entries) = Desk::open(home.path());
    assert_eq!(entries, [kept]);
}

#[test]
fn a_place_that_cannot_be_a_library_is_refused_by_name() {
    let home = new_home();
    overwrite(&library(home.path()), b"a file");
    let desk = Desk::new(home.path());
    desk.tell_keep(&noise_picture(1, 8));
    assert_eq!(desk.hear_not_kept().1.headline.key, "error-library-closed");
    desk.tell(Command::Open(library(home.path())));
    let notice = desk.hear_not_opened();
    assert_eq!(notice.headline.key, "error-library-folder");
    assert_eq!(notice.remedy, Some(Remedy::ChooseLibrary));
    let folder = library(home.path()).display().to_string();
    assert!(format!("{:?}", notice.headline.args).contains(&folder));
}

#[test]
fn a_full_disk_gives_the_picture_back_and_leaves_no_half_of_it() {
    let home = new_home();
    let Some(disk) = SmallDisk::mount(&library(home.path())) else {
        eprintln!("NOT TESTED: a full disk needs root and tmpfs");
        return;
    };
    let ballast = library(home.path()).join("ballast");
    overwrite(&ballast, &vec![0; 1 << 20]);
    let (desk, _) = Desk::open(home.path());
    let mut kept = Vec::new();
    let (refused, notice) = loop {
        desk.tell_keep(&noise_picture(kept.len() as u64, 256));
        match desk.hear() {
            Event::Kept { entry, .. } => kept.insert(0, entry),
            Event::NotKept {
                picture, notice, ..
            } => break (*picture, notice),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(notice.headline.key, "error-library-full", "{notice:?}");
    let files = files_below(&library(home.path()).join("pictures"));
    assert_eq!(files.len(), kept.len(), "{:?}", files.keys());
    fs::remove_file(&ballast).unwrap();
    kept.insert(0, desk.keep(&refused));
    desk.close();
    let (desk, entries) = Desk::open(home.path());
    assert_eq!(entries, kept);
    desk.close();
    drop(disk);
}

/// A file system of 3 MB in memory.
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// `None` where this user may not mount one.
    fn mount(path: &Path) -> Option<Self> {
        fs::create_dir(path).ok()?;
        let mut mount = Process::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=3m", "tmpfs"])
            .arg(path);
        let mounted = mount.stderr(Stdio::null()).status().ok()?;
        mounted.success().then(|| Self(path.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        Process::new("umount").arg("-l").arg(&self.0).status().ok();
    }
}
