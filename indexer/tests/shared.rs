//! The record on a PostgreSQL server that other processes share, that goes away and comes back; moving a record
//! there, and the way to it.

#![cfg(all(feature = "postgres", feature = "testing"))]
#![allow(
    clippy::unwrap_used,
    clippy::missing_docs_in_private_items,
    reason = "a test that cannot go on may panic"
)]

#[path = "../../tests/e2e/database.rs"]
mod database;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use indexer::conformance::sample::{batch, noon};
use indexer::{Accounts, Archive, Duty, Error, Queue, SqlArchive, move_to_postgres};
use jiff::SignedDuration;
use models::domain::DigestScope;

use self::database::Database;

fn open() -> (SqlArchive, Database) {
    let server = Database::start();
    let archive = SqlArchive::open_postgres(&server.address()).unwrap();
    (archive, server)
}

/// Connections that broke while nobody used them are nobody's trouble.
#[test]
fn a_lost_connection_is_made_again() {
    let (archive, server) = open();
    for n in 0..3 {
        archive.record(&batch(n * 5..n * 5 + 5, 0)).unwrap();
        server.cut_connections();
        assert_eq!(archive.counts().unwrap().n_mentions, 5 * (n as u64 + 1));
    }
}

/// A server that is down is named, is not asked over and over, and is come back to.
#[test]
fn a_server_that_went_down_is_come_back_to() {
    let (archive, mut server) = open();
    archive.record(&batch(0..5, 0)).unwrap();
    server.crash();
    for _ in 0..20 {
        let refused = archive.latest_seq().unwrap_err();
        assert!(matches!(refused, Error::Unreachable { .. }), "{refused}");
    }
    server.start_again();
    let begun = Instant::now();
    while archive.record(&batch(5..9, 0)).is_err() {
        assert!(begun.elapsed().as_secs() < 20, "it is not come back to");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(archive.counts().unwrap().n_mentions, 9);
}

/// Also where a runtime has no other thread to go on with.
#[test]
fn it_answers_in_a_runtime_of_one_thread() {
    let (archive, _server) = open();
    let runtime = tokio::runtime::Builder::new_current_thread().build();
    runtime.unwrap().block_on(async move {
        archive.record(&batch(0..5, 0)).unwrap();
        assert_eq!(archive.latest_seq().unwrap(), 5);
    });
}

/// One leads; another takes over when its session ends; what the former one writes is refused.
#[test]
fn a_leader_that_was_taken_over_writes_nothing() {
    let (archive, server) = open();
    let other = SqlArchive::open_postgres(&server.address()).unwrap();
    let term = archive.try_lead(Duty::Process).unwrap().unwrap();
    let led = archive.in_term(&term);
    led.record(&batch(0..5, 0)).unwrap();
    assert!(term.holds());
    assert!(other.try_lead(Duty::Process).unwrap().is_none());
    assert!(
        other.try_lead(Duty::Crawl).unwrap().is_some(),
        "another duty"
    );

    server.cut_connections();
    let successor = other.try_lead(Duty::Process).unwrap().unwrap();
    let refused = led.record(&batch(5..9, 0)).unwrap_err();
    assert!(matches!(refused, Error::TakenOver { .. }), "{refused}");
    assert!(!term.holds());
    let until = noon(0) + SignedDuration::from_mins(1);
    let refused = led.lease(1, noon(0), until).unwrap_err();
    assert!(matches!(refused, Error::TakenOver { .. }), "{refused}");
    archive.record(&batch(5..9, 0)).unwrap();
    other.in_term(&successor).record(&batch(9..12, 0)).unwrap();
    drop(successor);
    let again = archive.try_lead(Duty::Process).unwrap();
    assert!(again.is_some(), "who steps down makes room");
}

/// A record with something in most tables, as a release left it.
fn record_of_a_release(folder: &Path) -> PathBuf {
    let packed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/schemas");
    let found = std::fs::read_dir(packed).unwrap();
    let mut found = found.map(|entry| entry.unwrap().path()).collect::<Vec<_>>();
    found.retain(|path| path.extension().is_some_and(|of| of == "zst"));
    found.sort();
    let newest = std::fs::File::open(found.last().unwrap()).unwrap();
    let path = folder.join("record.sqlite");
    std::fs::write(&path, zstd::decode_all(newest).unwrap()).unwrap();
    path
}

#[test]
fn an_embedded_record_moves_whole_and_goes_on_counting() {
    let folder = tempfile::tempdir().unwrap();
    let path = record_of_a_release(folder.path());
    let server = Database::start();
    let mut told = Vec::new();
    let moved = move_to_postgres(&path, &server.address(), &mut |table| {
        told.push(table.clone());
    });
    let moved = moved.unwrap();
    assert_eq!(told, moved);
    let with_rows = moved.iter().filter(|table| table.n_rows > 0).count();
    assert!(with_rows >= 15, "{with_rows} tables have rows");

    let here = SqlArchive::open(&path).unwrap();
    let there = SqlArchive::open_postgres(&server.address()).unwrap();
    assert_eq!(here.generation().unwrap(), there.generation().unwrap());
    let latest = here.latest_seq().unwrap();
    assert_eq!(there.latest_seq().unwrap(), latest);
    let changes = |archive: &SqlArchive| archive.mentions_after(0, 1_000).unwrap();
    assert_eq!(changes(&here), changes(&there));
    let days = here.digest_days(&DigestScope::City).unwrap();
    for day in &days {
        let of = |archive: &SqlArchive| archive.digest(&DigestScope::City, *day, None).unwrap();
        assert_eq!(of(&here), of(&there));
    }
    assert_eq!(here.verify_audit().unwrap(), there.verify_audit().unwrap());
    let recorded = there.record(&batch(500..503, 0)).unwrap();
    assert_eq!(
        recorded.seqs,
        (1..=3).map(|n| Some(latest + n)).collect::<Vec<_>>()
    );
    // Numbers of rows too: none that was given before is given again.
    let file = rusqlite::Connection::open(&path).unwrap();
    let last: i64 = file
        .query_row("SELECT max(pk) FROM mentions", [], |row| row.get(0))
        .unwrap();
    let now = server.sql("SELECT max(pk) FROM mentions");
    assert_eq!(now.trim().parse::<i64>().unwrap(), last + 3);

    let again = move_to_postgres(&path, &server.address(), &mut |_| {}).unwrap_err();
    assert!(matches!(again, Error::NotEmpty { .. }), "{again}");
}

#[test]
fn a_record_that_cannot_be_moved_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = record_of_a_release(folder.path());
    drop(SqlArchive::open(&path).unwrap());
    // SQLite keeps what PostgreSQL never takes.
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute(
        "UPDATE mentions SET title = 'a' || char(0) || 'b' WHERE pk = 1",
        [],
    )
    .unwrap();
    drop(db);
    let server = Database::start();
    let refused = move_to_postgres(&path, &server.address(), &mut |_| {}).unwrap_err();
    assert!(refused.to_string().contains("table mentions"), "{refused}");
    assert_eq!(server.sql("SELECT count(*) FROM mentions").trim(), "0");
    assert_eq!(server.sql("SELECT seq FROM history").trim(), "0");

    let newer = rusqlite::Connection::open(&path).unwrap();
    newer.pragma_update(None, "user_version", 99).unwrap();
    drop(newer);
    let refused = move_to_postgres(&path, &server.address(), &mut |_| {}).unwrap_err();
    assert!(
        matches!(refused, Error::NewerSchema { found: 99, .. }),
        "{refused}"
    );
}

