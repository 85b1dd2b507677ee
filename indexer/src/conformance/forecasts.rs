//! Counts of days, forecasts and what came of them.

use models::domain::{
    DayTally, Forecast, ForecastDay, ForecastGrade, ForecastOutcome, ForecastScope, Interval,
    MentionId, Placement, PublishedForecast, Scope, SeasonFactor, Topic, UnitKind, WeightedUnit,
};

use super::sample::{annotation, day, mention, noon, unit};
use crate::archive::{Archive, RecordBatch};

/// What is known now.
const NOW: u64 = u64::MAX;

/// Concerns of a day are counted by topic and by the unit that holds them; noise, other days and what
/// was removed are not.
pub fn concerns_are_counted_by_topic(archive: &dyn Archive) {
    let placed = |n: usize, weights: &[(usize, f32)], is_concern, on| {
        let (mention, mut read) = (mention(n, on), annotation(n));
        let units = weights.iter().map(|&(at, weight)| WeightedUnit {
            code: unit(at),
            weight,
        });
        read.placement = Placement {
            scope: Scope::Unit,
            units: units.collect(),
            agencies: Vec::new(),
        };
        (read.is_concern, read.topic) = (is_concern, Topic::Road);
        (mention, read)
    };
    let mut batch = RecordBatch::new(noon(3));
    batch.mentions = vec![
        placed(1, &[(1, 1.0)], true, 0),
        placed(2, &[(1, 0.6), (2, 0.4)], true, 0),
        placed(3, &[(1, 0.4), (2, 0.3), (3, 0.3)], true, 0),
        placed(4, &[(1, 1.0)], false, 0),
        placed(5, &[(1, 1.0)], true, 1),
        placed(6, &[(2, 1.0)], true, 0),
    ];
    archive.record(&batch).unwrap();
    let gone = MentionId::new("m-0000006");
    archive.remove(&[gone], "takedown", noon(3)).unwrap();
    let counts = archive.topic_counts(day(0)).unwrap();
    let road = Topic::Road;
    assert_eq!(counts, [(None, road, 1), (Some(unit(1)), road, 2)]);
}

fn tally(on: i64, n: u32) -> DayTally {
    let mut counts = [0; Topic::ALL.len()];
    counts[Topic::Noise.index()] = n;
    counts[Topic::Road.index()] = 2 * n;
    DayTally {
        day: day(on),
        heard: 1.0 / 3.0,
        counts: vec![
            (ForecastScope::City, counts),
            (ForecastScope::Kind(UnitKind::Commune), counts),
            (ForecastScope::Unit(unit(2)), counts),
        ],
    }
}

/// What was counted before can be read again.
pub fn days_are_counted_again(archive: &dyn Archive) {
    assert_eq!(archive.latest_tally().unwrap(), 0);
    let first = [tally(0, 1), tally(1, 2)];
    assert_eq!(archive.save_tallies(&first, noon(2)).unwrap(), 2);
    let then = archive.latest_tally().unwrap();
    let again = [tally(0, 1), tally(1, 5), tally(2, 3)];
    assert_eq!(archive.save_tallies(&again, noon(3)).unwrap(), 2);
    let known = |as_of| archive.tallies(day(0), day(9), as_of).unwrap();
    assert_eq!(known(then), first);
    assert_eq!(known(NOW), again);
    assert_eq!(known(0), []);
    assert_eq!(archive.tallies(day(1), day(1), NOW).unwrap(), again[1..2]);
}

