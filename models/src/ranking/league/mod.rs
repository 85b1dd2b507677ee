//! Leagues: units of one kind side by side, on the same mix of topics, shrunk to their kind, with tiers
//! where the evidence tells units apart and no rank where it does not; and the same without tickets that
//! look arranged.

mod guard;
mod mix;
pub mod simulate;

use std::collections::{BTreeMap, BTreeSet};

use guard::{Suspicions, judge};
use mix::TopicMix;

use super::channels::recurred;
use super::group::Links;
use super::rank::context::places_of;
use super::score::{Handling, handling_at};
use super::stats::{BetaPrior, GammaPrior};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, Estimate, GamingSign, GuardedRank, Interval,
    League, LeagueRow, Period, Topic, Unit, UnitCode, UnitKind,
};

/// Version of the method of leagues.
pub const LEAGUE_VERSION: &str = "league-3";

/// Tickets from which a unit can be ranked, and the widest interval of its share.
const MIN_TICKETS: u32 = 8;
const MAX_WIDTH: f64 = 0.4;

/// Least and largest weight of the kind against a unit's own tickets.
const PRIOR_WEIGHTS: (f64, f64) = (2.0, 200.0);

/// Largest weight of the kind against a unit's own concerns, in 10,000 inhabitants.
const MAX_PRIOR_POPULATION: f64 = 100.0;

/// A mention is placed in a unit from this weight on.
const PLACED: f64 = 0.5;

/// A ticket of the period that was closed or should have been.
#[derive(Clone, Debug)]
struct Case {
    topic: Topic,
    /// Closed in time and stayed so.
    held: bool,
    came_back: bool,
    /// What of it can be arranged.
    signs: [bool; GamingSign::ALL.len()],
}

#[derive(Clone, Debug, Default)]
struct Evidence<'a> {
    n_mentions: u32,
    concerns: BTreeSet<&'a ConcernId>,
    cases: Vec<Case>,
}

/// The leagues of all kinds of units that exist on the last day of a period.
///
/// Resolution is the share of tickets filed in the period, and closed or due by its end, that were
/// closed in time and whose concern did not come back within 30 days (as far as known at the end). It is
/// adjusted to the kind's mix of topics (indirect standardisation): the unit's share, plus what the kind
/// reaches over all, less what the kind would reach on the unit's topics. Then beta-binomial, its prior
/// fitted over the units of the kind. Concerns per 10,000 inhabitants are gamma-Poisson in the same way.
/// A tier goes on while a unit's interval reaches the lower bound of the tier's first unit.
///
/// The guarded rank leaves out tickets that look arranged, in units where there are more of them than the
/// kind explains ([`GamingSign`]). `mentions` are grouped mentions; those outside the period tell only
/// what became of tickets. Revisions are 1.
pub fn leagues(
    period: Period,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
    coverage: &Coverage,
) -> Vec<League> {
    let suspicions = Suspicions::new(period, mentions);
    let evidence = gather(period, mentions, concerns, &suspicions);
    let of_kind = UnitKind::ALL.map(|kind| {
        let units = units.iter().filter(|unit| unit.kind == kind);
        let mut units = units
            .filter(|unit| unit.is_valid_on(period.last()))
            .collect::<Vec<_>>();
        units.sort_by_key(|unit| unit.code);
        units.dedup_by_key(|unit| unit.code);
        League {
            kind,
            period: period.kind(),
            day: period.last(),
            revision: 1,
            erratum: None,
            method_version: LEAGUE_VERSION.to_owned(),
            coverage: coverage.clone(),
            rows: rows(&units, &evidence),
        }
    });
    of_kind
        .into_iter()
        .filter(|league| !league.rows.is_empty())
        .collect()
}

