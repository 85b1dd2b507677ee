//! Forecasts as JSON, and what came of them.

use jiff::ToSpan;
use jiff::civil::Date;
use models::domain::{
    ForecastDay, ForecastGrade, ForecastOutcome, ForecastScope, Period, PublishedForecast, UnitKind,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{CountLine, format_time, kind_code, round};
use crate::disclosure::TopicCounts;

/// Whose mentions are foreseen: `city`, `kind:ward`, or the five digits of a unit.
pub fn forecast_unit(scope: ForecastScope) -> String {
    match scope {
        ForecastScope::City => "city".to_owned(),
        ForecastScope::Kind(kind) => format!("kind:{}", kind_code(kind)),
        ForecastScope::Unit(code) => code.to_string(),
    }
}

/// The scope of such a text.
pub fn forecast_scope(text: &str) -> Option<ForecastScope> {
    const KINDS: [UnitKind; 3] = [UnitKind::Ward, UnitKind::Commune, UnitKind::SpecialZone];
    if text == "city" {
        return Some(ForecastScope::City);
    }
    match text.strip_prefix("kind:") {
        Some(code) => {
            let kind = KINDS.into_iter().find(|kind| kind_code(*kind) == code);
            kind.map(ForecastScope::Kind)
        }
        None => text.parse().ok().map(ForecastScope::Unit),
    }
}

/// What moves a day.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FactorLine {
    /// `weekday`, `holiday`, `before_tet`, `tet`, `after_tet`, `rain`, `tide`, `school` or `year`.
    pub factor: String,
    /// What it multiplies the day by.
    pub by: f64,
}

/// One day to come.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastDayLine {
    /// Which day.
    pub day: String,
    /// Mentions expected.
    pub mean: f64,
    /// The middle of the distribution.
    pub median: f64,
    /// 50 % interval, both ends included.
    pub interval_50: [f64; 2],
    /// 90 % interval, both ends included.
    pub interval_90: [f64; 2],
    /// Mentions of the same day a week before; null when nothing was heard then.
    pub last_week: Option<CountLine>,
    /// Mentions that came; null before the days are over and where too little was heard.
    pub came: Option<CountLine>,
    /// What moves it by at least a twentieth, the strongest first.
    pub factors: Vec<FactorLine>,
}

impl ForecastDayLine {
    fn new(day: &ForecastDay, came: Option<u32>) -> Self {
        let factors = day.factors.iter().map(|(factor, by)| FactorLine {
            factor: factor.code().to_owned(),
            by: round(*by, 3),
        });
        Self {
            day: day.day.to_string(),
            mean: round(day.mean, 2),
            median: day.median,
            interval_50: [day.likely.low, day.likely.high],
            interval_90: [day.interval.low, day.interval.high],
            last_week: day.last_week.map(|n| CountLine::Exact(n as u32)),
            came: came.map(CountLine::Exact),
            factors: factors.collect(),
        }
    }
}

/// How past forecasts did against “same as last week”.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StandingLine {
    /// Days graded.
    pub n_days: usize,
    /// Forecasts graded.
    pub n_forecasts: usize,
    /// Weeks in which those were made.
    pub n_weeks: usize,
    /// Mean absolute error of the median, in mentions.
    pub mae: f64,
    /// Mean absolute error of “same as last week”.
    pub mae_last_week: f64,
    /// 1 − mae / mae_last_week: 0 is no better.
    pub skill: f64,
    /// 90 % interval of the skill, over weeks.
    pub skill_interval: [f64; 2],
    /// 1 − mean CRPS / mae_last_week.
    pub crps_skill: f64,
    /// Share of days within the 50 % interval.
    pub coverage_50: f64,
    /// Share of days within the 90 % interval.
    pub coverage_90: f64,
}

impl From<&ForecastGrade> for StandingLine {
    fn from(grade: &ForecastGrade) -> Self {
        let skill = grade.skill_interval;
        Self {
            n_days: grade.n_days,
            n_forecasts: grade.n_forecasts,
            n_weeks: grade.n_weeks,
            mae: round(grade.mae, 3),
            mae_last_week: round(grade.mae_last_week, 3),
            skill: round(grade.skill, 4),
            skill_interval: [round(skill.low, 4), round(skill.high, 4)],
            crps_skill: round(grade.crps_skill, 4),
            coverage_50: round(grade.likely_coverage, 4),
            coverage_90: round(grade.coverage, 4),
        }
    }
}

