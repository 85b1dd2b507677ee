//! Speed of the record and the index on a made-up month.
//!
//! `cargo run --release -p langnghe-indexer --features testing --example bench -- [mentions]`
//!
//! Prints wall and processor time of each step. Uses a folder under the system's temporary one,
//! or under `LANGNGHE_BENCH_DIR`.

#![expect(clippy::print_stdout, reason = "printing is what a bench is for")]

use std::error::Error;
use std::time::{Duration, Instant};

use indexer::conformance::sample::{batch, day, id};
use indexer::search::{Order, Query};
use indexer::{Archive, EmbeddedArchive, EmbeddedSearch, SearchIndex};
use models::domain::Channel;

const PER_BATCH: usize = 500;
const DAYS: i64 = 28;

fn main() -> Result<(), Box<dyn Error>> {
    let n_mentions: usize = match std::env::args().nth(1) {
        Some(count) => count.parse()?,
        None => 28_000,
    };
    let folder = match std::env::var_os("LANGNGHE_BENCH_DIR") {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let archive = EmbeddedArchive::open(&folder.path().join("record.db"))?;
    let index = EmbeddedSearch::open(folder.path())?;

    let made = Instant::now();
    let per_day = n_mentions.div_ceil(28);
    let batches: Vec<_> = (0..n_mentions)
        .step_by(PER_BATCH)
        .map(|from| {
            let to = (from + PER_BATCH).min(n_mentions);
            batch(from..to, i64::try_from(from / per_day).unwrap_or(DAYS))
        })
        .collect();
    let text_bytes: usize = batches
        .iter()
        .flat_map(|batch| &batch.mentions)
        .map(|(mention, _)| mention.text.len())
        .sum();
    println!(
        "{n_mentions} mentions, {} bytes of text each, made in {:.1?}",
        text_bytes / n_mentions.max(1),
        made.elapsed()
    );

    let mut worst = Duration::ZERO;
    let record = Step::start("record, batches of 500");
    for batch in &batches {
        let began = Instant::now();
        archive.record(batch)?;
        worst = worst.max(began.elapsed());
    }
    record.end(n_mentions);
    println!("  slowest batch {worst:.1?}");
    let again = Step::start("record again, nothing new");
    for batch in &batches {
        archive.record(batch)?;
    }
    again.end(n_mentions);
    let catch_up = Step::start("index, catch up from nothing");
    index.catch_up(&archive)?;
    catch_up.end(n_mentions);

    time("mentions of 28 days", 20, || {
        archive
            .mentions_of_days(day(0), day(DAYS - 1))
            .map(|all| all.len())
    })?;
    time("one mention by id", 1_000, || {
        archive
            .mention(&id(n_mentions / 2))
            .map(|found| usize::from(found.is_some()))
    })?;
    for (name, query) in queries() {
        time(&name, 100, || {
            index.search(&query).map(|hits| hits.total as usize)
        })?;
    }
    let backup = Step::start("backup");
    archive.backup_to(&folder.path().join("backup.db"))?;
    backup.end(n_mentions);
    let index_bytes: u64 = std::fs::read_dir(index.folder())?
        .filter_map(|entry| entry.ok()?.metadata().ok())
        .map(|meta| meta.len())
        .sum();
    println!(
        "bytes a mention: record {}, index {}",
        archive.counts()?.database_bytes as usize / n_mentions.max(1),
        index_bytes as usize / n_mentions.max(1)
    );
    Ok(())
}

fn queries() -> Vec<(String, Query)> {
    let asked = |words: &str, order| Query {
        words: words.to_owned(),
        order,
        limit: 20,
        ..Query::default()
    };
    let mut filtered = asked("ngập", Order::Newest);
    filtered.from = Some(day(3));
    filtered.to = Some(day(9));
    filtered.channels = vec![Channel::Press];
    vec![
        (
            "search everything, newest".to_owned(),
            asked("", Order::Newest),
        ),
        (
            "search `hoa binh`, newest".to_owned(),
            asked("hoa binh", Order::Newest),
        ),
        (
            "search `Hòa Bình`, relevance".to_owned(),
            asked("Hòa Bình", Order::Relevance),
        ),
        (
            "search `\"đèn đường\"`, newest".to_owned(),
            asked("\"đèn đường\"", Order::Newest),
        ),
        ("search `ngập`, a week of press".to_owned(), filtered),
    ]
}

/// Runs something many times and prints the middle and the worst.
fn time(
    name: &str,
    n_times: usize,
    mut work: impl FnMut() -> indexer::Result<usize>,
) -> indexer::Result<()> {
    let mut taken = Vec::with_capacity(n_times);
    let mut n_found = 0;
    let cpu = cpu_time();
    for _ in 0..n_times {
        let began = Instant::now();
        n_found = work()?;
        taken.push(began.elapsed());
    }
    taken.sort();
    println!(
        "{name}: p50 {:.2?}, worst {:.2?}, cpu {:.2?} each ({n_found} found)",
        taken[n_times / 2],
        taken[n_times - 1],
        cpu_time().saturating_sub(cpu) / u32::try_from(n_times).unwrap_or(u32::MAX)
    );
    Ok(())
}

/// A step with its wall and processor time.
struct Step {
    name: &'static str,
    began: Instant,
    cpu: Duration,
}

impl Step {
    fn start(name: &'static str) -> Self {
        Self {
            name,
            began: Instant::now(),
            cpu: cpu_time(),
        }
    }

    fn end(self, n_mentions: usize) {
        let wall = self.began.elapsed();
        let cpu = cpu_time().saturating_sub(self.cpu);
        println!(
            "{}: {:.2?} wall, {:.2?} cpu; {:.0} mentions/s, {:.0} a cpu-second",
            self.name,
            wall,
            cpu,
            n_mentions as f64 / wall.as_secs_f64(),
            n_mentions as f64 / cpu.as_secs_f64().max(0.01)
        );
    }
}

/// Processor time of this process so far; ticks are hundredths of a second on Linux.
fn cpu_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks: u64 = after_name
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Duration::from_millis(ticks * 10)
}
