//! What a day of the whole country costs, stage by stage: a load generator for 34 provinces with 3,321 units,
//! whose mentions go through the program's own stages (docs/SIZING.md).
//!
//! `cargo run --release -p langnghe-indexer --example national -- country 1000000 [PROCESSES]`: every province
//! with a record and an index of its own, so many at once. `… province NUMBER MENTIONS_OF_THE_COUNTRY`: one,
//! 0 being the largest; `… places`: finding places in all 3,321 units at once.

#![expect(
    clippy::print_stdout,
    clippy::expect_used,
    reason = "a bench prints, and may fail loudly"
)]

mod country;
mod load;

use std::error::Error;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use country::{N_UNITS, Province, gazetteer, provinces};
use indexer::archive::{Edition, Grouping};
use indexer::{Archive, AsOf, EmbeddedArchive, EmbeddedSearch, RecordBatch, SearchIndex};
use jiff::ToSpan;
use load::{DAY, Load, Phrases};
use models::domain::{Coverage, DigestScope, Period, Unit};
use models::language::annotator::Annotator;
use models::language::classify::Classifier;
use models::ranking::SourceTable;
use models::ranking::group::{GroupParameters, Grouper};
use models::ranking::rank::{RankContext, RankMethod};

type Done<T> = Result<T, Box<dyn Error>>;

/// Mentions of one transaction.
const BATCH: usize = 500;

const STAGES: [&str; 8] = [
    "make",
    "understand",
    "record",
    "index",
    "window",
    "group",
    "rank",
    "publish",
];

fn main() -> Done<()> {
    let arguments = std::env::args().skip(1).collect::<Vec<_>>();
    let arguments = arguments.iter().map(String::as_str).collect::<Vec<_>>();
    match arguments.as_slice() {
        ["country", n] => whole_country(n.parse()?, 2),
        ["country", n, at_once] => whole_country(n.parse()?, at_once.parse()?),
        ["province", number, n] => {
            let province = provinces()[number.parse::<usize>()?];
            println!("{}", day_of(province, n.parse()?)?.line());
            Ok(())
        }
        ["places"] => places(),
        _ => Err("usage: national country N [PROCESSES] | province NUMBER N | places".into()),
    }
}

/// What a province's day took.
struct Cost {
    province: Province,
    n: usize,
    cpu_s: [f64; STAGES.len()],
    wall_s: [f64; STAGES.len()],
    peak_mb: f64,
    record_mb: f64,
    index_mb: f64,
    n_concerns: usize,
    n_lines: usize,
}

impl Cost {
    /// As one line of numbers, for a process to hand to the one that started it.
    fn line(&self) -> String {
        let heads = [self.province.number, self.n, self.n_concerns, self.n_lines];
        let sizes = [self.peak_mb, self.record_mb, self.index_mb];
        let heads = heads.iter().map(ToString::to_string);
        let times = self.cpu_s.iter().chain(&self.wall_s).chain(&sizes);
        let fields = heads.chain(times.map(|number| format!("{number:.2}")));
        fields.collect::<Vec<_>>().join(" ")
    }

    fn parse(line: &str, all: &[Province]) -> Done<Self> {
        let numbers = line
            .split_whitespace()
            .map(str::parse)
            .collect::<Result<Vec<f64>, _>>()?;
        let [number, n, n_concerns, n_lines, rest @ ..] = numbers.as_slice() else {
            return Err(format!("a province said `{line}`").into());
        };
        let (cpu_s, rest) = rest.split_at(STAGES.len());
        let (wall_s, sizes) = rest.split_at(STAGES.len());
        let [peak_mb, record_mb, index_mb] = *<&[f64; 3]>::try_from(sizes)?;
        Ok(Self {
            province: all[*number as usize],
            n: *n as usize,
            cpu_s: cpu_s.try_into()?,
            wall_s: wall_s.try_into()?,
            peak_mb,
            record_mb,
            index_mb,
            n_concerns: *n_concerns as usize,
            n_lines: *n_lines as usize,
        })
    }
}

