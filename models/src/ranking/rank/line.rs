//! Lines: concerns in one scope, with the factors of their scores.

use std::collections::BTreeSet;

use super::context::{Candidate, Item, RankContext, WINDOW_DAYS, places_of};
use super::rate::present_rate;
use crate::domain::{ConcernStatus, DigestScope, Factors, Interval, day_in_vietnam};
use crate::ranking::stats::{GammaPrior, benjamini_hochberg};

/// A concern in one scope: its mentions there, each with the share that is there.
#[derive(Clone, Debug)]
pub(super) struct Line<'c, 'a> {
    pub at: usize,
    pub candidate: &'c Candidate<'a>,
    pub items: Vec<(&'c Item<'a>, f64)>,
}

/// A line with its score.
pub(super) struct Scored<'c, 'a> {
    pub line: Line<'c, 'a>,
    pub factors: Factors,
    pub count: Interval,
    pub score: f64,
    pub interval: Interval,
    pub rising: f64,
    pub n_today: u32,
}

impl<'c, 'a> Line<'c, 'a> {
    pub fn new(context: &'c RankContext<'a>, scope: &DigestScope, at: usize) -> Self {
        let candidate = &context.candidates[at];
        let share = |item: &Item| match scope {
            DigestScope::City | DigestScope::Agency(_) => 1.0,
            DigestScope::Unit(code) => places_of(item.mention, candidate.concern)
                .find(|(unit, _)| unit == code)
                .map_or(0.0, |(_, share)| share),
        };
        let items = candidate.items.iter().map(|item| (item, share(item)));
        Self {
            at,
            candidate,
            items: items.filter(|(_, share)| *share > 0.0).collect(),
        }
    }
}

pub(super) fn scored<'c, 'a>(
    context: &'c RankContext<'a>,
    scope: &DigestScope,
) -> Vec<Scored<'c, 'a>> {
    let lines = context.lines(scope).into_iter();
    let mut scored = lines
        .map(|line| score(context, scope, line))
        .collect::<Vec<_>>();
    scored.sort_by(|a, b| {
        let id = |scored: &Scored| scored.line.candidate.concern.id.clone();
        b.score.total_cmp(&a.score).then_with(|| id(a).cmp(&id(b)))
    });
    scored
}

/// Score = shrunk count × (1 + burst) × (1 + negativity) × breadth × unresolved age.
///
/// The count is of weighted mentions a day as things stand ([`present_rate`]): shrunk to the mix of
/// the kind, the day before the week and the week before the month. Its 90 % interval carries over
/// to the score, the other factors held.
pub(super) fn score<'c, 'a>(
    context: &RankContext,
    scope: &DigestScope,
    line: Line<'c, 'a>,
) -> Scored<'c, 'a> {
    let method = context.method;
    let (prior, before) = history_rate(context, scope, &line);
    let rate = present_rate(method, prior, &daily_counts(&line), &context.factors);
    let counted = counted(context, &line);
    let n = today(&line.items);
    let expected = before.mean() * context.factors[0];
    let certainty = 1.0 - context.burst_q[line.at];
    let burst = (((n + 1.0) / (expected + 1.0)).ln().max(0.0) * certainty).min(method.max_burst);
    let factors = Factors {
        shrunk_count: rate.mean(),
        burst,
        negativity: negativity(context, &counted),
        breadth: 1.0 + f64::from(n_sources(&counted).max(1)).ln(),
        unresolved_age: unresolved_age(context, &line),
    };
    let others = product(&factors) / factors.shrunk_count.max(1e-12);
    let count = Interval {
        low: rate.quantile(0.05),
        high: rate.quantile(0.95),
    };
    // How far even the low end of the day exceeds what was expected.
    let low = prior.posterior(n, 1.0).quantile(0.05);
    let n_today = line
        .items
        .iter()
        .filter(|(item, _)| item.days_ago == 0)
        .count() as u32;
    Scored {
        score: product(&factors),
        interval: Interval {
            low: count.low * others,
            high: count.high * others,
        },
        rising: ((low + 0.5) / (expected + 0.5)).ln(),
        line,
        factors,
        count,
        n_today,
    }
}

/// Weighted mentions by days back.
fn daily_counts(line: &Line) -> [f64; WINDOW_DAYS] {
    let mut counts = [0.0; WINDOW_DAYS];
    for (item, share) in &line.items {
        counts[item.days_ago] += item.weight * share;
    }
    counts
}

