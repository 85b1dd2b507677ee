//! Counts of days: what forecasts are made from, and what they are graded by.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{Almanac, DailyCounts, ForecastMethod, HORIZON_DAYS, LATELY, forecast};
use crate::domain::{DayTally, Forecast, ForecastScope, Topic, Unit, UnitCode, UnitKind};

/// Share of the expected sources below which a day counts as not heard.
const HEARD_MIN: f64 = 0.5;

/// Counts a day for the city, the kinds of units and the units. `counts` are mentions of concerns by
/// topic and by the unit that holds at least half of each, if one does; `heard` is the share of the
/// expected sources that were heard.
pub fn tally(
    day: Date,
    heard: f64,
    counts: &[(Option<UnitCode>, Topic, u32)],
    units: &[Unit],
) -> DayTally {
    let kinds = units.iter().filter(|unit| unit.is_valid_on(day));
    let kinds = kinds.map(|unit| (unit.code, unit.kind));
    let kinds = kinds.collect::<BTreeMap<UnitCode, UnitKind>>();
    let mut scopes: BTreeMap<ForecastScope, [u32; Topic::ALL.len()]> = BTreeMap::new();
    for &(unit, topic, n) in counts {
        let kind = unit.and_then(|code| Some((code, *kinds.get(&code)?)));
        let placed =
            kind.map(|(code, kind)| [ForecastScope::Unit(code), ForecastScope::Kind(kind)]);
        for scope in placed.into_iter().flatten().chain([ForecastScope::City]) {
            let there = scopes.entry(scope).or_insert([0; Topic::ALL.len()]);
            there[topic.index()] += n;
        }
    }
    DayTally {
        day,
        heard,
        counts: scopes.into_iter().collect(),
    }
}

/// Whether enough was heard that day for its silence to mean anything.
fn is_heard(tally: &DayTally) -> bool {
    let n_city = tally.of(ForecastScope::City).iter().sum::<u32>();
    tally.heard >= HEARD_MIN && n_city > 0
}

/// The forecasts of every scope and topic that says enough, made on a day from the days up to it.
/// `tallies` are in the order of days, gaps being days without a count; later days are not looked at.
pub fn forecasts(method: &ForecastMethod, tallies: &[DayTally], made_on: Date) -> Vec<Forecast> {
    let known = tallies.partition_point(|tally| tally.day <= made_on);
    let mut known = &tallies[known.saturating_sub(method.max_days)..known];
    while let Some((first, rest)) = known.split_first()
        && !is_heard(first)
    {
        known = rest;
    }
    let Some(first) = known.first().map(|tally| tally.day) else {
        return Vec::new();
    };
    let Some(n_days) = position(first, made_on).map(|last| last + 1) else {
        return Vec::new();
    };
    let almanac = Almanac::new(first, n_days + HORIZON_DAYS);
    let mut made = Vec::new();
    for (scope, topic) in loud(method, known) {
        let mut counts = vec![None; n_days];
        for tally in known.iter().filter(|tally| is_heard(tally)) {
            if let Some(at) = position(first, tally.day) {
                counts[at] = Some(f64::from(tally.of(scope)[topic.index()]));
            }
        }
        let history = DailyCounts { first, counts };
        made.extend(forecast(method, &almanac, scope, topic, &history));
    }
    made
}

/// Scopes and topics of which enough was said lately.
fn loud(method: &ForecastMethod, known: &[DayTally]) -> Vec<(ForecastScope, Topic)> {
    let heard = known.iter().rev().filter(|tally| is_heard(tally));
    let mut lately: BTreeMap<ForecastScope, [u32; Topic::ALL.len()]> = BTreeMap::new();
    for (scope, counts) in heard.take(LATELY).flat_map(|tally| &tally.counts) {
        let sums = lately.entry(*scope).or_insert([0; Topic::ALL.len()]);
        for (sum, n) in sums.iter_mut().zip(counts) {
            *sum += n;
        }
    }
    let least = method.min_mean * LATELY as f64;
    let mut loud = Vec::new();
    for (scope, sums) in lately {
        let topics = Topic::ALL.into_iter();
        let enough = topics.filter(|topic| f64::from(sums[topic.index()]) >= least);
        loud.extend(enough.map(|topic| (scope, topic)));
    }
    loud
}

