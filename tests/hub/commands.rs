//! The commands: the real program, its exit codes, and what it says on either side.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::repo::{COMMIT, Repo, UNET, assert_has};
use crate::server::{Answer, Server};

/// A user of this computer with a home of their own, and no keyring.
struct User {
    home: tempfile::TempDir,
    endpoint: String,
}

impl User {
    fn of(server: &Server) -> Self {
        Self {
            home: tempfile::tempdir().unwrap(),
            endpoint: server.url(),
        }
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_maquette"));
        command
            .args(arguments)
            .current_dir(self.home.path())
            .env("MAQUETTE_HOME", self.home.path())
            .env("HF_ENDPOINT", &self.endpoint)
            .env("HF_HOME", self.home.path().join("field"))
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .env("LC_ALL", "C")
            .env_remove("HF_TOKEN")
            .env_remove("HF_TOKEN_PATH")
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Ended {
        self.command(arguments).output().unwrap().into()
    }

    fn model(&self) -> PathBuf {
        self.home.path().join("data/models/owner--name")
    }
}

/// A command that ended, and what it said.
#[derive(Debug)]
struct Ended {
    code: Option<i32>,
    out: String,
    err: String,
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

impl Ended {
    #[track_caller]
    fn expect(self, code: i32, told: &[&str]) -> Self {
        assert_eq!(self.code, Some(code), "{self:#?}");
        for words in told {
            assert!(self.err.contains(words), "no `{words}` in {self:#?}");
        }
        self
    }
}

#[test]
fn a_list_shows_every_file_and_fetches_none() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let user = User::of(&server);
    let ended = user.run(&["get", "owner/name@v1", "--list"]).expect(0, &[]);
    for path in repo.files.keys() {
        assert!(ended.out.contains(path), "{}", ended.out);
    }
    for words in [
        "owner/name@v1",
        "licence: mit",
        "200.02 kB",
        "8 files",
        "are free in",
    ] {
        assert!(ended.out.contains(words), "no `{words}` in {}", ended.out);
    }
    let seen = server.seen();
    assert_eq!(seen.len(), 1);
    assert!(seen[0].path.contains("/revision/v1?"), "{seen:?}");
    assert!(!user.model().exists());
}

#[test]
fn a_model_is_got_and_found() {
    let repo = Repo::pipeline();
    let server = repo.clone().serve();
    let user = User::of(&server);
    let ended = user
        .run(&["get", "owner/name", "--yes", "--json"])
        .expect(0, &[]);
    assert_eq!(ended.err, "");
    let json: Value = serde_json::from_str(&ended.out).unwrap();
    assert_eq!(json["state"], "ready");
    assert_eq!(json["commit"], COMMIT);
    assert_eq!(json["received_bytes"], json["total_bytes"]);
    assert_eq!(json["files"][0]["path"], UNET);
    assert!(
        json["files"][0]["hash"]
            .as_str()
            .unwrap()
            .starts_with("sha256:")
    );
    assert_has(&user.model(), &repo);
    let models = user.run(&["models", "--json"]).expect(0, &[]);
    assert!(models.out.contains("owner--name"), "{}", models.out);
}

#[test]
fn a_folder_that_is_not_looked_in_is_said() {
    let server = Repo::pipeline().serve();
    let user = User::of(&server);
    let ended = user.run(&["get", "owner/name", "--yes", "--into", "mine"]);
    ended.expect(0, &["does not look for models in"]);
    assert!(
        user.home
            .path()
            .join("mine/owner--name/model.toml")
            .exists()
    );
}

#[test]
fn nobody_is_asked_where_nobody_is() {
    let server = Repo::pipeline().serve();
    let user = User::of(&server);
    user.run(&["get", "owner/name"]).expect(2, &["--yes"]);
    assert!(!user.model().exists());
}

#[test]
fn every_kind_of_failure_has_its_exit_code() {
    let server = Repo::empty().with("model.safetensors", b"x").serve();
    let user = User::of(&server);
    user.run(&["get", "../x", "--yes"])
        .expect(2, &["owner/name"]);
    user.run(&["get", "owner/name", "--yes"])
        .expect(3, &["it lacks unet/model.onnx"]);
    user.run(&["get", "owner/other", "--yes"])
        .expect(3, &["has no model “owner/other”"]);
    let busy = Server::start(|_| Answer::new(429, "").with("Retry-After", "0"));
    User::of(&busy)
        .run(&["get", "owner/name"])
        .expect(5, &["status 429"]);
    let nowhere = User {
        endpoint: "nowhere".to_owned(),
        ..User::of(&server)
    };
    nowhere
        .run(&["get", "owner/name"])
        .expect(2, &["“nowhere”"]);
}

#[test]
fn a_token_of_the_environment_or_of_the_fields_file_opens_a_gated_model_and_is_never_said() {
    let served = Repo::pipeline();
    let server = Server::start(move |asked| match asked.authorization.as_deref() {
        Some("Bearer hf_secret") => served.answer(asked),
        _ => Answer::new(401, "").with("X-Error-Code", "GatedRepo"),
    });
    let check = |ended: Ended| {
        let ended = ended.expect(0, &[]);
        assert!(!format!("{ended:?}").contains("hf_secret"), "{ended:#?}");
    };
    let user = User::of(&server);
    let list = ["get", "owner/name", "--list"];
    user.run(&list)
        .expect(3, &["Accept its terms on", "maquette token set"]);
    let mut with_variable = user.command(&list);
    with_variable
        .env("HF_TOKEN", "hf_secret")
        .env("MAQUETTE_LOG", "trace");
    check(with_variable.output().unwrap().into());
    let field = user.home.path().join("field");
    std::fs::create_dir(&field).unwrap();
    let mut file = std::fs::File::create(field.join("token")).unwrap();
    file.write_all(b"hf_secret\n").unwrap();
    check(user.run(&list));
    let mut with_wrong = user.command(&list);
    with_wrong.env("HF_TOKEN", "hf_wrong");
    let ended = Ended::from(with_wrong.output().unwrap());
    let ended = ended.expect(3, &["check that the token may read"]);
    assert!(!format!("{ended:?}").contains("hf_wrong"));
}

#[test]
fn a_system_without_a_keyring_says_so() {
    if cfg!(not(target_os = "linux")) {
        // Elsewhere there always is one, and it is not a test's to write to.
        return;
    }
    let server = Repo::pipeline().serve();
    let user = User::of(&server);
    user.run(&["token", "forget"]).expect(5, &["HF_TOKEN"]);
    let mut set = user.command(&["token", "set"]);
    let mut child = set
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(b"hf_secret\n")
        .unwrap();
    let ended = Ended::from(child.wait_with_output().unwrap());
    let ended = ended.expect(5, &["keyring cannot be used"]);
    assert!(!format!("{ended:?}").contains("hf_secret"));
    user.run(&["token", "set"]).expect(2, &["no token"]);
}

#[cfg(unix)]
#[test]
fn an_interrupt_keeps_what_came_and_the_same_command_goes_on() {
    let (release, hold) = crossbeam_channel::bounded::<()>(0);
    let repo = Repo::pipeline();
    let served = repo.clone();
    let is_first = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |asked| {
        let answer = served.answer(asked);
        let is_unet = asked.path.ends_with(UNET);
        if is_unet && is_first.swap(false, std::sync::atomic::Ordering::SeqCst) {
            return answer.held_after(50_000, hold.clone());
        }
        answer
    });
    let user = User::of(&server);
    let get = ["get", "owner/name", "--yes"];
    let child = user
        .command(&get)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let part = user
        .home
        .path()
        .join("data/models/.incoming/owner--name/parts/unet/model.onnx.part");
    while part.metadata().map_or(0, |part| part.len()) < 50_000 {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let interrupted = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(interrupted.unwrap().success());
    let ended = Ended::from(child.wait_with_output().unwrap());
    ended.expect(130, &["the same command goes on"]);
    assert!(!user.model().exists());
    server.seen();
    user.run(&get).expect(0, &[]);
    assert_eq!(server.seen_of(UNET)[0].start_byte(), 50_000);
    assert_has(&user.model(), &repo);
    drop(release);
}
