//! The satisfaction group of Decision 766/QĐ-TTg recomputed from tickets: three ratios, 18 points, for the
//! city, each kind of unit and each unit, with what would move them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;

use super::method::{ScoreMethod, days_ago};
use super::moves::{Movable, moves_of};
use crate::domain::{
    AnnotatedMention, AnsweredRatios, Answers, Concern, ConcernId, Estimate, Interval, MentionId,
    OfficialRatios, Period, PeriodKind, ScoreScope, ShadowSatisfaction, ShadowScore, Ticket,
    TicketCounts, TicketStatus, Topic, Unit, UnitCode, day_start,
};
use crate::ranking::channels::recurred;
use crate::ranking::group::Links;
use crate::ranking::stats::beta_quantile;

/// Points of the satisfaction group, 0 to 18: each ratio gives at most 6, in proportion up to the share
/// that earns all of them (`full_at_pct`, per cent).
///
/// The rule is inferred: HCMC's published ratios of week 47/2025 (99.98 % on time, 99 % satisfied with
/// the handling of petitions, 93.93 % with procedures) gave 17.94 points. In proportion to 100 % they
/// would give 17.57; with all 6 points for procedures from 90 %, the national goal of that year, they
/// give 17.94.
///
/// ```
/// use models::ranking::score::points_of_18;
/// let points = points_of_18([99.98, 99.0, 93.93], [100.0, 100.0, 90.0]);
/// assert_eq!(format!("{points:.2}"), "17.94");
/// assert_eq!(format!("{:.2}", points_of_18([99.98, 99.0, 93.93], [100.0; 3])), "17.57");
/// ```
pub fn points_of_18(ratios_pct: [f64; 3], full_at_pct: [f64; 3]) -> f64 {
    let shares = ratios_pct.iter().zip(full_at_pct);
    shares.map(|(ratio, full)| points_of(*ratio, full)).sum()
}

fn points_of(ratio_pct: f64, full_at_pct: f64) -> f64 {
    const POINTS_EACH: f64 = 6.0;
    (ratio_pct / full_at_pct).clamp(0.0, 1.0) * POINTS_EACH
}

/// What became of a ticket by a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handling {
    /// Closed by its due time, or without one.
    OnTime,
    /// Closed late, or due and open.
    Late {
        /// Whether it was closed.
        is_closed: bool,
    },
    /// Open and not due.
    Waiting,
}

/// What became of a ticket by a moment, whatever is known of it since; `None` when it was rejected, which
/// no ratio counts. A closed ticket of which nobody says when counts from its last update, or else as
/// closed at that moment.
pub(crate) fn handling_at(ticket: &Ticket, now: Timestamp) -> Option<Handling> {
    let closed_at = match ticket.status {
        TicketStatus::Rejected => return None,
        TicketStatus::Closed => Some(ticket.closed_at.or(ticket.updated_at).unwrap_or(now)),
        TicketStatus::Open | TicketStatus::InProgress => None,
    };
    let closed_at = closed_at.filter(|at| *at <= now);
    Some(match (ticket.due_at, closed_at) {
        (Some(due), Some(closed)) if closed > due => Handling::Late { is_closed: true },
        (_, Some(_)) => Handling::OnTime,
        (Some(due), None) if now > due => Handling::Late { is_closed: false },
        _ => Handling::Waiting,
    })
}

impl Handling {
    pub(crate) fn is_closed(self) -> bool {
        matches!(self, Self::OnTime | Self::Late { is_closed: true })
    }
}

/// Counts one ticket as it stood at a moment; gives what became of it.
pub(super) fn count(
    counts: &mut TicketCounts,
    ticket: &Ticket,
    is_procedure: bool,
    came_back: bool,
    now: Timestamp,
) -> Option<Handling> {
    let handling = handling_at(ticket, now)?;
    counts.n += 1;
    match handling {
        Handling::OnTime => counts.n_on_time += 1,
        Handling::Late { .. } => counts.n_late += 1,
        Handling::Waiting => counts.n_waiting += 1,
    }
    counts.n_came_back += u32::from(came_back && handling == Handling::OnTime);
    if handling.is_closed() {
        counts.petitions.add(ticket.rating);
        if is_procedure {
            counts.procedures.add(ticket.rating);
        }
    }
    Some(handling)
}

fn pct(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| 100.0 * f64::from(part) / f64::from(whole))
}