fn published(scope: ForecastScope, topic: Topic, on: i64, mean: f64) -> PublishedForecast {
    let interval = |half: f64| Interval {
        low: mean - half,
        high: mean + half,
    };
    let days = (1..=7).map(|ahead| ForecastDay {
        day: day(on + ahead),
        mean,
        shape: 1.0 / 0.3,
        median: mean.round(),
        likely: interval(1.0),
        interval: interval(3.0),
        last_week: (ahead != 3).then_some(4.0),
        factors: vec![(SeasonFactor::Tide, 1.1), (SeasonFactor::BeforeTet, 0.9)],
    });
    let standing = ForecastGrade {
        n_days: 70,
        n_forecasts: 12,
        n_weeks: 10,
        mae: 1.0 / 7.0,
        mae_last_week: 2.0 / 7.0,
        crps: 0.1,
        skill: 0.5,
        skill_interval: interval(0.2),
        crps_skill: 0.65,
        likely_coverage: 0.5,
        coverage: 0.9,
        may_be_shown: true,
    };
    PublishedForecast {
        forecast: Forecast {
            scope,
            topic,
            made_on: day(on),
            method_version: "forecast-9".to_owned(),
            days: days.collect(),
        },
        published_at: noon(on + 1),
        standing: (on > 0).then_some(standing),
    }
}

/// A forecast is kept as it was made.
pub fn published_forecasts_never_change(archive: &dyn Archive) {
    let (city, ward) = (ForecastScope::City, ForecastScope::Unit(unit(4)));
    let all = [
        published(city, Topic::Road, 0, 5.0),
        published(city, Topic::Noise, 1, 6.0),
        published(city, Topic::Road, 1, 7.0),
        published(ward, Topic::Road, 1, 8.0),
    ];
    assert_eq!(archive.save_forecasts(&all, 11).unwrap(), 4);
    let other = published(city, Topic::Road, 1, 70.0);
    assert_eq!(archive.save_forecasts(&[other], 12).unwrap(), 0);
    assert_eq!(archive.forecast_days().unwrap(), [day(1), day(0)]);
    let of_road = archive
        .forecasts_of(city, Topic::Road, day(0), day(1))
        .unwrap();
    assert_eq!(of_road, [all[0].clone(), all[2].clone()]);
    let mut on = archive.forecasts_on(day(1)).unwrap();
    let mut given = all[1..].iter().map(|one| (one.clone(), 11));
    assert!(given.all(|one| on.contains(&one)) && on.len() == 3);
    assert_eq!(on.pop().unwrap().0, all[3], "the city comes first");
    assert!(archive.forecasts_on(day(2)).unwrap().is_empty());
}

/// What came of a forecast is kept once, and says which are not graded yet.
pub fn outcomes_are_kept_beside_forecasts(archive: &dyn Archive) {
    let city = ForecastScope::City;
    let made = [
        published(city, Topic::Road, 0, 5.0),
        published(city, Topic::Road, 1, 5.0),
        published(city, Topic::Noise, 1, 5.0),
    ];
    archive.save_forecasts(&made, 1).unwrap();
    let ungraded = |until| archive.ungraded_forecast_days(day(until)).unwrap();
    assert_eq!(ungraded(1), [day(0), day(1)]);
    assert_eq!(ungraded(0), [day(0)]);
    let outcome = |made: &PublishedForecast, error| ForecastOutcome {
        scope: made.forecast.scope,
        topic: made.forecast.topic,
        made_on: made.forecast.made_on,
        method_version: "forecast-9".to_owned(),
        graded_at: noon(9),
        came: vec![Some(3), None, Some(0)],
        n_days: 2,
        error,
        error_last_week: 1.0 / 3.0,
        crps: 0.1,
        n_likely: 1,
        n_within: 2,
    };
    let first = [outcome(&made[0], 1.0), outcome(&made[1], 2.0)];
    assert_eq!(archive.save_outcomes(&first).unwrap(), 2);
    assert_eq!(ungraded(9), [day(1)], "noise is not graded yet");
    let other = [outcome(&made[1], 9.0), outcome(&made[2], 3.0)];
    assert_eq!(archive.save_outcomes(&other).unwrap(), 1);
    assert!(ungraded(9).is_empty());
    let known = archive.outcomes(Some(city), day(0), day(9)).unwrap();
    assert_eq!(known.len(), 3);
    assert!(
        first
            .iter()
            .chain(&other[1..])
            .all(|one| known.contains(one))
    );
    assert_eq!(archive.outcomes(None, day(1), day(1)).unwrap().len(), 2);
    let ward = ForecastScope::Kind(UnitKind::Ward);
    assert_eq!(archive.outcomes(Some(ward), day(0), day(9)).unwrap(), []);
}
