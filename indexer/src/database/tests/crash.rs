//! Processes killed in the middle of recording lose nothing they had acknowledged.
//!
//! The test starts itself again as a child that records and says each acknowledged batch on its
//! standard output, kills it after a number of batches that differs each round, and looks.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use models::domain::DigestScope;

use super::fresh;
use crate::archive::{Archive, Edition, Grouping};
use crate::conformance::sample::{concern, day, digest, id, noon, record};
use crate::conformance::search::expect_equal;
use crate::{EmbeddedArchive, EmbeddedSearch, SearchIndex};

const CHILD_FOLDER: &str = "LANGNGHE_CRASH_TEST_FOLDER";
const PER_BATCH: usize = 25;

/// Kills in one run; `LANGNGHE_CRASH_ROUNDS` asks for more.
const ROUNDS: usize = 8;
const ROUNDS_ASKED: &str = "LANGNGHE_CRASH_ROUNDS";

/// Does nothing in a normal run; in the child it records until it is killed.
#[test]
fn child_records_until_it_is_killed() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else {
        return;
    };
    let folder = Path::new(&folder);
    let archive = EmbeddedArchive::open(&folder.join("record.db")).unwrap();
    let index = EmbeddedSearch::open(folder).unwrap();
    let first = archive.counts().unwrap().n_mentions as usize / PER_BATCH;
    let mut out = std::io::stdout();
    for at in first.. {
        record(&archive, at * PER_BATCH..(at + 1) * PER_BATCH, 0);
        writeln!(out, "\nacknowledged {at}").unwrap();
        if at % 3 == 0 {
            index.catch_up(&archive).unwrap();
        }
        if at % 5 == 0 {
            publish(&archive, at);
        }
    }
}

/// Groups and publishes as the pipeline does after recording.
fn publish(archive: &EmbeddedArchive, at: usize) {
    let grouping = Grouping {
        day: day(0),
        assignments: vec![(id(at), concern("a", 0).id)],
        concerns: vec![concern("a", i64::try_from(at).unwrap())],
        correction: 0,
    };
    archive.save_grouping(&grouping).unwrap();
    let edition = Edition {
        digests: &[digest(DigestScope::City, 0, at as f64)],
        signals: &[],
        at: noon(0),
        erratum: Some("tính lại"),
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
}

#[test]
fn what_was_acknowledged_survives_a_kill() {
    let (archive, path, folder) = fresh();
    drop(archive);
    let asked = std::env::var(ROUNDS_ASKED).map(|rounds| rounds.parse().unwrap());
    let n_rounds = asked.unwrap_or(ROUNDS);
    let mut n_acknowledged = 0;
    for round in 0..n_rounds {
        let mut child = start_child(folder.path());
        n_acknowledged = wait_for(&mut child, n_acknowledged, 1 + round * 3 % 11);
        child.kill().unwrap();
        child.wait().unwrap();

        let archive = EmbeddedArchive::open(&path).unwrap();
        let found = archive.mentions_of_days(day(0), day(0)).unwrap();
        let n_batches = found.len() / PER_BATCH;
        assert_eq!(found.len() % PER_BATCH, 0, "a batch is there in part");
        assert!(n_batches >= n_acknowledged, "an acknowledged batch is lost");
        assert_eq!(archive.check().unwrap(), Vec::<String>::new());
        let revisions = archive.revisions(&DigestScope::City, day(0)).unwrap();
        let numbers: Vec<_> = revisions.iter().map(|r| r.revision as usize).collect();
        assert_eq!(numbers, (1..=numbers.len()).collect::<Vec<_>>());

        let index = EmbeddedSearch::open(folder.path()).unwrap();
        index.catch_up(&archive).unwrap();
        expect_equal(&archive, &index);
    }
    assert!(n_acknowledged >= n_rounds);
}

fn start_child(folder: &Path) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "--nocapture", "--test-threads=1"])
        .arg("database::tests::crash::child_records_until_it_is_killed")
        .env(CHILD_FOLDER, folder)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

/// Reads acknowledgements until `n_wanted` more batches are recorded; gives how many are.
fn wait_for(child: &mut Child, before: usize, n_wanted: usize) -> usize {
    let out = BufReader::new(child.stdout.take().unwrap());
    let mut n_seen = 0;
    for line in out.lines() {
        if let Some(at) = line.unwrap().strip_prefix("acknowledged ") {
            n_seen += 1;
            if n_seen == n_wanted {
                return before.max(at.parse::<usize>().unwrap() + 1);
            }
        }
    }
    panic!("the child ended by itself");
}