/// Every province in a process of its own, some at once; then their sums and the largest.
fn whole_country(n: usize, at_once: usize) -> Done<()> {
    let (program, all) = (std::env::current_exe()?, provinces());
    let started = Instant::now();
    let mut costs = Vec::new();
    for some in all.chunks(at_once) {
        let children = some.iter().map(|province| {
            Command::new(&program)
                .args(["province", &province.number.to_string(), &n.to_string()])
                .stdout(Stdio::piped())
                .spawn()
        });
        let children = children.collect::<Result<Vec<_>, _>>()?;
        for child in children {
            let output = child.wait_with_output()?;
            let said = String::from_utf8(output.stdout)?;
            costs.push(Cost::parse(said.trim(), &all)?);
        }
    }
    let n_said = costs.iter().map(|cost| cost.n).sum::<usize>();
    let of_thousand = 1_000.0 / n_said as f64;
    println!(
        "{n_said} mentions of {} provinces and {N_UNITS} units, {at_once} provinces at once: {:.0} s",
        costs.len(),
        started.elapsed().as_secs_f64()
    );
    println!(
        "stage | CPU-s, country | CPU-s per 1,000 | CPU-s, largest province | wall s, largest"
    );
    for (at, stage) in STAGES.iter().enumerate() {
        let cpu_s = costs.iter().map(|cost| cost.cpu_s[at]).sum::<f64>();
        println!(
            "{stage} | {cpu_s:.1} | {:.4} | {:.1} | {:.1}",
            cpu_s * of_thousand,
            costs[0].cpu_s[at],
            costs[0].wall_s[at]
        );
    }
    let sum = |of: fn(&Cost) -> f64| costs.iter().map(of).sum::<f64>();
    println!(
        "record {:.0} bytes a mention, index {:.0}; {} concerns, {} lines of digests",
        sum(|cost| cost.record_mb) * 1e6 / n_said as f64,
        sum(|cost| cost.index_mb) * 1e6 / n_said as f64,
        costs.iter().map(|cost| cost.n_concerns).sum::<usize>(),
        costs.iter().map(|cost| cost.n_lines).sum::<usize>(),
    );
    let mut memory = costs.iter().map(|cost| cost.peak_mb).collect::<Vec<_>>();
    memory.sort_by(f64::total_cmp);
    println!(
        "peak memory of a process: median {:.0} MB, largest {:.0} MB",
        memory[memory.len() / 2],
        memory[memory.len() - 1]
    );
    Ok(())
}

/// One province's share of a day, from its words to its published digests.
fn day_of(province: Province, n_country: usize) -> Done<Cost> {
    let n = (n_country as f64 * province.share).round() as usize;
    let folder = match std::env::var_os("LANGNGHE_BENCH_DIR") {
        Some(folder) => tempfile::tempdir_in(folder)?,
        None => tempfile::tempdir()?,
    };
    let path = folder.path().join("record.sqlite");
    let archive = EmbeddedArchive::open(&path)?;
    let index = EmbeddedSearch::open(folder.path())?;
    let (units, phrases) = (province.units(), Phrases::read()?);
    let annotator = annotator(&units)?;
    let load = Load {
        units: &units,
        phrases: &phrases,
        n,
    };
    let mut cost = Cost {
        province,
        n,
        cpu_s: [0.0; STAGES.len()],
        wall_s: [0.0; STAGES.len()],
        peak_mb: 0.0,
        record_mb: 0.0,
        index_mb: 0.0,
        n_concerns: 0,
        n_lines: 0,
    };
    let at = models::domain::day_start(DAY.tomorrow()?);
    for from in (0..n).step_by(BATCH) {
        let said = cost.time(0, || load.mentions(from..(from + BATCH).min(n)))?;
        let read = cost.time(1, || annotator.annotate_all(&said))?;
        let mut batch = RecordBatch::new(at);
        batch.mentions = read;
        cost.time(2, || archive.record(&batch))??;
    }
    cost.time(3, || index.catch_up(&archive))??;
    digest(&mut cost, &archive, &units)?;
    cost.record_mb = archive.counts()?.database_bytes as f64 / 1e6;
    cost.index_mb = bytes_in(index.folder())? as f64 / 1e6;
    cost.peak_mb = peak_mb()?;
    Ok(cost)
}

