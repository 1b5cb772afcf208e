//! A repository of a hub, and what its hub says of it.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use maquette::domain::CancelToken;
use maquette::files::hex;
use maquette::hub::{Endpoint, FetchOutcome, Hub, HubError, Listing, Patience, Plan, Repository};
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest as _, Sha256};

use crate::server::{Answer, Asked, Server};

pub(crate) const COMMIT: &str = "0123456789abcdef0123456789abcdef01234567";

/// The file that most tests look at, and the largest.
pub(crate) const UNET: &str = "unet/model.onnx";

/// Files at one commit.
#[derive(Clone)]
pub(crate) struct Repo {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) gated: Value,
}

impl Repo {
    /// No file.
    pub(crate) fn empty() -> Self {
        Self {
            files: BTreeMap::new(),
            gated: Value::Bool(false),
        }
    }

    /// The least that is a pipeline.
    pub(crate) fn pipeline() -> Self {
        Self::empty().with_pipeline_in("")
    }

    pub(crate) fn with_pipeline_in(self, folder: &str) -> Self {
        let path = |name: &str| format!("{folder}{name}");
        self.with(&path("model_index.json"), br#"{"_class_name": "X"}"#)
            .with(&path(UNET), &graph(200_000))
            .with(&path("unet/config.json"), b"{}")
            .with(&path("text_encoder/model.onnx"), &graph(5_000))
            .with(&path("vae_decoder/model.onnx"), &graph(7_000))
            .with(&path("tokenizer/vocab.json"), b"{}")
            .with(&path("tokenizer/merges.txt"), b"#version")
            .with(&path("scheduler/scheduler_config.json"), b"{}")
    }

    pub(crate) fn with(mut self, path: &str, contents: &[u8]) -> Self {
        self.files.insert(path.to_owned(), contents.to_owned());
        self
    }

    /// The bytes of a file.
    pub(crate) fn file(&self, path: &str) -> &[u8] {
        &self.files[path]
    }

    /// What a good hub answers.
    pub(crate) fn answer(&self, asked: &Asked) -> Answer {
        if asked.path.starts_with("/api/models/owner/name/revision/") {
            return Answer::new(200, self.listing().to_string());
        }
        let prefix = format!("/owner/name/resolve/{COMMIT}/");
        let file = asked
            .path
            .strip_prefix(&prefix)
            .and_then(|path| self.files.get(path));
        match file {
            Some(contents) => give(contents, asked),
            None if asked.path.starts_with("/api") => {
                Answer::new(404, "").with("X-Error-Code", "RepoNotFound")
            }
            None => Answer::new(404, "").with("X-Error-Code", "EntryNotFound"),
        }
    }

    pub(crate) fn listing(&self) -> Value {
        let siblings: Vec<Value> = self
            .files
            .iter()
            .map(|(path, bytes)| sibling(path, bytes))
            .collect();
        json!({
            "id": "owner/name",
            "sha": COMMIT,
            "gated": self.gated,
            "cardData": { "license": "mit" },
            "siblings": siblings,
        })
    }

    /// A hub that has it and nothing against anybody.
    pub(crate) fn serve(self) -> Server {
        Server::start(move |asked| self.answer(asked))
    }
}

/// Gives a file, or the rest of it, to whoever has the same version of it.
pub(crate) fn give(contents: &[u8], asked: &Asked) -> Answer {
    let etag = format!("\"{}\"", &hex(&Sha256::digest(contents))[..16]);
    let is_other = asked.if_range.as_ref().is_some_and(|known| *known != etag);
    let start = if is_other { 0 } else { asked.start_byte() };
    if start > contents.len() {
        return Answer::new(416, "");
    }
    let body = contents[start..].to_owned();
    if start == 0 {
        return Answer::new(200, body).with("ETag", etag);
    }
    let (end, total) = (contents.len() - 1, contents.len());
    Answer::new(206, body)
        .with("ETag", etag)
        .with("Content-Range", format!("bytes {start}-{end}/{total}"))
}

/// A valid graph with weights that hold no two equal stretches.
pub(crate) fn graph(bytes: u32) -> Vec<u8> {
    let mut state = bytes;
    let weights = (0..bytes).map(|_| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    });
    model_of(bytes as usize, &field(9, &weights.collect::<Vec<_>>()))
}

