//! The listening signal: four shares of a unit, each shrunk to its kind, as one value of 0 to 100.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;

use super::method::ScoreMethod;
use super::shadow::unit_of;
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, ConcernStatus, Interval, ListeningSignal, Rating,
    TicketStatus, Unit, UnitCode, UnitKind, day_start,
};
use crate::ranking::stats::BetaPrior;

/// Standard normal quantile of a two-sided 90 % interval.
const Z_90: f64 = 1.644_853_627;

/// Number of shares the signal is made of.
const N_SHARES: usize = 4;

/// (good, all) of each share: sentiment, resolution, staying away, rating.
#[derive(Clone, Copy, Debug, Default)]
struct Evidence {
    shares: [(f64, f64); N_SHARES],
    n: u32,
}

/// The signals of the units, in their order.
///
/// Value = 100 × Σ weight × share, the shares being posterior means of beta-binomial models whose
/// priors are fitted over the units of the same kind (empirical Bayes), weights summing to 1:
/// - sentiment: 1 − probability of negative, over mentions; a concern weighs at most
///   `max_concern_mentions`;
/// - resolution: tickets closed by their due time, among those closed or due;
/// - staying away: 1 − returned, among concerns that were closed;
/// - rating: satisfied 1, neutral ½, dissatisfied 0, among rated tickets (silence is no evidence).
///
/// The 90 % interval is value ± 1.645 × 100 × √Σ weight² × variance, within 0 to 100.
pub(super) fn listen(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
    units: &[&Unit],
) -> Vec<ListeningSignal> {
    let evidence = gather(method, day, mentions, concerns);
    let of = |unit: &Unit| evidence.get(&unit.code).copied().unwrap_or_default();
    let mut of_kind: BTreeMap<UnitKind, Vec<Evidence>> = BTreeMap::new();
    for unit in units {
        of_kind.entry(unit.kind).or_default().push(of(unit));
    }
    let priors = of_kind
        .into_iter()
        .map(|(kind, units)| (kind, priors_of(method, &units)))
        .collect::<BTreeMap<_, _>>();
    let signals = units
        .iter()
        .map(|unit| signal(method, &of(unit), &priors[&unit.kind]));
    signals.collect()
}

/// The prior of each share, fitted over the units of a kind.
fn priors_of(method: &ScoreMethod, units: &[Evidence]) -> [BetaPrior; N_SHARES] {
    std::array::from_fn(|at| {
        let counts = units.iter().map(|unit| unit.shares[at]).collect::<Vec<_>>();
        BetaPrior::fit(&counts, method.prior_weights)
    })
}

fn gather(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> BTreeMap<UnitCode, Evidence> {
    let now = day.tomorrow().map_or(Timestamp::MAX, day_start);
    let mut evidence: BTreeMap<UnitCode, Evidence> = BTreeMap::new();
    let mut voices: BTreeMap<(UnitCode, Option<&ConcernId>), (f64, f64)> = BTreeMap::new();
    for mention in mentions
        .iter()
        .filter(|mention| method.counts(day, mention))
    {
        let Some(unit) = unit_of(mention, concerns) else {
            continue;
        };
        let negative = f64::from(mention.annotation.sentiment_probabilities.negative);
        let concern = mention.concern.as_ref();
        let concern = concern.map(|id| concerns.get(id).map_or(id, |whole| &whole.id));
        let voice = voices.entry((unit, concern)).or_default();
        voice.0 += 1.0 - negative.clamp(0.0, 1.0);
        voice.1 += 1.0;
        let unit = evidence.entry(unit).or_default();
        unit.n += 1;
        unit.count_ticket(mention, now);
    }
    for ((unit, concern), (good, all)) in voices {
        let unit = evidence.entry(unit).or_default();
        let kept = if concern.is_some() {
            (method.max_concern_mentions / all).min(1.0)
        } else {
            1.0
        };
        unit.shares[0].0 += good * kept;
        unit.shares[0].1 += all * kept;
        if let Some(concern) = concern.and_then(|id| concerns.get(id)) {
            unit.count_return(concern);
        }
    }
    evidence
}

impl Evidence {
    fn count_ticket(&mut self, mention: &AnnotatedMention, now: Timestamp) {
        let Some(ticket) = &mention.mention.ticket else {
            return;
        };
        let closed = ticket.status == TicketStatus::Closed;
        let done_at = ticket.closed_at.unwrap_or(now);
        let late = ticket
            .due_at
            .is_some_and(|due| if closed { done_at > due } else { now > due });
        if ticket.status != TicketStatus::Rejected && (closed || late) {
            self.shares[1].0 += f64::from(u8::from(!late));
            self.shares[1].1 += 1.0;
        }
        if let Some(rating) = ticket.rating {
            self.shares[3].0 += match rating {
                Rating::Satisfied => 1.0,
                Rating::Neutral => 0.5,
                Rating::Dissatisfied => 0.0,
            };
            self.shares[3].1 += 1.0;
        }
    }

    fn count_return(&mut self, concern: &Concern) {
        let stayed = match concern.status {
            ConcernStatus::Closed => 1.0,
            ConcernStatus::Returned => 0.0,
            ConcernStatus::Open | ConcernStatus::Answered => return,
        };
        self.shares[2].0 += stayed;
        self.shares[2].1 += 1.0;
    }
}

fn signal(method: &ScoreMethod, own: &Evidence, priors: &[BetaPrior; N_SHARES]) -> ListeningSignal {
    let weights = method.share_weights();
    let (mut value, mut variance) = (0.0, 0.0);
    for (at, weight) in weights.into_iter().enumerate() {
        let (good, all) = own.shares[at];
        let posterior = priors[at].posterior(good, all);
        value += weight * posterior.mean();
        variance += weight * weight * posterior.variance();
    }
    let half = 100.0 * Z_90 * variance.sqrt();
    let value = (100.0 * value).clamp(0.0, 100.0);
    let interval = Interval {
        low: (value - half).max(0.0),
        high: (value + half).min(100.0),
    };
    let narrow = interval.high - interval.low <= method.max_interval_width;
    ListeningSignal {
        value,
        interval,
        n: own.n,
        judged: own.n >= method.min_mentions && narrow,
    }
}

impl ScoreMethod {
    /// Weights of the four shares, summing to 1.
    fn share_weights(&self) -> [f64; N_SHARES] {
        let weights = [
            self.sentiment_weight,
            self.resolution_weight,
            self.recurrence_weight,
            self.rating_weight,
        ];
        let sum = weights.iter().sum::<f64>().max(1e-9);
        weights.map(|weight| weight / sum)
    }
}
