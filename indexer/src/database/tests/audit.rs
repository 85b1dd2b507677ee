//! What somebody who may write the database file can do to the log, and how it shows.

use jiff::Timestamp;
use rusqlite::Connection;

use super::fresh;
use crate::accounts::{Accounts, Actor, AuditEntry, AuditFault, AuditVerdict, By};

fn verdict_after(tampering: &str) -> AuditVerdict {
    let (archive, path, _folder) = fresh();
    for n in 1..=6 {
        let entry = AuditEntry {
            action: "export".to_owned(),
            object: format!("file/{n}"),
            before: None,
            after: Some("x".to_owned()),
        };
        let by = By {
            who: Actor::Command,
            at: Timestamp::from_second(n).unwrap(),
            request: None,
        };
        archive.audit(&entry, &by).unwrap();
    }
    let db = Connection::open(path).unwrap();
    db.execute_batch(tampering).unwrap();
    archive.verify_audit().unwrap()
}

/// Without its triggers, as somebody would do it who knows SQLite.
fn check(tampering: &str, seq: u64, why: AuditFault) {
    let drop =
        "DROP TRIGGER audit_is_append_only_update; DROP TRIGGER audit_is_append_only_delete;";
    let found = verdict_after(&format!("{drop} {tampering}"));
    assert_eq!(found, AuditVerdict::Broken { seq, why }, "{tampering}");
}

#[test]
fn the_first_broken_line_is_named() {
    check(
        "UPDATE audit SET object = 'file/9' WHERE seq = 3",
        3,
        AuditFault::Changed,
    );
    check(
        "UPDATE audit SET at = at + 1 WHERE seq >= 5",
        5,
        AuditFault::Changed,
    );
    check(
        "UPDATE audit SET object = 'file/2x', after = '' WHERE seq = 2",
        2,
        AuditFault::Changed,
    );
    check(
        "UPDATE audit SET after = NULL, before = 'x' WHERE seq = 2",
        2,
        AuditFault::Changed,
    );
    check(
        "UPDATE audit SET hash = zeroblob(31) WHERE seq = 4",
        4,
        AuditFault::Changed,
    );
    check("DELETE FROM audit WHERE seq = 1", 1, AuditFault::Missing);
    check("DELETE FROM audit WHERE seq = 4", 4, AuditFault::Missing);
    // Numbered again, it still does not follow.
    check(
        "DELETE FROM audit WHERE seq = 4; UPDATE audit SET seq = seq - 1 WHERE seq > 4",
        4,
        AuditFault::Changed,
    );
    // A line of its own making, whole in itself, after which nothing follows.
    check(
        "UPDATE audit SET previous = x'00' WHERE seq = 6",
        6,
        AuditFault::Changed,
    );
}

#[test]
fn the_database_refuses_by_itself() {
    let (archive, path, _folder) = fresh();
    let by = By {
        who: Actor::Nobody,
        at: Timestamp::UNIX_EPOCH,
        request: None,
    };
    archive.audit(&AuditEntry::default(), &by).unwrap();
    let db = Connection::open(path).unwrap();
    for (attempt, said) in [
        ("UPDATE audit SET object = 'x'", "never changed"),
        ("DELETE FROM audit", "never shortened"),
    ] {
        let refused = db.execute(attempt, []).unwrap_err().to_string();
        assert!(refused.contains(said), "{refused}");
    }
}

#[test]
fn a_cut_end_shows_to_who_kept_the_head() {
    let whole = verdict_after("");
    let AuditVerdict::Sound { n_rows: 6, head } = whole else {
        panic!("{whole:?}")
    };
    let cut =
        verdict_after("DROP TRIGGER audit_is_append_only_delete; DELETE FROM audit WHERE seq > 4");
    let AuditVerdict::Sound {
        n_rows: 4,
        head: now,
    } = cut
    else {
        panic!("{cut:?}")
    };
    assert_ne!(head, now);
}
