//! Grades of past forecasts, and whether the next may be shown.

use super::{ForecastMethod, crps};
use crate::domain::{Forecast, ForecastGrade, Interval};
use crate::measure::SplitMix;

/// A forecast with what came of its days, in their order; `None` where too little was heard.
#[derive(Clone, Debug, PartialEq)]
pub struct PastForecast<'a> {
    /// As it was made.
    pub forecast: &'a Forecast,
    /// Mentions of each of its days.
    pub came: Vec<Option<f64>>,
}

/// Sums over the days of one forecast.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    n: f64,
    error: f64,
    last_week: f64,
    crps: f64,
    within: f64,
}

/// Grades past forecasts of one scope and topic; `None` without a day that can be graded. A day is
/// graded when it was heard and the same day of the week before was too.
pub fn grade(method: &ForecastMethod, past: &[PastForecast]) -> Option<ForecastGrade> {
    let sums = past.iter().map(sums_of).filter(|sums| sums.n > 0.0);
    let sums = sums.collect::<Vec<_>>();
    let all = total(sums.iter());
    if all.n <= 0.0 {
        return None;
    }
    let skill_interval = skill_interval(&sums);
    Some(ForecastGrade {
        n_days: all.n as usize,
        n_forecasts: sums.len(),
        mae: all.error / all.n,
        mae_last_week: all.last_week / all.n,
        crps: all.crps / all.n,
        skill: skill(&all),
        skill_interval,
        crps_skill: 1.0 - all.crps / all.last_week.max(1e-9),
        coverage: all.within / all.n,
        may_be_shown: sums.len() >= method.min_graded && skill_interval.low > 0.0,
    })
}

fn sums_of(past: &PastForecast) -> Sums {
    let mut sums = Sums::default();
    for (day, came) in past.forecast.days.iter().zip(&past.came) {
        let (Some(came), Some(last_week)) = (*came, day.last_week) else {
            continue;
        };
        sums.n += 1.0;
        sums.error += (day.median - came).abs();
        sums.last_week += (last_week - came).abs();
        sums.crps += crps(day.mean, day.shape, came);
        let within = day.interval.low <= came && came <= day.interval.high;
        sums.within += f64::from(u8::from(within));
    }
    sums
}

fn total<'s>(sums: impl Iterator<Item = &'s Sums>) -> Sums {
    sums.fold(Sums::default(), |a, b| Sums {
        n: a.n + b.n,
        error: a.error + b.error,
        last_week: a.last_week + b.last_week,
        crps: a.crps + b.crps,
        within: a.within + b.within,
    })
}

fn skill(sums: &Sums) -> f64 {
    1.0 - sums.error / sums.last_week.max(1e-9)
}

/// 90 % bootstrap interval of the skill over whole forecasts: the days of one err together. The
/// same forecasts give the same interval.
fn skill_interval(sums: &[Sums]) -> Interval {
    const RESAMPLES: usize = 400;
    let mut random = SplitMix(766);
    let mut skills = (0..RESAMPLES).map(|_| {
        let drawn = (0..sums.len()).map(|_| &sums[random.below(sums.len())]);
        skill(&total(drawn))
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

    fn made(mean: f64, last_week: f64) -> Forecast {
        let (median, interval) = super::super::interval_90(mean, 50.0);
        let day = ForecastDay {
            day: date(2026, 11, 12),
            mean,
            shape: 50.0,
            median,
            interval,
            last_week: Some(last_week),
            factors: Vec::new(),
        };
        Forecast {
            scope: ForecastScope::City,
            topic: Topic::Road,
            made_on: date(2026, 11, 11),
            method_version: "test".to_owned(),
            days: vec![day; 7],
        }
    }

    #[test]
    fn a_forecast_is_shown_only_when_it_beats_last_week() {
        let method = ForecastMethod::default();
        let (good, bad) = (made(20.0, 30.0), made(30.0, 20.0));
        let past = |forecast, n| {
            let past = PastForecast {
                forecast,
                came: vec![Some(20.0); 7],
            };
            grade(&method, &vec![past; n]).unwrap()
        };
        let grade_of_good = past(&good, 8);
        assert!(grade_of_good.may_be_shown && grade_of_good.skill > 0.9);
        assert!(!past(&good, 7).may_be_shown, "too few were graded");
        let grade_of_bad = past(&bad, 20);
        assert!(!grade_of_bad.may_be_shown && grade_of_bad.skill < 0.0);
    }

    #[test]
    fn days_nobody_heard_are_not_graded() {
        let method = ForecastMethod::default();
        let forecast = made(20.0, 30.0);
        let silent = PastForecast {
            forecast: &forecast,
            came: vec![None; 7],
        };
        assert_eq!(grade(&method, &[silent]), None);
    }
}
