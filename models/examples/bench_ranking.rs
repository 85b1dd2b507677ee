//! Cost of grouping and ranking one day at growing volumes: voices made of the shipped training
//! mentions, about a street of their own each, eight to a street. CPU seconds, one thread.
//!
//! `cargo run --release -p langnghe-models --example bench_ranking [-- MENTIONS …]`
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report for developers"
)]

mod common;

use std::collections::BTreeMap;

use common::plain_mention;
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use models::domain::{
    AnnotatedMention, Channel, CleanMention, Coverage, DigestScope, Scope, Topic, Unit, UnitCode,
    UnitKind, WeightedUnit, day_start,
};
use models::language::classify::data::parse_tsv;
use models::measure::SplitMix;
use models::ranking::SourceTable;
use models::ranking::group::{GroupParameters, Grouper};
use models::ranking::rank::{RankContext, RankMethod};

const DAY: Date = date(2026, 11, 12);

fn main() {
    let volumes = std::env::args()
        .skip(1)
        .map(|n| n.parse().unwrap())
        .collect::<Vec<usize>>();
    let volumes = if volumes.is_empty() {
        vec![10_000, 100_000, 1_000_000]
    } else {
        volumes
    };
    let units = (0..168).map(unit).collect::<Vec<_>>();
    println!(
        "mentions concerns | group, tables, 169 digests: CPU-s | us a mention | peak MB, of them input"
    );
    for n in volumes {
        let mut mentions = voices(n);
        let input_mb = peak_mb();
        let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
        let started = cpu_s();
        let grouping = grouper.group_day(DAY, &mentions);
        let grouped_s = cpu_s() - started;
        for (mention, concern) in mentions.iter_mut().zip(grouping.assignments) {
            mention.concern = concern;
        }
        let (method, sources) = (RankMethod::default(), SourceTable::default());
        let started = cpu_s();
        let context = RankContext::new(
            &method,
            DAY,
            &mentions,
            grouper.concerns(),
            &units,
            &sources,
        );
        let read_s = cpu_s() - started;
        let coverage = Coverage {
            share: 1.0,
            n_expected: 1,
            n_fresh: 1,
            gaps: Vec::new(),
        };
        let scopes = units
            .iter()
            .map(|unit| DigestScope::Unit(unit.code))
            .chain([DigestScope::City]);
        let n_lines = scopes
            .map(|scope| context.digest(&scope, &coverage).top.len())
            .sum::<usize>();
        assert!(n_lines > 0, "digests without a line measure nothing");
        let ranked_s = cpu_s() - started - read_s;
        let each = (grouped_s + read_s + ranked_s) * 1e6 / n as f64;
        println!(
            "{n} {} | {grouped_s:.2} {read_s:.2} {ranked_s:.2} | {each:.0} | {:.0} {input_mb:.0}",
            grouper.concerns().len(),
            peak_mb()
        );
    }
}

/// CPU seconds of this process, user and system, in hundredths (`/proc/self/stat`, fields 14, 15).
fn cpu_s() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let after_name = stat.rsplit(')').next().unwrap();
    let fields = after_name.split_whitespace().collect::<Vec<_>>();
    let ticks = |at: usize| fields[at].parse::<f64>().unwrap();
    (ticks(11) + ticks(12)) / 100.0
}

/// Largest resident memory of this process so far.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .unwrap();
    line.split_whitespace()
        .nth(1)
        .unwrap()
        .parse::<f64>()
        .unwrap()
        / 1024.0
}

/// Voices that borrow their words from training mentions, in any unit, eight to a street. The same
/// number gives the same voices.
fn voices(n: usize) -> Vec<AnnotatedMention> {
    let models = read_labelled();
    let mut random = SplitMix(7);
    let n_streets = n / 8 + 1;
    let voices = (0..n).map(|at| {
        let street = random.below(n_streets);
        // A street has one thing wrong with it; every tenth voice speaks of something else.
        let topic_at = if random.unit() < 0.9 { street } else { at };
        let (topic, texts) = &models[topic_at % models.len()];
        let (channel, title, text) = &texts[random.below(texts.len())];
        let text = format!("{text} Đường Phố{street} Mới{street}");
        let mut voice = plain_mention(&format!("v{at}"), *channel, title.clone(), &text);
        voice.annotation.is_concern = true;
        voice.annotation.topic = *topic;
        voice.annotation.topic_probability = 0.9;
        voice.annotation.fingerprint = random.next_u64();
        voice.annotation.placement.scope = Scope::Unit;
        let code = UnitCode::from_number(20_000 + (street % 168) as u32).unwrap();
        voice.annotation.placement.units = vec![WeightedUnit { code, weight: 1.0 }];
        let mut inner = voice.mention.into_inner();
        let minute = i64::try_from(random.below(1440)).unwrap();
        inner.published_at = Some(day_start(DAY) + SignedDuration::from_mins(minute));
        voice.mention = CleanMention::assume_clean(inner);
        voice
    });
    voices.collect()
}

type Text = (Channel, Option<String>, String);

/// The shipped training mentions that are concerns, by topic.
fn read_labelled() -> Vec<(Topic, Vec<Text>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("data/train");
    let mut texts: BTreeMap<Topic, Vec<Text>> = BTreeMap::new();
    for number in 1..=6 {
        let file = std::fs::read_to_string(folder.join(format!("train_{number}.tsv"))).unwrap();
        for mention in parse_tsv(&file).0 {
            if let Some(topic) = mention.topic {
                let said = mention.said;
                let own = texts.entry(topic).or_default();
                own.push((said.channel, said.title, said.text));
            }
        }
    }
    texts.into_iter().collect()
}

fn unit(at: u32) -> Unit {
    Unit {
        code: UnitCode::from_number(20_000 + at).unwrap(),
        kind: UnitKind::Ward,
        name: format!("Thử {at}"),
        valid_from: date(2025, 7, 1),
        valid_to: None,
        former_districts: Vec::new(),
        former_province: String::new(),
        population: None,
        area_km2: None,
        grid_square: None,
        grid_hex: None,
    }
}
