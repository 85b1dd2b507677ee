//! Faults of the machine and of its disk, one after the other: a read-only folder, a clock that jumps, a
//! damaged index, a damaged record, no file handles. (A full disk and a held record: `trouble.rs`.)

use std::fs;
use std::io::{Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::comes_in::mentions;
use crate::crashes::around::{mention_of, ticket_line};
use crate::hooks::{Sent, city, ticket};
use crate::program::{Server, command, get, get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];
const A_MINUTE: Duration = Duration::from_mins(1);

fn import(folder: &Path, numbers: std::ops::Range<usize>) {
    let lines = numbers.map(|n| ticket_line(&format!("P{n}"), "2026-11-20T08:00:00+07:00"));
    let lines = lines.collect::<String>();
    run(
        folder,
        &[&CONFIG[..], &["import", "-"]].concat(),
        lines.as_bytes(),
    )
    .expect(0);
}

fn found(site: &str) -> u64 {
    let found = get_json(&format!("{site}/api/v1/search?q=ng%E1%BA%ADp&limit=1"));
    found["total"].as_u64().unwrap()
}

#[test]
fn a_folder_that_may_not_be_written_is_named() {
    let folder = city();
    import(folder.path(), 0..5);
    let more = ticket_line("P9", "2026-11-20T08:00:00+07:00");
    fs::write(folder.path().join("more.jsonl"), more).unwrap();
    let script = "mount --bind data data && mount -o remount,ro,bind data || exit 9\n\
                  $LANGNGHE --config langnghe.toml import - <more.jsonl >import.out 2>&1; echo $? >import.code\n\
                  timeout 30 $LANGNGHE --config langnghe.toml serve >serve.out 2>&1; echo $? >serve.code\n";
    let done = Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
        .current_dir(folder.path())
        .env("LANGNGHE", env!("CARGO_BIN_EXE_langnghe"))
        .status()
        .unwrap();
    assert!(done.success(), "{done}");
    let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    for command in ["import", "serve"] {
        assert_eq!(read(&format!("{command}.code")).trim(), "1");
        let said = read(&format!("{command}.out"));
        assert!(
            said.contains("read-only") || said.contains("Read-only"),
            "{said}"
        );
    }
    assert_eq!(mentions(folder.path()).len(), 5);
}

#[test]
fn a_damaged_index_makes_itself_again() {
    let folder = city();
    let folder = folder.path();
    import(folder, 0..40);
    run(folder, &[&CONFIG[..], &["search", "ngập"]].concat(), b"").expect(0);
    run(folder, &[&CONFIG[..], &["rebuild"]].concat(), b"").expect(0);
    let mut n_damaged = 0;
    for path in files(&folder.join("data/search")) {
        let is_segment = path
            .extension()
            .is_some_and(|of| of == "term" || of == "idx" || of == "store");
        let length = fs::metadata(&path).unwrap().len();
        if is_segment && length > 40 {
            let mut file = fs::File::options()
                .read(true)
                .write(true)
                .open(&path)
                .unwrap();
            let mut byte = [0];
            file.seek(SeekFrom::Start(length / 3)).unwrap();
            file.read_exact(&mut byte).unwrap();
            file.seek(SeekFrom::Start(length / 3)).unwrap();
            file.write_all(&[byte[0] ^ 0x5a]).unwrap();
            n_damaged += 1;
        }
    }
    assert!(n_damaged > 0);
    let (_server, site) = Server::announced(command(folder).args(CONFIG).arg("serve"));
    wait_for("the index", A_MINUTE, || (found(&site) == 40).then_some(()));
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(files(&path));
        } else {
            all.push(path);
        }
    }
    all
}

