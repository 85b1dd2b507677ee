//! The restore drill: a backup is made while everything runs and writes, checked, and brought back;
//! what was acknowledged before it began is there. And records of every past schema are taken up.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;

use crate::comes_in::{mentions, serve};
use crate::hooks::{Sent, city, ticket};
use crate::program::{get_json, run, wait_for};

const CONFIG: [&str; 2] = ["--config", "langnghe.toml"];

#[test]
fn a_restore_drill_while_everything_runs() {
    let folder = city();
    let folder = folder.path();
    let (server, site) = serve(folder);
    let (acknowledged, enough) = (
        Arc::new(AtomicUsize::new(0)),
        Arc::new(AtomicBool::new(false)),
    );
    let hotline = {
        let (acknowledged, enough, site) =
            (Arc::clone(&acknowledged), Arc::clone(&enough), site.clone());
        std::thread::spawn(move || {
            for n in 0.. {
                if enough.load(Ordering::SeqCst) {
                    return;
                }
                let sent = Sent::new(&format!("msg_{n}"), &ticket(&format!("PA-{n}"), "open"));
                assert_eq!(sent.post(&site).0, 200);
                acknowledged.store(n + 1, Ordering::SeqCst);
            }
        })
    };
    let at_least = |n: usize| {
        wait_for("deliveries", Duration::from_mins(1), || {
            let done = acknowledged.load(Ordering::SeqCst);
            (done >= n).then_some(done)
        })
    };
    let before = at_least(10);
    let saved = run(
        folder,
        &[&CONFIG[..], &["--json", "backup", "luu/1"]].concat(),
        b"",
    )
    .expect(0);
    let saved = &saved.json_lines()[0];
    let during = acknowledged.load(Ordering::SeqCst);
    at_least(during + 3);
    enough.store(true, Ordering::SeqCst);
    hotline.join().unwrap();
    let n_saved = usize::try_from(saved["n_mentions"].as_u64().unwrap()).unwrap();
    assert!(
        (before..=during + 1).contains(&n_saved),
        "{before} {n_saved} {during}"
    );
    assert!(
        saved["n_captures"].as_u64().unwrap() >= before as u64,
        "{saved}"
    );
    drop(server);

    // A tool of others finds every file as it should be, and no secret stands in any.
    let summed = Command::new("sha256sum")
        .args(["--check", "--strict", "--quiet", "SHA256SUMS"])
        .current_dir(folder.join("luu/1"))
        .output()
        .unwrap();
    assert!(summed.status.success(), "{summed:?}");
    assert!(folder.join("luu/1/config/sources.toml").is_file());
    let secret = fs::read_to_string(folder.join("secret-old")).unwrap();
    for planted in [secret.trim(), "bi-mat"] {
        let grep = Command::new("grep")
            .args(["-r", "-F", "-e", planted, "luu"])
            .current_dir(folder)
            .output()
            .unwrap();
        assert_eq!(grep.status.code(), Some(1), "{grep:?}");
    }

    // The data is lost, and comes back.
    run(folder, &[&CONFIG[..], &["restore", "luu/1"]].concat(), b"").expect(1);
    fs::rename(folder.join("data"), folder.join("mat")).unwrap();
    run(
        folder,
        &[&CONFIG[..], &["restore", "--check", "luu/1"]].concat(),
        b"",
    )
    .expect(0);
    assert!(!folder.join("data").try_exists().unwrap());
    run(folder, &[&CONFIG[..], &["restore", "luu/1"]].concat(), b"").expect(0);
    assert_eq!(mentions(folder).len(), n_saved);
    let (_server, site) = serve(folder);
    wait_for("the index", Duration::from_mins(1), || {
        let ready = get_json(&format!("{site}/readyz"));
        (ready["index_lag"] == 0 && ready["n_mentions"] == n_saved).then_some(())
    });
    let found = get_json(&format!("{site}/api/v1/search?q=c%E1%BB%91ng&limit=1"));
    assert_eq!(found["total"], n_saved, "{found}");
    // What came before the backup is known; what came after comes again when it is sent again.
    let known = Sent::new("msg_0", &json!(ticket("PA-0", "open"))).post(&site);
    assert_eq!(known.1["status"], "repeated", "{}", known.1);
    let again = Sent::new("msg_again", &ticket(&format!("PA-{during}"), "open")).post(&site);
    assert_eq!(again.0, 200, "{}", again.1);
}

