//! The same suites on PostgreSQL: a server of the test's own, in a folder that goes away with it.

use jiff::SignedDuration;
use models::domain::{ContentHash, DigestScope, FoundPage, SourceId, day_in_vietnam, day_start};

use self::database::Database;
use crate::conformance::sample::{batch, digest, noon};
use crate::{
    Accounts, Alerts, Archive, Atlas, CaptureInfo, DeskBook, Outbox, Queue, Requests, SqlArchive,
};

#[path = "../../../../tests/e2e/database.rs"]
mod database;

fn open() -> (SqlArchive, Database) {
    let server = Database::start();
    (
        SqlArchive::open_postgres(&server.address()).unwrap(),
        server,
    )
}

fn run(case: impl FnOnce(&dyn Archive)) {
    let (archive, _server) = open();
    case(&archive);
}

crate::archive_conformance!(run);

fn run_queue(case: impl FnOnce(&dyn Archive, &dyn Queue)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::queue_conformance!(run_queue);

fn run_outbox(case: impl FnOnce(&dyn Archive, &dyn Outbox)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::outbox_conformance!(run_outbox);

fn run_atlas(case: impl FnOnce(&dyn Archive, &dyn Atlas)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::atlas_conformance!(run_atlas);

fn run_accounts(case: impl FnOnce(&dyn Archive, &dyn Accounts)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::accounts_conformance!(run_accounts);

fn run_alerts(case: impl FnOnce(&dyn Accounts, &dyn Alerts)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::alerts_conformance!(run_alerts);

fn run_requests(case: impl FnOnce(&dyn Archive, &dyn Requests)) {
    let (archive, _server) = open();
    case(&archive, &archive);
}

crate::requests_conformance!(run_requests);

fn run_desk_book(case: impl FnOnce(&dyn Archive, &dyn Accounts, &dyn DeskBook)) {
    let (archive, _server) = open();
    case(&archive, &archive, &archive);
}

crate::desk_book_conformance!(run_desk_book);

/// Names of all columns, `table.column`, sorted.
fn columns(db: &crate::sql::Connection, sql: &str) -> Vec<String> {
    let mut statement = db.prepare_cached(sql).unwrap();
    let found = statement.query_map([], |row| row.get::<_, String>(0));
    let mut names = found.unwrap().collect::<Result<Vec<_>, _>>().unwrap();
    names.sort();
    names
}

/// A column added to one schema alone would be found by the first customer on the other.
#[test]
fn both_schemas_have_the_same_columns() {
    let (archive, _server) = open();
    let there = archive.read(|db| {
        Ok(columns(
            db,
            "SELECT CAST(table_name || '.' || column_name AS TEXT) FROM information_schema.columns
             WHERE table_schema = 'public' AND table_name <> 'langnghe_schema'",
        ))
    });
    let (embedded, _path, _folder) = super::fresh();
    let here = embedded.read(|db| {
        Ok(columns(
            db,
            "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c
             WHERE t.type = 'table' AND t.name NOT LIKE 'sqlite_%'",
        ))
    });
    let (there, here) = (there.unwrap(), here.unwrap());
    assert!(here.len() > 200);
    assert_eq!(there, here);
}

/// What each schema forbids by triggers.
#[test]
fn both_schemas_forbid_the_same_changes() {
    let (archive, _server) = open();
    let there = archive.read(|db| {
        Ok(columns(
            db,
            "SELECT CAST(trigger_name AS TEXT) FROM information_schema.triggers",
        ))
    });
    let (embedded, _path, _folder) = super::fresh();
    let here = embedded.read(|db| {
        Ok(columns(
            db,
            "SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        ))
    });
    assert_eq!(there.unwrap(), here.unwrap());
}

#[test]
fn what_was_published_cannot_be_changed_behind_our_back() {
    let (archive, server) = open();
    let edition = crate::Edition {
        digests: &[digest(DigestScope::City, 0, 1.0)],
        at: noon(0),
        ..crate::Edition::default()
    };
    archive.publish(&edition).unwrap();
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    for sql in ["UPDATE digests SET body = '{}'", "DELETE FROM digests"] {
        let refused = client.execute(sql, &[]).unwrap_err();
        let said = refused.as_db_error().unwrap().message().to_owned();
        assert!(said.contains("a published digest is never"), "{said}");
    }
}

/// Several processes write at once while another follows: numbers become visible in their order, so
/// that whoever remembers the last one it saw misses nothing.
#[test]
fn a_follower_misses_nothing_while_several_write() {
    const WRITERS: usize = 4;
    const EACH: usize = 60;
    let (archive, server) = open();
    let address = server.address();
    let mut followed = Vec::new();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let address = address.clone();
            scope.spawn(move || {
                let own = SqlArchive::open_postgres(&address).unwrap();
                for n in 0..EACH {
                    let first = (writer * EACH + n) * 3;
                    own.record(&batch(first..first + 3, 0)).unwrap();
                }
            });
        }
        let mut seq = 0;
        while followed.len() < WRITERS * EACH * 3 {
            for change in archive.mentions_after(seq, 50).unwrap() {
                assert!(change.seq > seq, "numbers go up");
                seq = change.seq;
                followed.push(change.mention);
            }
        }
    });
    followed.sort();
    followed.dedup();
    assert_eq!(followed.len(), WRITERS * EACH * 3);
    assert_eq!(archive.latest_seq().unwrap(), followed.len() as u64);
}

/// Workers that lease at the same moment never read one host together, and none waits for another.
#[test]
fn workers_never_lease_the_same_host() {
    const WORKERS: usize = 4;
    const HOSTS: usize = 40;
    let (archive, server) = open();
    let mut found = crate::RecordBatch::new(noon(0));
    found.pages = (0..HOSTS)
        .flat_map(|host| (0..2).map(move |n| page(host, n)))
        .collect();
    archive.record(&found).unwrap();
    let address = server.address();
    let leased = std::thread::scope(|scope| {
        let workers = (0..WORKERS).map(|_| {
            let address = address.clone();
            scope.spawn(move || {
                let own = SqlArchive::open_postgres(&address).unwrap();
                let mut hosts = Vec::new();
                loop {
                    let until = noon(0) + SignedDuration::from_mins(10);
                    let pages = own.lease(3, noon(0), until).unwrap();
                    if pages.is_empty() {
                        return hosts;
                    }
                    hosts.extend(pages.into_iter().map(|leased| leased.page.host));
                }
            })
        });
        let workers = workers.collect::<Vec<_>>();
        let hosts = workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap());
        hosts.collect::<Vec<_>>()
    });
    let mut once = leased.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), leased.len(), "a host was leased twice");
    // A worker that finds only rows of others sees an empty hand and may stop early.
    let rest = archive.lease(HOSTS, noon(0), noon(0) + SignedDuration::from_mins(10));
    assert_eq!(leased.len() + rest.unwrap().len(), HOSTS);
}

#[test]
fn a_newer_schema_is_refused() {
    let (archive, server) = open();
    drop(archive);
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    client
        .execute("UPDATE langnghe_schema SET version = 99", &[])
        .unwrap();
    let Err(refused) = SqlArchive::open_postgres(&server.address()) else {
        panic!("a newer schema was opened");
    };
    assert!(
        matches!(refused, crate::Error::NewerSchema { found: 99, .. }),
        "{refused}"
    );
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let Err(refused) = SqlArchive::open_postgres("host=/nowhere user=an password=bi-mat") else {
        panic!("nowhere was opened");
    };
    let said = refused.to_string();
    assert!(said.contains("host=/nowhere user=an"), "{said}");
    assert!(!said.contains("bi-mat"), "{said}");
}

fn page(host: usize, n: i64) -> FoundPage {
    FoundPage {
        url: format!("https://h{host}.vn/{n}"),
        key: format!("https://h{host}.vn/{n}"),
        host: format!("h{host}.vn"),
        source: SourceId::new("bao"),
        published_at: Some(noon(0) - SignedDuration::from_hours(n)),
        listed_in: None,
    }
}

/// Something fetched at noon of a day, and at the end of that day.
fn fetched_on(on: i64) -> crate::RecordBatch {
    let mut visit = crate::RecordBatch::new(noon(on));
    let day = day_in_vietnam(noon(on));
    let late = day_start(day.tomorrow().unwrap()) - SignedDuration::from_micros(1);
    visit.captures = [noon(on), late]
        .into_iter()
        .map(|fetched_at| CaptureInfo {
            source: SourceId::new("bao"),
            url: "https://bao.vn/rss".to_owned(),
            fetched_at,
            http_status: 200,
            content_type: None,
            headers: Vec::new(),
            hash: ContentHash([on as u8; 32]),
            body_bytes: 1,
        })
        .collect();
    visit
}

/// Tables of single days.
fn held(client: &mut postgres::Client) -> Vec<String> {
    let sql = "SELECT CAST(inhrelid AS REGCLASS)::TEXT FROM pg_inherits
               WHERE inhparent = 'captures'::REGCLASS ORDER BY 1";
    let found = client.query(sql, &[]).unwrap();
    found.iter().map(|row| row.get(0)).collect()
}

fn table_of(on: i64) -> String {
    day_in_vietnam(noon(on))
        .strftime("captures_%Y%m%d")
        .to_string()
}

fn n_fetched(archive: &SqlArchive) -> u64 {
    archive.counts().unwrap().n_captures
}

#[test]
fn what_was_fetched_goes_with_the_table_of_its_day() {
    let (archive, server) = open();
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    assert!(held(&mut client).is_empty());
    for on in 0..3 {
        archive.record(&fetched_on(on)).unwrap();
    }
    assert_eq!(held(&mut client), [0, 1, 2].map(table_of));
    for on in 0..3 {
        let sql = format!("SELECT count(*) FROM {}", table_of(on));
        let n: i64 = client.query_one(&sql, &[]).unwrap().get(0);
        assert_eq!(n, 2, "each in its day, to the last moment");
    }
    // One day is over, of the next a half.
    archive
        .forget_captures(noon(1) + SignedDuration::from_secs(1))
        .unwrap();
    assert_eq!(held(&mut client), [1, 2].map(table_of));
    assert_eq!(n_fetched(&archive), 3);
    // A day may come again.
    archive.record(&fetched_on(0)).unwrap();
    assert_eq!(held(&mut client), [0, 1, 2].map(table_of));
    assert_eq!(n_fetched(&archive), 5);
}

/// A dump reads for hours: what is past its time goes nevertheless, new days come, and nobody waits.
#[test]
fn days_come_and_go_while_somebody_reads() {
    let (archive, server) = open();
    archive.record(&fetched_on(0)).unwrap();
    archive.record(&fetched_on(1)).unwrap();
    let mut dump = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    let mut reading = dump.build_transaction().start().unwrap();
    reading.query("SELECT count(*) FROM captures", &[]).unwrap();

    archive.forget_captures(noon(1)).unwrap();
    assert_eq!(n_fetched(&archive), 2);
    archive.record(&fetched_on(2)).unwrap();
    assert_eq!(n_fetched(&archive), 4);
    // Two days are over.
    archive.forget_captures(noon(2)).unwrap();
    assert_eq!(n_fetched(&archive), 2);
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    assert_eq!(held(&mut client), [0, 1, 2].map(table_of), "it is read");

    reading.commit().unwrap();
    archive.forget_captures(noon(2)).unwrap();
    assert_eq!(held(&mut client), [table_of(2)]);
    assert_eq!(n_fetched(&archive), 2);
}

/// A database of the release before, in which days had no tables.
#[test]
fn what_was_fetched_before_is_cut_into_days() {
    let server = Database::start();
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    for migration in &crate::database::postgres_store::MIGRATIONS[..2] {
        client.batch_execute(migration).unwrap();
    }
    client
        .batch_execute(
            "CREATE TABLE langnghe_schema (one BIGINT PRIMARY KEY CHECK (one = 1), version BIGINT NOT NULL);
             INSERT INTO langnghe_schema VALUES (1, 2)",
        )
        .unwrap();
    // The edges of a day in Vietnam, and long ago.
    let start = day_start(day_in_vietnam(noon(0))).as_microsecond();
    let moments = [
        start - 1,
        start,
        start + 86_399_999_999,
        start + 86_400_000_000,
        -1,
    ];
    for moment in moments {
        client
            .execute(
                "INSERT INTO captures (source, url, fetched_at, http_status, hash, body_bytes)
                 VALUES ('bao', 'https://bao.vn/rss', $1, 200, '\\x01', 1)",
                &[&moment],
            )
            .unwrap();
    }
    // A number that nobody has any more.
    client
        .execute("DELETE FROM captures WHERE fetched_at = -1", &[])
        .unwrap();

    let archive = SqlArchive::open_postgres(&server.address()).unwrap();
    assert_eq!(held(&mut client), [-1, 0, 1].map(table_of));
    let numbers = |client: &mut postgres::Client| -> Vec<(i64, i64)> {
        let found = client.query("SELECT pk, fetched_at FROM captures ORDER BY pk", &[]);
        let found = found.unwrap();
        found.iter().map(|row| (row.get(0), row.get(1))).collect()
    };
    let before = numbers(&mut client);
    assert_eq!(
        before,
        (1..).zip(moments[..4].iter().copied()).collect::<Vec<_>>()
    );
    archive.record(&fetched_on(0)).unwrap();
    let after = numbers(&mut client);
    let given = after[4..].iter().map(|(pk, _)| *pk).collect::<Vec<_>>();
    // The later one is there already; no number is given twice.
    assert_eq!(given, [6]);
    // The program makes and drops the same tables as the migration.
    archive.forget_captures(noon(2)).unwrap();
    assert!(held(&mut client).is_empty());
}

/// Two processes that see a day begin make one table of it.
#[test]
fn a_day_begins_once_for_all_who_write() {
    const WRITERS: i64 = 4;
    let (archive, server) = open();
    let address = server.address();
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let own = SqlArchive::open_postgres(&address).unwrap();
            scope.spawn(move || {
                for on in 0..10 {
                    let mut visit = fetched_on(on);
                    for capture in &mut visit.captures {
                        capture.url = format!("https://bao.vn/{writer}");
                    }
                    own.record(&visit).unwrap();
                }
            });
        }
    });
    assert_eq!(n_fetched(&archive), 10 * 2 * WRITERS as u64);
}

/// A record that moves brings what it fetched into the tables of its days, and counts on.
#[test]
fn what_was_fetched_moves_into_its_days() {
    let (embedded, path, _folder) = super::fresh();
    for on in [0, 1, 5] {
        embedded.record(&fetched_on(on)).unwrap();
    }
    embedded.forget_captures(noon(1)).unwrap();
    let server = Database::start();
    let moved = crate::move_to_postgres(&path, &server.address(), &mut |_| {}).unwrap();
    let moved = moved.into_iter().find(|table| table.name == "captures");
    assert_eq!(moved.unwrap().n_rows, 4);
    let mut client = postgres::Client::connect(&server.address(), postgres::NoTls).unwrap();
    assert_eq!(held(&mut client), [1, 5].map(table_of));
    let archive = SqlArchive::open_postgres(&server.address()).unwrap();
    archive.record(&fetched_on(6)).unwrap();
    let last = client.query_one("SELECT max(pk) FROM captures", &[]);
    assert_eq!(last.unwrap().get::<_, i64>(0), 8);
}