/// The ratios by the official rule, silence counted as satisfied.
///
/// ```
/// use models::domain::{Answers, TicketCounts};
/// use models::ranking::score::official;
/// // A month of 14,707 tickets: 14,311 closed, 396 open, 125 of them late.
/// let counts = TicketCounts {
///     n: 14_707, n_on_time: 14_311, n_late: 125, n_waiting: 271,
///     petitions: Answers { n_silent: 14_311, ..Answers::default() },
///     ..TicketCounts::default()
/// };
/// let ratios = official(&counts, [100.0, 100.0, 90.0]);
/// assert_eq!(format!("{:.2}", ratios.on_time_pct.unwrap()), "99.13");
/// ```
pub fn official(counts: &TicketCounts, full_at_pct: [f64; 3]) -> OfficialRatios {
    let satisfied = |of: &Answers| pct(of.n_closed() - of.n_dissatisfied, of.n_closed());
    let ratios = [
        pct(counts.n_on_time, counts.n_on_time + counts.n_late),
        satisfied(&counts.petitions),
        satisfied(&counts.procedures),
    ];
    OfficialRatios {
        on_time_pct: ratios[0],
        petitions_pct: ratios[1],
        procedures_pct: ratios[2],
        points: all_of(ratios).map(|ratios| points_of_18(ratios, full_at_pct)),
    }
}

/// Points of each ratio that there is.
pub(super) fn points_each(counts: &TicketCounts, full_at_pct: [f64; 3]) -> [Option<f64>; 3] {
    let ratios = official(counts, full_at_pct);
    let ratios = [
        ratios.on_time_pct,
        ratios.petitions_pct,
        ratios.procedures_pct,
    ];
    std::array::from_fn(|at| ratios[at].map(|ratio| points_of(ratio, full_at_pct[at])))
}

fn all_of(ratios: [Option<f64>; 3]) -> Option<[f64; 3]> {
    let [Some(a), Some(b), Some(c)] = ratios else {
        return None;
    };
    Some([a, b, c])
}

/// The ratios by what is known: handled in time to which nobody came back, and satisfaction among those
/// who answered. Intervals are those of Jeffreys (Brown, Cai and DasGupta 2001, Statistical Science 16).
pub fn answered(counts: &TicketCounts, full_at_pct: [f64; 3]) -> AnsweredRatios {
    let satisfaction = |of: &Answers| {
        let good = f64::from(of.n_satisfied) + 0.5 * f64::from(of.n_neutral);
        estimate_pct(good, f64::from(of.n_answered()))
    };
    let held = counts.n_on_time - counts.n_came_back;
    let all = counts.n_on_time + counts.n_late;
    let held = estimate_pct(f64::from(held), f64::from(all));
    let (petitions, procedures) = (
        satisfaction(&counts.petitions),
        satisfaction(&counts.procedures),
    );
    let values = [held, petitions, procedures].map(|ratio| ratio.map(|ratio| ratio.value));
    AnsweredRatios {
        held_pct: held,
        petitions_pct: petitions,
        procedures_pct: procedures,
        points: all_of(values).map(|values| points_of_18(values, full_at_pct)),
    }
}

fn estimate_pct(good: f64, all: f64) -> Option<Estimate> {
    if all <= 0.0 {
        return None;
    }
    let bound = |p: f64| 100.0 * beta_quantile(good + 0.5, all - good + 0.5, p);
    let value = 100.0 * good / all;
    Some(Estimate {
        value,
        interval: Interval {
            low: bound(0.05).min(value),
            high: bound(0.95).max(value),
        },
    })
}

/// What the day's signal shows of the counts.
pub(super) fn brief(counts: &TicketCounts, full_at_pct: [f64; 3]) -> ShadowSatisfaction {
    let ratios = official(counts, full_at_pct);
    ShadowSatisfaction {
        on_time_pct: ratios.on_time_pct,
        petition_satisfaction_pct: ratios.petitions_pct,
        procedure_satisfaction_pct: ratios.procedures_pct,
        points: ratios.points,
        n: counts.n,
        n_silent: counts.petitions.n_silent,
    }
}

