//! Grades of past forecasts, and whether the next may be shown.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::{ForecastMethod, crps};
use crate::domain::{Forecast, ForecastGrade, ForecastOutcome, Interval};
use crate::measure::SplitMix;

/// What came of a forecast. `came` are the mentions of its days, in their order; `None` where too
/// little was heard. A day is graded when it was heard and the same day of the week before was too.
pub fn outcome(
    forecast: &Forecast,
    came: Vec<Option<u32>>,
    graded_at: Timestamp,
) -> ForecastOutcome {
    let mut outcome = ForecastOutcome {
        scope: forecast.scope,
        topic: forecast.topic,
        made_on: forecast.made_on,
        method_version: forecast.method_version.clone(),
        graded_at,
        came: Vec::new(),
        n_days: 0,
        error: 0.0,
        error_last_week: 0.0,
        crps: 0.0,
        n_likely: 0,
        n_within: 0,
    };
    for (day, came) in forecast.days.iter().zip(&came) {
        let (Some(came), Some(last_week)) = (came.map(f64::from), day.last_week) else {
            continue;
        };
        let holds = |interval: Interval| u32::from((interval.low..=interval.high).contains(&came));
        outcome.n_days += 1;
        outcome.error += (day.median - came).abs();
        outcome.error_last_week += (last_week - came).abs();
        outcome.crps += crps(day.mean, day.shape, came);
        outcome.n_likely += holds(day.likely);
        outcome.n_within += holds(day.interval);
    }
    outcome.came = came;
    outcome
}

/// Sums over the days of the forecasts of one week.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n_forecasts: usize,
    n: f64,
    error: f64,
    last_week: f64,
    crps: f64,
    likely: f64,
    within: f64,
}

/// Grades past forecasts of one scope and topic; `None` without a day that was graded.
pub fn grade(method: &ForecastMethod, past: &[ForecastOutcome]) -> Option<ForecastGrade> {
    let mut weeks: BTreeMap<Date, Sums> = BTreeMap::new();
    for outcome in past.iter().filter(|outcome| outcome.n_days > 0) {
        let week = weeks.entry(monday(outcome.made_on)).or_default();
        *week = plus(*week, &Sums::from(outcome));
    }
    let weeks = weeks.into_values().collect::<Vec<_>>();
    let all = weeks.iter().fold(Sums::default(), plus);
    if all.n <= 0.0 {
        return None;
    }
    let skill_interval = skill_interval(&weeks);
    Some(ForecastGrade {
        n_days: all.n as usize,
        n_forecasts: all.n_forecasts,
        n_weeks: weeks.len(),
        mae: all.error / all.n,
        mae_last_week: all.last_week / all.n,
        crps: all.crps / all.n,
        skill: skill(&all),
        skill_interval,
        crps_skill: 1.0 - all.crps / all.last_week.max(1e-9),
        likely_coverage: all.likely / all.n,
        coverage: all.within / all.n,
        may_be_shown: weeks.len() >= method.min_weeks && skill_interval.low > 0.0,
    })
}

fn monday(day: Date) -> Date {
    let back = i64::from(day.weekday().to_monday_zero_offset());
    day.saturating_sub(back.days())
}

impl From<&ForecastOutcome> for Sums {
    fn from(outcome: &ForecastOutcome) -> Self {
        Self {
            n_forecasts: 1,
            n: f64::from(outcome.n_days),
            error: outcome.error,
            last_week: outcome.error_last_week,
            crps: outcome.crps,
            likely: f64::from(outcome.n_likely),
            within: f64::from(outcome.n_within),
        }
    }
}

fn plus(a: Sums, b: &Sums) -> Sums {
    Sums {
        n_forecasts: a.n_forecasts + b.n_forecasts,
        n: a.n + b.n,
        error: a.error + b.error,
        last_week: a.last_week + b.last_week,
        crps: a.crps + b.crps,
        likely: a.likely + b.likely,
        within: a.within + b.within,
    }
}

