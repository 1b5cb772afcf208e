//! Files that are something else than their names say.

use std::fmt;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use crate::domain::Message;

/// Bytes at the beginning of a file by which its kind is told.
const HEAD_BYTES: u64 = 512;

/// What stands at the beginning of a file of Git's large file storage, in place of its contents.
const LFS_HEAD: &[u8] = b"version https://git-lfs.github.com/spec/";

/// Kinds of files that are found under the names of graphs and weights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ForeignFile {
    /// What Git leaves in place of a large file that was not fetched.
    LfsPointer,
    /// A web page, mostly one that says why there was no download.
    WebPage,
    /// A text, mostly a server's answer in place of the file.
    Text,
    /// A zip archive; PyTorch's newer checkpoints are such, with a pickle inside.
    Archive,
    /// Python's pickle: a program that runs when it is opened.
    Pickle,
    /// Weights without a graph, as PyTorch programs keep them.
    Safetensors,
    /// Weights of llama.cpp and its relatives.
    Gguf,
}

impl ForeignFile {
    /// What a file is by its first bytes; `None` where they may be an ONNX file or its data.
    pub fn at(path: &Path) -> io::Result<Option<Self>> {
        let mut head = Vec::new();
        File::open(path)?.take(HEAD_BYTES).read_to_end(&mut head)?;
        Ok(Self::of(&head))
    }

    fn of(head: &[u8]) -> Option<Self> {
        let text = head.trim_ascii_start();
        let starts = |beginning: &[u8]| head.starts_with(beginning);
        // Headers of safetensors begin with their length in eight bytes, and are JSON.
        let is_safetensors = head.get(8) == Some(&b'{') && head.get(5..8) == Some(&[0; 3]);
        let is_pickle = matches!(head, [0x80, 2..=5, ..]);
        Some(if starts(LFS_HEAD) {
            Self::LfsPointer
        } else if starts(b"PK\x03\x04") {
            Self::Archive
        } else if starts(b"GGUF") {
            Self::Gguf
        } else if is_safetensors {
            Self::Safetensors
        } else if is_pickle {
            Self::Pickle
        } else if text.starts_with(b"<") && is_text(head) {
            Self::WebPage
        } else if head.len() > 1 && is_text(head) {
            Self::Text
        } else {
            return None;
        })
    }

    pub(super) fn headline(self, file: &Path) -> Message {
        let key = match self {
            Self::LfsPointer => "error-graph-lfs-pointer",
            Self::WebPage | Self::Text => "error-graph-web-page",
            Self::Archive | Self::Pickle => "error-graph-pickle",
            Self::Safetensors | Self::Gguf => "error-graph-weights-alone",
        };
        Message::new(key).with("file", file.display())
    }
}

impl fmt::Display for ForeignFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LfsPointer => "a pointer of Git LFS in place of the file",
            Self::WebPage => "a web page",
            Self::Text => "a text",
            Self::Archive => "a zip archive",
            Self::Pickle => "a Python pickle",
            Self::Safetensors => "safetensors",
            Self::Gguf => "GGUF",
        })
    }
}

/// An ONNX file has bytes below the space within its first fields.
fn is_text(head: &[u8]) -> bool {
    let is_of_text = |byte: &u8| *byte >= b' ' || byte.is_ascii_whitespace();
    let is_readable = match std::str::from_utf8(head) {
        Ok(_) => true,
        // The head may end within a letter.
        Err(error) => error.error_len().is_none(),
    };
    is_readable && head.iter().all(is_of_text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_their_first_bytes() {
        let check = |head: &[u8], expected| assert_eq!(ForeignFile::of(head), expected, "{head:?}");
        check(
            b"version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n",
            Some(ForeignFile::LfsPointer),
        );
        check(b"\n<!DOCTYPE html>", Some(ForeignFile::WebPage));
        check(b"Entry not found", Some(ForeignFile::Text));
        check(b"{\"error\": \"gated\"}", Some(ForeignFile::Text));
        check(b"PK\x03\x04\0\0", Some(ForeignFile::Archive));
        check(b"\x80\x02}q\0", Some(ForeignFile::Pickle));
        check(b"\x20\0\0\0\0\0\0\0{\"a\"", Some(ForeignFile::Safetensors));
        check(b"GGUF\x03\0", Some(ForeignFile::Gguf));
        check(b"\x08\x08\x12\x07pytorch", None);
        check(b"", None);
    }
}