/// A valid graph that keeps a tensor of one byte in another file.
pub(crate) fn graph_beside(location: &str) -> Vec<u8> {
    let entry = [field(1, b"location"), field(2, location.as_bytes())].concat();
    let is_elsewhere = number(14, 1);
    model_of(1, &[field(13, &entry), is_elsewhere].concat())
}

/// A model of a graph with one tensor of bytes, whose data stands somewhere.
fn model_of(bytes: usize, data: &[u8]) -> Vec<u8> {
    let unsigned_bytes = 2;
    let tensor = [&number(1, bytes), &number(2, unsigned_bytes), data].concat();
    let opset = field(8, &number(2, 17));
    [opset, field(7, &field(5, &tensor))].concat()
}

/// A length-delimited field of protobuf.
fn field(tag: u8, contents: &[u8]) -> Vec<u8> {
    [&[tag << 3 | 2], varint(contents.len()).as_slice(), contents].concat()
}

/// A field of protobuf with a number.
fn number(tag: u8, value: usize) -> Vec<u8> {
    [&[tag << 3], varint(value).as_slice()].concat()
}

fn varint(mut value: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
    bytes
}

fn sibling(path: &str, bytes: &[u8]) -> Value {
    let mut blob = Sha1::new();
    blob.update(format!("blob {}\0", bytes.len()));
    blob.update(bytes);
    let mut sibling = json!({
        "rfilename": path,
        "size": bytes.len(),
        "blobId": hex(&blob.finalize()),
    });
    let extension = Path::new(path)
        .extension()
        .and_then(|extension| extension.to_str());
    if !matches!(extension, Some("json" | "txt")) {
        let sha256 = hex(&Sha256::digest(bytes));
        sibling["lfs"] = json!({ "sha256": sha256, "size": bytes.len(), "pointerSize": 130 });
    }
    sibling
}

/// Somebody who gets models, without patience.
pub(crate) struct Getter {
    pub(crate) hub: Hub,
    pub(crate) root: tempfile::TempDir,
}

impl Getter {
    pub(crate) fn of(server: &Server) -> Self {
        Self::with(server, PATIENCE)
    }

    /// Somebody who gives up at once.
    pub(crate) fn hasty(server: &Server) -> Self {
        Self::with(
            server,
            Patience {
                attempts: 1,
                ..PATIENCE
            },
        )
    }

    fn with(server: &Server, patience: Patience) -> Self {
        Self {
            hub: hub(server).with_patience(patience),
            root: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn list(&self) -> Result<Listing, HubError> {
        self.hub.list(&repository(), &CancelToken::default())
    }

    pub(crate) fn plan(&self) -> Plan {
        Plan::choose(&self.list().unwrap(), None, self.root.path()).unwrap()
    }

    pub(crate) fn get(&self) -> Result<FetchOutcome, HubError> {
        self.hub
            .fetch(&self.plan(), &CancelToken::default(), &mut |_| {})
    }

    /// Fetches what must come.
    #[track_caller]
    pub(crate) fn expect(&self, repo: &Repo) {
        let outcome = self.get().unwrap();
        let folder = self.root.path().join("owner--name");
        assert_eq!(outcome, FetchOutcome::Ready(folder.clone()));
        assert_has(&folder, repo);
        assert_eq!(
            names(self.root.path()),
            ["owner--name"],
            "nothing else is left"
        );
    }

    /// The model is not there, whatever else is.
    #[track_caller]
    pub(crate) fn assert_nothing_appeared(&self) {
        let names = names(self.root.path());
        assert!(names.iter().all(|name| name == ".incoming"), "{names:?}");
    }
}

const PATIENCE: Patience = Patience {
    attempts: 3,
    first_pause: Duration::from_millis(1),
    longest_pause: Duration::from_millis(50),
    silence: Duration::from_secs(5),
};

/// A hub that never looks for a token outside the test.
pub(crate) fn hub(server: &Server) -> Hub {
    let endpoint = Endpoint::at(&server.url()).unwrap();
    Hub::at(endpoint)
        .with_token_from(|_| None)
        .with_patience(PATIENCE)
}

pub(crate) fn repository() -> Repository {
    "owner/name".parse().unwrap()
}

#[track_caller]
pub(crate) fn assert_has(folder: &Path, repo: &Repo) {
    for (path, contents) in &repo.files {
        let found = std::fs::read(folder.join(path)).unwrap();
        assert!(found == *contents, "{path}: {} bytes", found.len());
    }
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