/// Tickets of the method's days, by the unit that most probably answers for them.
pub(super) fn count_by_unit(
    method: &ScoreMethod,
    day: Date,
    mentions: &[AnnotatedMention],
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> BTreeMap<UnitCode, TicketCounts> {
    let now = day.tomorrow().map_or(Timestamp::MAX, day_start);
    let mut counts: BTreeMap<UnitCode, TicketCounts> = BTreeMap::new();
    for mention in mentions {
        let is_of_days = days_ago(day, mention).is_some_and(|ago| ago < method.days);
        let (Some(ticket), true) = (&mention.mention.ticket, is_of_days) else {
            continue;
        };
        if let Some(unit) = unit_of(mention, concerns) {
            let there = counts.entry(unit).or_default();
            count(there, ticket, is_procedure(mention), false, now);
        }
    }
    counts
}

fn is_procedure(mention: &AnnotatedMention) -> bool {
    mention.annotation.topic == Topic::PublicAdmin
}

/// The unit a mention most probably belongs to, if any has at least half of the probability.
pub(super) fn unit_of(
    mention: &AnnotatedMention,
    concerns: &BTreeMap<&ConcernId, &Concern>,
) -> Option<UnitCode> {
    let own = mention.annotation.placement.units.first();
    let of_concern = || {
        let concern = concerns.get(mention.concern.as_ref()?)?;
        concern.units.first()
    };
    let unit = own.or_else(of_concern)?;
    (unit.weight >= 0.5).then_some(unit.code)
}

/// One scope while it is counted.
#[derive(Default)]
struct Tally {
    counts: TicketCounts,
    movable: Vec<Movable>,
}

/// The scores of all scopes with a ticket in a period, as they stood at the end of a day of it, or of the
/// period itself: the city, then kinds, then units.
///
/// Every ticket counts that was filed in the period and not rejected, whatever the models think of its
/// words; the city also has those that nobody could place. `mentions` are grouped mentions, of which only
/// those of the period are read, so that it is the same whenever it is computed. Revisions are 1.
pub fn shadow_scores(
    method: &ScoreMethod,
    period: Period,
    day: Date,
    mentions: &[&AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
) -> Vec<ShadowScore> {
    let is_of_period = |mention: &&&AnnotatedMention| {
        let at = mention.mention.published_at;
        at.is_some_and(|at| period.contains(at))
    };
    let mentions = mentions.iter().filter(is_of_period).copied();
    let mentions = mentions.collect::<Vec<_>>();
    let evening = day.tomorrow().map_or(Timestamp::MAX, day_start);
    let now = evening.min(period.end());
    let links = Links::new(concerns);
    let by_id = concerns.iter().map(|concern| (&concern.id, concern));
    let by_id = by_id.collect::<BTreeMap<_, _>>();
    let whole = |mention: &AnnotatedMention| {
        let id = mention.concern.as_ref()?;
        by_id.get(links.whole(id)).map(|concern| &concern.id)
    };
    let mut of_concern: BTreeMap<&ConcernId, Vec<&AnnotatedMention>> = BTreeMap::new();
    for &mention in &mentions {
        if let (Some(id), true) = (whole(mention), mention.annotation.is_concern) {
            of_concern.entry(id).or_default().push(mention);
        }
    }
    let kinds = units.iter().filter(|unit| unit.is_valid_on(day));
    let kinds = kinds.map(|unit| (unit.code, unit.kind));
    let kinds = kinds.collect::<BTreeMap<_, _>>();
    let mut tallies: BTreeMap<ScoreScope, Tally> = BTreeMap::new();
    let mut seen: BTreeSet<&MentionId> = BTreeSet::new();
    for mention in mentions {
        let filed_at = mention.mention.published_at.filter(|at| *at < now);
        let (Some(filed_at), Some(ticket)) = (filed_at, &mention.mention.ticket) else {
            continue;
        };
        if !seen.insert(&mention.mention.id) {
            continue;
        }
        let voices = whole(mention).and_then(|id| of_concern.get(id));
        let came_back = voices.is_some_and(|voices| recurred(mention, voices, now));
        let unit = unit_of(mention, &by_id);
        let kind = unit.and_then(|unit| kinds.get(&unit));
        let scopes = [
            Some(ScoreScope::City),
            kind.map(|kind| ScoreScope::Kind(*kind)),
            kind.and(unit).map(ScoreScope::Unit),
        ];
        for scope in scopes.into_iter().flatten() {
            let tally = tallies.entry(scope).or_default();
            let is_procedure = is_procedure(mention);
            let counted = count(&mut tally.counts, ticket, is_procedure, came_back, now);
            if let Some(handling) = counted {
                tally.movable.push(Movable {
                    mention: mention.mention.id.clone(),
                    filed_at,
                    due_at: ticket.due_at,
                    handling,
                    rating: ticket.rating.filter(|_| handling.is_closed()),
                    is_procedure,
                });
            }
        }
    }
    let full_at_pct = method.full_at_pct;
    let scores = tallies.into_iter().map(|(whose, tally)| ShadowScore {
        whose,
        period: period.kind(),
        day: day.min(period.last()),
        revision: 1,
        erratum: None,
        method_version: method.version.clone(),
        official: official(&tally.counts, full_at_pct),
        answered: answered(&tally.counts, full_at_pct),
        moves: moves_of(&tally.counts, tally.movable, full_at_pct),
        counts: tally.counts,
    });
    scores.collect()
}

/// The running periods of several days that a day belongs to, each with that day as the last known. The
/// 25th belongs to the reporting month that ends on it.
pub fn running_periods(day: Date) -> [Period; 3] {
    PeriodKind::LONG.map(|kind| Period::of(kind, day))
}

#[cfg(test)]
#[path = "shadow_tests.rs"]
mod tests;
