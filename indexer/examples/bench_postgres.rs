//! Mentions recorded and pages leased each second by 1, 2 and 4 processes over one PostgreSQL database, which
//! must be empty: `cargo run -p langnghe-indexer --features testing,postgres --example bench_postgres -- ADDRESS`.
//! Each process runs for eight seconds; the figures are sums. Then a day of mentions past its time is taken out,
//! as the hourly sweep does it, and another by one `DELETE`, which is what dropping a partition would save. Last,
//! a day of what was fetched goes hour by hour, from the tables of days and from one table of the same rows.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a bench may fail loudly and print"
)]

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use indexer::conformance::sample::{batch, noon};
use indexer::{Archive, CaptureInfo, Queue, RecordBatch, SqlArchive};
use jiff::{SignedDuration, Timestamp};
use models::domain::{
    CleanMention, ContentHash, FoundPage, MentionId, SourceId, day_in_vietnam, day_start,
};

const SECONDS: u64 = 8;
/// Mentions of one transaction: what a visit brings.
const BATCH: usize = 100;
/// Pages leased at once, as `crawl.pages_at_once`.
const LEASED: usize = 16;
/// Hosts with a page each; all are leased before the time is over when leasing is faster than this says.
const HOSTS: usize = 20_000;
/// Days on which something is fetched, and how much on each.
const DAYS: i64 = 14;
const FETCHED: i64 = 100_000;
/// Mentions of a day that is taken out.
const FORGOTTEN: usize = 15_000;

fn main() {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let arguments = arguments.iter().map(String::as_str).collect::<Vec<_>>();
    match arguments.as_slice() {
        [address] => {
            measure(address);
            forget(address);
            days(address);
        }
        [address, "forget"] => forget(address),
        [address, "days"] => days(address),
        [address, "write", first] => println!("{}", write(address, first.parse().unwrap())),
        [address, "lease", ..] => println!("{}", lease(address)),
        _ => println!("usage: bench_postgres ADDRESS"),
    }
}

fn measure(address: &str) {
    drop(SqlArchive::open_postgres(address).unwrap());
    for (round, n_processes) in [1_usize, 2, 4].into_iter().enumerate() {
        let n = together(address, "write", round, n_processes);
        println!(
            "record: {n_processes} processes, batches of {BATCH}: {} mentions/s",
            n / SECONDS
        );
    }
    for (round, n_processes) in [1_usize, 2, 4].into_iter().enumerate() {
        let archive = SqlArchive::open_postgres(address).unwrap();
        find_pages(&archive, round);
        let n = together(address, "lease", round, n_processes);
        println!(
            "lease: {n_processes} processes, {LEASED} at once: {} pages/s",
            n / SECONDS
        );
    }
}

/// Mentions whose titles differ, as those of the press do; the sample has sixteen.
fn titled(numbers: std::ops::Range<usize>) -> RecordBatch {
    let mut found = batch(numbers, 0);
    for (mention, _) in &mut found.mentions {
        let mut inner = mention.clone().into_inner();
        inner.title = inner.title.map(|title| format!("{} {title}", inner.id));
        *mention = CleanMention::assume_clean(inner);
    }
    found
}

/// Takes a day out as the sweep does, and another with nothing left to say so.
fn forget(address: &str) {
    let archive = SqlArchive::open_postgres(address).unwrap();
    let first = 90_000_000;
    for share in (first..first + 2 * FORGOTTEN).step_by(500) {
        archive.record(&titled(share..share + 500)).unwrap();
    }
    let ids = |from| {
        let mentions = batch(from..from + FORGOTTEN, 0).mentions.into_iter();
        mentions
            .map(|(mention, _)| mention.id.clone())
            .collect::<Vec<_>>()
    };
    let old = ids(first);
    let begun = Instant::now();
    for share in old.chunks(500) {
        let n_gone = archive.remove(share, "past its time", noon(0)).unwrap();
        assert_eq!(n_gone, share.len());
    }
    let swept = begun.elapsed();
    let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
    let bare = ids(first + FORGOTTEN);
    let bare = bare.iter().map(MentionId::as_str).collect::<Vec<_>>();
    let begun = Instant::now();
    let n = client
        .execute("DELETE FROM mentions WHERE id = ANY($1)", &[&bare])
        .unwrap();
    assert_eq!(n, FORGOTTEN as u64);
    let deleted = begun.elapsed();
    println!("forget {FORGOTTEN}: {swept:.2?} with all that follows, {deleted:.2?} the rows alone");
}

