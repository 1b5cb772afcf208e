//! The artist's lists of words: one text file for each, in one folder.

use std::fs::File;
use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use crate::prompt::{DynamicError, Wildcards};

/// The largest list; a million bytes are some hundred thousand words.
const MAX_BYTES: u64 = 1 << 20;

/// What a list's name ends in on the disk.
const ENDING: &str = ".txt";

/// Lists in a folder: `__colours/warm__` is a line of `colours/warm.txt`.
pub(super) struct WildcardFolder {
    path: PathBuf,
}

impl WildcardFolder {
    pub(super) fn new(path: PathBuf) -> Self {
        Self { path }
    }

    /// The file of a list; refuses names and links that lead out of the folder.
    fn file(&self, name: &str) -> Result<PathBuf, DynamicError> {
        let outside = || DynamicError::Outside {
            name: name.to_owned(),
            path: self.path.clone(),
        };
        let relative = PathBuf::from(format!("{name}{ENDING}"));
        let is_below = |part: Component<'_>| matches!(part, Component::Normal(_));
        if !relative.components().all(is_below) {
            return Err(outside());
        }
        let path = self.path.join(relative);
        let real = path.canonicalize().map_err(|source| {
            if source.kind() == ErrorKind::NotFound {
                DynamicError::Missing {
                    name: name.to_owned(),
                    path: path.clone(),
                }
            } else {
                unreadable(source, &path)
            }
        })?;
        let folder = self.path.canonicalize();
        let folder = folder.map_err(|source| unreadable(source, &self.path))?;
        if real.starts_with(folder) {
            Ok(real)
        } else {
            Err(outside())
        }
    }
}

impl Wildcards for WildcardFolder {
    /// The lines that are neither empty nor a comment (`#`).
    fn lines(&self, name: &str) -> Result<Vec<String>, DynamicError> {
        let path = self.file(name)?;
        let mut text = String::new();
        let read =
            File::open(&path).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
        if read.map_err(|source| unreadable(source, &path))? as u64 > MAX_BYTES {
            return Err(DynamicError::TooLarge {
                max_bytes: MAX_BYTES,
                path,
            });
        }
        // Windows' editors begin files with a mark of their own.
        let text = text.trim_start_matches('\u{feff}');
        let lines = text.lines().map(str::trim);
        let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
        let lines: Vec<String> = lines.map(str::to_owned).collect();
        if lines.is_empty() {
            return Err(DynamicError::Empty { path });
        }
        Ok(lines)
    }
}

fn unreadable(source: std::io::Error, path: &Path) -> DynamicError {
    DynamicError::Unreadable {
        source,
        path: path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Seed;
    use crate::files::write_atomically;
    use crate::prompt::{Lane, resolve};
    use std::io::Write as _;

    fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, WildcardFolder) {
        let home = tempfile::tempdir().unwrap();
        let lists = home.path().join("wildcards");
        std::fs::create_dir_all(lists.join("colours")).unwrap();
        for (name, text) in files {
            let written =
                write_atomically(&lists.join(name), |file| file.write_all(text.as_bytes()));
            written.unwrap();
        }
        (home, WildcardFolder::new(lists))
    }

    #[test]
    fn a_list_gives_its_lines_without_comments() {
        let (_home, lists) = folder(&[
            ("colours/warm.txt", "\u{feff}# warm\n\n  red \norange\r\n"),
            ("what.txt", "a __colours/warm__ fox"),
        ]);
        assert_eq!(lists.lines("colours/warm").unwrap(), ["red", "orange"]);
        let text = resolve("__what__", Seed(3), Lane::Prompt, &lists).unwrap();
        assert!(
            ["a red fox", "a orange fox"].contains(&text.as_str()),
            "{text}"
        );
    }

    #[test]
    fn what_is_no_list_is_refused_and_named() {
        let large = "word\n".repeat(1 << 18);
        let circle = [("a.txt", "__b__"), ("b.txt", "__a__")];
        let (home, lists) = folder(&[
            ("large.txt", &large),
            ("empty.txt", "# nothing"),
            circle[0],
            circle[1],
        ]);
        let secret = home.path().join("secret.txt");
        write_atomically(&secret, |file| file.write_all(b"secret")).unwrap();
        let check = |prompt: &str, expected: &str| {
            let error = resolve(prompt, Seed(1), Lane::Prompt, &lists).unwrap_err();
            assert!(error.to_string().contains(expected), "{prompt}: {error}");
        };
        check("__nothing__", "nothing.txt");
        check("__../secret__", "leads out");
        check("__/secret__", "leads out");
        check("__large__", "more than 1048576 bytes");
        check("__empty__", "empty.txt");
        check("__a__", "more than 16 times");
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(&secret, lists.path.join("link.txt")).unwrap();
            check("__link__", "leads out");
        }
    }
}