/// From the record's mentions to published digests.
fn digest(cost: &mut Cost, archive: &EmbeddedArchive, units: &[Unit]) -> Done<()> {
    let now = AsOf {
        seq: u64::MAX,
        grouping: u64::MAX,
        correction: u64::MAX,
    };
    let at = models::domain::day_start(DAY.tomorrow()?);
    let (first, evening) = (DAY.saturating_sub(27.days()), DAY.yesterday()?);
    let mut mentions = cost
        .time(4, || archive.window(first, DAY, evening, now))??
        .mentions;
    let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
    cost.time(5, || -> Done<()> {
        let grouping = grouper.group_day(DAY, &mentions);
        for (mention, concern) in mentions.iter_mut().zip(grouping.assignments) {
            mention.concern = concern;
        }
        let assigned = mentions
            .iter()
            .filter_map(|said| Some((said.mention.id.clone(), said.concern.clone()?)));
        archive.save_grouping(&Grouping {
            day: DAY,
            assignments: assigned.collect(),
            concerns: grouper.concerns().to_vec(),
            correction: 0,
        })?;
        Ok(())
    })??;
    let (method, sources) = (RankMethod::default(), SourceTable::default());
    let digests = cost.time(6, || {
        let context =
            RankContext::new(&method, DAY, &mentions, grouper.concerns(), units, &sources);
        let coverage = Coverage {
            share: 1.0,
            n_expected: 1,
            n_fresh: 1,
            gaps: Vec::new(),
        };
        let scopes = units.iter().map(|unit| DigestScope::Unit(unit.code));
        let scopes = scopes.chain([DigestScope::City]);
        scopes
            .map(|scope| context.digest(&scope, &coverage))
            .collect::<Vec<_>>()
    })?;
    cost.n_concerns = grouper.concerns().len();
    cost.n_lines = digests.iter().map(|digest| digest.top.len()).sum();
    let open = archive.begin_edition(Period::day(DAY), at)?;
    cost.time(7, || {
        archive.publish(&Edition {
            digests: &digests,
            at,
            open: Some(open),
            ..Edition::default()
        })
    })??;
    Ok(())
}

impl Cost {
    /// Adds what some work of a stage takes.
    fn time<T>(&mut self, stage: usize, work: impl FnOnce() -> T) -> Done<T> {
        let (wall, cpu) = (Instant::now(), cpu_s()?);
        let done = work();
        self.cpu_s[stage] += cpu_s()? - cpu;
        self.wall_s[stage] += wall.elapsed().as_secs_f64();
        Ok(done)
    }
}

fn annotator(units: &[Unit]) -> Done<Annotator> {
    let classifier = Classifier::from_bytes(include_bytes!("../../../models/data/classifier.bin"))?;
    Ok(Annotator::new(classifier, gazetteer(units), DAY))
}

/// Reading where something is among the units of the largest province, and of the whole country.
fn places() -> Done<()> {
    let phrases = Phrases::read()?;
    let provinces = provinces();
    let all = provinces
        .iter()
        .flat_map(Province::units)
        .collect::<Vec<_>>();
    for units in [&all[..provinces[0].n_units], &all] {
        let n = 20_000;
        let (started, before) = (cpu_s()?, peak_mb()?);
        let annotator = annotator(units)?;
        let made = cpu_s()? - started;
        let load = Load {
            units,
            phrases: &phrases,
            n,
        };
        let said = load.mentions(0..n);
        let started = cpu_s()?;
        let read = annotator.annotate_all(&said);
        let took = cpu_s()? - started;
        let n_placed = read
            .iter()
            .filter(|(_, annotation)| !annotation.placement.units.is_empty())
            .count();
        println!(
            "{} units, {} names: made in {made:.2} CPU-s, {:.4} CPU-s per 1,000 mentions, {n_placed} of \
             {n} placed; memory {before:.0} to {:.0} MB",
            units.len(),
            annotator.gazetteer().n_forms(),
            took * 1_000.0 / n as f64,
            peak_mb()?
        );
    }
    Ok(())
}

fn bytes_in(folder: &Path) -> Done<u64> {
    let entries = std::fs::read_dir(folder)?;
    let sizes = entries.filter_map(|entry| entry.ok()?.metadata().ok());
    Ok(sizes.map(|meta| meta.len()).sum())
}

/// CPU seconds of this process, user and system, in hundredths (`/proc/self/stat`, fields 14, 15).
fn cpu_s() -> Done<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    let after_name = stat.rsplit(')').next().unwrap_or_default();
    let ticks = after_name.split_whitespace().skip(11).take(2);
    let ticks = ticks.map(str::parse::<f64>).sum::<Result<f64, _>>()?;
    Ok(ticks / 100.0)
}

/// Largest resident memory of this process so far.
fn peak_mb() -> Done<f64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kb = line.and_then(|line| line.split_whitespace().nth(1));
    Ok(kb.unwrap_or("0").parse::<f64>()? / 1024.0)
}
