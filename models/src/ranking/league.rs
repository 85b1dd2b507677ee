//! Leagues: units of one kind side by side, shrunk to their kind, with tiers where the evidence tells
//! units apart and no rank where it does not.

use std::collections::{BTreeMap, BTreeSet};

use super::channels::recurred;
use super::group::Links;
use super::rank::context::places_of;
use super::stats::{BetaPrior, GammaPrior};
use crate::domain::{
    AnnotatedMention, Concern, ConcernId, Coverage, Estimate, Interval, League, LeagueRow, Period,
    TicketStatus, Unit, UnitCode, UnitKind,
};

/// Version of the method of leagues.
pub const LEAGUE_VERSION: &str = "league-1";

/// Tickets from which a unit can be ranked, and the widest interval of its share.
const MIN_TICKETS: u32 = 8;
const MAX_WIDTH: f64 = 0.4;

/// Least and largest weight of the kind against a unit's own tickets.
const PRIOR_WEIGHTS: (f64, f64) = (2.0, 200.0);

/// Largest weight of the kind against a unit's own concerns, in 10,000 inhabitants.
const MAX_PRIOR_POPULATION: f64 = 100.0;

/// A mention is placed in a unit from this weight on.
const PLACED: f64 = 0.5;

#[derive(Clone, Debug, Default)]
struct Evidence<'a> {
    n_mentions: u32,
    concerns: BTreeSet<&'a ConcernId>,
    n_tickets: u32,
    n_held: u32,
    n_recurred: u32,
}

/// The leagues of all kinds of units that exist on the last day of a period.
///
/// Resolution is the share of tickets filed in the period, and closed or due by its end, that were
/// closed in time and whose concern did not come back within 30 days (as far as known at the end);
/// beta-binomial, its prior fitted over the units of the kind. Concerns per 10,000 inhabitants are
/// gamma-Poisson in the same way. A tier goes on while a unit's interval reaches the lower bound of
/// the tier's first unit. `mentions` are grouped mentions; those outside the period tell only what
/// became of tickets. Revisions are 1.
pub fn leagues(
    period: Period,
    mentions: &[AnnotatedMention],
    concerns: &[Concern],
    units: &[Unit],
    coverage: &Coverage,
) -> Vec<League> {
    let evidence = gather(period, mentions, concerns);
    let kinds = [UnitKind::Ward, UnitKind::Commune, UnitKind::SpecialZone];
    let of_kind = kinds.map(|kind| {
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
            let placed = places_of(mention, concern).filter(|(_, share)| *share >= PLACED);
            for (unit, _) in placed {
                let there = evidence.entry(unit).or_default();
                there.n_mentions += 1;
                there.concerns.insert(*id);
                there.count_ticket(period, mention, voices);
            }
        }
    }
    evidence
}

impl Evidence<'_> {
    fn count_ticket(
        &mut self,
        period: Period,
        mention: &AnnotatedMention,
        of: &[&AnnotatedMention],
    ) {
        let Some(ticket) = &mention.mention.ticket else {
            return;
        };
        let end = period.end();
        let closed_at = ticket
            .closed_at
            .filter(|_| ticket.status == TicketStatus::Closed);
        let is_closed = closed_at.is_some_and(|at| at < end);
        let is_late = match (ticket.due_at, closed_at.filter(|at| *at < end)) {
            (Some(due), Some(closed)) => closed > due,
            (Some(due), None) => due < end,
            (None, _) => false,
        };
        if ticket.status == TicketStatus::Rejected || !(is_closed || is_late) {
            return;
        }
        let came_back = is_closed && recurred(mention, of, end);
        self.n_tickets += 1;
        self.n_recurred += u32::from(came_back);
        self.n_held += u32::from(is_closed && !is_late && !came_back);
    }
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
    let tickets = units.iter().map(|unit| {
        let there = of(unit);
        (f64::from(there.n_held), f64::from(there.n_tickets))
    });
    let tickets = tickets.collect::<Vec<_>>();
    let has_tickets = tickets.iter().any(|(_, n)| *n > 0.0);
    let shares = BetaPrior::fit(&tickets, PRIOR_WEIGHTS);
    let rows = units.iter().map(|unit| {
        let there = of(unit);
        let rate = people(unit).map(|people| rates.posterior(there.concerns.len() as f64, people));
        let share = shares.posterior(f64::from(there.n_held), f64::from(there.n_tickets));
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
            n_tickets: there.n_tickets,
            n_recurred: there.n_recurred,
            resolved: has_tickets.then(|| Estimate {
                value: share.mean(),
                interval: Interval {
                    low: share.quantile(0.05),
                    high: share.quantile(0.95),
                },
            }),
        }
    });
    let mut rows = rows.collect::<Vec<_>>();
    rank(&mut rows);
    rows
}