fn gather<'a>(
    period: Period,
    mentions: &'a [AnnotatedMention],
    concerns: &'a [Concern],
    suspicions: &Suspicions,
) -> BTreeMap<UnitCode, Evidence<'a>> {
    let known = concerns.iter().map(|concern| (&concern.id, concern));
    let known = known.collect::<BTreeMap<_, _>>();
    let mut of_concern: BTreeMap<&ConcernId, Vec<&AnnotatedMention>> = BTreeMap::new();
    let links = Links::new(concerns);
    for mention in mentions {
        let whole = mention.concern.as_ref().map(|id| links.whole(id));
        let concern = whole.and_then(|id| known.get(id));
        if let (Some(concern), true) = (concern, mention.annotation.is_concern) {
            of_concern.entry(&concern.id).or_default().push(mention);
        }
    }
    let mut evidence: BTreeMap<UnitCode, Evidence> = BTreeMap::new();
    for (id, voices) in &of_concern {
        let Some(concern) = known.get(id) else {
            continue;
        };
        for mention in voices {
            let at = mention.mention.published_at;
            if !at.is_some_and(|at| period.contains(at)) {
                continue;
            }
            let case = case_of(period, mention, voices, suspicions);
            let placed = places_of(mention, concern).filter(|(_, share)| *share >= PLACED);
            for (unit, _) in placed {
                let there = evidence.entry(unit).or_default();
                there.n_mentions += 1;
                there.concerns.insert(*id);
                there.cases.extend(case.clone());
            }
        }
    }
    evidence
}

/// A ticket that was closed or should have been by the end of the period.
fn case_of(
    period: Period,
    mention: &AnnotatedMention,
    of: &[&AnnotatedMention],
    suspicions: &Suspicions,
) -> Option<Case> {
    let end = period.end();
    let ticket = mention.mention.ticket.as_ref()?;
    let handling = handling_at(ticket, end)?;
    if handling == Handling::Waiting {
        return None;
    }
    let came_back = handling.is_closed() && recurred(mention, of, end);
    Some(Case {
        topic: mention.annotation.topic,
        held: handling == Handling::OnTime && !came_back,
        came_back,
        signs: suspicions.of(mention, ticket),
    })
}

