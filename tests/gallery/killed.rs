//! A process that is killed while it keeps pictures.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command as Process, Stdio};
use std::time::Duration;

use maquette::domain::PictureId;

use crate::desk::{Desk, database, files_below, library, new_home};
use crate::pictures::{Random, noise_picture};

/// The environment variable that makes the test below keep pictures until it is killed.
const KEEP_IN: &str = "MAQUETTE_TEST_KEEP_IN";

#[test]
fn a_process_killed_while_keeping_loses_nothing_that_it_said_was_kept() {
    if let Some(home) = std::env::var_os(KEEP_IN) {
        keep_until_killed(Path::new(&home));
    }
    let home = new_home();
    let mut random = Random::new(5);
    let mut kept = Vec::new();
    for round in 0..20 {
        kept.extend(killed_after(
            home.path(),
            Duration::from_millis(random.next() % 120),
        ));
        let (desk, entries) = Desk::open(home.path());
        for id in &kept {
            assert!(
                entries.iter().any(|entry| entry.id == *id),
                "round {round}: {id} is lost"
            );
        }
        assert!(entries.iter().all(|entry| !entry.missing), "round {round}");
        for entry in &entries {
            desk.load(entry.id);
        }
        desk.close();
        let names = files_below(&library(home.path()));
        let half = names
            .keys()
            .find(|name| name.to_string_lossy().contains(".partial"));
        assert_eq!(half, None, "round {round}");
        let connection = rusqlite::Connection::open(database(home.path())).unwrap();
        let check = |row: &rusqlite::Row<'_>| row.get::<_, String>(0);
        let finding = connection.query_row("PRAGMA integrity_check", [], check);
        assert_eq!(finding.unwrap(), "ok", "round {round}");
    }
    assert!(kept.len() > 20, "only {} were kept", kept.len());
}

/// Keeps pictures, one after the other, and prints the id of each when it is kept.
fn keep_until_killed(home: &Path) -> ! {
    let (desk, entries) = Desk::open(home);
    let mut stdout = std::io::stdout();
    // The name of the test stands on this line.
    writeln!(stdout).expect("somebody reads");
    let mut seed = entries.len() as u64;
    loop {
        let kept = desk.keep(&noise_picture(seed, 48));
        writeln!(stdout, "{}", kept.id).expect("somebody reads");
        seed += 1;
    }
}

/// Has a process keep pictures, kills it so long after its first word, and gives what it said.
fn killed_after(home: &Path, wait: Duration) -> Vec<PictureId> {
    let mut child = child_that_keeps_in(home);
    let stdout = child.stdout.take().expect("it is piped");
    let mut lines = BufReader::new(stdout).lines().map_while(Result::ok);
    let mut said: Vec<String> = lines.by_ref().take(8).collect();
    std::thread::sleep(wait);
    child.kill().expect("it is ours");
    child.wait().expect("it was killed");
    said.extend(lines);
    said.iter().filter_map(|line| line.parse().ok()).collect()
}

fn child_that_keeps_in(home: &Path) -> Child {
    let me = std::env::current_exe().expect("a test knows itself");
    Process::new(me)
        .args(["--exact", "--nocapture"])
        .arg("killed::a_process_killed_while_keeping_loses_nothing_that_it_said_was_kept")
        .env(KEEP_IN, home)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("it can be started once more")
}