pub(super) fn product(factors: &Factors) -> f64 {
    factors.shrunk_count
        * (1.0 + factors.burst)
        * (1.0 + factors.negativity)
        * factors.breadth
        * factors.unresolved_age
}

fn negativity(context: &RankContext, items: &[(&Item, f64)]) -> f64 {
    let weight = items
        .iter()
        .map(|(item, share)| item.weight * share)
        .sum::<f64>();
    let negative = items.iter().map(|(item, share)| {
        let p = f64::from(item.mention.annotation.sentiment_probabilities.negative);
        p * item.weight * share
    });
    let prior = context.method.negativity_prior;
    (negative.sum::<f64>() + prior * context.negative_share) / (weight + prior).max(1e-9)
}

/// Outlets with a text of their own: copies of an earlier text make no new source.
pub(super) fn n_sources(items: &[(&Item, f64)]) -> u32 {
    let own = items.iter().filter(|(item, _)| !item.verdict.copy);
    let outlets = own.map(|(item, _)| item.outlet).collect::<BTreeSet<_>>();
    outlets.len() as u32
}

/// 1 once it is answered; else growing with the logarithm of days since it was first heard.
fn unresolved_age(context: &RankContext, line: &Line) -> f64 {
    let concern = line.candidate.concern;
    if matches!(
        concern.status,
        ConcernStatus::Answered | ConcernStatus::Closed
    ) {
        return 1.0;
    }
    let first = day_in_vietnam(concern.first_seen);
    let days = first
        .until(context.day)
        .map_or(0, |span| span.get_days())
        .max(0);
    let days = f64::from(days).min(context.method.max_age_days);
    1.0 + context.method.age_weight * days.ln_1p()
}

/// The prior of a concern's daily rate: what the mix of the kind (for the city, of all concerns)
/// gives its topic, shared among the concerns alive; and its posterior after the 27 days before.
///
/// Rates are weighted mentions a day. The fitted prior weighs at least `min_prior_days`.
pub(super) fn history_rate(
    context: &RankContext,
    scope: &DigestScope,
    line: &Line,
) -> (GammaPrior, GammaPrior) {
    let method = context.method;
    let topic = line.candidate.concern.topic;
    let table = match scope {
        DigestScope::Unit(code) => context.units.get(code),
        _ => None,
    };
    let model = table.and_then(|table| context.models.get(&(table.kind, topic)));
    let prior = if let (Some(table), Some(model)) = (table, model) {
        // The model is of the topic in a unit of average size: its evidence is spread over the
        // concerns alive, and takes as much longer to gather as the unit is smaller.
        let n_alive = f64::from(table.alive[topic.index()].max(1));
        let mean = model.prior.mean() * table.size / n_alive;
        let days = model.prior.rate / table.size.max(1e-9);
        GammaPrior::with_mean(mean, days.max(method.min_prior_days))
    } else {
        let n_alive = f64::from(context.city_alive[topic.index()].max(1));
        let mean = context.city_topics[topic.index()] / WINDOW_DAYS as f64 / n_alive;
        GammaPrior::with_mean(mean, method.min_prior_days)
    };
    let before = line.items.iter().filter(|(item, _)| item.days_ago > 0);
    let count = before.map(|(item, share)| item.weight * share).sum::<f64>();
    let exposure = context.factors[1..].iter().sum::<f64>();
    (prior, prior.posterior(count, exposure))
}

/// Adjusted p-value of each concern's burst in the whole city, over all concerns of the window.
pub(super) fn burst_q_values(context: &RankContext) -> Vec<f64> {
    let p_values = (0..context.candidates.len())
        .map(|at| {
            let line = Line::new(context, &DigestScope::City, at);
            let n = today(&line.items);
            let (_, rate) = history_rate(context, &DigestScope::City, &line);
            rate.tail(n, context.factors[0])
        })
        .collect::<Vec<_>>();
    benjamini_hochberg(&p_values, p_values.len())
}

/// Mentions of the days that count; of the whole window when there are none.
pub(super) fn counted<'c, 'a>(
    context: &RankContext,
    line: &Line<'c, 'a>,
) -> Vec<(&'c Item<'a>, f64)> {
    let days = context.method.count_days;
    let recent = line.items.iter().filter(|(item, _)| item.days_ago < days);
    let recent = recent.copied().collect::<Vec<_>>();
    if recent.is_empty() {
        line.items.clone()
    } else {
        recent
    }
}

pub(super) fn today(items: &[(&Item, f64)]) -> f64 {
    let of_today = items.iter().filter(|(item, _)| item.days_ago == 0);
    of_today.map(|(item, share)| item.weight * share).sum()
}