fn rows(units: &[&Unit], evidence: &BTreeMap<UnitCode, Evidence>) -> Vec<LeagueRow> {
    let none = Evidence::default();
    let of = |unit: &Unit| evidence.get(&unit.code).unwrap_or(&none);
    let people = |unit: &Unit| unit.population.map(|people| f64::from(people.max(1)) / 1e4);
    let counts = units.iter().filter_map(|unit| {
        let n = of(unit).concerns.len() as f64;
        people(unit).map(|people| (n, people))
    });
    let rates = GammaPrior::fit(&counts.collect::<Vec<_>>(), MAX_PRIOR_POPULATION);
    let cases = units.iter().map(|unit| of(unit).cases.as_slice());
    let cases = cases.collect::<Vec<_>>();
    let has_tickets = cases.iter().any(|cases| !cases.is_empty());
    let all = Shares::of(&cases);
    let signs = judge(&cases);
    let kept = cases.iter().zip(&signs).map(|(cases, signs)| {
        let arranged = |case: &&Case| signs.iter().any(|sign| case.has(sign.sign));
        let kept = cases.iter().filter(|case| !arranged(case)).cloned();
        kept.collect::<Vec<_>>()
    });
    let kept = kept.collect::<Vec<_>>();
    let guarded = Shares::of(&kept.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let rows = units.iter().enumerate().map(|(at, unit)| {
        let there = of(unit);
        let rate = people(unit).map(|people| rates.posterior(there.concerns.len() as f64, people));
        LeagueRow {
            unit: unit.code,
            tier: None,
            n_mentions: there.n_mentions,
            n_concerns: there.concerns.len() as u32,
            per_10_000: rate.map(|rate| Estimate {
                value: rate.mean(),
                interval: Interval {
                    low: rate.quantile(0.05),
                    high: rate.quantile(0.95),
                },
            }),
            n_tickets: cases[at].len() as u32,
            n_recurred: cases[at].iter().filter(|case| case.came_back).count() as u32,
            resolved: has_tickets.then(|| all.resolved[at]),
            expected: has_tickets.then(|| all.expected[at]),
            adjusted: has_tickets.then(|| all.adjusted[at]),
            guarded: GuardedRank {
                tier: None,
                adjusted: has_tickets.then(|| guarded.adjusted[at]),
                n_left_out: (cases[at].len() - kept[at].len()) as u32,
                signs: signs[at].clone(),
            },
        }
    });
    let mut rows = rows.collect::<Vec<_>>();
    let shown = rows.iter().map(|row| (row.adjusted, row.n_tickets));
    let tiers = tiers_of(&shown.collect::<Vec<_>>());
    let left = rows.iter().map(|row| {
        let n = row.n_tickets - row.guarded.n_left_out;
        (row.guarded.adjusted, n)
    });
    let guarded_tiers = tiers_of(&left.collect::<Vec<_>>());
    for (at, row) in rows.iter_mut().enumerate() {
        row.tier = tiers[at];
        row.guarded.tier = guarded_tiers[at];
    }
    rows.sort_by_key(|row| (row.tier.unwrap_or(u32::MAX), row.unit));
    rows
}

impl Case {
    fn has(&self, sign: GamingSign) -> bool {
        let at = GamingSign::ALL.iter().position(|other| *other == sign);
        at.is_some_and(|at| self.signs[at])
    }
}

/// Shares of the units of a kind.
struct Shares {
    /// As they are.
    resolved: Vec<Estimate>,
    /// What the kind would reach on the unit's topics.
    expected: Vec<f64>,
    /// On the kind's mix of topics.
    adjusted: Vec<Estimate>,
}

impl Shares {
    fn of(units: &[&[Case]]) -> Self {
        let mix = TopicMix::of(units);
        let counts = units.iter().map(|cases| {
            let held = cases.iter().filter(|case| case.held).count();
            (held as f64, cases.len() as f64)
        });
        let counts = counts.collect::<Vec<_>>();
        let expected = units.iter().map(|cases| mix.expected(cases));
        let expected = expected.collect::<Vec<_>>();
        let level = counts.iter().zip(&expected).map(|((held, n), expected)| {
            let moved = held + n * (mix.overall - expected);
            (moved.clamp(0.0, *n), *n)
        });
        Self {
            resolved: shrunk(&counts),
            adjusted: shrunk(&level.collect::<Vec<_>>()),
            expected,
        }
    }
}

fn shrunk(counts: &[(f64, f64)]) -> Vec<Estimate> {
    let prior = BetaPrior::fit(counts, PRIOR_WEIGHTS);
    let estimate = |(held, n): &(f64, f64)| {
        let share = prior.posterior(*held, *n);
        Estimate {
            value: share.mean(),
            interval: Interval {
                low: share.quantile(0.05),
                high: share.quantile(0.95),
            },
        }
    };
    counts.iter().map(estimate).collect()
}

/// What the guarded list goes by: the share without arranged tickets, or else as it is.
fn guarded_or_plain(row: &LeagueRow) -> Option<f64> {
    let share = row.guarded.adjusted.or(row.adjusted);
    share.map(|share| share.value)
}

/// The tier of each unit of a kind, from its share and its tickets; `None` where the evidence is too
/// thin. A kind of one unit has nobody to compare it with.
fn tiers_of(units: &[(Option<Estimate>, u32)]) -> Vec<Option<u32>> {
    let judged = |(share, n): &(Option<Estimate>, u32)| {
        let share = share.filter(|_| *n >= MIN_TICKETS)?;
        let width = share.interval.high - share.interval.low;
        (width <= MAX_WIDTH).then_some(share)
    };
    let mut order = (0..units.len())
        .filter_map(|at| Some((at, judged(&units[at])?)))
        .collect::<Vec<_>>();
    order.sort_by(|(_, a), (_, b)| b.value.total_cmp(&a.value));
    let mut tiers = vec![None; units.len()];
    if units.len() < 2 {
        return tiers;
    }
    let (mut tier, mut floor) = (0, f64::INFINITY);
    for (at, share) in order {
        if share.interval.high < floor {
            tier += 1;
            floor = share.interval.low;
        }
        tiers[at] = Some(tier);
    }
    tiers
}

#[cfg(test)]
mod tests;
