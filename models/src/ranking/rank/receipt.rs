//! Receipts: why a concern has its rank, and what the rank would be otherwise.

use std::collections::BTreeMap;

use super::context::{Item, RankContext, id_of};
use super::difference;
use super::line::{Line, Scored, counted, history_rate, score};
use crate::domain::{Counterfactual, DigestScope, MentionId, Receipt, Sentiment, SourceId, Topic};

/// Why a line of a scope has its rank. `all` holds the scores of all lines that are ranked.
pub(super) fn receipt(
    context: &RankContext,
    scope: &DigestScope,
    scored: &Scored,
    all: &[f64],
) -> Receipt {
    let line = &scored.line;
    let counted = counted(context, line);
    let coordinated = counted.iter().filter(|(item, _)| item.verdict.coordinated);
    let coordinated = coordinated
        .map(|(item, _)| id_of(item))
        .collect::<Vec<MentionId>>();
    let trusted = |(item, _): &(&Item, f64)| {
        context.sources.trust(&item.mention.mention.source) > context.method.rumour_trust
    };
    let without = |left_out: &str, keep: &dyn Fn(&Item) -> bool| {
        let (value, rank) = score_without(context, scope, line, keep, scored.score, all);
        Counterfactual {
            left_out: left_out.to_owned(),
            score: value,
            rank,
        }
    };
    let (_, before) = history_rate(context, scope, line);
    Receipt {
        feeling: feeling(line),
        by_source: by_source(&counted),
        without_biggest_source: biggest_outlet(&counted).map(|outlet| {
            let name = context.outlets[outlet as usize];
            without(name, &|item| item.outlet != outlet)
        }),
        without_coordinated: (!coordinated.is_empty())
            .then(|| without("coordinated", &|item| !item.verdict.coordinated)),
        coordinated,
        rumour: !counted.iter().any(trusted),
        burst_q: context.burst_q[line.at],
        expected: before.mean() * context.factors[0],
        lift_over_city: context.lift(scope, line.candidate.concern.topic),
        per_10_000: context
            .population(scope)
            .map(|population| f64::from(scored.n_today) * 1e4 / population),
        count_interval: scored.count,
    }
}

/// Mentions of the day: negative, neutral, positive.
fn feeling(line: &Line) -> [u32; 3] {
    let of_day = line.items.iter().filter(|(item, _)| item.days_ago == 0);
    Sentiment::count(of_day.map(|(item, _)| item.mention.annotation.sentiment))
}

fn by_source(counted: &[(&Item, f64)]) -> Vec<(SourceId, u32)> {
    let mut counts: BTreeMap<&SourceId, u32> = BTreeMap::new();
    for (item, _) in counted {
        *counts.entry(&item.mention.mention.source).or_default() += 1;
    }
    let mut counts = counts.into_iter().collect::<Vec<_>>();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    let owned = counts.into_iter().map(|(source, n)| (source.clone(), n));
    owned.collect()
}

/// The outlet with most of the weight; `None` without any mention.
fn biggest_outlet(items: &[(&Item, f64)]) -> Option<u32> {
    let mut weights: BTreeMap<u32, f64> = BTreeMap::new();
    for (item, share) in items {
        *weights.entry(item.outlet).or_default() += item.weight * share;
    }
    let heaviest = weights.into_iter().max_by(|a, b| a.1.total_cmp(&b.1));
    heaviest.map(|(outlet, _)| outlet)
}

/// The score and the rank of a line when only some of its mentions count.
fn score_without(
    context: &RankContext,
    scope: &DigestScope,
    line: &Line,
    keep: &dyn Fn(&Item) -> bool,
    own: f64,
    all: &[f64],
) -> (f64, Option<u32>) {
    let kept = line.items.iter().filter(|(item, _)| keep(item)).copied();
    let rest = Line {
        items: kept.collect(),
        ..line.clone()
    };
    if rest.items.is_empty() {
        return (0.0, None);
    }
    let value = score(context, scope, rest).score;
    // One of the lines is this concern itself, as it stands.
    let above = all.iter().filter(|&&other| other > value).count();
    let above = above - usize::from(own > value);
    (value, (value > 0.0).then_some(above as u32 + 1))
}

impl RankContext<'_> {
    fn population(&self, scope: &DigestScope) -> Option<f64> {
        match scope {
            DigestScope::Unit(code) => self.units.get(code)?.population.map(f64::from),
            DigestScope::City => {
                let all = self.units.values().map(|table| table.population);
                all.map(|p| p.map(f64::from)).sum::<Option<f64>>()
            }
            DigestScope::Agency(_) => None,
        }
        .filter(|population| *population > 0.0)
    }

    /// How many times more a unit speaks of a topic than the others do, shrunk; 1 for other scopes.
    fn lift(&self, scope: &DigestScope, topic: Topic) -> f64 {
        match scope {
            DigestScope::Unit(code) => difference::ratio(self, *code, topic),
            DigestScope::City | DigestScope::Agency(_) => 1.0,
        }
    }
}