fn skill(sums: &Sums) -> f64 {
    1.0 - sums.error / sums.last_week.max(1e-9)
}

/// 90 % bootstrap interval of the skill over whole weeks: the days of a forecast, and the forecasts of
/// a week, err together. The same outcomes give the same interval.
fn skill_interval(weeks: &[Sums]) -> Interval {
    const RESAMPLES: usize = 400;
    let mut random = SplitMix(766);
    let mut skills = (0..RESAMPLES).map(|_| {
        let drawn = (0..weeks.len()).map(|_| &weeks[random.below(weeks.len())]);
        skill(&drawn.fold(Sums::default(), plus))
    });
    let mut skills = skills.by_ref().collect::<Vec<_>>();
    skills.sort_by(f64::total_cmp);
    Interval {
        low: skills[RESAMPLES / 20],
        high: skills[RESAMPLES - 1 - RESAMPLES / 20],
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::domain::{ForecastDay, ForecastScope, Topic};

    fn made(mean: f64, last_week: f64, made_on: Date) -> Forecast {
        let spread = super::super::spread(mean, 50.0);
        let day = ForecastDay {
            day: made_on.tomorrow().unwrap(),
            mean,
            shape: 50.0,
            median: spread.median,
            likely: spread.likely,
            interval: spread.interval,
            last_week: Some(last_week),
            factors: Vec::new(),
        };
        Forecast {
            scope: ForecastScope::City,
            topic: Topic::Road,
            made_on,
            method_version: "test".to_owned(),
            days: vec![day; 7],
        }
    }

    fn graded(mean: f64, last_week: f64, n: i64, apart_days: i64) -> ForecastGrade {
        let outcomes = (0..n).map(|at| {
            let made_on = date(2026, 3, 2).saturating_add((apart_days * at).days());
            let forecast = made(mean, last_week, made_on);
            outcome(&forecast, vec![Some(20); 7], Timestamp::UNIX_EPOCH)
        });
        let outcomes = outcomes.collect::<Vec<_>>();
        grade(&ForecastMethod::default(), &outcomes).unwrap()
    }

    #[test]
    fn a_forecast_is_shown_only_when_it_beats_last_week() {
        let good = graded(20.0, 30.0, 8, 7);
        assert!(good.may_be_shown && good.skill > 0.9 && good.n_weeks == 8);
        assert!(
            !graded(20.0, 30.0, 7, 7).may_be_shown,
            "too few weeks were graded"
        );
        let bad = graded(30.0, 20.0, 20, 7);
        assert!(!bad.may_be_shown && bad.skill < 0.0);
    }

    #[test]
    fn forecasts_of_one_week_count_as_one() {
        let daily = graded(20.0, 30.0, 20, 1);
        assert_eq!((daily.n_forecasts, daily.n_weeks), (20, 3));
        assert!(!daily.may_be_shown);
    }

    #[test]
    fn hits_are_counted_in_both_intervals() {
        let forecast = made(20.0, 30.0, date(2026, 3, 2));
        let day = &forecast.days[0];
        let beside = day.likely.high as u32 + 1;
        assert!(f64::from(beside) <= day.interval.high);
        let mut came = vec![Some(20), Some(beside), Some(90)];
        came.resize(7, None);
        let outcome = outcome(&forecast, came.clone(), Timestamp::UNIX_EPOCH);
        let hits = (outcome.n_days, outcome.n_likely, outcome.n_within);
        assert_eq!((hits, outcome.came), ((3, 1, 2), came));
        assert!((outcome.error_last_week - (10.0 + f64::from(30 - beside) + 60.0)).abs() < 1e-9);
    }

    #[test]
    fn days_nobody_heard_are_not_graded() {
        let forecast = made(20.0, 30.0, date(2026, 3, 2));
        let silent = outcome(&forecast, vec![None; 7], Timestamp::UNIX_EPOCH);
        assert_eq!(grade(&ForecastMethod::default(), &[silent]), None);
    }
}