/// An authority and a certificate for `localhost` that it signed.
fn certificate(folder: &Path) {
    let openssl = |arguments: &[&str]| {
        let made = Command::new("openssl")
            .args(arguments)
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(
            made.status.success(),
            "{}",
            String::from_utf8_lossy(&made.stderr)
        );
    };
    let key = [
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:P-256",
        "-nodes",
    ];
    let authority = [
        "-x509",
        "-days",
        "2",
        "-subj",
        "/CN=To khai",
        "-keyout",
        "ca.key",
        "-out",
        "ca.pem",
    ];
    openssl(&[&["req"], &key[..], &authority].concat());
    openssl(
        &[
            &["req"],
            &key[..],
            &[
                "-subj",
                "/CN=localhost",
                "-keyout",
                "server.key",
                "-out",
                "server.csr",
            ],
        ]
        .concat(),
    );
    std::fs::write(folder.join("names"), "subjectAltName=DNS:localhost\n").unwrap();
    openssl(&[
        "x509",
        "-req",
        "-in",
        "server.csr",
        "-CA",
        "ca.pem",
        "-CAkey",
        "ca.key",
        "-CAcreateserial",
        "-days",
        "2",
        "-extfile",
        "names",
        "-out",
        "server.pem",
    ]);
}

#[test]
fn the_way_to_the_database_is_encrypted_as_the_address_asks() {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let server = Database::start_with(|folder, give| {
        certificate(folder);
        for name in ["server.key", "server.pem", "ca.pem"] {
            give(&folder.join(name));
        }
        let settings = [
            "listen_addresses=127.0.0.1".to_owned(),
            format!("port={port}"),
            "ssl=on".to_owned(),
            format!("ssl_cert_file={}", folder.join("server.pem").display()),
            format!("ssl_key_file={}", folder.join("server.key").display()),
        ];
        settings
            .into_iter()
            .flat_map(|setting| ["-c".to_owned(), setting])
            .collect()
    });
    let authority = server.folder().join("ca.pem");
    let stranger = tempfile::tempdir().unwrap();
    certificate(stranger.path());
    let stranger = stranger.path().join("ca.pem");
    let open = |host: &str, asked: &str| {
        let address = format!("postgres://langnghe@{host}:{port}/postgres?{asked}");
        SqlArchive::open_postgres(&address)
    };
    let is_encrypted = || {
        let ours = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
                    WHERE application_name = 'langnghe'";
        server.sql(ours).trim().to_owned()
    };
    let by = |file: &Path| format!("sslmode=verify-full&sslrootcert={}", file.display());
    for (asked, is_so) in [
        (by(&authority), "t"),
        ("sslmode=require".to_owned(), "t"),
        (String::new(), "t"),
        ("sslmode=disable".to_owned(), "f"),
    ] {
        let _archive = open("localhost", &asked).unwrap();
        assert_eq!(is_encrypted(), is_so, "{asked}");
    }
    // A certificate of somebody else's authority, or of another host, or that nobody knows.
    for (host, asked) in [
        ("localhost", by(&stranger)),
        ("127.0.0.1", by(&authority)),
        ("localhost", "sslmode=verify-full".to_owned()),
    ] {
        let refused = open(host, &asked).map(|_| ()).unwrap_err();
        assert!(refused.to_string().contains("certificate"), "{refused}");
    }
}
