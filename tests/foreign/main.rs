//! What other programs write into their files: a corpus made from the definitions of their
//! formats, each file read right or refused with clear words.

mod a1111;
mod comfyui;
mod frames;
mod hostile;
mod properties;
mod services;
mod specimen;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use maquette::domain::Explain as _;
use maquette::imaging::picture_size;
use maquette::provenance::foreign::{READERS, read_foreign};
use specimen::{Outcome, Specimen};

/// No file may take longer, in a build without optimisation and beside other tests.
const PATIENCE: Duration = Duration::from_secs(30);

static CORPUS: LazyLock<Vec<Specimen>> = LazyLock::new(|| {
    let mut corpus = a1111::specimens();
    corpus.extend(comfyui::specimens());
    corpus.extend(services::specimens());
    corpus.extend(hostile::specimens());
    corpus
});

#[test]
fn every_file_is_read_right_or_refused_with_clear_words() {
    let folder = tempfile::tempdir().unwrap();
    for specimen in CORPUS.iter() {
        let path = folder.path().join("picture.dat");
        write(&path, &specimen.bytes);
        let start = Instant::now();
        let read = read_foreign(&path);
        assert!(
            start.elapsed() < PATIENCE,
            "{}: {:?}",
            specimen.name,
            start.elapsed()
        );
        match (&specimen.outcome, read) {
            (Outcome::Told(told), Ok(Some(recipe))) => {
                told.check(specimen.name, &recipe);
                assert!(
                    picture_size(&path).is_ok(),
                    "{} is no picture",
                    specimen.name
                );
            }
            (Outcome::Silent, Ok(None)) => {}
            (Outcome::Refused(key), Err(error)) => {
                let notice = error.explain();
                assert_eq!(notice.headline.key, *key, "{}: {error:?}", specimen.name);
                let words = format!("{:?} {error}", notice.headline.args);
                assert_eq!(
                    words.matches("picture.dat").count(),
                    2,
                    "{}: {words}",
                    specimen.name
                );
            }
            (_, read) => panic!("{}: {read:#?}", specimen.name),
        }
    }
}

#[test]
fn every_reader_has_files_and_there_are_many_of_them() {
    assert!(CORPUS.len() >= 90, "{}", CORPUS.len());
    for reader in READERS {
        let is_read = |specimen: &&Specimen| matches!(&specimen.outcome, Outcome::Told(told) if told.program == reader.program());
        let count = CORPUS.iter().filter(is_read).count();
        assert!(count > 0, "{} has no file", reader.program());
    }
    for start in [&b"\x89PNG"[..], b"\xff\xd8", b"RIFF"] {
        let count = CORPUS
            .iter()
            .filter(|specimen| specimen.bytes.starts_with(start))
            .count();
        assert!(count >= 5, "{count} of {start:?}");
    }
}

fn write(path: &Path, bytes: &[u8]) {
    let mut file = File::create(path).expect("a writable folder");
    file.write_all(bytes).expect("there is space");
}
