//! Lines of a period: concerns in one scope, with the factors of their scores.

use std::collections::BTreeSet;

use super::{PeriodContext, Voice};
use crate::domain::{ConcernStatus, DigestScope, Factors, Interval, day_in_vietnam};
use crate::ranking::rank::context::places_of;
use crate::ranking::stats::{GammaPrior, benjamini_hochberg};

/// A concern in one scope: its mentions there, each with the share that is there.
#[derive(Clone, Debug)]
pub(super) struct Line<'c, 'a> {
    pub at: usize,
    pub voices: Vec<(&'c Voice<'a>, f64)>,
}

/// A line with its score.
#[derive(Clone, Debug)]
pub(super) struct Scored<'c, 'a> {
    pub line: Line<'c, 'a>,
    pub factors: Factors,
    pub score: f64,
    pub interval: Interval,
    pub count: Interval,
    pub expected: f64,
    pub rising: f64,
    pub n_mentions: u32,
}

impl<'c, 'a> Line<'c, 'a> {
    pub fn new(context: &'c PeriodContext<'a>, scope: &DigestScope, at: usize) -> Self {
        let case = &context.cases[at];
        let share = |voice: &Voice| match scope {
            DigestScope::City | DigestScope::Agency(_) => 1.0,
            DigestScope::Unit(code) => places_of(voice.mention, case.concern)
                .find(|(unit, _)| unit == code)
                .map_or(0.0, |(_, share)| share),
        };
        let voices = case.voices.iter().map(|voice| (voice, share(voice)));
        Self {
            at,
            voices: voices.filter(|(_, share)| *share > 0.0).collect(),
        }
    }

    /// Its mentions of the period.
    pub fn inside(&self) -> impl Iterator<Item = (&'c Voice<'a>, f64)> + '_ {
        self.voices.iter().copied().filter(|(voice, _)| voice.is_in)
    }

    fn weight(&self, is_in: bool) -> f64 {
        let voices = self.voices.iter().filter(|(voice, _)| voice.is_in == is_in);
        voices.map(|(voice, share)| voice.weight * share).sum()
    }
}

/// All lines of a scope, best first.
pub(super) fn scored<'c, 'a>(
    context: &'c PeriodContext<'a>,
    scope: &DigestScope,
) -> Vec<Scored<'c, 'a>> {
    let lines = context.lines(scope).into_iter();
    let mut scored = lines
        .map(|line| score(context, scope, line))
        .collect::<Vec<_>>();
    scored.sort_by(|a, b| {
        let id = |scored: &Scored| &context.cases[scored.line.at].concern.id;
        b.score.total_cmp(&a.score).then_with(|| id(a).cmp(id(b)))
    });
    scored
}

/// Score = shrunk count × (1 + burst) × (1 + negativity) × breadth × unresolved age, as of a day
/// (DESIGN section 5), with these readings over the period:
/// - count: weighted mentions of the period, all days alike, shrunk to what the 28 days before and the
///   mix of the kind led to expect; its 90 % interval carries over to the score;
/// - burst: log excess over that expectation, times 1 − the adjusted p-value;
/// - unresolved age: on the last day of the period.
pub(super) fn score<'c, 'a>(
    context: &PeriodContext<'a>,
    scope: &DigestScope,
    line: Line<'c, 'a>,
) -> Scored<'c, 'a> {
    let method = context.method;
    let days = context.days.0.max(0.5);
    let (base, before) = history(context, scope, &line);
    let count = line.weight(true);
    let expected = before.mean() * days;
    let rate = rate(context, before, count, days);
    let certainty = 1.0 - context.burst_q.get(line.at).copied().unwrap_or(1.0);
    let burst =
        (((count + 1.0) / (expected + 1.0)).ln().max(0.0) * certainty).min(method.max_burst);
    let inside = line.inside().collect::<Vec<_>>();
    let factors = Factors {
        shrunk_count: rate.mean() * days,
        burst,
        negativity: negativity(context, &inside),
        breadth: 1.0 + f64::from(n_sources(&inside).max(1)).ln(),
        unresolved_age: unresolved_age(context, &line),
    };
    let product = factors.shrunk_count
        * (1.0 + factors.burst)
        * (1.0 + factors.negativity)
        * factors.breadth
        * factors.unresolved_age;
    let others = product / factors.shrunk_count.max(1e-12);
    let counted = Interval {
        low: rate.quantile(0.05) * days,
        high: rate.quantile(0.95) * days,
    };
    let low = base.posterior(count, days).quantile(0.05) * days;
    Scored {
        score: product,
        interval: Interval {
            low: counted.low * others,
            high: counted.high * others,
        },
        count: counted,
        expected,
        rising: ((low + 0.5) / (expected + 0.5)).ln(),
        n_mentions: inside.len() as u32,
        factors,
        line,
    }
}

