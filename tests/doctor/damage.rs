//! Ways in which model folders go wrong, done to copies of the tiny models.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// What Git leaves in the place of a large file.
pub(crate) const LFS_POINTER: &[u8] = b"version https://git-lfs.github.com/spec/v1\n\
    oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n";

/// A copy of a model in a folder of its own, to be damaged.
pub(crate) struct Patient {
    _home: tempfile::TempDir,
    folder: PathBuf,
}

impl Patient {
    /// A copy of a model of `tests/tiny`.
    pub(crate) fn copy_of(model: &str) -> Self {
        let patient = Self::named("model");
        copy(&tiny(model), &patient.folder);
        patient
    }

    /// An empty folder of that name.
    pub(crate) fn named(name: &str) -> Self {
        let home = tempfile::tempdir().expect("a writable folder");
        let folder = home.path().join(name);
        fs::create_dir(&folder).expect("a writable folder");
        Self {
            _home: home,
            folder,
        }
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(crate) fn remove(&self, name: &str) {
        let path = self.path(name);
        let removed = if path.is_dir() {
            fs::remove_dir_all(&path)
        } else {
            fs::remove_file(&path)
        };
        removed.unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    pub(crate) fn put(&self, name: &str, contents: &[u8]) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().expect("it is in a folder")).expect("a writable folder");
        let mut file = File::create(path).expect("a writable folder");
        file.write_all(contents).expect("there is space");
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Cuts a file off after that share of it.
    pub(crate) fn truncate(&self, name: &str, share: f64) {
        let file = OpenOptions::new().write(true).open(self.path(name));
        let file = file.unwrap_or_else(|error| panic!("{name}: {error}"));
        let length = file.metadata().expect("it is there").len();
        file.set_len((length as f64 * share) as u64)
            .expect("it is writable");
    }

    /// Exchanges two files or folders.
    pub(crate) fn swap(&self, one: &str, other: &str) {
        let aside = self.path("aside");
        for (from, to) in [
            (self.path(one), aside.clone()),
            (self.path(other), self.path(one)),
            (aside, self.path(other)),
        ] {
            fs::rename(from, to).expect("all in one folder");
        }
    }

    /// Puts a file of the repository in the place of another.
    pub(crate) fn transplant(&self, from: &str, name: &str) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
        fs::copy(from, self.path(name)).expect("both are there");
    }

    pub(crate) fn replace_text(&self, name: &str, from: &str, to: &str) {
        let text = String::from_utf8(self.read(name)).expect("it is a text");
        assert!(text.contains(from), "no `{from}` in {name}");
        self.put(name, text.replace(from, to).as_bytes());
    }

    /// Adds fields to the graph of a file; protobuf merges them with those that it has.
    pub(crate) fn add_to_graph(&self, name: &str, fields: &[u8]) {
        let mut bytes = self.read(name);
        bytes.extend(field(7, fields));
        self.put(name, &bytes);
    }
}

pub(crate) fn tiny(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/tiny")
        .join(model)
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a writable folder");
    for entry in fs::read_dir(from).expect("it is there") {
        let entry = entry.expect("it is readable");
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("there is space");
        }
    }
}

/// A length-delimited field of protobuf.
pub(crate) fn field(number: u8, contents: &[u8]) -> Vec<u8> {
    let mut bytes = vec![number << 3 | 2];
    bytes.extend(varint(contents.len() as u64));
    bytes.extend_from_slice(contents);
    bytes
}

/// A number in a field of protobuf.
pub(crate) fn number(field: u8, value: u64) -> Vec<u8> {
    let mut bytes = vec![field << 3];
    bytes.extend(varint(value));
    bytes
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

/// An initializer of floats with these axes and this data, as a field of a graph.
pub(crate) fn initializer(axes: &[u64], floats: &[f32]) -> Vec<u8> {
    let axes = axes.iter().flat_map(|axis| number(1, *axis)).collect();
    let raw = floats.iter().flat_map(|float| float.to_le_bytes());
    let raw = field(9, &raw.collect::<Vec<_>>());
    let tensor: Vec<Vec<u8>> = vec![axes, number(2, 1), field(8, b"stranger"), raw];
    field(5, &tensor.concat())
}

/// An initializer of 16 floats in another file, as a field of a graph.
pub(crate) fn external_initializer(location: &str) -> Vec<u8> {
    let entry = |key: &str, value: &str| {
        let entry = [field(1, key.as_bytes()), field(2, value.as_bytes())].concat();
        field(13, &entry)
    };
    let tensor = [
        number(1, 16),
        number(2, 1),
        field(8, b"stranger"),
        entry("location", location),
        entry("length", "64"),
        number(14, 1),
    ];
    field(5, &tensor.concat())
}

/// A node, as a field of a graph.
pub(crate) fn node(operator: &str, domain: &str, inputs: &[&str]) -> Vec<u8> {
    let inputs = inputs.iter().flat_map(|name| field(1, name.as_bytes()));
    let node = [
        inputs.collect(),
        field(4, operator.as_bytes()),
        field(7, domain.as_bytes()),
    ];
    field(1, &node.concat())
}

/// A graph in an attribute of a node of a graph, and so on.
pub(crate) fn nested(depth: usize) -> Vec<u8> {
    (0..depth).fold(Vec::new(), |inner, _| {
        field(1, &field(5, &field(6, &inner)))
    })
}
