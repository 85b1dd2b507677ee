//! Speed and memory of the frontier with a million pages waiting.
//!
//! `cargo run --release -p langnghe-indexer --example bench_queue -- [pages] [hosts]`
//!
//! One host has as many pages as a host may have; the others share the rest. Prints the memory of
//! this process before and after, how long taking and ending sixteen pages takes, and how fairly
//! hosts were served. Uses a folder under the system's temporary one, or under
//! `LANGNGHE_BENCH_DIR`.

#![expect(clippy::print_stdout, reason = "printing is what a bench is for")]

use std::collections::HashMap;
use std::error::Error;
use std::time::{Duration, Instant};

use indexer::queue::PAGES_PER_HOST_MAX;
use indexer::{Archive, EmbeddedArchive, Queue, RecordBatch};
use jiff::{SignedDuration, Timestamp};
use models::domain::{FoundPage, LeasedPage, PageEnd, PageEnded, SourceId};

const PER_VISIT: usize = 1_000;
const AT_ONCE: usize = 16;
const ROUNDS: usize = 3_000;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let n_pages = arguments.next().map_or(Ok(1_000_000), |n| n.parse())?;
    let n_hosts = arguments.next().map_or(Ok(2_000), |n| n.parse())?;
    let folder = match std::env::var_os("LANGNGHE_BENCH_DIR") {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let path = folder.path().join("record.db");
    let archive = EmbeddedArchive::open(&path)?;
    let now = Timestamp::from_second(1_790_000_000)?;

    fill(&archive, 0..10_000.min(n_pages), n_hosts, now)?;
    println!("10,000 pages wait: {}", memory());
    measure(&archive, now)?;

    let began = Instant::now();
    fill(&archive, 10_000.min(n_pages)..n_pages, n_hosts, now)?;
    let took = began.elapsed();
    let counts = archive.queue_counts()?;
    println!(
        "{} pages of {} hosts wait: {}; {} MB on disk; put in at {:.0} pages/s",
        counts.n_waiting,
        counts.n_hosts,
        memory(),
        archive.counts()?.database_bytes >> 20,
        n_pages as f64 / took.as_secs_f64(),
    );
    measure(&archive, now)?;
    drop(archive);

    let began = Instant::now();
    let archive = EmbeddedArchive::open(&path)?;
    let n_ended = archive.end_leases(now)?;
    println!(
        "opened again in {:.1?} with {n_ended} leases ended: {}",
        began.elapsed(),
        memory()
    );
    Ok(())
}

fn fill(
    archive: &EmbeddedArchive,
    pages: std::ops::Range<usize>,
    n_hosts: usize,
    at: Timestamp,
) -> Result<(), Box<dyn Error>> {
    for first in pages.clone().step_by(PER_VISIT) {
        let mut visit = RecordBatch::new(at);
        let range = first..(first + PER_VISIT).min(pages.end);
        visit.pages = range.map(|n| page(n, n_hosts, at)).collect();
        archive.record(&visit)?;
    }
    Ok(())
}

/// Every eighth page is of one big host.
fn page(n: usize, n_hosts: usize, at: Timestamp) -> FoundPage {
    let is_big = n.is_multiple_of(8) && (n as u64) < 8 * PAGES_PER_HOST_MAX;
    let host = if is_big { 0 } else { 1 + n % n_hosts.max(1) };
    let host = format!("bao-{host}.vn");
    let key =
        format!("https://{host}/thoi-su/ngap-nang-sau-mua-lon-tren-nhieu-tuyen-duong-{n}.html");
    FoundPage {
        url: format!("{key}?utm_source=rss"),
        key,
        source: SourceId::new(host.clone()),
        host,
        published_at: Some(at - SignedDuration::from_secs(n as i64)),
        listed_in: None,
    }
}

/// Takes and ends pages as the program does, the clock going on by a second each round.
fn measure(archive: &EmbeddedArchive, now: Timestamp) -> Result<(), Box<dyn Error>> {
    let (mut leases, mut ends) = (Vec::new(), Vec::new());
    let mut turns: HashMap<String, usize> = HashMap::new();
    for round in 0..ROUNDS {
        let now = now + SignedDuration::from_secs(round as i64);
        let began = Instant::now();
        let taken = archive.lease(AT_ONCE, now, now + SignedDuration::from_mins(10))?;
        leases.push(began.elapsed());
        let began = Instant::now();
        archive.record(&ended(&taken, now))?;
        ends.push(began.elapsed());
        for page in taken {
            *turns.entry(page.page.host).or_default() += 1;
        }
    }
    let (least, most) = (turns.values().min(), turns.values().max());
    println!(
        "  taking {AT_ONCE} pages {}, ending them {}; {} hosts served, each {} to {} times",
        quantiles(&mut leases),
        quantiles(&mut ends),
        turns.len(),
        least.unwrap_or(&0),
        most.unwrap_or(&0),
    );
    Ok(())
}

fn ended(leased: &[LeasedPage], at: Timestamp) -> RecordBatch {
    let mut batch = RecordBatch::new(at);
    let end = |leased: &LeasedPage| PageEnded {
        id: leased.id,
        end: PageEnd::Done,
        host_ready_at: Some(at + SignedDuration::from_secs(1)),
    };
    batch.ended = leased.iter().map(end).collect();
    batch
}

fn quantiles(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let at = |share: usize| times[(times.len() - 1) * share / 100];
    format!("p50 {:.1?} p99 {:.1?}", at(50), at(99))
}

/// Memory of this process now and at most, by the kernel.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let megabytes = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name));
        let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
        kilobytes
            .and_then(|kilobytes| kilobytes.parse::<u64>().ok())
            .unwrap_or(0)
            / 1024
    };
    format!(
        "{} MB held, {} MB at most",
        megabytes("VmRSS:"),
        megabytes("VmHWM:")
    )
}