#[test]
fn a_damaged_record_is_refused_with_the_way_back() {
    let folder = city();
    let folder = folder.path();
    import(folder, 0..300);
    run(folder, &[&CONFIG[..], &["backup", "luu"]].concat(), b"").expect(0);
    let path = folder.join("data/record.sqlite");
    let whole = fs::read(&path).unwrap();
    let n_pages = whole.len() / 4096;
    let mut n_refused = 0;
    // The first page, which holds the schema, and others over the whole file. A byte within the words of a row
    // would not be noticed: SQLite keeps no checksums; those of a backup do.
    for page in [0, n_pages / 4, n_pages / 2, n_pages * 3 / 4] {
        let mut broken = whole.clone();
        broken[page * 4096..(page + 1) * 4096].fill(0x5a);
        fs::write(&path, &broken).unwrap();
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = serve.spawn().unwrap();
        let mut said = String::new();
        let ended = {
            let killer = child.id().to_string();
            let watch = std::thread::spawn(move || {
                std::thread::sleep(Duration::from_secs(20));
                // It is still running: it did not notice. Ended already is as good.
                Command::new("kill")
                    .arg(&killer)
                    .stderr(Stdio::null())
                    .status()
                    .unwrap();
            });
            child
                .stderr
                .take()
                .unwrap()
                .read_to_string(&mut said)
                .unwrap();
            let ended = child.wait().unwrap();
            drop(watch);
            ended
        };
        if ended.code() == Some(1) {
            assert!(
                said.contains("record.sqlite") && said.contains("langnghe restore"),
                "{said}"
            );
            n_refused += 1;
        }
    }
    // A page may be one that nothing uses any more.
    assert!(
        n_refused >= 3,
        "only {n_refused} of 4 damages were noticed at the start"
    );
    for leftover in ["record.sqlite", "record.sqlite-wal", "record.sqlite-shm"] {
        let _ = fs::remove_file(folder.join("data").join(leftover));
    }
    run(folder, &[&CONFIG[..], &["restore", "luu"]].concat(), b"").expect(0);
    assert_eq!(mentions(folder).len(), 300);
}

#[test]
fn a_clock_that_jumps_doubles_nothing_and_stops_nothing() {
    let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";
    assert!(
        Path::new(library).is_file(),
        "the Debian package libfaketime is missing: tests/tools.sh"
    );
    let folder = city();
    let folder = folder.path();
    import(folder, 0..5);
    // A day ahead, then back, then a day behind.
    for (at, shift) in ["+1d", "+0", "-1d", "+0"].iter().enumerate() {
        let mut serve = command(folder);
        serve
            .args(CONFIG)
            .arg("serve")
            .env("LD_PRELOAD", library)
            .env("FAKETIME", shift)
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1")
            .env("LANGNGHE_SCHEDULE__REFRESH_EVERY", "1s")
            .stderr(Stdio::null());
        let (mut server, site) = Server::announced(&mut serve);
        wait_for("the index", A_MINUTE, || (found(&site) == 5).then_some(()));
        let ready = get_json(&format!("{site}/readyz"));
        assert_eq!(ready["n_mentions"], 5, "{ready}");
        std::thread::sleep(Duration::from_millis(1_500 + 100 * at as u64));
        assert_eq!(server.stop(), Some(0));
    }
    let exported = run(folder, &[&CONFIG[..], &["export", "digests"]].concat(), b"").expect(0);
    let mut keys = std::collections::HashSet::new();
    for line in exported.json_lines() {
        let key = [
            &line["unit"],
            &line["day"],
            &line["period"],
            &line["revision"],
        ]
        .map(ToString::to_string);
        assert!(keys.insert(key), "a digest is there twice: {line}");
    }
    assert!(!keys.is_empty());
    let doctor = run(folder, &[&CONFIG[..], &["--json", "doctor"]].concat(), b"");
    assert_eq!(doctor.json_lines()[0]["ok"], true, "{}", doctor.stdout);
}

#[test]
fn without_file_handles_it_waits_and_goes_on() {
    let folder = city();
    let folder = folder.path();
    let mut serve = Command::new("sh");
    serve
        .args([
            "-c",
            "ulimit -n 80; exec \"$LANGNGHE\" --config langnghe.toml serve",
        ])
        .current_dir(folder)
        .env("LANGNGHE", env!("CARGO_BIN_EXE_langnghe"))
        .stderr(Stdio::null());
    let (mut server, site) = Server::announced(&mut serve);
    assert_eq!(
        Sent::new("msg_0", &ticket("PA-0", "open")).try_post(&site),
        Some(200)
    );
    let address = site.trim_start_matches("http://").to_owned();
    let idle = (0..120)
        .filter_map(|_| TcpStream::connect(&address).ok())
        .collect::<Vec<_>>();
    assert!(idle.len() >= 80, "{} connections", idle.len());
    std::thread::sleep(Duration::from_secs(2));
    assert!(get(&format!("{site}/livez")).is_none_or(|(status, _)| status == 200));
    drop(idle);
    wait_for("an answer", A_MINUTE, || {
        get(&format!("{site}/livez")).filter(|(status, _)| *status == 200)
    });
    assert_eq!(
        Sent::new("msg_1", &ticket("PA-1", "open")).try_post(&site),
        Some(200)
    );
    assert_eq!(server.stop(), Some(0));
    let there = mentions(folder);
    for code in ["PA-0", "PA-1"] {
        assert!(
            there.iter().any(|found| found["id"] == mention_of(code)),
            "{code} is lost"
        );
    }
}
