//! Lines of a digest: the factors of a concern in a scope, their product, order and ties.

use std::collections::{BTreeMap, BTreeSet};

use super::context::{Candidate, Item, RankContext, WINDOW_DAYS, id_of, places_of};
use super::receipt::{Counterfactual, Receipt};
use crate::domain::{
    Channel, ConcernStatus, Coverage, Digest, DigestEntry, DigestScope, Factors, Interval,
    MentionId, Quote, SourceId, Topic, day_in_vietnam,
};
use crate::ranking::group::first_sentence;
use crate::ranking::stats::{GammaPrior, benjamini_hochberg};

/// A concern in one scope: its mentions there, each with the share that is there.
#[derive(Clone, Debug)]
pub(super) struct Line<'c, 'a> {
    pub at: usize,
    pub candidate: &'c Candidate<'a>,
    pub items: Vec<(&'c Item<'a>, f64)>,
}

/// A line with its score.
struct Scored<'c, 'a> {
    line: Line<'c, 'a>,
    factors: Factors,
    count: Interval,
    score: f64,
    interval: Interval,
    rising: f64,
    n_today: u32,
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

/// The digest of a scope.
pub(super) fn digest(context: &RankContext, scope: &DigestScope, coverage: &Coverage) -> Digest {
    let scored = scored(context, scope);
    let n_mentions = scored.iter().map(|line| line.n_today).sum();
    let ranks = ranks(context, &scored);
    let top = ranks
        .iter()
        .map(|&(at, rank, tied)| entry(context, &scored[at], rank, tied))
        .collect::<Vec<_>>();
    let rising = rising(context, &scored);
    Digest {
        scope: scope.clone(),
        day: context.day,
        revision: 1,
        erratum: None,
        method_version: context.method.version.clone(),
        coverage: coverage.clone(),
        thin_evidence: thin_evidence(context, top.len(), scored.len(), n_mentions),
        top,
        rising,
        n_mentions,
    }
}

/// The receipts of the top lines of a scope.
pub(super) fn receipts(context: &RankContext, scope: &DigestScope) -> Vec<Receipt> {
    let scored = scored(context, scope);
    let ranks = ranks(context, &scored);
    let scores = ranks
        .iter()
        .map(|&(at, ..)| scored[at].score)
        .collect::<Vec<_>>();
    ranks
        .iter()
        .map(|&(at, rank, _)| receipt(context, scope, &scored[at], rank, &scores))
        .collect()
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

fn today(items: &[(&Item, f64)]) -> f64 {
    let of_today = items.iter().filter(|(item, _)| item.days_ago == 0);
    of_today.map(|(item, share)| item.weight * share).sum()
}

/// The prior of a concern's daily rate: what the mix of the kind (for the city, of all concerns)
/// gives its topic, shared among the concerns alive; and its posterior after the 27 days before.
///
/// Rates are weighted mentions a day. The fitted prior weighs at least `min_prior_days`.
fn history_rate(
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
    let prior = match (table, model) {
        (Some(table), Some(model)) => {
            let n_alive = table.alive[topic.index()].max(1);
            let mean = model.prior.mean() * table.size / f64::from(n_alive);
            GammaPrior::with_mean(mean, model.prior.rate.max(method.min_prior_days))
        }
        _ => {
            let n_alive = f64::from(context.city_alive[topic.index()].max(1));
            let mean = context.city_topics[topic.index()] / WINDOW_DAYS as f64 / n_alive;
            GammaPrior::with_mean(mean, method.min_prior_days)
        }
    };
    let before = line.items.iter().filter(|(item, _)| item.days_ago > 0);
    let count = before.map(|(item, share)| item.weight * share).sum::<f64>();
    let exposure = context.factors[1..].iter().sum::<f64>();
    (prior, prior.posterior(count, exposure))
}

fn scored<'c, 'a>(context: &'c RankContext<'a>, scope: &DigestScope) -> Vec<Scored<'c, 'a>> {
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
/// The count is of mentions weighted by `day_decay` to the power of their age in days, over
/// `count_days`; shrunk by what the window and the mix of the kind say ([`recent_rate`]). Its 90 %
/// interval carries over to the score, the other factors held.
fn score<'c, 'a>(context: &RankContext, scope: &DigestScope, line: Line<'c, 'a>) -> Scored<'c, 'a> {
    let method = context.method;
    let (prior, before) = history_rate(context, scope, &line);
    let (rate, exposure) = recent_rate(context, before, &line);
    let counted = counted(context, &line);
    let n = today(&line.items);
    let expected = before.mean() * context.factors[0];
    let certainty = 1.0 - context.burst_q[line.at];
    let burst = (((n + 1.0) / (expected + 1.0)).ln().max(0.0) * certainty).min(method.max_burst);
    let factors = Factors {
        shrunk_count: rate.mean() * exposure,
        burst,
        negativity: negativity(context, &counted),
        breadth: 1.0 + f64::from(n_sources(&counted).max(1)).ln(),
        unresolved_age: unresolved_age(context, &line),
    };
    let others = product(&factors) / factors.shrunk_count.max(1e-12);
    let count = Interval {
        low: rate.quantile(0.05) * exposure,
        high: rate.quantile(0.95) * exposure,
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

/// Distribution of the present daily rate, and the effective days it was observed.
///
/// History is worth at most `prior_mentions`, between `min_prior_days` and `max_prior_days`: it
/// steadies the small counts of a unit and hardly moves the large ones of the city. Where the last
/// days contradict it (two-sided tail probability), it gives way, so that a new concern is not held
/// down by the weeks in which it did not exist.
fn recent_rate(context: &RankContext, history: GammaPrior, line: &Line) -> (GammaPrior, f64) {
    let method = context.method;
    let decay = |days: usize| method.day_decay.powi(days as i32);
    let recent = line
        .items
        .iter()
        .filter(|(item, _)| item.days_ago < method.count_days);
    let count = recent.map(|(item, share)| item.weight * share * decay(item.days_ago));
    let count = count.sum::<f64>();
    let exposure = (0..method.count_days).map(decay).sum::<f64>();
    let mean = history.mean();
    let days = (method.prior_mentions / mean.max(1e-9))
        .clamp(method.min_prior_days, method.max_prior_days);
    let prior = GammaPrior::with_mean(mean, days);
    let above = prior.tail(count, exposure);
    let below = 1.0 - prior.tail(count + 1.0, exposure);
    let agreement = (2.0 * above.min(below) / AGREE).clamp(0.0, 1.0);
    let days = (days * agreement).max(method.min_prior_days);
    let rate = GammaPrior::with_mean(mean, days).posterior(count, exposure);
    (rate, exposure)
}

/// Two-sided tail probability from which history and the last days are taken to agree.
const AGREE: f64 = 0.1;

/// Mentions of the days that count; of the whole window when there are none.
fn counted<'c, 'a>(context: &RankContext, line: &Line<'c, 'a>) -> Vec<(&'c Item<'a>, f64)> {
    let days = context.method.count_days;
    let recent = line.items.iter().filter(|(item, _)| item.days_ago < days);
    let recent = recent.copied().collect::<Vec<_>>();
    if recent.is_empty() {
        line.items.clone()
    } else {
        recent
    }
}

fn product(factors: &Factors) -> f64 {
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
fn n_sources(items: &[(&Item, f64)]) -> u32 {
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

/// (position among the scored, rank, tied) of each line that has enough evidence.
fn ranks(context: &RankContext, scored: &[Scored]) -> Vec<(usize, u32, bool)> {
    let method = context.method;
    let enough = |line: &Scored| {
        let items = &line.line.items;
        let recent = items
            .iter()
            .any(|(item, _)| item.days_ago < method.count_days);
        let closed = line.line.candidate.concern.status == ConcernStatus::Closed;
        let many = items.len() as u32 >= method.min_mentions;
        line.n_today > 0 || many && (recent || !closed)
    };
    let mut ranks: Vec<(usize, u32, bool)> = Vec::new();
    let mut leader: Option<(usize, u32)> = None;
    let eligible = scored.iter().enumerate().filter(|(_, line)| enough(line));
    for (place, (at, line)) in eligible.take(method.max_lines).enumerate() {
        let tie = leader.filter(|&(first, _)| overlap(line, &scored[first]) >= method.tie_overlap);
        let rank = tie.map_or(place as u32 + 1, |(_, rank)| rank);
        if tie.is_none() {
            leader = Some((at, rank));
        }
        ranks.push((at, rank, tie.is_some()));
    }
    ranks
}

/// Share of the narrower interval that both have in common, 0 to 1.
fn overlap(a: &Scored, b: &Scored) -> f64 {
    let common = a.interval.high.min(b.interval.high) - a.interval.low.max(b.interval.low);
    let width = |line: &Scored| line.interval.high - line.interval.low;
    (common.max(0.0) / width(a).min(width(b)).max(1e-12)).min(1.0)
}

fn rising(context: &RankContext, scored: &[Scored]) -> Vec<DigestEntry> {
    let mut growing = scored
        .iter()
        .filter(|line| line.n_today >= context.method.min_rising && line.rising > 0.0)
        .collect::<Vec<_>>();
    growing.sort_by(|a, b| {
        b.rising
            .total_cmp(&a.rising)
            .then(b.score.total_cmp(&a.score))
    });
    let lines = growing.iter().take(context.method.max_lines).enumerate();
    lines
        .map(|(place, line)| entry(context, line, place as u32 + 1, false))
        .collect()
}

fn entry(context: &RankContext, scored: &Scored, rank: u32, tied: bool) -> DigestEntry {
    let concern = scored.line.candidate.concern;
    let counted = counted(context, &scored.line);
    let evidence = evidence(&counted);
    let mut trend = vec![0; WINDOW_DAYS];
    for (item, _) in &scored.line.items {
        trend[WINDOW_DAYS - 1 - item.days_ago] += 1;
    }
    let mut telling = evidence.iter().map(|(item, _)| *item);
    DigestEntry {
        rank,
        tied,
        concern: concern.id.clone(),
        title: concern.title.clone(),
        topic: concern.topic,
        units: concern.units.clone(),
        score: scored.score,
        interval: scored.interval,
        factors: scored.factors,
        n_mentions: scored.n_today,
        n_sources: n_sources(&counted),
        quotes: quotes(&mut telling, context.method.max_quotes),
        evidence: evidence
            .iter()
            .take(context.method.max_evidence)
            .map(|(item, _)| id_of(item))
            .collect(),
        trend,
    }
}

/// The most telling first: recent, weighty, sure of its topic, with a title, not a copy.
fn evidence<'c, 'a>(items: &[(&'c Item<'a>, f64)]) -> Vec<(&'c Item<'a>, f64)> {
    let telling = |item: &Item, share: f64| {
        let mention = &item.mention.mention;
        let sure = f64::from(item.mention.annotation.topic_probability);
        let titled = if mention.title.is_some() { 1.2 } else { 1.0 };
        let voice = match mention.channel {
            Channel::Press | Channel::Hotline => 1.2,
            Channel::Social if mention.parent.is_none() => 1.0,
            Channel::Social => 0.6,
        };
        let recent = 0.9_f64.powi(item.days_ago as i32);
        share * item.weight * (0.5 + sure) * titled * voice * recent
    };
    let mut ranked = items.to_vec();
    ranked.sort_by(|a, b| {
        let by_weight = telling(b.0, b.1).total_cmp(&telling(a.0, a.1));
        by_weight.then_with(|| a.0.mention.mention.id.cmp(&b.0.mention.mention.id))
    });
    ranked
}

/// First sentences of the most telling mentions, one an outlet and voice, as they stand.
fn quotes<'c, 'a: 'c>(
    items: &mut impl Iterator<Item = &'c Item<'a>>,
    max_quotes: usize,
) -> Vec<Quote> {
    let mut quotes: Vec<Quote> = Vec::new();
    for item in items.filter(|item| !item.verdict.copy && !item.verdict.coordinated) {
        if quotes.len() == max_quotes {
            break;
        }
        let text = first_sentence(item.mention.mention.text.trim());
        let n_chars = text.chars().count();
        let new = quotes.iter().all(|quote| quote.text != text);
        if new && (15..=300).contains(&n_chars) {
            quotes.push(Quote {
                mention: id_of(item),
                text: text.to_owned(),
            });
        }
    }
    quotes
}

fn thin_evidence(
    context: &RankContext,
    n_lines: usize,
    n_concerns: usize,
    n_today: u32,
) -> Option<String> {
    let method = context.method;
    if n_lines >= method.max_lines {
        return None;
    }
    let days = WINDOW_DAYS;
    let mut reason = if n_lines == 0 {
        format!("chưa đủ dữ liệu: không có vấn đề nào đủ phản ánh trong {days} ngày qua")
    } else {
        format!(
            "chưa đủ dữ liệu: chỉ có {n_lines} vấn đề đủ phản ánh trong {days} ngày qua \
             ({n_today} phản ánh trong ngày)"
        )
    };
    let left = n_concerns - n_lines;
    if left > 0 {
        let least = method.min_mentions;
        reason +=
            &format!("; {left} vấn đề khác có dưới {least} phản ánh gần đây nên không xếp hạng");
    }
    Some(reason)
}

fn receipt(
    context: &RankContext,
    scope: &DigestScope,
    scored: &Scored,
    rank: u32,
    scores: &[f64],
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
        counterfactual(context, scope, line, left_out, keep, scored.score, scores)
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
    own_score: f64,
    scores: &[f64],
) -> Counterfactual {
    let kept = line.items.iter().filter(|(item, _)| keep(item)).copied();
    let rest = Line {
        items: kept.collect(),
        ..line.clone()
    };
    let score = if rest.items.is_empty() {
        0.0
    } else {
        score(context, scope, rest).score
    };
    // One of the lines is this concern itself, as it stands.
    let above = scores.iter().filter(|&&other| other > score).count();
    let above = above - usize::from(own_score > score);
    Counterfactual {
        left_out,
        score,
        rank: (score > 0.0).then_some(above as u32 + 1),
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
