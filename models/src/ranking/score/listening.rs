//! The listening signal: four shares of a unit, each shrunk to its kind, as one value of 0 to 100.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::evidence::{N_SHARES, UnitEvidence, design_effects, gather};
use super::method::ScoreMethod;
use super::prior::Prior;
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Interval, ListeningEvidence, ListeningSignal,
    ListeningWindow, Unit, UnitCode, UnitKind,
};

/// Standard normal quantile of a two-sided 90 % interval.
const Z_90: f64 = 1.644_853_627;

/// A kind of fewer units than this borrows the prior of all units: so few cannot show how far units of
/// the kind differ.
const MIN_KIND: usize = 8;

/// What signals published before tell of days that are no longer read.
#[derive(Clone, Debug, Default)]
pub struct Past {
    /// How much of what should have been heard was, 0 to 1, by day; the day scored among them.
    pub coverage: BTreeMap<Date, f64>,
    /// What days before those read said of a unit, as it was known when they settled.
    pub settled: BTreeMap<UnitCode, ListeningEvidence>,
}

impl Past {
    /// A past of which nothing is known but that everything was heard.
    pub fn whole(day: Date, days: u16) -> Self {
        let days = (0..i64::from(days)).map(|ago| (day.saturating_sub(ago.days()), 1.0));
        Self {
            coverage: days.collect(),
            settled: BTreeMap::new(),
        }
    }

    /// Mean over the last so many days; one that is not known counts 0.
    fn coverage(&self, day: Date, days: u16) -> f64 {
        let first = day.saturating_sub((i64::from(days) - 1).days());
        let known = self.coverage.range(first..=day).map(|(_, share)| share);
        known.sum::<f64>() / f64::from(days.max(1))
    }
}

/// What the listening says of one unit.
pub(super) struct Listened {
    pub windows: Vec<ListeningWindow>,
    pub settled: ListeningEvidence,
}

/// The signals of the units, in their order.
///
/// Value = 100 × Σ weight × share, the shares being posterior means of beta-binomial models whose priors
/// are learned from the units of the same kind, weights summing to 1:
/// - sentiment: 1 − probability of negative, over mentions; a concern weighs at most
///   `max_concern_mentions`;
/// - resolution: tickets closed by their due time, among those whose due time has come;
/// - staying away: 1 − returned, among concerns that were closed;
/// - rating: satisfied 1, neutral ½, dissatisfied 0, among answers (silence is no evidence).
///
/// Observations are divided by the design effect of their share, since the mentions of a concern do not
/// speak independently. How much a kind weighs against a unit's own evidence is not known: each weight
/// within `prior_weights` counts as far as it explains the kind (see [`Prior`]), and the variance holds the
/// doubt between them. The 90 % interval is value ± 1.645 × 100 × √Σ weight² × variance, within 0 to 100.
///
/// One day and seven take the priors and design effects of the method's days: by themselves they would
/// hardly show how units differ.
pub(super) fn listen(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
    units: &[&Unit],
    past: &Past,
) -> Vec<Listened> {
    let gathered = method
        .windows()
        .map(|days| (days, gather(method, day, days, mentions, concerns)));
    let [_, _, (_, usual), (_, longest)] = &gathered;
    let of = |all: &BTreeMap<UnitCode, UnitEvidence>, unit: &Unit| {
        all.get(&unit.code).cloned().unwrap_or_default()
    };
    let whole = |unit: &Unit| {
        let mut total = of(longest, unit).total;
        total.plus(
            past.settled
                .get(&unit.code)
                .unwrap_or(&ListeningEvidence::default()),
        );
        total
    };
    let models = Models::fit(
        method,
        units,
        |unit| of(usual, unit),
        |unit| of(usual, unit).total,
    );
    let long_models = Models::fit(method, units, |unit| of(usual, unit), whole);
    let listened = units.iter().map(|unit| {
        let windows = gathered.iter().enumerate().map(|(at, (days, all))| {
            let is_longest = at + 1 == gathered.len();
            let (evidence, models) = if is_longest {
                (whole(unit), &long_models)
            } else {
                (of(all, unit).total, &models)
            };
            ListeningWindow {
                days: *days,
                signal: signal(method, &evidence, models.of(unit.kind)),
                coverage: past.coverage(day, *days),
            }
        });
        Listened {
            windows: windows.collect(),
            settled: of(usual, unit).oldest,
        }
    });
    listened.collect()
}

/// The priors of each kind.
struct Models {
    of_kind: BTreeMap<UnitKind, [Prior; N_SHARES]>,
    of_all: [Prior; N_SHARES],
}

impl Models {
    fn fit(
        method: &ScoreMethod,
        units: &[&Unit],
        clusters: impl Fn(&Unit) -> UnitEvidence,
        total: impl Fn(&Unit) -> ListeningEvidence,
    ) -> Self {
        let of_units = |units: &[&&Unit]| {
            let clusters = units.iter().map(|unit| clusters(unit)).collect::<Vec<_>>();
            let totals = units.iter().map(|unit| total(unit)).collect::<Vec<_>>();
            priors_of(method, &clusters, &totals)
        };
        let mut of_kind = BTreeMap::new();
        for kind in UnitKind::ALL {
            let units = units.iter().filter(|unit| unit.kind == kind);
            let units = units.collect::<Vec<_>>();
            if units.len() >= MIN_KIND {
                of_kind.insert(kind, of_units(&units));
            }
        }
        Self {
            of_kind,
            of_all: of_units(&units.iter().collect::<Vec<_>>()),
        }
    }

    fn of(&self, kind: UnitKind) -> &[Prior; N_SHARES] {
        self.of_kind.get(&kind).unwrap_or(&self.of_all)
    }
}

fn priors_of(
    method: &ScoreMethod,
    clusters: &[UnitEvidence],
    totals: &[ListeningEvidence],
) -> [Prior; N_SHARES] {
    let effects = design_effects(clusters);
    std::array::from_fn(|at| {
        let shares = totals.iter().map(|unit| unit.shares[at]);
        let shares = shares.map(|share| (share.good, share.all));
        Prior::fit(method, &shares.collect::<Vec<_>>(), effects[at])
    })
}

fn signal(
    method: &ScoreMethod,
    own: &ListeningEvidence,
    priors: &[Prior; N_SHARES],
) -> ListeningSignal {
    let weights = method.share_weights();
    let (mut value, mut variance) = (0.0, 0.0);
    for (at, weight) in weights.into_iter().enumerate() {
        let share = own.shares[at];
        let (mean, spread) = priors[at].posterior(share.good, share.all);
        value += weight * mean;
        variance += weight * weight * spread;
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
    pub(super) fn share_weights(&self) -> [f64; N_SHARES] {
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
