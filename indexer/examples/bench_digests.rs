//! What the digests of a morning cost over a long record: reading the 28 days of their window and
//! ranking the city, 168 units and 60 agencies.
//!
//! `cargo run --release -p langnghe-indexer --features testing --example bench_digests -- [mentions]
//! [days]`
//!
//! The record is filled by SQL, many mentions at a time; what is measured goes through the archive as
//! in `serve`. Uses a folder under the system's temporary one, or under `LANGNGHE_BENCH_DIR`: ten
//! million mentions over three years take some 13 GB.

#![expect(clippy::print_stdout, reason = "printing is what a bench is for")]

use std::error::Error;
use std::path::Path;
use std::time::Instant;

use indexer::archive::Grouping;
use indexer::conformance::sample::{Dice, concern};
use indexer::{Archive, AsOf, EmbeddedArchive};
use jiff::civil::{Date, date};
use jiff::{SignedDuration, ToSpan};
use models::domain::{
    AgencyId, Concern, ConcernStatus, Coverage, DigestScope, Topic, Unit, UnitCode, UnitKind,
    WeightedUnit, day_start,
};
use models::ranking::SourceTable;
use models::ranking::rank::{RankContext, RankMethod};
use rusqlite::{Connection, params};

const LAST: Date = date(2026, 11, 12);
const N_UNITS: usize = 168;
const N_AGENCIES: usize = 60;
/// A concern of a unit and topic lasts so many days, then another comes.
const LIFE_DAYS: i64 = 30;
const TITLE: &str = "Ngập nước, nắp cống bật trước chợ";
/// What people say, with a number for the street.
const WORDS: &str = "Đường trước chợ ngập nửa bánh xe sau mỗi trận mưa, nắp cống bật lên rất nguy \
                     hiểm cho học sinh, đề nghị phường cho người tới xem giúp bà con xóm";

fn main() -> Result<(), Box<dyn Error>> {
    let number = |at: usize, usual: usize| -> Result<usize, std::num::ParseIntError> {
        std::env::args().nth(at).map_or(Ok(usual), |n| n.parse())
    };
    let (n_mentions, n_days) = (number(1, 300_000)?, number(2, 1_000)?);
    let folder = match std::env::var_os("LANGNGHE_BENCH_DIR") {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let path = folder.path().join("record.sqlite");
    let began = Instant::now();
    let n_states = fill(&path, n_mentions, i64::try_from(n_days)?)?;
    let bytes = std::fs::metadata(&path)?.len();
    println!(
        "{n_mentions} mentions of {n_days} days, {n_states} states of concerns, {:.1} GB, filled in \
         {:.0} s",
        bytes as f64 / 1e9,
        began.elapsed().as_secs_f64()
    );
    // What the filling left in the page cache is what `serve` would have read lately.
    let archive = EmbeddedArchive::open(&path)?;
    for run in ["first run", "again"] {
        measure(run, &archive)?;
    }
    Ok(())
}

fn measure(run: &str, archive: &dyn Archive) -> Result<(), Box<dyn Error>> {
    let started = Step::now()?;
    let as_of = AsOf {
        seq: u64::MAX,
        grouping: u64::MAX,
        correction: u64::MAX,
    };
    let window = archive.window(LAST.saturating_sub(27.days()), LAST, LAST, as_of)?;
    let read = started.until()?;
    let started = Step::now()?;
    let units = units();
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let context = RankContext::new(
        &method,
        LAST,
        &window.mentions,
        &window.concerns,
        &units,
        &sources,
    );
    let tables = started.until()?;
    let started = Step::now()?;
    let coverage = Coverage {
        share: 1.0,
        n_expected: 1,
        n_fresh: 1,
        gaps: Vec::new(),
    };
    let agencies = (0..N_AGENCIES).map(|at| DigestScope::Agency(agency(at)));
    let scopes = units.iter().map(|unit| DigestScope::Unit(unit.code));
    let scopes = scopes.chain(agencies).chain([DigestScope::City]);
    let n_lines = scopes
        .map(|scope| context.digest(&scope, &coverage).top.len())
        .sum::<usize>();
    let digests = started.until()?;
    assert!(n_lines > 1_000, "digests without lines measure nothing");
    println!(
        "{run}: {} mentions and {} concerns read in {read}, tables {tables}, {} digests with \
         {n_lines} lines in {digests}; peak {:.0} MB",
        window.mentions.len(),
        window.concerns.len(),
        1 + N_UNITS + N_AGENCIES,
        peak_mb()?
    );
    Ok(())
}

/// Wall and CPU time since a moment.
struct Step {
    wall: Instant,
    cpu_s: f64,
}

impl Step {
    fn now() -> Result<Self, Box<dyn Error>> {
        Ok(Self {
            wall: Instant::now(),
            cpu_s: cpu_s()?,
        })
    }

    fn until(&self) -> Result<String, Box<dyn Error>> {
        let wall = self.wall.elapsed().as_secs_f64();
        Ok(format!("{wall:.2} s ({:.2} CPU-s)", cpu_s()? - self.cpu_s))
    }
}

/// CPU seconds of this process, user and system (`/proc/self/stat`, fields 14 and 15).
fn cpu_s() -> Result<f64, Box<dyn Error>> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let fields = stat.rsplit(')').next().unwrap_or_default();
    let ticks = fields.split_whitespace().skip(11).take(2);
    let ticks = ticks.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

fn peak_mb() -> Result<f64, Box<dyn Error>> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().next());
    Ok(kb.unwrap_or("0").parse::<f64>()? / 1024.0)
}

