//! What the program asks of its disk: that an answer is given after what it promises is synced, in the order of
//! its system calls as strace saw them; and that a disk on which every sync takes long costs time alone.

use std::fs;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::comes_in::mentions;
use crate::crashes::around::mention_of;
use crate::hooks::{Sent, city, ticket};
use crate::program::{Server, command, get, wait_for};
use crate::strace::{Call, calls, signal, traced, traced_id};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

/// A data folder that is there already, so that no migration is in the way.
fn prepared() -> tempfile::TempDir {
    let folder = city();
    let (mut server, site) = Server::announced(command(folder.path()).args(CONFIG).arg("serve"));
    let first = Sent::new("dau", &ticket("DAU", "open")).post(&site);
    assert_eq!(first.0, 200);
    assert_eq!(server.stop(), Some(0));
    folder
}

impl Call {
    fn is_sync_of(&self, what: &str) -> bool {
        matches!(self.name.as_str(), "fsync" | "fdatasync")
            && self.rest.contains(what)
            && self.rest.ends_with("= 0")
    }

    fn writes(&self, what: &str) -> bool {
        matches!(self.name.as_str(), "pwrite64" | "write" | "pwritev") && self.rest.contains(what)
    }

    fn answers(&self, status: &str) -> bool {
        let is_sent = matches!(
            self.name.as_str(),
            "write" | "writev" | "sendto" | "sendmsg"
        );
        is_sent && self.rest.contains("socket:") && self.rest.contains(status)
    }
}

#[test]
fn an_answer_is_given_after_what_it_promises_is_synced() {
    let folder = prepared();
    let folder = folder.path();
    let watched = "trace=fsync,fdatasync,pwrite64,pwritev,write,writev,sendto,sendmsg,rename,renameat,renameat2";
    let options = ["-s", "48", "-e", watched];
    let (strace, site) = Server::announced(traced(folder, &options).stderr(Stdio::null()));
    let id = traced_id(&strace);
    wait_for("the index", Duration::from_mins(1), || {
        get(&format!("{site}/readyz")).filter(|(status, _)| *status == 200)
    });
    for n in 0..5 {
        let sent = Sent::new(&format!("m{n}"), &ticket(&format!("P{n}"), "open"));
        assert_eq!(sent.post(&site).0, 200);
    }
    signal("-TERM", id);
    drop(strace);
    let log = fs::read_to_string(folder.join("strace.log")).unwrap();
    let calls = calls(&log);
    // The delivery is the only thing here that is answered with 200 and writes a capture.
    let renamed = |call: &&(usize, &Call)| {
        call.1.name.starts_with("rename") && call.1.rest.contains("captures")
    };
    let numbered = calls.iter().enumerate().collect::<Vec<_>>();
    let kept = numbered
        .iter()
        .filter(renamed)
        .map(|(at, _)| *at)
        .collect::<Vec<_>>();
    assert_eq!(kept.len(), 5, "each delivery is kept as evidence");
    for at in kept {
        let after = &calls[at..];
        let answer = after.iter().position(|call| call.answers("HTTP/1.1 200"));
        let until_answered = &after[..answer.expect("it was answered")];
        assert!(
            calls[..at]
                .iter()
                .rev()
                .take(40)
                .any(|call| call.is_sync_of(".part")),
            "the capture was named before its bytes were synced"
        );
        assert!(
            until_answered
                .iter()
                .any(|call| call.is_sync_of("captures")),
            "the name of the capture was not synced before the answer"
        );
        let wal = |call: &Call| call.writes("record.sqlite-wal");
        let written = until_answered.iter().position(wal);
        let written =
            written.expect("the record is written after the capture and before the answer");
        assert!(
            until_answered[written..]
                .iter()
                .any(|call| call.is_sync_of("record.sqlite-wal")),
            "the record was not synced before the answer"
        );
    }
}

#[test]
fn a_slow_disk_costs_time_and_nothing_else() {
    const SYNC: Duration = Duration::from_millis(150);
    let folder = prepared();
    let folder = folder.path();
    let delays = format!("inject=fsync,fdatasync:delay_enter={}", SYNC.as_micros());
    let log = fs::File::create(folder.join("log")).unwrap();
    let options = ["-e", "trace=fsync,fdatasync", "-e", &delays];
    let (strace, site) = Server::announced(traced(folder, &options).stderr(log));
    let id = traced_id(&strace);
    let begun = Instant::now();
    let senders = (0..3).map(|sender| {
        let site = site.clone();
        std::thread::spawn(move || {
            let mut taken = Vec::new();
            for n in 0..6 {
                let code = format!("S{sender}-{n}");
                let sent = Sent::new(&format!("m-{code}"), &ticket(&code, "open"));
                if sent.try_post(&site) == Some(200) {
                    taken.push(mention_of(&code));
                }
            }
            taken
        })
    });
    let senders = senders.collect::<Vec<_>>();
    // Reading waits for nobody's sync.
    let mut slowest = Duration::ZERO;
    while senders.iter().any(|sender| !sender.is_finished()) {
        let asked = Instant::now();
        assert_eq!(get(&format!("{site}/nguon")).unwrap().0, 200);
        slowest = slowest.max(asked.elapsed());
        std::thread::sleep(Duration::from_millis(50));
    }
    let taken = senders
        .into_iter()
        .flat_map(|sender| sender.join().unwrap());
    let taken = taken.collect::<Vec<_>>();
    let spent = begun.elapsed();
    assert_eq!(taken.len(), 18, "every delivery is taken, slowly");
    assert!(spent > SYNC * 18, "the disk was not slow: {spent:?}");
    signal("-KILL", id);
    drop(strace);
    let standing = mentions(folder);
    let is_there = |id: &String| standing.iter().any(|mention| mention["id"] == id.as_str());
    assert!(taken.iter().all(is_there), "an acknowledged ticket is lost");
    let said = fs::read_to_string(folder.join("log")).unwrap();
    assert!(!said.contains("ERROR"), "{said}");
    println!("18 deliveries in {spent:?} at {SYNC:?} a sync, slowest page {slowest:?}, lost 0");
}
