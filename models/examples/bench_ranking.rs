//! Cost of grouping and ranking at growing volumes of a day, with made-up voices.
//!
//! `cargo run --release -p langnghe-models --example bench_ranking [-- MENTIONS …]`
#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a report for developers"
)]

mod common;

use std::time::Instant;

use common::{plain_mention, read_gold};
use jiff::SignedDuration;
use jiff::civil::{Date, date};
use models::domain::{
    AnnotatedMention, CleanMention, Coverage, DigestScope, Scope, Unit, UnitCode, UnitKind,
    WeightedUnit, day_start,
};
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
        vec![1_000, 10_000, 100_000]
    } else {
        volumes
    };
    let units = (0..168).map(unit).collect::<Vec<_>>();
    for n in volumes {
        let mut mentions = voices(n);
        let mut grouper = Grouper::new(GroupParameters::default(), Vec::new());
        let started = Instant::now();
        let grouping = grouper.group_day(DAY, &mentions);
        let grouped_s = started.elapsed().as_secs_f64();
        for (mention, concern) in mentions.iter_mut().zip(grouping.assignments) {
            mention.concern = concern;
        }
        let (method, sources) = (RankMethod::default(), SourceTable::default());
        let started = Instant::now();
        let context = RankContext::new(
            &method,
            DAY,
            &mentions,
            grouper.concerns(),
            &units,
            &sources,
        );
        let read_s = started.elapsed().as_secs_f64();
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
        let lines = scopes
            .map(|scope| context.digest(&scope, &coverage).top.len())
            .sum::<usize>();
        let ranked_s = started.elapsed().as_secs_f64();
        println!(
            "{n} mentions: {} concerns, grouped in {grouped_s:.2} s ({:.0}/s); 169 digests with {lines} \
             lines in {ranked_s:.2} s (tables {read_s:.2} s)",
            grouper.concerns().len(),
            n as f64 / grouped_s
        );
    }
}

/// Voices that borrow their words from part A, in any unit, about a street of their own each.
fn voices(n: usize) -> Vec<AnnotatedMention> {
    let gold = read_gold("a");
    let gold = gold
        .iter()
        .filter(|g| g.concern.is_some())
        .collect::<Vec<_>>();
    let mut random = SplitMix(7);
    let voices = (0..n).map(|at| {
        let model = &gold[random.below(gold.len())].mention;
        let street = random.below(n / 8 + 1);
        let text = format!("{} Đường Phố{street} Mới{street}", model.mention.text);
        let mut voice = plain_mention(
            &format!("v{at}"),
            model.mention.channel,
            model.mention.title.clone(),
            &text,
        );
        voice.annotation = models::domain::Annotation {
            mention: voice.mention.id.clone(),
            ..model.annotation.clone()
        };
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