#[test]
fn a_damaged_or_foreign_backup_is_refused_with_the_reason() {
    let folder = city();
    let folder = folder.path();
    run(
        folder,
        &[&CONFIG[..], &["import", "-"]].concat(),
        ticket_line().as_bytes(),
    )
    .expect(0);
    run(folder, &[&CONFIG[..], &["backup", "b"]].concat(), b"").expect(0);
    let again = run(folder, &[&CONFIG[..], &["backup", "b"]].concat(), b"").expect(1);
    assert!(again.stderr.contains("already exists"), "{}", again.stderr);
    let record = folder.join("b/record.sqlite");
    let mut bytes = fs::read(&record).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0xff;
    fs::write(&record, bytes).unwrap();
    for asked in [
        &["restore", "--check", "b"][..],
        &["restore", "b", "--to", "moi"],
    ] {
        let refused = run(folder, &[&CONFIG[..], asked].concat(), b"").expect(1);
        assert!(
            refused.stderr.contains("record.sqlite"),
            "{}",
            refused.stderr
        );
    }
    assert!(!folder.join("moi/record.sqlite").try_exists().unwrap());
    let foreign = run(folder, &["restore", "--check", "."], b"").expect(1);
    assert!(
        foreign.stderr.contains("not a langnghe backup"),
        "{}",
        foreign.stderr
    );
    let nothing = run(folder, &["--data", "nowhere", "backup", "c"], b"").expect(1);
    assert!(
        nothing.stderr.contains("nowhere/record.sqlite"),
        "{}",
        nothing.stderr
    );
    assert!(!folder.join("nowhere").try_exists().unwrap());
}

fn ticket_line() -> String {
    let line = json!({"id": "P1", "channel": "hotline", "source": "1022",
        "published_at": "2026-11-20T09:00:00+07:00", "title": null, "text": "Cống đầu hẻm bị nghẹt",
        "parent_id": null, "engagement": null, "ticket": {"field": "Thoát nước",
        "address": "Phường Phú Định", "status": "open", "due_at": null, "closed_at": null, "rating": null}});
    format!("{line}\n")
}

/// One record of each schema that was ever released, packed.
pub fn past_records() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/schemas");
    let mut found = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|of| of == "zst"))
        .collect::<Vec<_>>();
    found.sort();
    assert!(found.len() >= 22, "{found:?}");
    found
}

#[test]
fn records_of_every_past_schema_are_taken_up() {
    let mut n_now = None;
    for packed in past_records() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        fs::create_dir(folder.join("data")).unwrap();
        let record = zstd::decode_all(fs::File::open(&packed).unwrap()).unwrap();
        fs::write(folder.join("data/record.sqlite"), record).unwrap();
        let name = packed.display();
        // What was saved under the old schema is restored under the new one.
        run(folder, &["backup", "b"], b"").expect(0);
        run(folder, &["restore", "b", "--to", "moi"], b"").expect(0);
        for data in ["data", "moi"] {
            let exported = run(folder, &["--data", data, "export", "mentions"], b"").expect(0);
            assert_eq!(exported.stdout.lines().count(), 11, "{name}");
            let digest = run(folder, &["--data", data, "export", "digests"], b"").expect(0);
            assert!(digest.stdout.contains("Ngập đường Hòa Bình"), "{name}");
            let doctor = run(folder, &["--data", data, "--json", "doctor"], b"");
            let record = &doctor.json_lines()[0];
            assert_eq!(record["ok"], true, "{name}: {record}");
            let said = record["detail"].as_str().unwrap();
            let schema = said.rsplit(' ').next().unwrap().to_owned();
            assert_eq!(n_now.get_or_insert_with(|| schema.clone()), &schema);
        }
    }
}

#[test]
fn a_newer_record_is_refused_and_left_as_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    fs::create_dir(folder.join("data")).unwrap();
    let newest = past_records().pop().unwrap();
    let path = folder.join("data/record.sqlite");
    fs::write(
        &path,
        zstd::decode_all(fs::File::open(newest).unwrap()).unwrap(),
    )
    .unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 9_999).unwrap();
    drop(db);
    let before = fs::read(&path).unwrap();
    for asked in [
        &["serve", "--listen", "127.0.0.1:0"][..],
        &["backup", "b"],
        &["doctor"],
    ] {
        let refused = run(folder, asked, b"").expect(1);
        let said = &refused.stderr;
        assert!(
            said.contains("newer langnghe (schema 9999") && said.contains("backup"),
            "{said}"
        );
    }
    assert_eq!(fs::read(&path).unwrap(), before);
}