/// Gives tiers to the units with enough evidence and brings the rows into their order. A kind of one
/// unit has nobody to compare it with.
fn rank(rows: &mut [LeagueRow]) {
    let judged = |row: &LeagueRow| {
        let resolved = row.resolved.filter(|_| row.n_tickets >= MIN_TICKETS)?;
        let width = resolved.interval.high - resolved.interval.low;
        (width <= MAX_WIDTH).then_some(resolved)
    };
    let value = |row: &LeagueRow| judged(row).map_or(-1.0, |resolved| resolved.value);
    rows.sort_by(|a, b| value(b).total_cmp(&value(a)).then(a.unit.cmp(&b.unit)));
    let is_alone = rows.len() < 2;
    let (mut tier, mut floor) = (0, f64::INFINITY);
    for row in rows.iter_mut() {
        let Some(resolved) = judged(row).filter(|_| !is_alone) else {
            continue;
        };
        if resolved.interval.high < floor {
            tier += 1;
            floor = resolved.interval.low;
        }
        row.tier = Some(tier);
    }
    rows.sort_by_key(|row| (row.tier.unwrap_or(u32::MAX), row.unit));
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::super::channels::tests::{noon, said, ticket};
    use super::*;
    use crate::domain::{
        Channel, ConcernStatus, MentionId, PeriodKind, Placement, Scope, Sketch, Topic,
        WeightedUnit, day_in_vietnam,
    };

    fn unit(code: &str, kind: UnitKind) -> Unit {
        Unit {
            code: code.parse().unwrap(),
            kind,
            name: code.to_owned(),
            valid_from: date(2025, 7, 1),
            valid_to: None,
            former_districts: Vec::new(),
            former_province: String::new(),
            population: Some(50_000),
            area_km2: None,
            grid_square: None,
            grid_hex: None,
        }
    }

    /// A ticket in a unit, in a concern of its own, filed on Tuesday the 3rd.
    fn filed(unit: &str, n: usize, closed: Option<i64>) -> AnnotatedMention {
        let name = format!("{unit}-{n}");
        placed(ticket(&name, 2, closed), unit, &name)
    }

    fn placed(mut mention: AnnotatedMention, unit: &str, concern: &str) -> AnnotatedMention {
        let mut placement = Placement::bare(Scope::Unit);
        placement.units = vec![WeightedUnit {
            code: unit.parse().unwrap(),
            weight: 1.0,
        }];
        mention.annotation.placement = placement;
        mention.concern = Some(ConcernId::new(concern));
        mention
    }

    fn concerns(mentions: &[AnnotatedMention]) -> Vec<Concern> {
        let ids = mentions
            .iter()
            .filter_map(|mention| mention.concern.clone());
        let ids = ids.collect::<BTreeSet<_>>().into_iter();
        ids.map(|id| Concern {
            id,
            topic: Topic::Road,
            scope: Scope::Unit,
            units: Vec::new(),
            agencies: Vec::new(),
            title: String::new(),
            title_from: MentionId::new(""),
            status: ConcernStatus::Open,
            first_seen: noon(1),
            last_seen: noon(1),
            daily: Vec::new(),
            n_open_tickets: 0,
            sketch: Sketch::default(),
            part_of: None,
        })
        .collect()
    }

    fn ward_league(mentions: &[AnnotatedMention]) -> League {
        let units = [
            unit("10001", UnitKind::Ward),
            unit("10002", UnitKind::Ward),
            unit("10003", UnitKind::Ward),
            unit("20001", UnitKind::SpecialZone),
        ];
        let period = Period::of(PeriodKind::Month, day_in_vietnam(noon(2)));
        let coverage = Coverage {
            share: 1.0,
            n_expected: 0,
            n_fresh: 0,
            gaps: Vec::new(),
        };
        let mut all = leagues(period, mentions, &concerns(mentions), &units, &coverage);
        assert_eq!(all.len(), 2, "kinds without a unit have no league");
        let zone = all.pop().unwrap();
        assert!(zone.rows.iter().all(|row| row.tier.is_none()));
        all.remove(0)
    }

    #[test]
    fn units_are_told_apart_only_where_the_evidence_does() {
        let good = (0..40).map(|n| filed("10001", n, Some(4)));
        let bad = (0..40).map(|n| filed("10002", n, Some(15)));
        let thin = (0..2).map(|n| filed("10003", n, Some(4)));
        let league = ward_league(&good.chain(bad).chain(thin).collect::<Vec<_>>());
        let tiers = league.rows.iter().map(|row| (row.unit.number(), row.tier));
        assert_eq!(
            tiers.collect::<Vec<_>>(),
            [(10001, Some(1)), (10002, Some(2)), (10003, None)]
        );
        let thin = &league.rows[2];
        let share = thin.resolved.unwrap();
        assert!(share.interval.low < 0.5 && share.interval.high > 0.8);
        let rate = league.rows[0].per_10_000.unwrap();
        assert!(rate.interval.low < rate.value && rate.value < rate.interval.high);
        assert_eq!(league.rows[0].n_concerns, 40);
    }

    #[test]
    fn tickets_that_come_back_were_not_resolved() {
        let mut mentions = (0..10)
            .map(|n| filed("10001", n, Some(4)))
            .collect::<Vec<_>>();
        let before = ward_league(&mentions).rows[0].resolved.unwrap().value;
        for n in 0..5 {
            for again in 0..2 {
                let name = format!("again-{n}-{again}");
                let voice = said(&name, Channel::Social, 9);
                mentions.push(placed(voice, "10001", &format!("10001-{n}")));
            }
        }
        let league = ward_league(&mentions);
        assert_eq!(league.rows[0].n_recurred, 5);
        assert!(league.rows[0].resolved.unwrap().value < before - 0.2);
    }
}
