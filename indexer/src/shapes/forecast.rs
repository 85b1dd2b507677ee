//! Counts of days, forecasts, how they stand, and what came of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use models::domain::{
    DayTally, Forecast, ForecastDay, ForecastGrade, ForecastOutcome, ForecastScope, Interval,
    SeasonFactor, Topic, UnitKind,
};
use serde::{Deserialize, Serialize};

use super::numbers::Real;
use super::{Complaint, code_in, from_table, of_code, to_json, unit_code};
use crate::Error;

const KINDS: [(UnitKind, &str); 3] = [
    (UnitKind::Ward, "ward"),
    (UnitKind::Commune, "commune"),
    (UnitKind::SpecialZone, "special_zone"),
];

/// `city`, `kind:ward`, `unit:26740`.
pub(crate) fn forecast_scope_text(scope: ForecastScope) -> String {
    match scope {
        ForecastScope::City => "city".to_owned(),
        ForecastScope::Kind(kind) => format!("kind:{}", code_in(&KINDS, &kind)),
        ForecastScope::Unit(code) => format!("unit:{code}"),
    }
}

/// The scope of such a text.
pub(crate) fn forecast_scope(text: &str) -> Result<ForecastScope, Complaint> {
    match text.split_once(':') {
        None if text == "city" => Ok(ForecastScope::City),
        Some(("kind", kind)) => from_table("kind of unit", &KINDS, kind).map(ForecastScope::Kind),
        Some(("unit", code)) => {
            let number = code.parse::<u32>().map_err(|why| why.to_string())?;
            unit_code(number).map(ForecastScope::Unit)
        }
        _ => Err(format!("`{text}` is no scope of a forecast")),
    }
}

/// See [`DayTally`]: mentions by scope and topic.
#[derive(Serialize, Deserialize)]
pub(crate) struct TallyShape {
    heard: Real,
    counts: BTreeMap<String, BTreeMap<String, u32>>,
}

impl From<&DayTally> for TallyShape {
    fn from(tally: &DayTally) -> Self {
        let counts = tally.counts.iter().map(|(scope, counts)| {
            let by_topic = Topic::ALL.into_iter().filter_map(|topic| {
                let n = counts[topic.index()];
                (n > 0).then(|| (topic.code().to_owned(), n))
            });
            (forecast_scope_text(*scope), by_topic.collect())
        });
        Self {
            heard: Real(tally.heard),
            counts: counts.collect(),
        }
    }
}

impl TallyShape {
    pub(crate) fn into_tally(self, day: Date) -> Result<DayTally, Complaint> {
        let mut counts = Vec::with_capacity(self.counts.len());
        for (scope, by_topic) in self.counts {
            let mut there = [0; Topic::ALL.len()];
            for (code, n) in by_topic {
                there[of_code("topic", &code, Topic::from_code)?.index()] = n;
            }
            counts.push((forecast_scope(&scope)?, there));
        }
        counts.sort_by_key(|(scope, _)| *scope);
        Ok(DayTally {
            day,
            heard: self.heard.0,
            counts,
        })
    }
}

/// The days of a [`Forecast`]; scope, topic, day and method are columns.
#[derive(Serialize, Deserialize)]
pub(crate) struct ForecastShape(Vec<ForecastDayShape>);

#[derive(Serialize, Deserialize)]
struct ForecastDayShape {
    day: String,
    mean: Real,
    shape: Real,
    median: Real,
    likely: (Real, Real),
    interval: (Real, Real),
    last_week: Option<Real>,
    factors: Vec<(String, Real)>,
}

fn pair(interval: Interval) -> (Real, Real) {
    (Real(interval.low), Real(interval.high))
}

fn interval((low, high): (Real, Real)) -> Interval {
    Interval {
        low: low.0,
        high: high.0,
    }
}

impl From<&Forecast> for ForecastShape {
    fn from(forecast: &Forecast) -> Self {
        let days = forecast.days.iter().map(|day| ForecastDayShape {
            day: day.day.to_string(),
            mean: Real(day.mean),
            shape: Real(day.shape),
            median: Real(day.median),
            likely: pair(day.likely),
            interval: pair(day.interval),
            last_week: day.last_week.map(Real),
            factors: day
                .factors
                .iter()
                .map(|(factor, by)| (factor.code().to_owned(), Real(*by)))
                .collect(),
        });
        Self(days.collect())
    }
}

