//! Records of earlier releases, brought to the present schema.

use models::domain::{DigestScope, Period, WITHDRAWN};
use rusqlite::{Connection, params};

use crate::conformance::sample::{day, digest, id, noon};
use crate::shapes::{DigestShape, to_json};
use crate::{Archive, EmbeddedArchive};

/// The schema of releases whose digests held their words.
const SCHEMA_7: [&str; 7] = [
    include_str!("../migrations/0001_record.sql"),
    include_str!("../migrations/0002_queue.sql"),
    include_str!("../migrations/0003_looks.sql"),
    include_str!("../migrations/0004_deliveries.sql"),
    include_str!("../migrations/0005_hotline.sql"),
    include_str!("../migrations/0006_behind.sql"),
    include_str!("../migrations/0007_reasons.sql"),
];

#[test]
fn words_leave_the_digests_of_earlier_releases() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("record.sqlite");
    let old = Connection::open(&path).unwrap();
    for migration in SCHEMA_7 {
        old.execute_batch(migration).unwrap();
    }
    old.pragma_update(None, "user_version", 7).unwrap();
    let given = digest(DigestScope::City, 0, 3.0);
    let body = to_json("digest", &DigestShape::from(&given)).unwrap();
    for (on, body) in [(0, body.clone()), (1, body.replace(id(1).as_str(), "gone"))] {
        old.execute(
            "INSERT INTO digests (scope, day, revision, published_at, method_version, body, hash)
             VALUES ('city', ?1, 1, ?2, 'rank-1', ?3, x'00')",
            params![day(on).to_string(), noon(1).as_microsecond(), body],
        )
        .unwrap();
    }
    old.execute("INSERT INTO removals VALUES ('gone', 1, 0, 'gỡ')", [])
        .unwrap();
    drop(old);

    let archive = EmbeddedArchive::open(&path).unwrap();
    let mut found = archive
        .digest(&DigestScope::City, day(0), None)
        .unwrap()
        .unwrap();
    found.revision = 0;
    assert_eq!(found, given, "nobody sees a difference");
    let other = archive
        .digest(&DigestScope::City, day(1), None)
        .unwrap()
        .unwrap();
    assert_eq!(other.top[0].quotes[0].text, WITHDRAWN);
    let edition = archive
        .latest_edition(Period::day(day(0)))
        .unwrap()
        .unwrap();
    assert_eq!(edition.inputs, None, "it cannot be made again");
    drop(archive);
    let bodies = Connection::open(&path).unwrap();
    let n_holding: i64 = bodies
        .query_row(
            "SELECT count(*) FROM digests WHERE instr(body, ?1)",
            [&given.top[0].quotes[0].text],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(n_holding, 0);
    assert!(bodies.execute("DELETE FROM digests", []).is_err());
}