/// Fills a record and gives the number of states of concerns.
fn fill(path: &Path, n_mentions: usize, n_days: i64) -> Result<usize, Box<dyn Error>> {
    let body = template(path)?;
    let db = Connection::open(path)?;
    db.execute_batch("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN")?;
    let mut dice = Dice::new(8022);
    let (mut n_states, mut pk) = (0, 0_i64);
    let per_day = n_mentions.div_ceil(usize::try_from(n_days)?);
    {
        let mut mention = db.prepare(
            "INSERT INTO mentions (pk, id, seq, channel, source, url, published_at, moment, title,
                                   body, recorded_at)
             VALUES (?1, ?2, ?1, 'hotline', '1022', NULL, ?3, ?3, ?4, ?5, ?3)",
        )?;
        let mut ticket = db.prepare(
            "INSERT INTO tickets (mention, field, address, status, due_at)
             VALUES (?1, 'Hạ tầng đô thị', 'đường Hòa Bình', 'open', ?2)",
        )?;
        let mut read = db.prepare(
            "INSERT INTO annotations VALUES (?1, 1, 0.97, 'unit', ?2, ?3, 0.9, 'negative', 0.8,
                                             0.15, 0.05, '[]', ?4, 'bench')",
        )?;
        let mut of_concern = db
            .prepare("INSERT INTO mention_concerns (mention, concern, since) VALUES (?1, ?2, 1)")?;
        let mut state = db.prepare(
            "INSERT OR IGNORE INTO concern_states (concern, day, body, hash, since)
             VALUES (?1, ?2, ?3, NULL, 1)",
        )?;
        for back in (0..n_days).rev() {
            let day = LAST.saturating_sub(back.days());
            let start = day_start(day);
            let day_text = day.to_string();
            for _ in 0..per_day {
                pk += 1;
                // Some units and topics are spoken of far more than others.
                let unit = dice.below(N_UNITS).min(dice.below(N_UNITS));
                let topic = dice.below(26).min(dice.below(26));
                let name = name_of(unit, topic, day);
                let at = start + SignedDuration::from_secs(i64::try_from(dice.below(86_400))?);
                let at = at.as_microsecond();
                let code = code(unit);
                let words = format!("{WORDS} {}", dice.below(10_000));
                mention.execute(params![pk, format!("m{pk}"), at, TITLE, words])?;
                ticket.execute(params![pk, at + 86_400_000_000])?;
                let places = format!("{{\"units\":[[{},1.0]],\"agencies\":[]}}", code.number());
                let print = i64::try_from(dice.below(usize::MAX >> 1))?;
                read.execute(params![pk, places, Topic::ALL[topic].code(), print])?;
                of_concern.execute(params![pk, name])?;
                let body = body
                    .replace("bench-id", &name)
                    .replace("\"drainage\"", &format!("\"{}\"", Topic::ALL[topic].code()))
                    .replace("[[26007,", &format!("[[{},", code.number()));
                n_states += state.execute(params![name, day_text, body])?;
            }
            // Whoever is followed no longer has a row that says so.
            let gone = day.saturating_sub((2 * LIFE_DAYS).days());
            for unit in 0..N_UNITS {
                for topic in 0..26 {
                    let name = name_of(unit, topic, gone);
                    if name != name_of(unit, topic, gone.saturating_sub(1.days())) {
                        let before = name_of(unit, topic, gone.saturating_sub(1.days()));
                        let none: Option<String> = None;
                        n_states += state.execute(params![before, day_text, none])?;
                    }
                }
            }
        }
    }
    db.execute_batch(&format!(
        "UPDATE history SET seq = {pk}, grouping = 1; COMMIT; PRAGMA journal_mode = WAL; ANALYZE"
    ))?;
    Ok(n_states)
}

/// The concern of a unit and topic on a day; each begins on a day of its own.
fn name_of(unit: usize, topic: usize, day: Date) -> String {
    let since = date(2020, 1, 1)
        .until(day)
        .map_or(0, |span| span.get_days());
    let shift = i64::try_from(unit * 7 + topic * 11).unwrap_or(0);
    format!("c{unit}-{topic}-{}", (i64::from(since) + shift) / LIFE_DAYS)
}

/// A concern as the archive writes it, in a record made for it alone.
fn template(path: &Path) -> Result<String, Box<dyn Error>> {
    let archive = EmbeddedArchive::open(path)?;
    let long = Concern {
        units: vec![WeightedUnit {
            code: UnitCode::from_number(26_007).ok_or("code")?,
            weight: 1.0,
        }],
        agencies: vec![agency(7)],
        part_of: None,
        status: ConcernStatus::Open,
        ..concern("bench-id", 0)
    };
    let mut long = long;
    long.daily = vec![long.daily[0]; 14];
    long.sketch.terms = vec![(4_000_000_000, 0.123); 60];
    archive.save_grouping(&Grouping {
        day: date(2019, 1, 1),
        assignments: Vec::new(),
        concerns: vec![long],
        correction: 0,
    })?;
    drop(archive);
    let db = Connection::open(path)?;
    let body = db.query_row("SELECT body FROM concern_states", [], |row| row.get(0))?;
    db.execute("DELETE FROM concern_states", [])?;
    Ok(body)
}

fn code(unit: usize) -> UnitCode {
    let number = 20_000 + u32::try_from(unit).unwrap_or(0);
    UnitCode::from_number(number).unwrap_or_else(|| unreachable!("five digits"))
}

fn agency(at: usize) -> AgencyId {
    AgencyId::new(format!("so-{at}"))
}

fn units() -> Vec<Unit> {
    let unit = |at: usize| Unit {
        code: code(at),
        kind: if at < 113 {
            UnitKind::Ward
        } else {
            UnitKind::Commune
        },
        name: format!("Thử {at}"),
        valid_from: date(2020, 1, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: Some(80_000),
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    };
    (0..N_UNITS).map(unit).collect()
}
