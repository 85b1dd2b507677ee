//! Records of every past schema, small and full of rows, as a release of that time would have left them.
//!
//! With `LANGNGHE_WRITE_SCHEMAS=FOLDER` they are written there, packed: that is how
//! `tests/fixtures/schemas` was made, and how a new level is added once it was released. A file that was
//! released is never made again.

use std::path::Path;

use models::domain::{DigestScope, EventKind};

use crate::archive::{Archive, Edition, Grouping};
use crate::conformance::sample::{concern, day, digest, id, noon, record};
use crate::database::schema;
use crate::outbox::{NewMessage, Outbox};
use crate::shapes::{DigestShape, to_json};
use crate::sql::{Connection, params};
use crate::{EmbeddedArchive, EmbeddedSearch, SearchIndex};

const WRITE_TO: &str = "LANGNGHE_WRITE_SCHEMAS";
const N_MENTIONS: usize = 12;

/// A record of the present schema with something in its tables.
fn present(path: &Path) {
    let archive = EmbeddedArchive::open(path).unwrap();
    record(&archive, 0..N_MENTIONS, 0);
    archive.remove(&[id(11)], "gỡ", noon(0)).unwrap();
    let grouping = Grouping {
        day: day(0),
        assignments: vec![(id(1), concern("c-1", 0).id)],
        concerns: vec![concern("c-1", 0)],
        correction: 0,
    };
    archive.save_grouping(&grouping).unwrap();
    let edition = Edition {
        digests: &[digest(DigestScope::City, 0, 3.0)],
        signals: &[],
        at: noon(1),
        ..Edition::default()
    };
    archive.publish(&edition).unwrap();
    let message = NewMessage {
        key: "2026-11-12".to_owned(),
        event: EventKind::DigestPublished,
        payload: "[]".to_owned(),
        not_before: None,
    };
    archive.post("lgsp", &[message], Some(1), noon(1)).unwrap();
}

/// The record as it was at a level: each table gets its rows when its migration has made it.
fn past(level: usize, present: &Path, path: &Path) {
    let db = Connection::Sqlite(rusqlite::Connection::open(path).unwrap());
    db.execute_batch("PRAGMA page_size = 1024; PRAGMA foreign_keys = OFF")
        .unwrap();
    db.execute("ATTACH ?1 AS present", [present.to_string_lossy().as_ref()])
        .unwrap();
    for at in 1..=level {
        let step = db.writing().unwrap();
        schema::step(&step, at).unwrap();
        fill(&step, at);
        if at == 1 {
            step.execute_batch("UPDATE main.history SET seq = (SELECT seq FROM present.history)")
                .unwrap();
        }
        step.commit().unwrap();
    }
    db.execute("DETACH present", []).unwrap();
    db.execute_batch(&format!("PRAGMA user_version = {level}"))
        .unwrap();
}

fn fill(db: &Connection, level: usize) {
    let names = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare_cached(sql).unwrap();
        let found = statement.query_map([], |row| row.get(0)).unwrap();
        found.map(Result::unwrap).collect()
    };
    for table in names("SELECT name FROM main.sqlite_schema WHERE type = 'table'") {
        let is_empty = names(&format!("SELECT 'x' FROM main.{table} LIMIT 1")).is_empty();
        if !is_empty || table.starts_with("sqlite_") {
            continue;
        }
        let columns = names(&format!(
            "SELECT old.name FROM pragma_table_info('{table}', 'main') old
             JOIN pragma_table_info('{table}', 'present') new ON new.name = old.name"
        ))
        .join(", ");
        if columns.is_empty() {
            continue;
        }
        db.execute_batch(&format!(
            "INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {columns} FROM present.{table}"
        ))
        .unwrap();
        if table == "digests" && level < 8 {
            // Those releases wrote the words themselves. Nothing forbids it: this is no change by hand.
            let body = to_json(
                "digest",
                &DigestShape::from(&digest(DigestScope::City, 0, 3.0)),
            );
            db.execute_batch("DROP TRIGGER digests_are_immutable")
                .unwrap();
            db.execute("UPDATE main.digests SET body = ?1", params![body.unwrap()])
                .unwrap();
            db.execute_batch(
                "CREATE TRIGGER digests_are_immutable BEFORE UPDATE ON digests
                 BEGIN SELECT RAISE(ABORT, 'a published digest is never changed'); END;",
            )
            .unwrap();
        }
    }
}

#[test]
fn a_record_of_every_past_schema_becomes_one_of_today() {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("present.sqlite");
    present(&model);
    for level in 1..=schema::CURRENT as usize {
        let path = folder.path().join(format!("{level:04}.sqlite"));
        past(level, &model, &path);
        if let Ok(target) = std::env::var(WRITE_TO) {
            pack(&path, Path::new(&target), level);
        }
        let archive = EmbeddedArchive::open(&path).unwrap();
        assert_eq!(
            archive.check().unwrap(),
            Vec::<String>::new(),
            "level {level}"
        );
        let found = archive.mentions_of_days(day(0), day(0)).unwrap();
        assert_eq!(found.len(), N_MENTIONS - 1, "level {level}");
        let shown = archive.digest(&DigestScope::City, day(0), None).unwrap();
        assert_eq!(shown.unwrap().top[0].title, "Ngập đường Hòa Bình");
        // It goes on: what is recorded, published and searched is there.
        record(&archive, 0..N_MENTIONS + 3, 0);
        let removed = archive.removed(&[id(11)]).unwrap();
        assert_eq!(
            removed.len(),
            1,
            "level {level}: what was removed came back"
        );
        let index = EmbeddedSearch::open(&folder.path().join(format!("search-{level}"))).unwrap();
        index.catch_up(&archive).unwrap();
        assert_eq!(
            index.n_mentions().unwrap() as usize,
            N_MENTIONS + 2,
            "level {level}"
        );
    }
}

/// One file without its free pages, packed.
fn pack(path: &Path, target: &Path, level: usize) {
    let small = path.with_extension("small");
    let db = rusqlite::Connection::open(path).unwrap();
    db.execute("VACUUM INTO ?1", [small.to_string_lossy()])
        .unwrap();
    let packed = zstd::encode_all(std::fs::read(&small).unwrap().as_slice(), 19).unwrap();
    std::fs::write(target.join(format!("{level:04}.sqlite.zst")), packed).unwrap();
}
