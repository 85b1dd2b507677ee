//! The half year before the sample city begins, as counts of days alone: forecasts need a past to be
//! graded by, and to invent all its voices would take minutes. Levels and kinds of units are those of
//! one week of the sample city as the models read it; what moves them is invented here.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};
use models::calendar::{is_day_off, spring_tide};
use models::domain::{
    Channel, DayTally, ForecastScope, Mention, MentionId, SourceId, Ticket, TicketStatus, Topic,
    UnitCode, day_in_vietnam,
};
use models::measure::SplitMix;
use models::ranking::forecast::tally;

use super::content::Report;
use crate::pipeline::Pipeline;

/// Days counted before the first.
const DAYS: i64 = 210;

/// Days of the sample that levels are taken from.
const SAMPLED_DAYS: i64 = 7;

type Level = BTreeMap<(ForecastScope, usize), f64>;

/// Puts the counts into the record, once.
pub fn remember(pipeline: &Pipeline, reports: &[Report], now: Timestamp, seed: u64) -> Result<()> {
    let Some(first) = reports.iter().map(|report| report.received_at).min() else {
        return Ok(());
    };
    let first = day_in_vietnam(first);
    let until = first.saturating_add(SAMPLED_DAYS.days());
    let levels = levels(pipeline, reports, first, until)?;
    let mut random = SplitMix(seed ^ 0x7061_7374);
    let mut wander = [0.0; Topic::ALL.len()];
    let days = (1..=DAYS).rev().map(|back| {
        let day = first.saturating_sub(back.days());
        for level in &mut wander {
            *level = 0.97 * *level + 0.05 * normal(&mut random);
        }
        invented(
            day,
            &levels[usize::from(is_day_off(day))],
            &wander,
            &mut random,
        )
    });
    let days = days.collect::<Vec<_>>();
    pipeline.archive.save_tallies(&days, now)?;
    Ok(())
}

/// Mentions a day by scope and topic: of working days, and of days off.
fn levels(pipeline: &Pipeline, reports: &[Report], from: Date, until: Date) -> Result<[Level; 2]> {
    let mut levels = [Level::new(), Level::new()];
    let mut n_days = [0.0_f64; 2];
    let mut day = from;
    while day < until {
        let of_day = reports
            .iter()
            .filter(|report| day_in_vietnam(report.received_at) == day);
        let mentions = of_day.map(mention).collect::<Vec<_>>();
        let mut counts: BTreeMap<(Option<UnitCode>, Topic), u32> = BTreeMap::new();
        for (_, read) in pipeline.annotate(&mentions)? {
            let held = read.placement.units.iter().find(|unit| unit.weight >= 0.5);
            if read.is_concern {
                *counts
                    .entry((held.map(|unit| unit.code), read.topic))
                    .or_default() += 1;
            }
        }
        let counts = counts
            .into_iter()
            .map(|((unit, topic), n)| (unit, topic, n));
        let counted = tally(day, 1.0, &counts.collect::<Vec<_>>(), pipeline.city.units());
        let kind = usize::from(is_day_off(day));
        n_days[kind] += 1.0;
        for (scope, counts) in counted.counts {
            // Units say too little for a forecast in a city of this size.
            if matches!(scope, ForecastScope::Unit(_)) {
                continue;
            }
            for (topic, n) in counts.into_iter().enumerate() {
                *levels[kind].entry((scope, topic)).or_default() += f64::from(n);
            }
        }
        day = day.tomorrow()?;
    }
    for (levels, n_days) in levels.iter_mut().zip(n_days) {
        for level in levels.values_mut() {
            *level /= n_days.max(1.0);
        }
    }
    Ok(levels)
}

fn mention(report: &Report) -> Mention {
    Mention {
        id: MentionId::new(format!("past:{}", report.id)),
        channel: Channel::Hotline,
        source: SourceId::new("1022"),
        url: None,
        published_at: Some(report.received_at),
        title: Some(report.title.clone()),
        text: report.text.clone(),
        parent: None,
        engagement: None,
        ticket: Some(Ticket {
            field: Some(report.field.clone()),
            address: Some(report.address.clone()),
            status: TicketStatus::Open,
            due_at: Some(report.due_at),
            closed_at: None,
            rating: None,
            updated_at: None,
        }),
        capture: None,
    }
}

/// One day: the level, wandering, with drains that fill at spring tide, and chance.
fn invented(
    day: Date,
    level: &Level,
    wander: &[f64; Topic::ALL.len()],
    random: &mut SplitMix,
) -> DayTally {
    let mut scopes: BTreeMap<ForecastScope, [u32; Topic::ALL.len()]> = BTreeMap::new();
    for (&(scope, topic), &usual) in level {
        let tide = if topic == Topic::Drainage.index() {
            1.0 + 1.2 * spring_tide(day)
        } else {
            1.0
        };
        let mean = usual * wander[topic].exp() * tide;
        let spread = (mean + 0.02 * mean * mean).sqrt();
        let n = (mean + spread * normal(random)).round().max(0.0) as u32;
        scopes.entry(scope).or_insert([0; Topic::ALL.len()])[topic] = n;
    }
    DayTally {
        day,
        heard: 1.0,
        counts: scopes.into_iter().collect(),
    }
}

/// Nearly normal: the sum of twelve.
fn normal(random: &mut SplitMix) -> f64 {
    (0..12).map(|_| random.unit()).sum::<f64>() - 6.0
}