/// Mentions that came on the days of a forecast; `None` where too little was heard.
pub fn came(forecast: &Forecast, tallies: &[DayTally]) -> Vec<Option<u32>> {
    let of = |day: Date| {
        let found = tallies.binary_search_by_key(&day, |tally| tally.day).ok();
        let tally = found.map(|at| &tallies[at]).filter(|tally| is_heard(tally));
        tally.map(|tally| tally.of(forecast.scope)[forecast.topic.index()])
    };
    forecast.days.iter().map(|day| of(day.day)).collect()
}

fn position(first: Date, day: Date) -> Option<usize> {
    usize::try_from(first.until(day).ok()?.get_days()).ok()
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    fn unit(code: &str, kind: UnitKind) -> Unit {
        Unit {
            code: code.parse().unwrap(),
            kind,
            name: code.to_owned(),
            valid_from: date(2025, 7, 1),
            valid_to: None,
            former_districts: Vec::new(),
            former_province: String::new(),
            population: None,
            area_km2: None,
            grid_square: None,
            grid_hex: None,
        }
    }

    fn on(at: i64) -> Date {
        date(2026, 3, 2).saturating_add(at.days())
    }

    fn days(n: i64, heard: impl Fn(i64) -> f64) -> Vec<DayTally> {
        let units = [
            unit("26740", UnitKind::Ward),
            unit("27655", UnitKind::Commune),
        ];
        let ward = Some(units[0].code);
        let counts = [
            (ward, Topic::Road, 4),
            (None, Topic::Road, 3),
            (Some(units[1].code), Topic::Noise, 2),
            ("99999".parse().ok(), Topic::Noise, 1),
        ];
        (0..n)
            .map(|at| tally(on(at), heard(at), &counts, &units))
            .collect()
    }

    #[test]
    fn a_day_counts_for_the_city_the_kind_and_the_unit() {
        let day = days(1, |_| 1.0).remove(0);
        let n = |scope, topic: Topic| day.of(scope)[topic.index()];
        assert_eq!(n(ForecastScope::City, Topic::Road), 7);
        assert_eq!(n(ForecastScope::Kind(UnitKind::Ward), Topic::Road), 4);
        let ward = ForecastScope::Unit("26740".parse().unwrap());
        assert_eq!((n(ward, Topic::Road), n(ward, Topic::Noise)), (4, 0));
        // A unit that nobody knows counts in the city alone.
        assert_eq!(n(ForecastScope::City, Topic::Noise), 3);
        assert_eq!(n(ForecastScope::Kind(UnitKind::Commune), Topic::Noise), 2);
    }

    #[test]
    fn only_days_up_to_the_making_are_known() {
        let method = ForecastMethod::default();
        let all = days(60, |_| 1.0);
        let made = forecasts(&method, &all, on(44));
        assert_eq!(made, forecasts(&method, &all[..45], on(44)));
        // City, wards and the ward about roads; city, communes and the commune about noise.
        assert_eq!(made.len(), 6);
        assert!(made.iter().all(|forecast| forecast.made_on == on(44)));
        assert_eq!(came(&made[0], &all), vec![Some(7); 7]);
        assert_eq!(came(&made[0], &all[..45]), vec![None; 7]);
    }

    #[test]
    fn days_hardly_heard_do_not_count() {
        let method = ForecastMethod::default();
        let gap = days(60, |at| if at < 30 { 0.2 } else { 1.0 });
        assert!(forecasts(&method, &gap, on(50)).is_empty());
        assert!(!forecasts(&method, &gap, on(58)).is_empty());
        assert!(forecasts(&method, &[], on(58)).is_empty());
        let made = forecasts(&method, &gap, on(58));
        let last = days(70, |at| if at == 60 { 0.1 } else { 1.0 });
        assert_eq!(came(&made[0], &last)[1], None);
    }
}