/// The prior of the daily rate from the mix of the kind, and its posterior after the days before.
fn history(context: &PeriodContext, scope: &DigestScope, line: &Line) -> (GammaPrior, GammaPrior) {
    let topic = context.cases[line.at].concern.topic;
    let mean = context.usual(scope, topic).max(1e-9);
    let base = GammaPrior::with_mean(mean, context.method.min_prior_days);
    (base, base.posterior(line.weight(false), context.days.1))
}

/// The daily rate of the period. History is worth at most `prior_mentions` and gives way where the
/// period contradicts it, as in the day's ranking.
fn rate(context: &PeriodContext, before: GammaPrior, count: f64, days: f64) -> GammaPrior {
    /// Two-sided tail probability from which both are taken to agree.
    const AGREE: f64 = 0.1;
    /// Most that history is worth, in days.
    const MAX_DAYS: f64 = 28.0;
    let method = context.method;
    let mean = before.mean();
    let worth = (method.prior_mentions / mean.max(1e-9)).clamp(method.min_prior_days, MAX_DAYS);
    let prior = GammaPrior::with_mean(mean, worth);
    let above = prior.tail(count, days);
    let below = 1.0 - prior.tail(count + 1.0, days);
    let agreement = (2.0 * above.min(below) / AGREE).clamp(0.0, 1.0);
    let worth = (worth * agreement).max(method.min_prior_days);
    GammaPrior::with_mean(mean, worth).posterior(count, days)
}

fn negativity(context: &PeriodContext, voices: &[(&Voice, f64)]) -> f64 {
    let weight = voices.iter().map(|(voice, share)| voice.weight * share);
    let negative = voices.iter().map(|(voice, share)| {
        let read = &voice.mention.annotation.sentiment_probabilities;
        f64::from(read.negative) * voice.weight * share
    });
    let prior = context.method.negativity_prior;
    let weight = (weight.sum::<f64>() + prior).max(1e-9);
    (negative.sum::<f64>() + prior * context.negative_share) / weight
}

/// Outlets with a text of their own.
pub(super) fn n_sources(voices: &[(&Voice, f64)]) -> u32 {
    let own = voices.iter().filter(|(voice, _)| !voice.verdict.copy);
    own.map(|(voice, _)| voice.outlet)
        .collect::<BTreeSet<_>>()
        .len() as u32
}

fn unresolved_age(context: &PeriodContext, line: &Line) -> f64 {
    let concern = context.cases[line.at].concern;
    let settled = matches!(
        concern.status,
        ConcernStatus::Answered | ConcernStatus::Closed
    );
    if settled {
        return 1.0;
    }
    let first = day_in_vietnam(concern.first_seen);
    let days = first
        .until(context.period.last())
        .map_or(0, |span| span.get_days());
    let days = f64::from(days.max(0)).min(context.method.max_age_days);
    1.0 + context.method.age_weight * days.ln_1p()
}

/// Adjusted p-value of each concern's burst in the whole city, over all concerns.
pub(super) fn burst_q_values(context: &PeriodContext) -> Vec<f64> {
    let days = context.days.0.max(0.5);
    let p_values = (0..context.cases.len()).map(|at| {
        let line = Line::new(context, &DigestScope::City, at);
        let (_, before) = history(context, &DigestScope::City, &line);
        before.tail(line.weight(true), days)
    });
    let p_values = p_values.collect::<Vec<_>>();
    benjamini_hochberg(&p_values, p_values.len())
}