/// What came of one forecast.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OutcomeLine {
    /// When it was graded.
    pub graded_at: String,
    /// Days graded: those heard whose day a week before was heard too.
    pub n_days: u32,
    /// Sum of absolute errors of the median, in mentions; null, like the next, where a count of these days
    /// is not published.
    pub error: Option<f64>,
    /// The same of “same as last week”.
    pub error_last_week: Option<f64>,
    /// Days within the 50 % interval.
    pub n_within_50: u32,
    /// Days within the 90 % interval.
    pub n_within_90: u32,
}

impl From<&ForecastOutcome> for OutcomeLine {
    fn from(outcome: &ForecastOutcome) -> Self {
        Self {
            graded_at: format_time(outcome.graded_at),
            n_days: outcome.n_days,
            error: Some(round(outcome.error, 3)),
            error_last_week: Some(round(outcome.error_last_week, 3)),
            n_within_50: outcome.n_likely,
            n_within_90: outcome.n_within,
        }
    }
}

/// The next seven days of one topic, as published.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ForecastLine {
    /// `city`, `kind:ward`, `kind:commune`, `kind:special_zone`, or the five digits of a unit.
    #[schema(example = "city")]
    pub unit: String,
    /// Code of the topic.
    pub topic: String,
    /// The last day that was known.
    #[schema(example = "2026-11-12")]
    pub made_on: String,
    /// The first moment that no longer counts: the end of that day.
    #[serde(default)]
    pub as_of: String,
    /// When it was published.
    pub published_at: String,
    /// Whether it was made when its first day was over already, from what was heard up to `made_on`.
    pub is_retrospective: bool,
    /// Version of the method.
    pub method_version: String,
    /// Always 1: a forecast is never replaced.
    #[serde(default)]
    pub revision: u32,
    /// Whether it could be shown before its days were over: whether those before it had beaten “same as
    /// last week” by then.
    pub is_shown: bool,
    /// How those before it had done by then; null before the first was graded.
    pub standing: Option<StandingLine>,
    /// Its days; null while they are not over and it is not shown.
    pub days: Option<Vec<ForecastDayLine>>,
    /// What came of it; null before its days are over.
    pub outcome: Option<OutcomeLine>,
}

impl ForecastLine {
    /// A forecast as it may be shown on a day.
    pub fn new(
        published: &PublishedForecast,
        outcome: Option<&ForecastOutcome>,
        today: Date,
    ) -> Self {
        let forecast = &published.forecast;
        let may_be_seen = published.is_shown() || published.last_day() < today;
        let days = forecast.days.iter().enumerate().map(|(at, day)| {
            let came = outcome.and_then(|outcome| outcome.came.get(at).copied().flatten());
            ForecastDayLine::new(day, came)
        });
        Self {
            unit: forecast_unit(forecast.scope),
            topic: forecast.topic.code().to_owned(),
            made_on: forecast.made_on.to_string(),
            as_of: format_time(Period::day(forecast.made_on).end()),
            published_at: format_time(published.published_at),
            is_retrospective: published.is_retrospective(),
            method_version: forecast.method_version.clone(),
            revision: 1,
            is_shown: published.is_shown(),
            standing: published.standing.as_ref().map(StandingLine::from),
            days: may_be_seen.then(|| days.collect()),
            outcome: outcome.map(OutcomeLine::from),
        }
    }

    /// The same with the counts that may be seen. Sums of errors go with the first that may not: with the
    /// other days they would give it.
    pub(crate) fn seen(mut self, published: &PublishedForecast, counts: &TopicCounts) -> Self {
        let mut is_whole = true;
        let days = self.days.iter_mut().flatten();
        for (line, day) in days.zip(&published.forecast.days) {
            let before = day.day.saturating_sub(7.days());
            for (of, count) in [(day.day, &mut line.came), (before, &mut line.last_week)] {
                if let Some(CountLine::Exact(n)) = *count {
                    let cell = counts.shown(of, n);
                    is_whole &= cell.exact().is_some();
                    *count = Some(cell.into());
                }
            }
        }
        if let Some(outcome) = self.outcome.as_mut().filter(|_| !is_whole) {
            outcome.error = None;
            outcome.error_last_week = None;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_come_back() {
        for text in ["city", "kind:ward", "kind:special_zone", "26740"] {
            let scope = forecast_scope(text);
            assert_eq!(scope.map(forecast_unit).as_deref(), Some(text));
        }
        for odd in ["", "ward", "kind:city", "2674", "agency:so_xay_dung"] {
            assert_eq!(forecast_scope(odd), None, "{odd}");
        }
    }
}
