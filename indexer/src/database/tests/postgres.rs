//! The same suites on PostgreSQL: a server of the test's own, in a folder that goes away with it.

use jiff::SignedDuration;
use models::domain::{DigestScope, FoundPage, SourceId};

use self::database::Database;
use crate::conformance::sample::{batch, digest, noon};
use crate::{Accounts, Alerts, Archive, Atlas, DeskBook, Outbox, Queue, Requests, SqlArchive};

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
