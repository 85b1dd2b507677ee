//! Receipts: why a concern has its rank, and what the rank would be otherwise.

use std::collections::BTreeMap;

use super::context::{Item, RankContext, id_of};
use super::entry::ranks;
use super::line::{Line, Scored, counted, history_rate, score, scored};
use crate::domain::{ConcernId, DigestScope, Interval, MentionId, SourceId, Topic};

/// Why a concern has its rank (vì sao hạng 2?).
#[derive(Clone, Debug, PartialEq)]
pub struct Receipt {
    /// Which concern.
    pub concern: ConcernId,
    /// Its rank.
    pub rank: u32,
    /// The score without its biggest source; `None` when it has no other.
    pub without_biggest_source: Option<Counterfactual>,
    /// The score if suspected coordinated posts did not count at all; `None` when none is suspected.
    pub without_coordinated: Option<Counterfactual>,
    /// Posts suspected to be coordinated: near-identical texts within minutes. They are weighted
    /// down, never dropped.
    pub coordinated: Vec<MentionId>,
    /// Whether only sources of low trust speak of it (tin đồn, chưa kiểm chứng).
    pub rumour: bool,
    /// False-discovery-adjusted p-value of its burst over all series of the day, 0 to 1.
    pub burst_q: f64,
    /// Mentions that its history, the weekday and the mix of the kind led to expect that day.
    pub expected: f64,
    /// How many times more of the scope's mentions are about its topic than of the city's, after
    /// shrinkage; 1 for the city (khác thành phố ở đâu).
    pub lift_over_city: f64,
    /// Mentions of the day per 10,000 inhabitants; `None` without a published population.
    pub per_10_000: Option<f64>,
    /// Mentions by source over the days counted.
    pub by_source: BTreeMap<SourceId, u32>,
    /// 90 % interval of the count after shrinkage.
    pub count_interval: Interval,
}

/// What the score would be had something been left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Counterfactual {
    /// The outlet left out, or `coordinated`.
    pub left_out: String,
    /// The score then.
    pub score: f64,
    /// The rank then among the lines as they stand; `None` when nothing is left of it.
    pub rank: Option<u32>,
}

/// The receipts of the top lines of a scope.
pub(super) fn receipts(context: &RankContext, scope: &DigestScope) -> Vec<Receipt> {
    let lines = scored(context, scope);
    let ranks = ranks(context, &lines);
    let all = ranks
        .iter()
        .map(|&(at, ..)| lines[at].score)
        .collect::<Vec<_>>();
    ranks
        .iter()
        .map(|&(at, rank, _)| receipt(context, scope, &lines[at], rank, &all))
        .collect()
}

fn receipt(
    context: &RankContext,
    scope: &DigestScope,
    scored: &Scored,
    rank: u32,
    all: &[f64],
) -> Receipt {
    let line = &scored.line;
    let counted = counted(context, line);
    let mut by_source: BTreeMap<SourceId, u32> = BTreeMap::new();
    for (item, _) in &counted {
        *by_source
            .entry(item.mention.mention.source.clone())
            .or_default() += 1;
    }
    let biggest = biggest_outlet(&counted);
    let coordinated = counted.iter().filter(|(item, _)| item.verdict.coordinated);
    let coordinated = coordinated
        .map(|(item, _)| id_of(item))
        .collect::<Vec<MentionId>>();
    let trusted = |(item, _): &(&Item, f64)| {
        context.sources.trust(&item.mention.mention.source) > context.method.rumour_trust
    };
    let without = |left_out: String, keep: &dyn Fn(&Item) -> bool| {
        counterfactual(context, scope, line, left_out, keep, scored.score, all)
    };
    let (_, before) = history_rate(context, scope, line);
    Receipt {
        concern: line.candidate.concern.id.clone(),
        rank,
        without_biggest_source: biggest.map(|outlet| {
            let name = context.outlets[outlet as usize].to_owned();
            without(name, &|item| item.outlet != outlet)
        }),
        without_coordinated: (!coordinated.is_empty())
            .then(|| without("coordinated".to_owned(), &|item| !item.verdict.coordinated)),
        coordinated,
        rumour: !counted.iter().any(trusted),
        burst_q: context.burst_q[line.at],
        expected: before.mean() * context.factors[0],
        lift_over_city: context.lift(scope, line.candidate.concern.topic),
        per_10_000: context
            .population(scope)
            .map(|population| f64::from(scored.n_today) * 1e4 / population),
        by_source,
        count_interval: scored.count,
    }
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

fn counterfactual(
    context: &RankContext,
    scope: &DigestScope,
    line: &Line,
    left_out: String,
    keep: &dyn Fn(&Item) -> bool,
    own: f64,
    all: &[f64],
) -> Counterfactual {
    let kept = line.items.iter().filter(|(item, _)| keep(item)).copied();
    let rest = Line {
        items: kept.collect(),
        ..line.clone()
    };
    let value = if rest.items.is_empty() {
        0.0
    } else {
        score(context, scope, rest).score
    };
    // One of the lines is this concern itself, as it stands.
    let above = all.iter().filter(|&&other| other > value).count();
    let above = above - usize::from(own > value);
    Counterfactual {
        left_out,
        score: value,
        rank: (value > 0.0).then_some(above as u32 + 1),
    }
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

    /// Share of a topic in the scope over its share in the city, after shrinkage to the city's mix.
    fn lift(&self, scope: &DigestScope, topic: Topic) -> f64 {
        const PRIOR_MENTIONS: f64 = 20.0;
        let DigestScope::Unit(code) = scope else {
            return 1.0;
        };
        let Some(table) = self.units.get(code) else {
            return 1.0;
        };
        let city = self.city_topics.iter().sum::<f64>();
        let expected = (self.city_topics[topic.index()] + 1e-9) / (city + 1e-9);
        let at = |t: Topic| table.history[t.index()] + table.today[t.index()];
        let all = Topic::ALL.iter().map(|t| at(*t)).sum::<f64>();
        let own = (at(topic) + PRIOR_MENTIONS * expected) / (all + PRIOR_MENTIONS);
        own / expected
    }
}
