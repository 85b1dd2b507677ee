//! Cells of forecasts: mentions of a topic on a day. Those of the units of a kind add up to those of the
//! kind; those of the kinds and of what no unit was found for, to those of the city.

use std::collections::BTreeMap;

use jiff::civil::Date;
use models::domain::{DayTally, ForecastScope, Topic, Unit, UnitKind};

use super::{Cell, Disclosure};

/// Which counts of one scope and topic may be seen, day by day.
pub(crate) struct TopicCounts {
    rule: Disclosure,
    days: BTreeMap<Date, Cell>,
}

impl TopicCounts {
    pub(crate) fn new(
        rule: Disclosure,
        scope: ForecastScope,
        topic: Topic,
        tallies: &[DayTally],
        units: &[Unit],
    ) -> Self {
        let days = tallies
            .iter()
            .map(|tally| (tally.day, cell(rule, scope, topic, tally, units)));
        Self {
            rule,
            days: days.collect(),
        }
    }

    /// A count of a day as it may be seen. Where it was counted again since, the rule holds for both.
    pub(crate) fn shown(&self, day: Date, n: u32) -> Cell {
        match (self.days.get(&day), self.rule.count(n)) {
            (Some(Cell::Exact(_)) | None, own) => own,
            (Some(hidden), Cell::Exact(_)) => *hidden,
            (Some(_), own) => own,
        }
    }
}

fn cell(
    rule: Disclosure,
    scope: ForecastScope,
    topic: Topic,
    tally: &DayTally,
    units: &[Unit],
) -> Cell {
    let of = |scope| tally.of(scope)[topic.index()];
    let city = of(ForecastScope::City);
    let kinds = UnitKind::ALL.map(|kind| of(ForecastScope::Kind(kind)));
    let placed = kinds.iter().sum::<u32>();
    let of_kinds = || {
        // A city that is hidden gives no total away.
        match rule.count(city) {
            Cell::Exact(_) => rule.parts_beside(&kinds, Some(city.saturating_sub(placed))),
            _ => kinds.iter().map(|n| rule.count(*n)).collect(),
        }
    };
    let place = |kind| UnitKind::ALL.iter().position(|one| *one == kind);
    match scope {
        ForecastScope::City => rule.count(city),
        ForecastScope::Kind(kind) => place(kind).map_or(Cell::Withheld, |at| of_kinds()[at]),
        ForecastScope::Unit(code) => {
            let unit = units.iter().find(|unit| unit.code == code);
            let Some(kind) = unit.map(|unit| unit.kind) else {
                return rule.count(of(scope));
            };
            let alike = units.iter().filter(|unit| unit.kind == kind);
            let alike = alike.map(|unit| unit.code).collect::<Vec<_>>();
            let counts = alike.iter().map(|code| of(ForecastScope::Unit(*code)));
            let counts = counts.collect::<Vec<_>>();
            let is_total_seen = place(kind).is_some_and(|at| of_kinds()[at].exact().is_some());
            let cells = if is_total_seen {
                rule.parts(&counts)
            } else {
                counts.iter().map(|n| rule.count(*n)).collect()
            };
            let at = alike.iter().position(|one| *one == code);
            at.map_or(Cell::Withheld, |at| cells[at])
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn tally(city: u32, kinds: [u32; 3]) -> DayTally {
        let of = |n| {
            let mut counts = [0; Topic::ALL.len()];
            counts[Topic::Drainage.index()] = n;
            counts
        };
        let mut counts = vec![(ForecastScope::City, of(city))];
        counts.extend(
            UnitKind::ALL
                .iter()
                .zip(kinds)
                .map(|(kind, n)| (ForecastScope::Kind(*kind), of(n))),
        );
        counts.sort_by_key(|(scope, _)| *scope);
        DayTally {
            day: date(2026, 11, 12),
            heard: 1.0,
            counts,
        }
    }

    fn shown(tally: &DayTally) -> Vec<String> {
        let scopes = UnitKind::ALL.iter().map(|kind| ForecastScope::Kind(*kind));
        let cells = std::iter::once(ForecastScope::City).chain(scopes);
        let cells =
            cells.map(|scope| cell(Disclosure::default(), scope, Topic::Drainage, tally, &[]));
        cells.map(|cell| cell.to_string()).collect()
    }

    #[test]
    fn one_kind_cannot_be_told_from_the_city_and_the_others() {
        assert_eq!(shown(&tally(20, [12, 8, 0])), ["20", "12", "8", "0"]);
        // 20 − 12 − 7 leaves 1, which is then the special zone's.
        assert_eq!(shown(&tally(20, [12, 7, 1])), ["20", "12", "-", "<5"]);
        assert_eq!(shown(&tally(24, [12, 7, 1])), ["24", "12", "7", "<5"]);
        assert_eq!(shown(&tally(3, [2, 1, 0])), ["<5", "<5", "<5", "0"]);
    }
}
