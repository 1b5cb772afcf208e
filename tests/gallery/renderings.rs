//! Whole pictures and thumbnails, on request.

use std::fs;
use std::fs::File;
use std::time::Duration;

use maquette::domain::PixelSize;
use maquette::gallery::{Command, Entry, Event, View};
use maquette::provenance::write_png;

use crate::desk::{Desk, library, new_home, overwrite};
use crate::pictures::noise_picture;

#[test]
fn a_damaged_picture_is_refused_by_name() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let entry = desk.keep(&noise_picture(1, 64));
    let file = desk.describe(entry.id).file;
    let whole = fs::read(&file).unwrap();
    overwrite(&file, &whole[..whole.len() / 2]);
    desk.tell(Command::Load(entry.id));
    desk.tell(Command::Thumbnail {
        id: entry.id,
        side: 128,
    });
    for _ in 0..2 {
        let (Event::NotLoaded { notice, .. }
        | Event::NoThumbnail {
            notice, side: 128, ..
        }) = desk.hear()
        else {
            panic!("a damaged picture was shown");
        };
        assert_eq!(notice.headline.key, "error-picture-broken");
        assert!(format!("{:?}", notice.headline.args).contains(file.to_str().unwrap()));
    }
    overwrite(&file, &whole);
    assert_eq!(desk.load(entry.id), noise_picture(1, 64).pixels);
}

#[test]
fn thumbnails_are_kept_and_made_again_when_damaged_or_outdated() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let picture = noise_picture(1, 400);
    let id = desk.keep(&picture).id;
    let small = desk.thumbnail(id, 100);
    assert_eq!(small.size(), PixelSize::new(128, 128).unwrap());
    let cached = library(home.path()).join(format!(".maquette/thumbnails/{id}-128.webp"));
    let good = fs::read(&cached).unwrap();
    for damaged in [&good[..good.len() / 2], b"no picture", b""] {
        overwrite(&cached, damaged);
        assert_eq!(desk.thumbnail(id, 100), small);
        assert_eq!(fs::read(&cached).unwrap(), good);
    }
    // The artist painted over the picture in another program.
    let file = desk.describe(id).file;
    let repainted = noise_picture(2, 400);
    let mut png = Vec::new();
    write_png(&mut png, &repainted.pixels, &repainted.recipe).unwrap();
    overwrite(&file, &png);
    let later = fs::metadata(&cached).unwrap().modified().unwrap() + Duration::from_secs(5);
    File::open(&file).unwrap().set_modified(later).unwrap();
    assert_ne!(desk.thumbnail(id, 100), small);
    assert_eq!(
        desk.thumbnail(id, 900).size(),
        PixelSize::new(400, 400).unwrap()
    );
    // What is left when the picture is gone.
    fs::remove_file(&file).unwrap();
    assert_eq!(
        desk.thumbnail(id, 512).size(),
        PixelSize::new(400, 400).unwrap()
    );
}

#[test]
fn every_request_is_answered_though_many_are_forgotten() {
    let home = new_home();
    let (desk, _) = Desk::open(home.path());
    let kept: Vec<Entry> = (0..30)
        .map(|seed| desk.keep(&noise_picture(seed, 64)))
        .collect();
    for entry in &kept {
        desk.tell(Command::Thumbnail {
            id: entry.id,
            side: 256,
        });
    }
    // Another library pushes out whatever still waits.
    desk.tell(Command::Open(home.path().join("other")));
    let mut answered = 0;
    while answered < kept.len() {
        match desk.hear() {
            Event::Thumbnail { .. }
            | Event::Forgotten {
                view: View::Thumbnail(256),
                ..
            } => {
                answered += 1;
            }
            Event::Opened { library, .. } => assert_eq!(library, home.path().join("other")),
            other => panic!("{other:?}"),
        }
    }
}
