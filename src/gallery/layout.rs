//! Where things lie in a library's folder.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;

use crate::domain::{PictureId, Timestamp};

use super::sidecar_file;

/// Characters of the prompt in a file name.
const SLUG_CHARS: usize = 40;

/// The paths below a library's folder:
/// `pictures/DATE/TIME-WORDS-ID.png`, and `.maquette` for what the artist need not look at.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    folder: PathBuf,
}

impl Layout {
    pub(super) fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn pictures(&self) -> PathBuf {
        self.folder.join("pictures")
    }

    pub(super) fn database(&self) -> PathBuf {
        self.inner().join("library.db")
    }

    /// Locked by the program that has the library open.
    pub(super) fn lock(&self) -> PathBuf {
        self.inner().join("lock")
    }

    /// The cached small version of a picture.
    pub(super) fn thumbnail(&self, id: PictureId, side: u32) -> PathBuf {
        self.thumbnails().join(format!("{id}-{side}.webp"))
    }

    /// Makes the folders that are missing.
    pub(super) fn create(&self) -> io::Result<()> {
        fs::create_dir_all(self.pictures())?;
        fs::create_dir_all(self.thumbnails())
    }

    /// The absolute path of a file named as the database names it.
    pub(super) fn absolute(&self, file: &str) -> PathBuf {
        self.folder.join(file)
    }

    /// The files below `pictures`.
    ///
    /// Also removes what a crash left half-written; **only for whoever holds the lock**.
    pub(super) fn sweep(&self) -> io::Result<Sweep> {
        let mut files = Sweep::default();
        let mut waiting = vec![self.pictures()];
        while let Some(folder) = waiting.pop() {
            for entry in fs::read_dir(&folder)? {
                let entry = entry?;
                let path = entry.path();
                // Links are not followed: they may lead in circles.
                if entry.file_type()?.is_dir() {
                    waiting.push(path);
                } else if has_extension(&path, "partial") {
                    fs::remove_file(&path)?;
                } else if has_extension(&path, "png") {
                    files.pictures.extend(self.relative(&path));
                } else if has_extension(&path, "xmp") {
                    let changed = sidecar_file::modified_ms(&entry.metadata()?);
                    files.sidecars.extend(self.relative(&path).zip(changed));
                }
            }
        }
        Ok(files)
    }

    fn inner(&self) -> PathBuf {
        self.folder.join(".maquette")
    }

    fn thumbnails(&self) -> PathBuf {
        self.inner().join("thumbnails")
    }

    /// `None` for a name that is not Unicode: no picture of ours has one.
    fn relative(&self, path: &Path) -> Option<String> {
        let parts = path.strip_prefix(&self.folder).ok()?.iter();
        let parts: Option<Vec<&str>> = parts.map(OsStr::to_str).collect();
        Some(parts?.join("/"))
    }
}

/// What there is in a library's folder, each file as the database names it.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    /// PNG files.
    pub(super) pictures: Vec<String>,
    /// XMP files, and when each was changed, in milliseconds since 1970.
    sidecars: BTreeMap<String, i64>,
}

impl Sweep {
    /// The sidecar of a picture, under either of its names, and when it was changed.
    pub(super) fn sidecar_of(&self, picture: &str) -> Option<(&str, i64)> {
        let bare = picture.rsplit_once('.').map_or(picture, |(bare, _)| bare);
        let find = |name| self.sidecars.get_key_value(&format!("{name}.xmp"));
        let (file, changed_ms) = find(picture).or_else(|| find(bare))?;
        Some((file, *changed_ms))
    }
}

/// The name of a new picture's file, as the database names it.
///
/// The date and time are those of the artist's wall clock.
/// The name begins with digits, so it is none of those that Windows reserves.
pub(super) fn file_name(
    created: Timestamp,
    zone: &TimeZone,
    prompt: &str,
    id: PictureId,
) -> String {
    let (date, time) = wall_clock(created, zone);
    let id = id.short();
    match slug(prompt) {
        slug if slug.is_empty() => format!("pictures/{date}/{time}-{id}.png"),
        slug => format!("pictures/{date}/{time}-{slug}-{id}.png"),
    }
}

fn wall_clock(moment: Timestamp, zone: &TimeZone) -> (String, String) {
    let Ok(moment) = jiff::Timestamp::from_millisecond(moment.0) else {
        return ("undated".to_owned(), "000000".to_owned());
    };
    let moment = moment.to_zoned_datetime(zone.clone());
    let format = |format: &str| moment.strftime(format).to_string();
    (format("%Y-%m-%d"), format("%H%M%S"))
}

/// The words of a prompt with hyphens between, in letters and digits of any script.
fn slug(prompt: &str) -> String {
    let lower = prompt.to_lowercase();
    let words = lower.split(|character: char| !character.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let slug: String = words.join("-").chars().take(SLUG_CHARS).collect();
    slug.trim_end_matches('-').to_owned()
}

fn has_extension(path: &Path, expected: &str) -> bool {
    let extension = path.extension();
    extension.is_some_and(|extension| extension.eq_ignore_ascii_case(expected))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_time_words_and_id() {
        let id = PictureId::from_random([0xab; 16]);
        let check = |millis, prompt: &str, expected: &str| {
            let name = file_name(Timestamp(millis), &TimeZone::UTC, prompt, id);
            assert_eq!(name, format!("pictures/{expected}-abababab.png"));
        };
        let noon = 1_700_000_000_000;
        check(
            noon,
            "A red lighthouse, (sunset:1.2)",
            "2023-11-14/221320-a-red-lighthouse-sunset-1-2",
        );
        check(noon, "Маяк / 灯台", "2023-11-14/221320-маяк-灯台");
        check(noon, "../..\\:*?\"<>|\u{0}\u{202e}", "2023-11-14/221320");
        check(i64::MAX, "CON", "undated/000000-con");
        let long = "x".repeat(39) + " yz";
        check(
            noon,
            &long,
            &format!("2023-11-14/221320-{}", "x".repeat(39)),
        );
    }

    #[test]
    fn the_longest_name_fits_any_file_system() {
        let id = PictureId::from_random([0; 16]);
        let prompt = "\u{1f1e6}𝒜".repeat(500);
        let name = file_name(Timestamp(0), &TimeZone::UTC, &prompt, id);
        assert!(name.rsplit('/').next().unwrap().len() < 240, "{name}");
    }
}