impl ForecastShape {
    pub(crate) fn into_days(self) -> Result<Vec<ForecastDay>, Complaint> {
        let days = self.0.into_iter().map(|day| {
            let factors = day.factors.into_iter().map(|(code, by)| {
                let factor = of_code("factor of the season", &code, SeasonFactor::from_code)?;
                Ok((factor, by.0))
            });
            Ok(ForecastDay {
                day: day.day.parse::<Date>().map_err(|why| why.to_string())?,
                mean: day.mean.0,
                shape: day.shape.0,
                median: day.median.0,
                likely: interval(day.likely),
                interval: interval(day.interval),
                last_week: day.last_week.map(|count| count.0),
                factors: factors.collect::<Result<_, Complaint>>()?,
            })
        });
        days.collect()
    }
}

/// The bytes of a forecast: two say the same when these are the same.
pub fn forecast_bytes(forecast: &Forecast) -> Result<Vec<u8>, Error> {
    let (scope, topic) = (forecast_scope_text(forecast.scope), forecast.topic.code());
    let of = (scope, topic, forecast.made_on.to_string());
    let whole = (of, &forecast.method_version, ForecastShape::from(forecast));
    Ok(to_json("forecast", &whole)?.into_bytes())
}

/// See [`ForecastGrade`].
#[derive(Serialize, Deserialize)]
pub(crate) struct StandingShape {
    n_days: usize,
    n_forecasts: usize,
    n_weeks: usize,
    mae: Real,
    mae_last_week: Real,
    crps: Real,
    skill: Real,
    skill_interval: (Real, Real),
    crps_skill: Real,
    likely_coverage: Real,
    coverage: Real,
    may_be_shown: bool,
}

impl From<&ForecastGrade> for StandingShape {
    fn from(grade: &ForecastGrade) -> Self {
        Self {
            n_days: grade.n_days,
            n_forecasts: grade.n_forecasts,
            n_weeks: grade.n_weeks,
            mae: Real(grade.mae),
            mae_last_week: Real(grade.mae_last_week),
            crps: Real(grade.crps),
            skill: Real(grade.skill),
            skill_interval: pair(grade.skill_interval),
            crps_skill: Real(grade.crps_skill),
            likely_coverage: Real(grade.likely_coverage),
            coverage: Real(grade.coverage),
            may_be_shown: grade.may_be_shown,
        }
    }
}

impl From<StandingShape> for ForecastGrade {
    fn from(shape: StandingShape) -> Self {
        Self {
            n_days: shape.n_days,
            n_forecasts: shape.n_forecasts,
            n_weeks: shape.n_weeks,
            mae: shape.mae.0,
            mae_last_week: shape.mae_last_week.0,
            crps: shape.crps.0,
            skill: shape.skill.0,
            skill_interval: interval(shape.skill_interval),
            crps_skill: shape.crps_skill.0,
            likely_coverage: shape.likely_coverage.0,
            coverage: shape.coverage.0,
            may_be_shown: shape.may_be_shown,
        }
    }
}

/// See [`ForecastOutcome`]; scope, topic, day, moment and method are columns.
#[derive(Serialize, Deserialize)]
pub(crate) struct OutcomeShape {
    came: Vec<Option<u32>>,
    n_days: u32,
    error: Real,
    error_last_week: Real,
    crps: Real,
    n_likely: u32,
    n_within: u32,
}

impl From<&ForecastOutcome> for OutcomeShape {
    fn from(outcome: &ForecastOutcome) -> Self {
        Self {
            came: outcome.came.clone(),
            n_days: outcome.n_days,
            error: Real(outcome.error),
            error_last_week: Real(outcome.error_last_week),
            crps: Real(outcome.crps),
            n_likely: outcome.n_likely,
            n_within: outcome.n_within,
        }
    }
}

impl OutcomeShape {
    pub(crate) fn into_outcome(
        self,
        (scope, topic, made_on): (ForecastScope, Topic, Date),
        method_version: String,
        graded_at: Timestamp,
    ) -> ForecastOutcome {
        ForecastOutcome {
            scope,
            topic,
            made_on,
            method_version,
            graded_at,
            came: self.came,
            n_days: self.n_days,
            error: self.error.0,
            error_last_week: self.error_last_week.0,
            crps: self.crps.0,
            n_likely: self.n_likely,
            n_within: self.n_within,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_back() {
        let unit = ForecastScope::Unit("00123".parse().unwrap());
        let kind = ForecastScope::Kind(UnitKind::SpecialZone);
        for scope in [ForecastScope::City, kind, unit] {
            assert_eq!(forecast_scope(&forecast_scope_text(scope)), Ok(scope));
        }
        for odd in ["", "ward", "kind:city", "unit:x", "agency:a"] {
            assert!(forecast_scope(odd).is_err(), "{odd}");
        }
    }
}
