//! Where the pictures of a command go.

use std::ffi::OsString;
use std::fs::{self, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

use crate::domain::{Message, Notice, Seed, Severity};

use super::exit::{Exit, Stop};

/// The longest part of a file's name that is taken from the prompt, in characters.
const SLUG_LENGTH: usize = 48;

/// A place for pictures.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// This file, or several numbered after it; what was there before is replaced.
    File(PathBuf),
    /// This folder, under names of their own; nothing is replaced.
    Folder(PathBuf),
}

impl Target {
    /// Reads the argument of `-o`: a folder if there is one or if it ends like one, else a file.
    ///
    /// Makes sure that pictures can be written there before hours are spent on them.
    pub(super) fn open(output: Option<&Path>) -> Result<Self, Stop> {
        let output = output.unwrap_or_else(|| Path::new("."));
        if ends_like_a_folder(output) {
            fs::create_dir_all(output).map_err(|error| refused(output, &error))?;
        }
        if output.is_dir() {
            probe(output)?;
            return Ok(Self::Folder(output.to_owned()));
        }
        let is_png = |extension: &std::ffi::OsStr| extension.eq_ignore_ascii_case("png");
        if !output.extension().is_some_and(is_png) {
            let headline = Message::new("error-cli-not-png").with("path", output.display());
            return Err(Stop::saying(Exit::BadArguments, headline));
        }
        let parent = output
            .parent()
            .filter(|parent| !parent.as_os_str().is_empty());
        probe(parent.unwrap_or_else(|| Path::new(".")))?;
        Ok(Self::File(output.to_owned()))
    }

    /// The path of one picture: the `index`-th from 0 of `count`.
    pub(super) fn path(&self, prompt: &str, seed: Seed, index: u32, count: u32) -> PathBuf {
        match self {
            Self::File(file) if count == 1 => file.clone(),
            Self::File(file) => numbered(file, index + 1),
            Self::Folder(folder) => {
                let file = folder.join(format!("{}-{seed}.png", slug(prompt)));
                let others = (2..).map(|number| numbered(&file, number));
                let free = std::iter::once(file.clone())
                    .chain(others)
                    .find(|path| !path.exists());
                free.unwrap_or(file)
            }
        }
    }
}

/// What is told when a picture cannot be written.
pub(super) fn refused(path: &Path, error: &io::Error) -> Stop {
    let headline = Message::new("error-cli-write").with("path", path.display());
    Stop {
        exit: Exit::Refused,
        notice: Notice::new(Severity::Error, headline).caused_by(error),
    }
}

fn ends_like_a_folder(path: &Path) -> bool {
    let text = path.as_os_str().to_string_lossy();
    text.ends_with(std::path::is_separator)
}

/// Finds out whether a folder takes files by making one.
fn probe(folder: &Path) -> Result<(), Stop> {
    let file = folder.join(format!(".maquette-{}.partial", process::id()));
    let made = OpenOptions::new().write(true).create_new(true).open(&file);
    made.and_then(|_| fs::remove_file(&file))
        .map_err(|error| refused(folder, &error))
}

/// `out.png` → `out-2.png`.
fn numbered(file: &Path, number: u32) -> PathBuf {
    let mut name = OsString::from(file.file_stem().unwrap_or_default());
    name.push(format!("-{number}.png"));
    file.with_file_name(name)
}

/// The first words of a prompt as a part of a file's name.
fn slug(prompt: &str) -> String {
    let lower = prompt.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let mut slug = String::new();
    for word in words.filter(|word| !word.is_empty()) {
        if slug.chars().count() + word.chars().count() >= SLUG_LENGTH && !slug.is_empty() {
            break;
        }
        if !slug.is_empty() {
            slug.push('-');
        }
        slug.extend(word.chars().take(SLUG_LENGTH));
    }
    if slug.is_empty() {
        // An empty prompt draws whatever the model likes.
        return "untitled".to_owned();
    }
    slug
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_name_files() {
        let check = |prompt, expected: &str| assert_eq!(slug(prompt), expected, "{prompt}");
        check(
            "A red lighthouse, watercolor!",
            "a-red-lighthouse-watercolor",
        );
        check("Красный маяк", "красный-маяк");
        check("../../etc/passwd", "etc-passwd");
        check("  ", "untitled");
        assert_eq!(slug(&"x".repeat(500)).len(), SLUG_LENGTH);
        assert!(slug(&"word ".repeat(50)).len() <= SLUG_LENGTH);
    }

    #[test]
    fn pictures_in_a_folder_never_replace_one_another() {
        let folder = tempfile::tempdir().unwrap();
        let target = Target::open(Some(folder.path())).unwrap();
        let path = || target.path("A cat", Seed(7), 0, 1);
        assert!(path().ends_with("a-cat-7.png"));
        fs::copy("Cargo.toml", path()).unwrap();
        assert!(path().ends_with("a-cat-7-2.png"));
    }

    #[test]
    fn several_pictures_for_one_file_are_numbered() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("out.PNG");
        let target = Target::open(Some(&file)).unwrap();
        assert_eq!(target.path("", Seed(7), 0, 1), file);
        assert!(target.path("", Seed(7), 1, 2).ends_with("out-2.png"));
    }

    #[test]
    fn a_place_that_takes_no_picture_is_refused_beforehand() {
        let folder = tempfile::tempdir().unwrap();
        let exit = |path: &str| {
            Target::open(Some(&folder.path().join(path)))
                .unwrap_err()
                .exit
        };
        assert_eq!(exit("out.jpg"), Exit::BadArguments);
        assert_eq!(exit("gone/out.png"), Exit::Refused);
    }
}