/// A day of what was fetched goes by the hour, and what it leaves is cleaned up: its table is dropped, or all
/// that is left is vacuumed.
fn days(address: &str) {
    let archive = SqlArchive::open_postgres(address).unwrap();
    let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
    let first = day_start(day_in_vietnam(noon(0)));
    // One of each day makes its table.
    for day in 0..DAYS {
        let mut visit = RecordBatch::new(noon(0));
        visit.captures = vec![fetched(first + SignedDuration::from_hours(24 * day))];
        archive.record(&visit).unwrap();
    }
    let rows = format!(
        "SELECT 'bao-' || n % 300, 'https://bao.example/muc-' || n % 40 || '/bai-viet-dai-vua-phai-' || n || '.html',
             {} + CAST(n AS BIGINT) * {}, 200, 'text/html; charset=utf-8', sha256(CAST(CAST(n AS TEXT) AS BYTEA)), 48000,
             '[[\"etag\",\"abcdef0123456789\"],[\"last-modified\",\"Mon, 23 Nov 2026 01:02:03 GMT\"]]'
         FROM generate_series(1, {}) n",
        first.as_microsecond(),
        86_400_000_000 / FETCHED,
        DAYS * FETCHED - 1,
    );
    let columns = "source, url, fetched_at, http_status, content_type, hash, body_bytes, headers";
    client
        .batch_execute(
            "CREATE TABLE whole (LIKE captures INCLUDING DEFAULTS INCLUDING INDEXES); SET synchronous_commit = off",
        )
        .unwrap();
    for table in ["captures", "whole"] {
        let begun = Instant::now();
        let sql = format!("INSERT INTO {table} ({columns}) {rows}");
        client.execute(&sql, &[]).unwrap();
        let took = begun.elapsed();
        client
            .batch_execute(&format!("VACUUM ANALYZE {table}"))
            .unwrap();
        client.batch_execute("CHECKPOINT").unwrap();
        println!("days: {} rows into {table} in {took:.2?}", DAYS * FETCHED);
    }
    let end = |hour: i64| first + SignedDuration::from_hours(hour);
    let from = written(&mut client);
    let begun = Instant::now();
    for hour in 1..=24 {
        archive.forget_captures(end(hour)).unwrap();
    }
    let (took, wrote) = (begun.elapsed(), written(&mut client) - from);
    println!(
        "days: a day of {FETCHED} goes with its table in {took:.2?}, {} kB of WAL",
        wrote / 1_000
    );
    client.batch_execute("CHECKPOINT").unwrap();
    let from = written(&mut client);
    let begun = Instant::now();
    for hour in 1..=24 {
        let before = end(hour).as_microsecond();
        client
            .execute("DELETE FROM whole WHERE fetched_at < $1", &[&before])
            .unwrap();
    }
    let deleted = begun.elapsed();
    client.batch_execute("VACUUM whole").unwrap();
    let (took, wrote) = (begun.elapsed(), written(&mut client) - from);
    println!(
        "days: a day of {FETCHED} goes from one table in {deleted:.2?}, cleaned up after {took:.2?}, {} kB of WAL",
        wrote / 1_000
    );
    for (what, sql) in [
        (
            "by its body, from tables of days",
            "SELECT 1 FROM captures WHERE hash = $1",
        ),
        (
            "by its body, from one table",
            "SELECT 1 FROM whole WHERE hash = $1",
        ),
    ] {
        let statement = client.prepare(sql).unwrap();
        let begun = Instant::now();
        for n in 0..2_000_u32 {
            let hash = n.to_be_bytes().repeat(8);
            client.query(&statement, &[&hash]).unwrap();
        }
        println!("days: {what}: {:.0?} each", begun.elapsed() / 2_000);
    }
    client.batch_execute("DROP TABLE whole").unwrap();
    archive.forget_captures(end(24 * (DAYS + 1))).unwrap();
}

fn fetched(fetched_at: Timestamp) -> CaptureInfo {
    CaptureInfo {
        source: SourceId::new("bao"),
        url: "https://bao.example/".to_owned(),
        fetched_at,
        http_status: 200,
        content_type: None,
        headers: Vec::new(),
        hash: ContentHash([0; 32]),
        body_bytes: 0,
    }
}

/// Bytes of the log of the server so far.
fn written(client: &mut postgres::Client) -> i64 {
    let sql = "SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)";
    client.query_one(sql, &[]).unwrap().get(0)
}

/// Starts processes and sums what they say.
fn together(address: &str, what: &str, round: usize, n_processes: usize) -> u64 {
    let program = std::env::current_exe().unwrap();
    let started = (0..n_processes).map(|n| {
        // Each has numbers of its own.
        let first = ((round * 4 + n) * 1_000_000).to_string();
        let mut child = Command::new(&program);
        child.args([address, what, &first]).stdout(Stdio::piped());
        child.spawn().unwrap()
    });
    let started = started.collect::<Vec<_>>();
    let said = started.into_iter().map(|child| {
        let output = child.wait_with_output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    });
    said.map(|said| said.trim().parse::<u64>().unwrap()).sum()
}

fn write(address: &str, first: usize) -> u64 {
    let archive = SqlArchive::open_postgres(address).unwrap();
    let (begun, mut n) = (Instant::now(), 0);
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        archive
            .record(&batch(first + n..first + n + BATCH, 0))
            .unwrap();
        n += BATCH;
    }
    n as u64
}

/// Leases until the time is over, or all pages are leased; what counts is the time it took.
fn lease(address: &str) -> u64 {
    let archive = SqlArchive::open_postgres(address).unwrap();
    let (begun, mut n) = (Instant::now(), 0_u64);
    let until = noon(0) + SignedDuration::from_hours(1);
    while begun.elapsed() < Duration::from_secs(SECONDS) {
        let pages = archive.lease(LEASED, noon(0), until).unwrap();
        if pages.is_empty() {
            break;
        }
        n += pages.len() as u64;
    }
    // As if it had gone on like this for the whole time.
    (n as f64 * SECONDS as f64 / begun.elapsed().as_secs_f64()) as u64
}

fn find_pages(archive: &SqlArchive, round: usize) {
    for share in 0..HOSTS / 1_000 {
        let mut found = RecordBatch::new(noon(0));
        found.pages = (0..1_000)
            .map(|n| {
                let host = format!("h{round}-{}.vn", share * 1_000 + n);
                FoundPage {
                    url: format!("https://{host}/1"),
                    key: format!("https://{host}/1"),
                    host,
                    source: SourceId::new("bao"),
                    published_at: Some(noon(0)),
                    listed_in: None,
                }
            })
            .collect();
        archive.record(&found).unwrap();
    }
}
